/// GET /v1/status.
public struct StatusView: Codable, Hashable, Sendable {
  public struct Count: Codable, Hashable, Sendable {
    public var custodian: String
    public var phase: String
    public var to: String?
    public var lines: Int

    public init(custodian: String, phase: String, to: String?, lines: Int) {
      self.custodian = custodian
      self.phase = phase
      self.to = to
      self.lines = lines
    }
  }

  public struct Alarm: Codable, Hashable, Sendable {
    public var code: String
    public var detail: String
    public var raisedAt: Int64

    public init(code: String, detail: String, raisedAt: Int64) {
      self.code = code
      self.detail = detail
      self.raisedAt = raisedAt
    }

    enum CodingKeys: String, CodingKey {
      case code, detail
      case raisedAt = "raised_at"
    }
  }

  /// What a partner proposed and this authority has not answered.
  public struct Proposal: Codable, Hashable, Sendable {
    public var statement: String
    /// offer or recall.
    public var event: String
    public var from: String
    public var lines: Int

    public init(statement: String, event: String, from: String, lines: Int) {
      self.statement = statement
      self.event = event
      self.from = from
      self.lines = lines
    }
  }

  /// What one peer has not got.
  public struct Undelivered: Codable, Hashable, Sendable {
    public var peer: String
    /// On their way.
    public var open: Int
    /// Those that it will not take.
    public var refused: Int
    /// Since when the oldest is due, in seconds since 1970.
    public var since: Int64

    public init(peer: String, open: Int, refused: Int, since: Int64) {
      self.peer = peer
      self.open = open
      self.refused = refused
      self.since = since
    }
  }

  /// How far the log is cosigned by the witnesses that the roster names for it.
  public struct Witnesses: Codable, Hashable, Sendable {
    /// How many are named; 0 where nobody is.
    public var named: Int
    /// How many of them must cosign a checkpoint.
    public var quorum: UInt64
    /// How many have cosigned the newest one.
    public var cosigned: Int
    /// The size of the newest one that enough have cosigned; 0 while there is none.
    public var size: UInt64
    /// When the last of those did, in seconds since 1970; 0 while there is none.
    public var at: Int64

    public init(named: Int, quorum: UInt64, cosigned: Int, size: UInt64, at: Int64) {
      self.named = named
      self.quorum = quorum
      self.cosigned = cosigned
      self.size = size
      self.at = at
    }

    /// Nobody is named.
    public static let none = Witnesses(named: 0, quorum: 0, cosigned: 0, size: 0, at: 0)
  }

  public var authority: String
  public var member: String
  public var exercise: Bool
  public var origin: String
  public var size: UInt64
  /// Root of the log at that size, in hexadecimal.
  public var root: String
  public var rosterVersion: UInt64
  public var rosterDigest: String
  public var rosterStale: Bool
  /// Whether two approvals must come from two local users.
  public var twoUsers: Bool
  public var custody: [Count]
  public var overdue: Int
  public var waiting: Int
  public var alarms: [Alarm]
  /// Offers and recalls that wait for this authority's answer, oldest first, at most 1000.
  public var proposals: [Proposal]
  /// Peers for whom a statement has no verified receipt yet.
  public var undelivered: [Undelivered]
  /// What this authority must tell others of people.
  public var duties: Duties
  /// Statements of partners of which something has not arrived; the list shows them with `state=incomplete`.
  public var incomplete: Int
  /// When the checkpoint of that size and root was signed, in seconds since 1970.
  public var asOf: Int64?
  public var witnesses: Witnesses

  public init(
    authority: String, member: String, exercise: Bool, origin: String, size: UInt64, root: String,
    rosterVersion: UInt64, rosterDigest: String, rosterStale: Bool, twoUsers: Bool, custody: [Count], overdue: Int,
    waiting: Int, alarms: [Alarm], proposals: [Proposal], undelivered: [Undelivered], incomplete: Int,
    duties: Duties = Duties(open: 0, overdue: 0), asOf: Int64? = nil, witnesses: Witnesses = .none
  ) {
    self.witnesses = witnesses
    self.duties = duties
    self.undelivered = undelivered
    self.incomplete = incomplete
    self.authority = authority
    self.member = member
    self.exercise = exercise
    self.origin = origin
    self.size = size
    self.root = root
    self.rosterVersion = rosterVersion
    self.rosterDigest = rosterDigest
    self.rosterStale = rosterStale
    self.twoUsers = twoUsers
    self.custody = custody
    self.overdue = overdue
    self.waiting = waiting
    self.alarms = alarms
    self.proposals = proposals
    self.asOf = asOf
  }

  enum CodingKeys: String, CodingKey {
    case authority, member, exercise, origin, size, root, custody, overdue, waiting, alarms, proposals, undelivered
    case incomplete, duties, witnesses
    case asOf = "as_of"
    case rosterVersion = "roster_version"
    case rosterDigest = "roster_digest"
    case rosterStale = "roster_stale"
    case twoUsers = "two_users"
  }
}
