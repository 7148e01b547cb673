/// Where a private key is: a PEM file, a TPM 2.0 or a PKCS#11 token.
public struct KeyURI: Hashable, Sendable, CustomStringConvertible {
  /// The kinds of place, each with the OpenSSL provider that reaches it.
  public enum Place: String, Sendable { case file, tpm, token }

  public let place: Place
  /// As the store takes it. The path alone for a file: with "file:" a relative one is taken to begin at the root.
  let text: String

  /// The path of a file, `file:PATH`, `handle:0x81…` (a persistent TPM object) or `pkcs11:…` (RFC 7512). A URI that
  /// carries a PIN is refused, since URIs stand in settings, arguments and messages.
  public init(_ text: String) throws(OpenSSLError) {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw .sentence(.badURI, "no key is named") }
    if text.hasPrefix("pkcs11:") {
      guard !text.contains("pin-value"), !text.contains("pin-source") else {
        throw .sentence(.badURI, "a PIN must not stand in a URI: give it in a file")
      }
      self.init(.token, text)
    } else if text.hasPrefix("handle:") {
      self.init(.tpm, text)
    } else if text.hasPrefix("file:") {
      let path = String(text.dropFirst(5))
      self.init(.file, path.hasPrefix("///") ? String(path.dropFirst(2)) : path)
    } else {
      let scheme = text.prefix { $0 != ":" && $0 != "/" }
      guard text.first == "/" || scheme.count == text.count || !text.dropFirst(scheme.count).hasPrefix(":") else {
        throw .sentence(.badURI, "\(scheme): is no place of keys: a file's path, file:, handle: or pkcs11: is")
      }
      self.init(.file, text)
    }
  }

  private init(_ place: Place, _ text: String) {
    self.place = place
    self.text = text
  }

  /// A URI as messages may show it, even one that was refused: without the attributes that could hold a PIN.
  public static func shown(_ text: String) -> String {
    guard text.hasPrefix("pkcs11:") else { return text }
    let head = text.prefix { $0 != "?" }
    return String(head.split(separator: ";").filter { !$0.contains("pin-") }.joined(separator: ";"))
  }

  /// The file, where the key is in one.
  public var path: String? { place == .file ? text : nil }
  public var description: String { text }
}

extension KeyURI.Place {
  /// The provider's name, as libcrypto loads it; nil where none is needed.
  var provider: String? {
    switch self {
    case .file: nil
    case .tpm: "tpm2"
    case .token: "pkcs11"
    }
  }

  /// Its keys work within the provider; digests and public keys stay with the default one.
  var query: String {
    switch self {
    case .file: ""
    case .tpm: "?provider=tpm2,tpm2.digest!=yes,tpm2.cipher!=yes"
    case .token: "?provider=pkcs11"
    }
  }

  /// What to install where the provider cannot be loaded.
  var missing: String {
    switch self {
    case .file: ""
    case .tpm: "OpenSSL's provider tpm2 is not here: install the package tpm2-openssl (Debian 12 and 13)"
    case .token:
      "OpenSSL's provider pkcs11 is not here: install the package pkcs11-provider (Debian 13; Debian 12 has none)"
    }
  }

  /// What does not answer when nothing does.
  var name: String { self == .tpm ? "the TPM" : "the token" }
}
