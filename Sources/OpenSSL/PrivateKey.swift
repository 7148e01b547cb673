import COpenSSL

/// A private key held by libcrypto, or by a TPM or a token that libcrypto asks; its secret never leaves libcrypto except
/// as PEM to a file of its owner.
/// Unchecked Sendable: the EVP_PKEY is never changed after initialisation and libcrypto's reference count is atomic.
@safe public final class PrivateKey: @unchecked Sendable {
  @safe private enum Held {
    case here(OpaquePointer)
    case stored(StoredKey)
  }

  private let held: Held
  public let publicKey: PublicKey
  public var type: KeyType { publicKey.type }
  /// What kind of place does its work.
  public var place: KeyURI.Place {
    if case .stored(let key) = held { key.place } else { .file }
  }

  /// Takes ownership of `pointer`.
  init(owning pointer: OpaquePointer) throws(OpenSSLError) {
    do {
      publicKey = try unsafe PublicKey(subjectPublicKeyInfo: encodeSubjectPublicKeyInfo(pointer))
      unsafe held = .here(pointer)
    } catch {
      unsafe EVP_PKEY_free(pointer)
      throw error
    }
  }

  init(_ stored: StoredKey) {
    publicKey = stored.publicKey
    held = .stored(stored)
  }

  deinit { if case .here(let pointer) = held { unsafe EVP_PKEY_free(pointer) } }

  /// Does something with the key, where it is: without a context in the process's own libcrypto.
  func use<Value: Sendable>(_ body: (OpaquePointer, ProviderContext?) throws(OpenSSLError) -> Value)
    throws(OpenSSLError) -> Value
  {
    switch held {
    case .here(let pointer): try unsafe body(pointer, nil)
    case .stored(let key):
      try unsafe key.use { (pointer, context) throws(OpenSSLError) in try unsafe body(pointer, context) }
    }
  }

  /// A fresh key from libcrypto's generator.
  public static func generate(_ type: KeyType) throws(OpenSSLError) -> PrivateKey {
    ERR_clear_error()
    let key: OpaquePointer?
    if let group = type.group {
      unsafe key = amana_generate_ec(group)
    } else if type.isMLDSA, !MLDSA.isAvailable {
      throw .withReason(.unsupportedKey, MLDSA.absence)
    } else if let name = type.name {
      unsafe key = amana_generate_named(name)
    } else {
      throw .withReason(.unsupportedKey, "RSA keys are verified with, never made")
    }
    guard let key = unsafe key else { throw .drained(.generateKey) }
    return try unsafe PrivateKey(owning: key)
  }

  /// Reads a PKCS#8 or traditional PEM private key; `passphrase` opens an encrypted one and nothing ever prompts.
  public convenience init(pem: [UInt8], passphrase: String = "") throws(OpenSSLError) {
    ERR_clear_error()
    let bio = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count))
    defer { unsafe BIO_free(bio) }
    var secret = try passphraseBytes(passphrase, .readKey)
    // Without a callback PEM_read takes its last argument as the passphrase, so nothing asks a terminal.
    guard let key = unsafe PEM_read_bio_PrivateKey(bio, nil, nil, &secret) else {
      throw mlDSAReadRefusal(pem: pem, secret: secret) ?? OpenSSLError.drained(.readKey).explained
    }
    try unsafe self.init(owning: key)
  }

  /// PKCS#8 PEM, encrypted with AES-256-CBC when a passphrase is given.
  public func pem(passphrase: String? = nil) throws(OpenSSLError) -> [UInt8] {
    guard case .here(let pointer) = held else {
      throw .withReason(.writeKey, "it stays in \(place.name)")
    }
    ERR_clear_error()
    let bio = unsafe BIO_new(BIO_s_mem())
    defer { unsafe BIO_free(bio) }
    let written: Int32
    if let passphrase {
      var secret = try passphraseBytes(passphrase, .writeKey)
      written = unsafe PEM_write_bio_PKCS8PrivateKey(
        bio, pointer, EVP_aes_256_cbc(), &secret, Int32(clamping: secret.count - 1), nil, nil)
    } else {
      written = unsafe PEM_write_bio_PKCS8PrivateKey(bio, pointer, nil, nil, 0, nil, nil)
    }
    guard written == 1 else { throw .drained(.writeKey) }
    return try unsafe content(of: bio, .writeKey)
  }
}

/// The passphrase as a C string. PEM_read stops at a zero byte and after PEM_BUFSIZE bytes where PEM_write does not:
/// a key written under such a passphrase could never be opened again.
func passphraseBytes(_ passphrase: String, _ code: OpenSSLError.Code) throws(OpenSSLError) -> [CChar] {
  let secret = Array(passphrase.utf8CString)
  guard secret.count - 1 <= PEM_BUFSIZE, secret.firstIndex(of: 0) == secret.count - 1 else {
    throw .withReason(code, "a passphrase has at most \(PEM_BUFSIZE) bytes, none of them zero")
  }
  return secret
}
