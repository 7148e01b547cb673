public import OpenSSL

/// COSE algorithm identifiers this project knows (RFC 9053, RFC 9864, RFC 9964).
public enum Algorithm: Int64, Sendable, CaseIterable {
  case es256 = -7
  case edDSA = -8
  case esp256 = -9
  case ed25519 = -19
  case es384 = -35
  case es512 = -36
  case ps256 = -37
  /// RFC 9964.
  case mlDSA65 = -49
  case mlDSA87 = -50
  case esp384 = -51

  /// The signature scheme if this algorithm may be used with such a key, by the letter of its RFC: the older ECDSA
  /// ids fix the hash and leave the curve open, the RFC 9864 ids fix both.
  public func scheme(for type: KeyType) -> SignatureScheme? {
    switch (self, type) {
    case (.es256, .p256), (.es256, .p384), (.es256, .p521), (.esp256, .p256): .ecdsaSHA256
    case (.es384, .p256), (.es384, .p384), (.es384, .p521), (.esp384, .p384): .ecdsaSHA384
    case (.es512, .p256), (.es512, .p384), (.es512, .p521): .ecdsaSHA512
    case (.edDSA, .ed25519), (.ed25519, .ed25519): .ed25519
    case (.ps256, .rsa): .rsaPSSSHA256
    case (.mlDSA65, .mlDSA65), (.mlDSA87, .mlDSA87): .mlDSA
    default: nil
    }
  }

  /// Stricter, for Statements, approvals, receipts and rosters: one curve for each hash.
  public func statementScheme(for type: KeyType) -> SignatureScheme? {
    switch (self, type) {
    case (.es256, .p384), (.es256, .p521), (.es384, .p256), (.es384, .p521), (.es512, .p256), (.es512, .p384): nil
    default: scheme(for: type)
    }
  }

  /// Whether this is a lattice scheme, which older machines cannot verify.
  public var isMLDSA: Bool { self == .mlDSA65 || self == .mlDSA87 }

  /// What a key of this type signs with: the fully-specified identifiers of RFC 9864 and RFC 9964.
  public static func preferred(for type: KeyType) -> Algorithm? {
    switch type {
    case .p256: .esp256
    case .p384: .esp384
    case .ed25519: .ed25519
    case .mlDSA65: .mlDSA65
    case .mlDSA87: .mlDSA87
    case .p521, .rsa, .x25519: nil
    }
  }

  /// Its name in IANA's registry of COSE algorithms.
  public var name: String {
    switch self {
    case .es256: "ES256"
    case .edDSA: "EdDSA"
    case .esp256: "ESP256"
    case .ed25519: "Ed25519"
    case .es384: "ES384"
    case .es512: "ES512"
    case .ps256: "PS256"
    case .mlDSA65: "ML-DSA-65"
    case .mlDSA87: "ML-DSA-87"
    case .esp384: "ESP384"
    }
  }
}
