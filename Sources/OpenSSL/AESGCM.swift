import COpenSSL

/// AES in Galois/Counter Mode (NIST SP 800-38D) with a 12-byte nonce and a 16-byte tag.
public enum AESGCM {
  public static let nonceByteCount = 12
  public static let tagByteCount = 16

  /// Encrypts; the tag stands after the ciphertext. A nonce must never be used twice under one key of 16, 24 or 32
  /// bytes.
  public static func seal(_ plaintext: [UInt8], key: [UInt8], nonce: [UInt8], aad: [UInt8]) throws(OpenSSLError)
    -> [UInt8]
  {
    let cipher = try Cipher(key: key, nonce: nonce, aad: aad, encrypts: true, .encrypt)
    var output = [UInt8](repeating: 0, count: plaintext.count + tagByteCount)
    guard cipher.update(plaintext, into: &output), cipher.finish(),
      cipher.control(EVP_CTRL_AEAD_GET_TAG, &output, at: plaintext.count)
    else { throw .drained(.encrypt) }
    return output
  }

  /// Decrypts ciphertext followed by its tag, and gives nothing unless the tag verifies.
  public static func open(_ sealed: some Collection<UInt8>, key: [UInt8], nonce: [UInt8], aad: [UInt8])
    throws(OpenSSLError) -> [UInt8]
  {
    let cipher = try Cipher(key: key, nonce: nonce, aad: aad, encrypts: false, .decrypt)
    guard sealed.count >= tagByteCount else { throw .withReason(.decrypt, "shorter than a tag") }
    var tag = Array(sealed.suffix(tagByteCount))
    let ciphertext = Array(sealed.dropLast(tagByteCount))
    var output = [UInt8](repeating: 0, count: ciphertext.count)
    guard cipher.update(ciphertext, into: &output), cipher.control(EVP_CTRL_AEAD_SET_TAG, &tag, at: 0) else {
      throw .drained(.decrypt)
    }
    guard cipher.finish() else { throw .withReason(.decrypt, "the tag does not verify") }
    return output
  }

  /// One libcrypto cipher context with key, nonce and AAD set.
  @safe private final class Cipher {
    private let context: OpaquePointer?

    init(key: [UInt8], nonce: [UInt8], aad: [UInt8], encrypts: Bool, _ code: OpenSSLError.Code) throws(OpenSSLError) {
      guard [16, 24, 32].contains(key.count), nonce.count == nonceByteCount else {
        throw .withReason(code, "AES-GCM has keys of 16, 24 or 32 bytes and here a nonce of 12")
      }
      ERR_clear_error()
      unsafe context = EVP_CIPHER_CTX_new()
      let cipher =
        switch key.count {
        case 16: unsafe EVP_aes_128_gcm()
        case 24: unsafe EVP_aes_192_gcm()
        default: unsafe EVP_aes_256_gcm()
        }
      var count: Int32 = 0
      guard unsafe EVP_CipherInit_ex(context, cipher, nil, key, nonce, encrypts ? 1 : 0) == 1 else {
        throw .drained(code)
      }
      if aad.isEmpty { return }
      guard let length = Int32(exactly: aad.count), unsafe EVP_CipherUpdate(context, nil, &count, aad, length) == 1
      else {
        throw .drained(code)
      }
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    /// Whole messages only: libcrypto counts in 32 bits, and no message here is near that.
    func update(_ input: [UInt8], into output: inout [UInt8]) -> Bool {
      guard let length = Int32(exactly: input.count) else { return false }
      var count: Int32 = 0
      return unsafe length == 0
        || (EVP_CipherUpdate(context, &output, &count, input, length) == 1 && count == length)
    }

    func finish() -> Bool {
      var rest = [UInt8](repeating: 0, count: 16)
      var count: Int32 = 0
      return unsafe EVP_CipherFinal_ex(context, &rest, &count) == 1 && count == 0
    }

    /// Writes or reads the tag at a place in the buffer.
    func control(_ operation: Int32, _ buffer: inout [UInt8], at offset: Int) -> Bool {
      unsafe buffer.withUnsafeMutableBytes { bytes in
        guard bytes.count >= offset + tagByteCount, let base = bytes.baseAddress else { return false }
        return unsafe EVP_CIPHER_CTX_ctrl(context, operation, Int32(tagByteCount), base + offset) == 1
      }
    }
  }
}
