import COpenSSL

/// A failure reported by libcrypto. Equality compares the code only; the reasons are for people.
public struct OpenSSLError: Error, Equatable, CustomStringConvertible, Sendable {
  /// What was attempted when libcrypto refused.
  public enum Code: String, Sendable {
    case generateKey, readKey, writeKey, encodeKey, unsupportedKey, sign, digest, random, mac, wrongPassphrase
    case agree, encrypt, decrypt, wrapKey, unwrapKey, deriveKey, makeCertificate, readCertificate
    case readRevocations, readTimeStamp, readSignedData
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
    return "\(code.rawValue) failed: \(why)"
  }

  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  /// Takes everything from this thread's error queue. Must be called before any suspension point.
  static func drained(_ code: Code) -> OpenSSLError {
    var reasons: [String] = []
    while true {
      let number = ERR_get_error()
      if number == 0 { break }
      var text = [CChar](repeating: 0, count: 256)
      unsafe ERR_error_string_n(number, &text, text.count)
      reasons.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return OpenSSLError(code: code, reasons: reasons)
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
