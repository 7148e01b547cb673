/// Who holds somebody now, and the statements that say so: GET /v1/questions/custody and GET /v1/questions/chain.
public struct PersonView: Codable, Hashable, Sendable {
  public var subject: String
  public var kind: String
  /// From the identity annex, for those who hold it.
  public var reference: String?
  public var name: String?
  public var custodian: String
  /// held, released, missing, suspended, ended or contested.
  public var phase: String
  /// To whom it is released, answer not yet seen.
  public var releasedTo: String?
  public var acceptBy: Int64?
  public var overdue: Bool
  /// Where the custodian took them in.
  public var site: String?
  /// When that occurred.
  public var since: String?
  /// Of a contested line.
  public var claimants: [String]?
  /// Whose log was restored, where that alone is why the line is contested; and the phase as far as it is known.
  public var restored: String?
  public var known: String?
  /// What is on record last of what befell them, and the statement that says so.
  public var incident: String?
  public var incidentStatement: String?
  /// The statement whose manifest holds this line last, and its number there.
  public var statement: String
  public var line: Int
  /// Whether the chain is known from its beginning and nobody contests it.
  public var unbroken: Bool
  /// The newest checkpoint of this log: its size, and when it was signed.
  public var size: UInt64
  public var asOf: Int64?
  /// Whether everything that is shown holds.
  public var holds: Bool
  /// In the order of this log.
  public var steps: [StepView]

  public init(
    subject: String, kind: String, reference: String? = nil, name: String? = nil, custodian: String, phase: String,
    releasedTo: String? = nil, acceptBy: Int64? = nil, overdue: Bool, site: String? = nil, since: String? = nil,
    claimants: [String]? = nil, restored: String? = nil, known: String? = nil, incident: String? = nil,
    incidentStatement: String? = nil, statement: String,
    line: Int, unbroken: Bool, size: UInt64, asOf: Int64? = nil, holds: Bool, steps: [StepView]
  ) {
    self.subject = subject
    self.kind = kind
    self.reference = reference
    self.name = name
    self.custodian = custodian
    self.phase = phase
    self.releasedTo = releasedTo
    self.acceptBy = acceptBy
    self.overdue = overdue
    self.site = site
    self.since = since
    self.claimants = claimants
    self.restored = restored
    self.known = known
    self.incident = incident
    self.incidentStatement = incidentStatement
    self.statement = statement
    self.line = line
    self.unbroken = unbroken
    self.size = size
    self.asOf = asOf
    self.holds = holds
    self.steps = steps
  }

  enum CodingKeys: String, CodingKey {
    case subject, kind, reference, name, custodian, phase, overdue, site, since, claimants, restored, known, incident,
      statement, line
    case unbroken, size, holds, steps
    case releasedTo = "released_to"
    case acceptBy = "accept_by"
    case incidentStatement = "incident_statement"
    case asOf = "as_of"
  }
}

/// A statement about somebody, checked again from its bytes.
public struct StepView: Codable, Hashable, Sendable {
  /// Somebody's signature under it.
  public struct Signature: Codable, Hashable, Sendable {
    /// The authority, "officer 3" of it, or "-" where nobody is known.
    public var by: String
    /// authority, officer, medical, witness, person, child-protection or authority-pq.
    public var role: String
    public var algorithm: String?
    public var holds: Bool
    /// Why it does not.
    public var why: String?

    public init(by: String, role: String, algorithm: String? = nil, holds: Bool, why: String? = nil) {
      self.by = by
      self.role = role
      self.algorithm = algorithm
      self.holds = holds
      self.why = why
    }
  }

  /// A log's receipt for it.
  public struct Receipt: Codable, Hashable, Sendable {
    public var origin: String
    public var issuedAt: Int64
    public var holds: Bool

    public init(origin: String, issuedAt: Int64, holds: Bool) {
      self.origin = origin
      self.issuedAt = issuedAt
      self.holds = holds
    }

    enum CodingKeys: String, CodingKey {
      case origin, holds
      case issuedAt = "issued_at"
    }
  }

  public var statement: String
  public var recordID: String
  public var index: UInt64
  public var event: String
  /// What it says of this line: an outcome, what befell them.
  public var says: String?
  /// The line's number in its manifest; absent where that is not here.
  public var line: Int?
  /// Whether it is a step of the custody chain.
  public var moves: Bool
  public var issuer: String
  public var from: String?
  public var to: String?
  public var occurredAt: String
  public var registeredAt: Int64
  /// Where it took them in.
  public var site: String?
  public var flags: [Problem.Failing]
  public var signatures: [Signature]
  public var receipts: [Receipt]
  /// Its leaf in this log's tree, proven within the newest checkpoint; absent while that does not cover it.
  public var leaf: UInt64?
  /// held: its lines are here and are those that it signed; none: it has no lines of its own; absent: they are not here.
  public var manifest: String
  public var holds: Bool
  /// What does not hold, English.
  public var problems: [String]

  public init(
    statement: String, recordID: String, index: UInt64, event: String, says: String? = nil, line: Int? = nil,
    moves: Bool, issuer: String, from: String? = nil, to: String? = nil, occurredAt: String, registeredAt: Int64,
    site: String? = nil, flags: [Problem.Failing], signatures: [Signature], receipts: [Receipt], leaf: UInt64? = nil,
    manifest: String, holds: Bool, problems: [String]
  ) {
    self.statement = statement
    self.recordID = recordID
    self.index = index
    self.event = event
    self.says = says
    self.line = line
    self.moves = moves
    self.issuer = issuer
    self.from = from
    self.to = to
    self.occurredAt = occurredAt
    self.registeredAt = registeredAt
    self.site = site
    self.flags = flags
    self.signatures = signatures
    self.receipts = receipts
    self.leaf = leaf
    self.manifest = manifest
    self.holds = holds
    self.problems = problems
  }

  enum CodingKeys: String, CodingKey {
    case statement, index, event, says, line, moves, issuer, from, to, site, flags, signatures, receipts, leaf
    case manifest, holds, problems
    case recordID = "record_id"
    case occurredAt = "occurred_at"
    case registeredAt = "registered_at"
  }
}
