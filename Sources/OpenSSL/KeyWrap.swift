import COpenSSL

/// AES key wrap (RFC 3394) with its default initial value.
public enum AESKeyWrap {
  /// Wraps a key of 16 bytes or more, a multiple of 8, under a key of 16, 24 or 32 bytes; 8 bytes longer.
  public static func wrap(_ key: [UInt8], with wrapping: [UInt8]) throws(OpenSSLError) -> [UInt8] {
    try run(key, wrapping, minimum: 16, encrypts: true, .wrapKey)
  }

  /// Unwraps; anything but what `wrap` made with the same key is refused.
  public static func unwrap(_ wrapped: [UInt8], with wrapping: [UInt8]) throws(OpenSSLError) -> [UInt8] {
    try run(wrapped, wrapping, minimum: 24, encrypts: false, .unwrapKey)
  }

  private static func run(
    _ input: [UInt8], _ key: [UInt8], minimum: Int, encrypts: Bool, _ code: OpenSSLError.Code
  ) throws(OpenSSLError) -> [UInt8] {
    guard (minimum...4096).contains(input.count), input.count.isMultiple(of: 8) else {
      throw .withReason(code, "a key to wrap has a multiple of 8 bytes, at least 16")
    }
    guard [16, 24, 32].contains(key.count) else { throw .withReason(code, "AES has keys of 16, 24 or 32 bytes") }
    ERR_clear_error()
    let context = unsafe EVP_CIPHER_CTX_new()
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    unsafe EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW)
    let cipher =
      switch key.count {
      case 16: unsafe EVP_aes_128_wrap()
      case 24: unsafe EVP_aes_192_wrap()
      default: unsafe EVP_aes_256_wrap()
      }
    var output = [UInt8](repeating: 0, count: input.count + 16)
    var count: Int32 = 0
    guard unsafe EVP_CipherInit_ex(context, cipher, nil, key, nil, encrypts ? 1 : 0) == 1,
      unsafe EVP_CipherUpdate(context, &output, &count, input, Int32(clamping: input.count)) == 1,
      Int(count) == (encrypts ? input.count + 8 : input.count - 8)
    else { throw .drained(code) }
    return Array(output.prefix(Int(count)))
  }
}
