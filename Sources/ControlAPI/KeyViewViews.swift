public import Roster

/// What a partner holds to be everybody's keys, beside ours: GET /v1/key-views.
public struct KeyViewSummary: Codable, Hashable, Sendable {
  public var authority: String
  /// agrees, newer, unknown, differs, fork or foreign; none while nothing has come from it.
  public var standing: String
  /// The message that brought it.
  public var statement: String?
  /// The version and the digest of the roster it comes from.
  public var rosterVersion: UInt64?
  public var rosterDigest: String?
  /// When its issuer made it and when it came, in seconds since 1970.
  public var issuedAt: Int64?
  public var receivedAt: Int64?
  /// The roster here that it was held against.
  public var againstVersion: UInt64?
  public var againstDigest: String?
  /// How many keys differ, and the first hundred of them.
  public var differing: Int
  public var differences: [KeyDifferenceView]

  public init(_ authority: AuthorityName, standing: String) {
    self.authority = authority.description
    self.standing = standing
    differing = 0
    differences = []
  }

  /// What was found of a view.
  public init(_ authority: AuthorityName, _ view: KeyView, _ finding: KeyViewFinding) {
    self.init(authority, standing: finding.standing.rawValue)
    rosterVersion = view.version
    rosterDigest = hexadecimal(view.roster)
    issuedAt = view.issuedAt
    againstVersion = finding.version
    againstDigest = finding.roster.map { hexadecimal($0) }
    differing = finding.differences.count
    differences = finding.differences.prefix(100).map(KeyDifferenceView.init)
  }

  enum CodingKeys: String, CodingKey {
    case authority, standing, statement, differing, differences
    case rosterVersion = "roster_version"
    case rosterDigest = "roster_digest"
    case issuedAt = "issued_at"
    case receivedAt = "received_at"
    case againstVersion = "against_version"
    case againstDigest = "against_digest"
  }
}

/// One key in which two views differ: as theirs has it and as ours does; one of them may not list it.
public struct KeyDifferenceView: Codable, Hashable, Sendable {
  public var kid: String
  public var theirs: ViewedKeyView?
  public var ours: ViewedKeyView?

  public init(_ difference: KeyDifference) {
    kid = hexadecimal(difference.kid)
    theirs = difference.theirs.map { ViewedKeyView($0.authority, $0.key) }
    ours = difference.ours.map { ViewedKeyView($0.authority, $0.key) }
  }
}

/// A key as a view of the keys lists it.
public struct ViewedKeyView: Codable, Hashable, Sendable {
  public var authority: String
  public var purpose: String
  /// The COSE Key Thumbprint, in hexadecimal.
  public var kid: String
  /// The number of the officer who holds it.
  public var officer: UInt64?
  /// Of a seal key: whom it opens for.
  public var role: String?
  public var notBefore: Int64
  public var notAfter: Int64
  public var revocations: [RevocationView]
  /// SHA-256 of a transport key's certificate.
  public var certificate: String?

  /// Why a key counts no more, and from when.
  public struct RevocationView: Codable, Hashable, Sendable {
    public var reason: String
    public var effectiveFrom: Int64

    enum CodingKeys: String, CodingKey {
      case reason
      case effectiveFrom = "effective_from"
    }
  }

  public init(_ authority: AuthorityName, _ key: KeyView.Key) {
    self.authority = authority.description
    purpose = key.purpose.rawValue
    kid = hexadecimal(key.kid)
    officer = key.officer
    role = key.role?.rawValue
    notBefore = key.notBefore
    notAfter = key.notAfter
    revocations = key.revocations.map {
      RevocationView(reason: $0.reason.rawValue, effectiveFrom: $0.effectiveFrom)
    }
    certificate = key.certificate.map { hexadecimal($0) }
  }

  enum CodingKeys: String, CodingKey {
    case authority, purpose, kid, officer, role, revocations, certificate
    case notBefore = "not_before"
    case notAfter = "not_after"
  }
}
