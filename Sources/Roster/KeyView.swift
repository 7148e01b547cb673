import OpenSSL

/// What an authority holds to be everybody's keys, as it tells the others (docs/trust.md): those of one roster that it
/// adopted. It is signed as the message that carries it. Whoever was given another roster shows it by its view.
public struct KeyView: Hashable, Sendable {
  public static let mediaType = "application/vnd.amana.key-view+cbor"
  /// Some ten thousands of keys.
  public static let maximumByteCount = 4 << 20
  static let maximumAuthorities = 8192
  static let maximumKeys = 16_384

  /// One key as a view gives it.
  public struct Key: Hashable, Sendable {
    /// The COSE Key Thumbprint (RFC 9679), 32 bytes.
    public let kid: [UInt8]
    public let purpose: KeyPurpose
    /// The number of the officer who holds it; nil for an authority's own.
    public let officer: UInt64?
    /// What a seal key opens; nil for the keys of other purposes.
    public let role: SealRole?
    /// First and last second of validity.
    public let notBefore: UnixTime
    public let notAfter: UnixTime
    /// By time and then by reason, each once.
    public let revocations: [Revocation]
    /// SHA-256 of a transport key's certificate, where the roster gives one.
    public let certificate: [UInt8]?
  }

  /// An authority with its keys and its officers', by kid.
  public struct Holder: Hashable, Sendable {
    public let authority: AuthorityName
    public let keys: [Key]
  }

  public let coalition: String
  public let exercise: Bool
  /// The version of the roster it comes from, and that roster's digest.
  public let version: UInt64
  public let roster: [UInt8]
  public let issuedAt: UnixTime
  /// By name.
  public let authorities: [Holder]

  init(
    coalition: String, exercise: Bool, version: UInt64, roster: [UInt8], issuedAt: UnixTime, authorities: [Holder]
  ) {
    self.coalition = coalition
    self.exercise = exercise
    self.version = version
    self.roster = roster
    self.issuedAt = issuedAt
    self.authorities = authorities
  }

  /// The keys of a roster.
  public init(of roster: VerifiedRoster, at time: UnixTime) {
    let body = roster.body
    self.init(
      coalition: body.coalition, exercise: body.exercise, version: body.version, roster: roster.digest, issuedAt: time,
      authorities: body.authorities.map(Holder.init).sorted { $0.authority < $1.authority })
  }
}

extension KeyView.Holder {
  init(_ authority: Authority) {
    let own = authority.keys.map { KeyView.Key($0, officer: nil) }
    let officers = authority.officers.flatMap { officer in
      officer.keys.map { KeyView.Key($0, officer: officer.number) }
    }
    self.init(
      authority: authority.name, keys: (own + officers).sorted { $0.kid.lexicographicallyPrecedes($1.kid) })
  }
}

extension KeyView.Key {
  init(_ record: KeyRecord, officer: UInt64?) {
    self.init(
      kid: record.kid, purpose: record.purpose, officer: officer, role: record.role, notBefore: record.notBefore,
      notAfter: record.notAfter, revocations: Set(record.revocations).sorted { $0.precedes($1) },
      certificate: record.certificate.map { SHA256.hash($0.der) })
  }
}

extension Revocation {
  /// The order in which a view has them.
  func precedes(_ other: Revocation) -> Bool {
    (effectiveFrom, reason.rawValue) < (other.effectiveFrom, other.reason.rawValue)
  }
}
