import COpenSSL

extension KeyType {
  /// Whether keys of this type agree on a secret (ECDH).
  public var agrees: Bool { group != nil || self == .x25519 }
}

extension PrivateKey {
  /// The shared secret with another key of the same type: the x coordinate (EC) or the 32 bytes of X25519. A point of
  /// low order, whose secret is all zeros and known to everyone, is refused.
  public func agree(with peer: PublicKey) throws(OpenSSLError) -> [UInt8] {
    guard type.agrees, type == peer.type, let other = unsafe peer.pointer else {
      throw .withReason(.agree, "a \(type.rawValue) key cannot agree with a \(peer.type.rawValue) key")
    }
    let size = type.coordinateByteCount ?? 0
    let secret = try unsafe use { (pointer, library) throws(OpenSSLError) in
      try unsafe derive(pointer, other, size, library)
    }
    guard secret.contains(where: { $0 != 0 }) else { throw .withReason(.agree, "the secret is all zeros") }
    return secret
  }
}

private func derive(_ own: OpaquePointer, _ peer: OpaquePointer, _ size: Int, _ library: ProviderContext?)
  throws(OpenSSLError) -> [UInt8]
{
  ERR_clear_error()
  let context = unsafe EVP_PKEY_CTX_new_from_pkey(library?.pointer, own, library?.place.query)
  defer { unsafe EVP_PKEY_CTX_free(context) }
  guard unsafe EVP_PKEY_derive_init(context) == 1, unsafe EVP_PKEY_derive_set_peer(context, peer) == 1 else {
    throw .drained(.agree)
  }
  var count = size
  var secret = [UInt8](repeating: 0, count: size)
  guard unsafe EVP_PKEY_derive(context, &secret, &count) == 1, count == size else { throw .drained(.agree) }
  return secret
}

/// HKDF with SHA-256 (RFC 5869). An empty salt is the same as none.
public func hkdfSHA256(secret: [UInt8], salt: [UInt8], info: [UInt8], count: Int) throws(OpenSSLError) -> [UInt8] {
  guard (1...255 * SHA256.byteCount).contains(count) else {
    throw .withReason(.deriveKey, "HKDF gives 1 to 8160 bytes")
  }
  let none = [UInt8](repeating: 0, count: SHA256.byteCount)
  let key = try hmacSHA256(key: salt.isEmpty ? none : salt, message: secret)
  var output: [UInt8] = []
  var block: [UInt8] = []
  while output.count < count {
    block = try hmacSHA256(key: key, message: block + info + [UInt8(output.count / SHA256.byteCount + 1)])
    output += block
  }
  return Array(output.prefix(count))
}
