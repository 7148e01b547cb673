import COpenSSL

extension KeyURI {
  /// Why the token that this names takes no PIN, by its own word; nil where it says nothing of the kind. Its provider must
  /// be loaded.
  var pinRefusal: OpenSSLError? {
    guard let flags = tokenFlags, flags > 0 else { return nil }
    if flags & Int64(AMANA_CKF_USER_PIN_LOCKED) != 0 {
      return .sentence(
        .tokenLocked,
        "the token has locked its PIN after wrong ones: whoever has its security officer's PIN (SO PIN) sets a new one")
    }
    if flags & Int64(AMANA_CKF_USER_PIN_FINAL_TRY) != 0 {
      return .sentence(
        .tokenLocked,
        "one more wrong PIN locks the token, so none is tried: log in once with the token's own tools, then do the same "
          + "again")
    }
    return nil
  }

  /// Whether the token says by itself that it takes a PIN and has more than one try left.
  var takesPIN: Bool { (tokenFlags ?? 0) > 0 && pinRefusal == nil }

  /// What a failure to make a key in the token was, where the token's own word tells more than the provider's.
  func explained(_ error: OpenSSLError) -> OpenSSLError {
    if let pinRefusal { return pinRefusal }
    if tokenFlags == 0 { return .sentence(.tokenAbsent, "no token answers to \(self)") }
    // The provider goes on to the next slot when a PIN is refused, and tells of that one.
    guard let flags = tokenFlags, flags > 0, error.code == .tokenAbsent else { return error }
    return .sentence(.wrongPassphrase, "the PIN is wrong, or the token at \(self) takes no keys; it is not tried again")
  }

  /// CKF_ flags of the token's CK_TOKEN_INFO: 0 when there is no such token, nil when nothing is known, as where the URI
  /// names no token: another one's PIN may be locked.
  private var tokenFlags: Int64? {
    guard place == .token, let label = tokenLabel else { return nil }
    let flags = unsafe label.withUnsafeBufferPointer { unsafe amana_token_flags($0.baseAddress) }
    return flags < 0 ? nil : flags
  }

  /// The label of the token as PKCS#11 has it, padded with blanks to 32 bytes; nil where the URI names none.
  private var tokenLabel: [UInt8]? {
    let attributes = text.dropFirst("pkcs11:".count).prefix { $0 != "?" }.split(separator: ";")
    guard let value = attributes.first(where: { $0.hasPrefix("token=") })?.dropFirst("token=".count) else { return nil }
    var (label, rest) = ([UInt8](), Substring(value).utf8)
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let coded = UInt8(digits, radix: 16) {
        label.append(coded)
        rest = rest.dropFirst(2)
      } else {
        label.append(byte)
      }
    }
    guard label.count <= 32 else { return nil }
    return label + [UInt8](repeating: UInt8(ascii: " "), count: 32 - label.count)
  }
}
