import COpenSSL

/// ML-DSA (FIPS 204) is libcrypto's from 3.5 on. It is asked for by name at run time, so that one binary serves older
/// machines too: they keep such a key as bytes, and say that they cannot verify with it.
public enum MLDSA {
  /// Whether the libcrypto this process is linked with has ML-DSA.
  public static let isAvailable: Bool = {
    ERR_clear_error()
    defer { ERR_clear_error() }
    let found = unsafe EVP_SIGNATURE_fetch(nil, KeyType.mlDSA65.name, nil)
    defer { unsafe EVP_SIGNATURE_free(found) }
    return unsafe found != nil
  }()

  /// What is answered where it has not; never "valid".
  public static var absence: String {
    let version = openSSLVersion().split(separator: " ").dropFirst().first.map(String.init) ?? openSSLVersion()
    return "this machine's OpenSSL (\(version)) cannot verify ML-DSA; 3.5 or later does"
  }
}

extension KeyType {
  /// libcrypto's name of a key type that has no group.
  var name: String? {
    switch self {
    case .ed25519: "ED25519"
    case .x25519: "X25519"
    case .mlDSA65: "ML-DSA-65"
    case .mlDSA87: "ML-DSA-87"
    case .p256, .p384, .p521, .rsa: nil
    }
  }

  /// Whether this is a key of a lattice scheme, which older machines cannot use.
  public var isMLDSA: Bool { self == .mlDSA65 || self == .mlDSA87 }

  /// What stands before the raw key in a SubjectPublicKeyInfo (RFC 9881 §4): id-ml-dsa-65 or -87 without parameters,
  /// and the head of the BIT STRING. Empty for other types.
  private var mlDSAHead: [UInt8] {
    guard isMLDSA, let size = coordinateByteCount else { return [] }
    let count = UInt16(clamping: size + 1)
    let algorithm: [UInt8] = [
      0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, self == .mlDSA65 ? 0x12 : 0x13,
    ]
    let whole = UInt16(clamping: algorithm.count + 4 + size + 1)
    return [0x30, 0x82, UInt8(whole >> 8), UInt8(whole & 0xff)] + algorithm
      + [0x03, 0x82, UInt8(count >> 8), UInt8(count & 0xff), 0x00]
  }

  /// The SubjectPublicKeyInfo of a raw ML-DSA key.
  func mlDSASubjectPublicKeyInfo(_ raw: [UInt8]) -> [UInt8] { mlDSAHead + raw }

  /// Type and raw key of a SubjectPublicKeyInfo that is exactly one of an ML-DSA key; nil for any other.
  static func mlDSA(subjectPublicKeyInfo der: [UInt8]) -> (type: KeyType, raw: [UInt8])? {
    for type in [KeyType.mlDSA65, .mlDSA87] where der.starts(with: type.mlDSAHead) {
      let raw = Array(der.dropFirst(type.mlDSAHead.count))
      if raw.count == type.coordinateByteCount { return (type, raw) }
    }
    return nil
  }
}

/// The reason why a private key could not be read, when it is an ML-DSA key and this libcrypto has none.
func mlDSAReadRefusal(pem: [UInt8], secret: [CChar]) -> OpenSSLError? {
  guard !MLDSA.isAvailable else { return nil }
  let bio = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count))
  defer { unsafe BIO_free(bio) }
  var name = [CChar](repeating: 0, count: 64)
  guard unsafe amana_pkcs8_algorithm(bio, secret, &name, Int32(clamping: name.count)) == 1 else { return nil }
  let object = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  guard ["2.16.840.1.101.3.4.3.17", "2.16.840.1.101.3.4.3.18", "2.16.840.1.101.3.4.3.19"].contains(object) else {
    return nil
  }
  return .withReason(.unsupportedKey, MLDSA.absence)
}
