import COpenSSL

/// A public key held by libcrypto.
/// Unchecked Sendable: the EVP_PKEY is never changed after initialisation and libcrypto's reference count is atomic.
@safe public final class PublicKey: @unchecked Sendable, Hashable {
  /// Nil for a key of a type that this machine's libcrypto does not have: it is kept, and verifies nothing.
  let pointer: OpaquePointer?
  public let type: KeyType
  /// SubjectPublicKeyInfo, DER (RFC 5280 §4.1.2.7): the key's identity for equality and files.
  public let subjectPublicKeyInfo: [UInt8]

  /// Takes ownership of `pointer`.
  init(owning pointer: OpaquePointer) throws(OpenSSLError) {
    do throws(OpenSSLError) {
      let found = try unsafe keyType(of: pointer)
      let encoded = try unsafe encodeSubjectPublicKeyInfo(pointer)
      guard isNamedCurveAndUncompressed(encoded, found) else {
        throw OpenSSLError.withReason(.unsupportedKey, "an EC key must have a named curve and an uncompressed point")
      }
      unsafe self.pointer = pointer
      type = found
      subjectPublicKeyInfo = encoded
    } catch {
      unsafe EVP_PKEY_free(pointer)
      throw error
    }
  }

  /// An ML-DSA key of its raw form, which is kept where libcrypto cannot use it.
  private init(mlDSA type: KeyType, raw: [UInt8]) throws(OpenSSLError) {
    guard raw.count == type.coordinateByteCount else {
      throw .withReason(.readKey, "expected \(type.coordinateByteCount ?? 0) bytes")
    }
    ERR_clear_error()
    let key = unsafe MLDSA.isAvailable ? EVP_PKEY_new_raw_public_key_ex(nil, type.name, nil, raw, raw.count) : nil
    guard unsafe key != nil || !MLDSA.isAvailable else { throw .drained(.readKey) }
    unsafe pointer = key
    self.type = type
    subjectPublicKeyInfo = type.mlDSASubjectPublicKeyInfo(raw)
  }

  deinit { unsafe EVP_PKEY_free(pointer) }

  /// Reads SubjectPublicKeyInfo DER with nothing after it. The point must lie on its curve.
  public convenience init(subjectPublicKeyInfo der: [UInt8]) throws(OpenSSLError) {
    if let (type, raw) = KeyType.mlDSA(subjectPublicKeyInfo: der) {
      try self.init(mlDSA: type, raw: raw)
      return
    }
    ERR_clear_error()
    var consumed = 0
    let key = unsafe der.withUnsafeBufferPointer { buffer in
      var cursor = buffer.baseAddress
      let key = unsafe d2i_PUBKEY(nil, &cursor, buffer.count)
      if let start = buffer.baseAddress, let end = unsafe cursor { consumed = unsafe end - start }
      return unsafe key
    }
    guard let key = unsafe key else { throw .drained(.readKey) }
    guard consumed == der.count else {
      unsafe EVP_PKEY_free(key)
      throw .withReason(.readKey, "bytes after the key")
    }
    try unsafe self.init(owning: key)
  }

  /// From the raw form: X‖Y for EC (each coordinate of the curve's fixed length), 32 bytes for Ed25519 and X25519, 1952
  /// or 2592 for ML-DSA.
  public convenience init(type: KeyType, raw: [UInt8]) throws(OpenSSLError) {
    if type.isMLDSA {
      try self.init(mlDSA: type, raw: raw)
      return
    }
    ERR_clear_error()
    let key: OpaquePointer?
    if let group = type.group, let size = type.coordinateByteCount {
      guard raw.count == 2 * size else { throw .withReason(.readKey, "expected \(2 * size) bytes of x and y") }
      let point = [4] + raw
      unsafe key = amana_import_ec_public(group, point, point.count)
    } else if type == .ed25519 || type == .x25519 {
      guard raw.count == 32 else { throw .withReason(.readKey, "expected 32 bytes") }
      unsafe key = EVP_PKEY_new_raw_public_key(
        type == .ed25519 ? NID_ED25519 : NID_X25519, nil, raw, raw.count)
    } else {
      throw .withReason(.unsupportedKey, "an RSA key has no raw form")
    }
    guard let key = unsafe key else { throw .drained(.readKey) }
    if type.group != nil, unsafe amana_check_public(key) != 1 {
      unsafe EVP_PKEY_free(key)
      throw .drained(.readKey)
    }
    try unsafe self.init(owning: key)
  }

  /// PEM "PUBLIC KEY" text; one with an encryption header is refused and nothing ever prompts.
  public convenience init(pem: [UInt8]) throws(OpenSSLError) {
    try self.init(subjectPublicKeyInfo: pemContent(pem, names: [PEM_STRING_PUBLIC], .readKey))
  }

  /// Whether this machine's libcrypto can verify with it: not an ML-DSA key before OpenSSL 3.5.
  public var isUsableHere: Bool { unsafe pointer != nil }

  /// X‖Y for EC, the raw bytes for Ed25519, X25519 and ML-DSA; nil for RSA.
  public var raw: [UInt8]? {
    guard let size = type.coordinateByteCount else { return nil }
    // In each of these types the raw key is the tail of its SubjectPublicKeyInfo.
    return Array(subjectPublicKeyInfo.suffix(type.group == nil ? size : 2 * size))
  }

  public static func == (left: PublicKey, right: PublicKey) -> Bool {
    left.subjectPublicKeyInfo == right.subjectPublicKeyInfo
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(subjectPublicKeyInfo) }
}

func keyType(of key: OpaquePointer) throws(OpenSSLError) -> KeyType {
  if unsafe amana_pkey_is_a(key, "ED25519") == 1 { return .ed25519 }
  if unsafe amana_pkey_is_a(key, "X25519") == 1 { return .x25519 }
  if let lattice = [KeyType.mlDSA65, .mlDSA87].first(where: { unsafe amana_pkey_is_a(key, $0.name) == 1 }) {
    return lattice
  }
  if unsafe amana_pkey_is_a(key, "RSA") == 1 || amana_pkey_is_a(key, "RSA-PSS") == 1 {
    guard unsafe amana_pkey_bits(key) >= 2048 else { throw .withReason(.unsupportedKey, "an RSA key under 2048 bits") }
    return .rsa
  }
  var name = [CChar](repeating: 0, count: 64)
  if unsafe amana_pkey_is_a(key, "EC") == 1, unsafe amana_pkey_group(key, &name, name.count) == 1 {
    let group = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if let found = KeyType.allCases.first(where: { $0.group == group }) { return found }
    throw .withReason(.unsupportedKey, "elliptic curve \(group)")
  }
  throw .withReason(.unsupportedKey, "neither EC, Ed25519, X25519, ML-DSA-65, ML-DSA-87 nor RSA")
}

/// libcrypto keeps a compressed or hybrid point and explicit curve parameters as they came, which would give one key
/// several identities and a `raw` that is no key; RFC 5480 wants the curve named.
private func isNamedCurveAndUncompressed(_ subjectPublicKeyInfo: [UInt8], _ type: KeyType) -> Bool {
  guard let size = type.coordinateByteCount, type.group != nil else { return true }
  let count = type == .p256 ? 91 : type == .p384 ? 120 : 158
  return subjectPublicKeyInfo.count == count && subjectPublicKeyInfo[count - 1 - 2 * size] == 4
}

func encodeSubjectPublicKeyInfo(_ key: OpaquePointer) throws(OpenSSLError) -> [UInt8] {
  ERR_clear_error()
  var start: UnsafeMutablePointer<UInt8>?
  let length = unsafe i2d_PUBKEY(key, &start)
  defer { unsafe amana_free(start) }
  guard length > 0, let start = unsafe start else { throw .drained(.encodeKey) }
  return unsafe Array(UnsafeBufferPointer(start: start, count: Int(length)))
}
