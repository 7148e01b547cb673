import COSE
public import OpenSSL

/// Whether a member, authority or officer takes part now. Ending erases nothing.
public enum Participation: String, Sendable { case active, suspended, departed }

/// What an authority is in the coalition's work.
public enum AuthorityRole: String, Sendable { case custodian, carrier, observer }

/// What an authority may do (custody.md, Actors).
public struct Competence: Hashable, Sendable {
  /// Custody kinds, e.g. "detainee-transfer".
  public let kinds: [String]
  /// Site codes it is responsible for; empty means no site is named.
  public let sites: [String]
  public let mayRelease: Bool
  public let mayAccept: Bool
  public let mayCarry: Bool
  /// Signing level, 0 (lowest) to 9.
  public let level: UInt64

  public init(
    kinds: [String], sites: [String], mayRelease: Bool, mayAccept: Bool, mayCarry: Bool, level: UInt64
  ) {
    self.kinds = kinds
    self.sites = sites
    self.mayRelease = mayRelease
    self.mayAccept = mayAccept
    self.mayCarry = mayCarry
    self.level = level
  }
}

/// A person known to the roster by an opaque number and roles only, with keys of their own.
public struct Officer: Hashable, Sendable {
  public let number: UInt64
  public let roles: [String]
  public let status: Participation
  public let keys: [KeyRecord]

  public init(number: UInt64, roles: [String], status: Participation = .active, keys: [KeyRecord]) {
    self.number = number
    self.roles = roles
    self.status = status
    self.keys = keys
  }

  /// The same officer with other records of keys.
  public func with(keys: [KeyRecord]) -> Officer { Officer(number: number, roles: roles, status: status, keys: keys) }
}

/// A member: a State or an organisation, by its own registry key; the ISO code is an attribute.
public struct Member: Hashable, Sendable {
  public let key: String
  /// ISO 3166-1 alpha-3, where there is one.
  public let iso3: String?
  /// Names by BCP 47 tag.
  public let names: [String: String]
  public let status: Participation

  public init(key: String, iso3: String?, names: [String: String], status: Participation = .active) {
    self.key = key
    self.iso3 = iso3
    self.names = names
    self.status = status
  }
}

/// How one authority follows another that ended (custody.md, the serialization rule): its log is sealed at a checkpoint.
public struct Succession: Hashable, Sendable {
  /// Whom it follows.
  public let predecessor: AuthorityName
  /// The predecessor's final checkpoint, a signed note (C2SP tlog-checkpoint).
  public let finalCheckpoint: [UInt8]
  /// From when on nothing that the predecessor signs counts by itself, in seconds since 1970.
  public let effectiveFrom: UnixTime

  public init(predecessor: AuthorityName, finalCheckpoint: [UInt8], effectiveFrom: UnixTime) {
    self.predecessor = predecessor
    self.finalCheckpoint = finalCheckpoint
    self.effectiveFrom = effectiveFrom
  }
}

/// Certificates that an authority's State vouches with (RFC 5280), where it runs a PKI.
public struct Anchors: Hashable, Sendable {
  /// Certification authorities whose paths end in certificates that sign Statements.
  public let statements: [Certificate]
  /// Those of its time stamping authority (RFC 3161).
  public let timestamps: [Certificate]

  public init(statements: [Certificate] = [], timestamps: [Certificate] = []) {
    self.statements = statements
    self.timestamps = timestamps
  }

  public static let none = Anchors()
}

/// An organ of a member: it runs a daemon, which is a log.
public struct Authority: Hashable, Sendable {
  public let name: AuthorityName
  /// Its URI: the `iss` of everything it signs. Without the scheme it begins its logs' origins.
  public let uri: String
  public let names: [String: String]
  public let role: AuthorityRole
  public let status: Participation
  public let competence: Competence
  public let keys: [KeyRecord]
  public let officers: [Officer]
  public let anchors: Anchors
  public let succeeds: Succession?
  /// Who witnesses its logs; nil where nobody is named.
  public let witnessing: Witnessing?

  public init(
    name: AuthorityName, uri: String, names: [String: String], role: AuthorityRole, status: Participation = .active,
    competence: Competence, keys: [KeyRecord], officers: [Officer], anchors: Anchors = .none,
    succeeds: Succession? = nil, witnessing: Witnessing? = nil
  ) {
    self.name = name
    self.uri = uri
    self.names = names
    self.role = role
    self.status = status
    self.competence = competence
    self.keys = keys
    self.officers = officers
    self.anchors = anchors
    self.succeeds = succeeds
    self.witnessing = witnessing
  }

  /// The same authority with other records of keys.
  public func with(keys: [KeyRecord], officers: [Officer]) -> Authority {
    Authority(
      name: name, uri: uri, names: names, role: role, status: status, competence: competence, keys: keys,
      officers: officers, anchors: anchors, succeeds: succeeds, witnessing: witnessing)
  }

  /// The URI without its scheme.
  var bareURI: String {
    let parts = uri.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 ? String(parts[2]) : uri
  }

  /// The origin of its log's epoch, counted from 1 (C2SP tlog-checkpoint): the URI without scheme, "/log/", epoch.
  public func origin(epoch: UInt64) -> String { "\(bareURI)/log/\(epoch)" }

  /// Which epoch of this authority's log an origin names; nil when it names none.
  public func epoch(ofOrigin text: String) -> UInt64? {
    guard let slash = text.lastIndex(of: "/"), let epoch = UInt64(text[text.index(after: slash)...]), epoch > 0,
      sameBytes(origin(epoch: epoch), text)
    else { return nil }
    return epoch
  }

  /// Whether an origin names one of this authority's logs.
  public func owns(origin text: String) -> Bool { epoch(ofOrigin: text) != nil }
}
