import COpenSSL
import Synchronization

extension PrivateKey {
  /// Longer files are refused before they are parsed.
  static let maximumFileByteCount = 1 << 16

  /// The key at a place. `secret` is the passphrase of its file or the PIN of its token; nothing ever prompts.
  /// - Parameter read: gives the content of a file, of at most so many bytes; for places that are no files it is not asked.
  /// - Throws: a sentence without any secret in it.
  public convenience init(uri: KeyURI, secret: String?, read: (_ path: String, _ limit: Int) throws -> [UInt8]) throws {
    guard let path = uri.path else {
      try self.init(StoredKey(uri, in: uri.place, secret: secret.map { try passphraseBytes($0, .openStore) }))
      return
    }
    let bytes = try read(path, Self.maximumFileByteCount)
    if holds("TSS2 PRIVATE KEY", bytes) {
      try self.init(StoredKey(uri, in: .tpm, secret: secret.map { try passphraseBytes($0, .openStore) }))
      return
    }
    try self.init(file: bytes, named: path, secret: secret)
  }

  private convenience init(file: [UInt8], named path: String, secret: String?) throws(OpenSSLError) {
    do { try self.init(pem: file, passphrase: secret ?? "") } catch {
      if error.code == .unsupportedKey { throw error }
      if holds("ENCRYPTED", file) {
        let why = secret == nil ? "needs a passphrase, and none is given" : "does not open with this passphrase"
        throw .sentence(.wrongPassphrase, "the key \(path) \(why)")
      }
      if !holds("PRIVATE KEY", file), holds("-----BEGIN", file) {
        throw .sentence(.notPrivateKey, "\(path) holds no private key, but a public one or a certificate")
      }
      throw error
    }
  }

  /// A fresh key that stays where it is made: in a token at its `pkcs11:` URI, whose PIN is `secret`.
  public static func generate(_ type: KeyType, at uri: KeyURI, secret: String?) throws -> PrivateKey {
    guard uri.place == .token else { throw OpenSSLError.sentence(.badURI, "a key is made in a file, a TPM or a token") }
    let (name, group) = try algorithm(type)
    try ProviderContexts.shared.withLock { contexts in
      let library = try contexts.context(.token)
      ERR_clear_error()
      let key = unsafe amana_generate_in(
        library.pointer, "provider=pkcs11", name, group, "pkcs11_uri", uri.withPIN(secret))
      guard let key = unsafe key else {
        throw uri.explained(OpenSSLError.drained(.generateKey).ofStore(.token, at: uri))
      }
      unsafe EVP_PKEY_free(key)
    }
    return try PrivateKey(StoredKey(uri, in: .token, secret: secret.map { try passphraseBytes($0, .openStore) }))
  }

  /// A fresh key that only this machine's TPM can use: PEM that it has wrapped, which `secret` guards when given.
  public static func generateInTPM(_ type: KeyType, secret: String?) throws -> [UInt8] {
    guard type == .p256 || type == .p384 else {
      throw OpenSSLError.sentence(.badURI, "a TPM makes P-256 and P-384 keys here, no \(type.rawValue) keys")
    }
    let (name, group) = try algorithm(type)
    return try ProviderContexts.shared.withLock { contexts in
      try contexts.attempt(.tpm) { library throws(OpenSSLError) in
        ERR_clear_error()
        let key = unsafe amana_generate_in(library.pointer, "provider=tpm2", name, group, "user-auth", secret)
        defer { unsafe EVP_PKEY_free(key) }
        let bio = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(bio) }
        guard let key = unsafe key, unsafe PEM_write_bio_PrivateKey(bio, key, nil, nil, 0, nil, nil) == 1 else {
          throw OpenSSLError.drained(.generateKey).ofStore(.tpm)
        }
        return try unsafe content(of: bio, .writeKey)
      }
    }
  }

  private static func algorithm(_ type: KeyType) throws(OpenSSLError) -> (name: String, group: String?) {
    if let group = type.group { return ("EC", group) }
    guard type == .ed25519 else { throw .withReason(.unsupportedKey, "no \(type.rawValue) key is made in a store") }
    return ("ED25519", nil)
  }
}

extension KeyURI {
  /// What is given to the provider alone, for it asks for no PIN when it makes a key.
  fileprivate func withPIN(_ secret: String?) -> String {
    guard let secret else { return text }
    let digits = secret.utf8.map { byte in "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    return "\(text)\(text.contains("?") ? "&" : "?")pin-value=\(digits)"
  }
}

/// What was written to memory.
func content(of bio: OpaquePointer?, _ code: OpenSSLError.Code) throws(OpenSSLError) -> [UInt8] {
  var start: UnsafeMutablePointer<CChar>?
  let length = unsafe amana_bio_memory(bio, &start)
  guard length > 0, let start = unsafe start else { throw .drained(code) }
  return unsafe UnsafeBufferPointer(start: start, count: length).map { UInt8(bitPattern: $0) }
}

/// Whether PEM text holds some words.
private func holds(_ words: String, _ bytes: [UInt8]) -> Bool { String(decoding: bytes, as: UTF8.self).contains(words) }

/// Asks whoever sits at the terminal for a passphrase, with the echo off. Nil when there is no terminal or they gave up.
public func askForPassphrase(_ prompt: String) -> String? {
  var typed = [CChar](repeating: 0, count: Int(PEM_BUFSIZE))
  guard unsafe amana_ask_terminal(prompt, &typed, Int32(clamping: typed.count)) == 0 else { return nil }
  return String(decoding: typed.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
