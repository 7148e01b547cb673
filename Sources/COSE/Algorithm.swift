public import OpenSSL

/// COSE algorithm identifiers this project knows (RFC 9053, RFC 9864).
public enum Algorithm: Int64, Sendable, CaseIterable {
  case es256 = -7
  case edDSA = -8
  case esp256 = -9
  case ed25519 = -19
  case es384 = -35
  case es512 = -36
  case ps256 = -37
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

  /// What a key of this type signs with: the fully-specified identifiers of RFC 9864.
  public static func preferred(for type: KeyType) -> Algorithm? {
    switch type {
    case .p256: .esp256
    case .p384: .esp384
    case .ed25519: .ed25519
    case .p521, .rsa, .x25519: nil
    }
  }
}
