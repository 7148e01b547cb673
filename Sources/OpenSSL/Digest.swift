import COpenSSL

/// SHA-256 (FIPS 180-4), one-shot and streaming.
public enum SHA256 {
  public static let byteCount = 32

  /// The 32-byte digest of one piece of memory.
  public static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finish()
  }
}

/// A running SHA-256 computation that owns its context.
@safe public struct SHA256Hasher: ~Copyable {
  private let context: OpaquePointer?

  public init() {
    unsafe context = EVP_MD_CTX_new()
    _ = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Feeds bytes without copying them when they are contiguous.
  public mutating func update(_ bytes: some Collection<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
      _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
    if done == nil {
      let copy = Array(bytes)
      unsafe copy.withUnsafeBytes { _ = unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }
  }

  /// The 32-byte digest; the computation ends here.
  public consuming func finish() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
      var length: UInt32 = 0
      // A failing digest is a broken provider: an all-zero or stale result must never pass for one.
      let result = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
      precondition(result == 1 && length == 32, "libcrypto could not compute SHA-256")
      count = SHA256.byteCount
    }
  }
}

/// HMAC-SHA-256 (RFC 2104), 32 bytes.
public func hmacSHA256(key: [UInt8], message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
  ERR_clear_error()
  var length: UInt32 = 0
  let mac = unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
    let result = unsafe HMAC(
      EVP_sha256(), key, Int32(clamping: key.count), message, message.count, buffer.baseAddress, &length)
    count = unsafe result == nil ? 0 : Int(length)
  }
  guard mac.count == 32 else { throw .drained(.mac) }
  return mac
}

/// `count` bytes from libcrypto's random generator.
public func randomBytes(_ count: Int) throws(OpenSSLError) -> [UInt8] {
  ERR_clear_error()
  var bytes = [UInt8](repeating: 0, count: count)
  guard unsafe RAND_bytes(&bytes, Int32(clamping: count)) == 1 else { throw .drained(.random) }
  return bytes
}

/// Compares two secrets or digests in time that depends on their length only.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  unsafe left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
