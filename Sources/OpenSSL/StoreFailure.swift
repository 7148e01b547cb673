extension OpenSSLError {
  /// A failure that is already a sentence for people.
  static func sentence(_ code: Code, _ text: String) -> OpenSSLError { .withReason(code, text) }

  /// Whether the key is somewhere that does not answer as it should, so that the same may succeed later.
  public var isOfStore: Bool {
    [.tokenAbsent, .tokenLocked, .tokenFailed, .missingProvider, .wrongPassphrase].contains(code)
  }

  var isSentence: Bool { isOfStore || code == .notPrivateKey || code == .badURI }

  /// What a provider's failure to load is to people.
  func ofProvider(_ place: KeyURI.Place) -> OpenSSLError {
    let isMissing = reasons.contains { $0.contains("could not load the shared library") }
    return isMissing
      ? .sentence(.missingProvider, place.missing)
      : .sentence(.tokenAbsent, "\(place.name) does not answer: see that it is there, then do the same again")
  }

  /// What a store's failure is to people. Providers say it in words of their own; these are the ones that tell.
  func ofStore(_ place: KeyURI.Place, at uri: KeyURI? = nil) -> OpenSSLError {
    if isSentence || code == .unsupportedKey { return self }
    let said = reasons.joined(separator: "; ").lowercased()
    func has(_ parts: String...) -> Bool { parts.contains { said.contains($0) } }
    let key = uri.map { "the key \($0)" } ?? "the key"
    if has("lockout", "pin_locked", "pin locked", "pin is locked") {
      return .sentence(.tokenLocked, "\(place.name) has locked itself after wrong PINs: unlock it with its own tools")
    }
    if has(
      "authorization hmac check failed", "authorization failure", "authvalue", "pin_incorrect", "pin incorrect",
      "pin is incorrect", "pin is invalid")
    {
      return .sentence(.wrongPassphrase, "the passphrase or PIN of \(key) is wrong; it is not tried again")
    }
    if has("module initialization failed") {
      return .sentence(
        .tokenAbsent,
        "the token's module does not start: see that the token is there and that PKCS11_PROVIDER_MODULE names the module"
      )
    }
    if has("io failure", "token not present", "token was not present", "device removed", "device was removed") {
      return .sentence(.tokenAbsent, "\(place.name) does not answer: see that it is there, then do the same again")
    }
    // The last one is what it came to; those before it are where it was looked for.
    let text = reasons.last ?? "no reason given"
    return .sentence(
      .tokenFailed, uri == nil ? "\(place.name) failed: \(text)" : "\(key) is not to be had from \(place.name): \(text)"
    )
  }
}
