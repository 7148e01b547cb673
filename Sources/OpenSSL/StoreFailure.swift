extension OpenSSLError {
  /// A failure that is already a sentence for people.
  static func sentence(_ code: Code, _ text: String) -> OpenSSLError { .withReason(code, text) }

  /// Whether the key is somewhere that does not answer as it should, so that the same may succeed later.
  public var isOfStore: Bool {
    [.tokenAbsent, .tokenLocked, .tokenFailed, .missingProvider, .wrongPassphrase].contains(code)
  }

  var isSentence: Bool { isOfStore || code == .notPrivateKey || code == .badURI }

  /// What a store's failure is to people. Providers say it in words of their own; these are the ones that tell.
  func ofStore(_ place: KeyURI.Place, opening: Bool, at uri: KeyURI? = nil) -> OpenSSLError {
    if isSentence || code == .unsupportedKey { return self }
    let said = reasons.joined(separator: "; ").lowercased()
    func has(_ parts: String...) -> Bool { parts.contains { said.contains($0) } }
    let key = uri.map { "the key \($0)" } ?? "the key"
    if has("lockout", "pin_locked", "pin locked", "000000a4", "0xa4") {
      return .sentence(.tokenLocked, "\(place.name) has locked itself after wrong PINs: unlock it with its own tools")
    }
    if has("authorization hmac check failed", "authorization failure", "authvalue", "pin_incorrect", "pin incorrect") {
      return .sentence(.wrongPassphrase, "the passphrase or PIN of \(key) is wrong; it is not tried again")
    }
    if opening, has("could not load the shared library", "dso_load", "could not load") {
      return .sentence(.missingProvider, place.missing)
    }
    if has("io failure", "provider_init", "init fail", "token_not_present", "device_removed", "slot_id_invalid") {
      return .sentence(.tokenAbsent, "\(place.name) does not answer: see that it is there, then do the same again")
    }
    let text = reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; ")
    return .sentence(
      .tokenFailed, opening ? "\(key) is not to be had from \(place.name): \(text)" : "\(place.name) failed: \(text)")
  }
}
