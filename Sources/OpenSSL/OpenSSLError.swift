import COpenSSL

/// A failure reported by libcrypto. Equality compares the code only; the reasons are for people.
public struct OpenSSLError: Error, Equatable, CustomStringConvertible, Sendable {
  /// What was attempted when libcrypto refused.
  public enum Code: String, Sendable {
    case generateKey, readKey, writeKey, encodeKey, unsupportedKey, sign, digest, random, mac, wrongPassphrase
    case agree, encrypt, decrypt, wrapKey, unwrapKey, deriveKey, makeCertificate, readCertificate
    case readRevocations, readTimeStamp, readSignedData
    case openStore, badURI, missingProvider, notPrivateKey, tokenAbsent, tokenLocked, tokenFailed
  }

  public let code: Code
  /// OpenSSL's own reasons, oldest first, e.g. "error:0480006C:PEM routines::no start line".
  public let reasons: [String]

  public init(code: Code, reasons: [String]) {
    self.code = code
    self.reasons = reasons
  }

  public var description: String {
    let why = reasons.isEmpty ? "no reason given by OpenSSL" : reasons.joined(separator: "; ")
    // What is said of a store is a sentence already.
    if isSentence { return why }
    return "\(code.rawValue) failed: \(why)"
  }

  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  /// Takes everything from this thread's error queue. Must be called before any suspension point.
  static func drained(_ code: Code) -> OpenSSLError {
    var reasons: [String] = []
    while true {
      var data: UnsafePointer<CChar>?
      var flags: Int32 = 0
      let number = unsafe ERR_get_error_all(nil, nil, nil, &data, &flags)
      if number == 0 { break }
      var text = [CChar](repeating: 0, count: 256)
      unsafe ERR_error_string_n(number, &text, text.count)
      let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      // Providers say here what they mean.
      let more = unsafe flags & ERR_TXT_STRING != 0 ? data.map { unsafe String(cString: $0) } ?? "" : ""
      reasons.append(more.isEmpty ? reason : "\(reason) (\(more.prefix(200)))")
    }
    return OpenSSLError(code: code, reasons: reasons)
  }

  /// OpenSSL 3.5 says nothing of an empty passphrase that does not open a key.
  var explained: OpenSSLError {
    reasons.isEmpty ? .withReason(code, "it is no private key, or the passphrase does not open it") : self
  }

  static func withReason(_ code: Code, _ reason: String) -> OpenSSLError {
    ERR_clear_error()
    return OpenSSLError(code: code, reasons: [reason])
  }
}

/// The version of the libcrypto this process is linked with, e.g. "OpenSSL 3.0.19 27 Jan 2026".
public func openSSLVersion() -> String {
  guard let text = unsafe OpenSSL_version(OPENSSL_VERSION) else { return "unknown" }
  return unsafe String(cString: text)
}

extension OpenSSLError {
  /// A key and an algorithm that do not belong together, found before libcrypto was asked.
  public static let unfit = OpenSSLError(code: .sign, reasons: ["the key does not fit the algorithm or the message"])
}
