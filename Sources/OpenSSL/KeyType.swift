/// The key types this project signs or verifies with, each with the sizes that make it recognisable.
public enum KeyType: String, Sendable, CaseIterable {
  case p256, p384, p521, ed25519, rsa, x25519
  case mlDSA65 = "ml-dsa-65"
  case mlDSA87 = "ml-dsa-87"

  /// libcrypto's name of the elliptic curve group, for EC keys.
  var group: String? {
    switch self {
    case .p256: "prime256v1"
    case .p384: "secp384r1"
    case .p521: "secp521r1"
    case .ed25519, .rsa, .x25519, .mlDSA65, .mlDSA87: nil
    }
  }

  /// Bytes of one coordinate (EC) or of the raw public key (Ed25519, X25519, ML-DSA); nil for RSA.
  public var coordinateByteCount: Int? {
    switch self {
    case .p256, .ed25519, .x25519: 32
    case .p384: 48
    case .p521: 66
    case .mlDSA65: 1952
    case .mlDSA87: 2592
    case .rsa: nil
    }
  }
}

/// How a signature is made: the scheme and its hash. The key's type must fit.
public enum SignatureScheme: Sendable, Equatable {
  case ecdsaSHA256, ecdsaSHA384, ecdsaSHA512, ed25519, rsaPSSSHA256, mlDSA
}
