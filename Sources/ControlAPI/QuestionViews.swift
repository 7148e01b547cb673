/// A release on the road: GET /v1/questions/transit. Nobody's name.
public struct InTransitView: Codable, Hashable, Sendable {
  public var statement: String
  public var recordID: String
  public var caseID: String?
  public var index: UInt64
  /// release or redirect.
  public var event: String
  public var kind: String?
  /// Who stays responsible, and who decides.
  public var custodian: String
  public var to: String
  public var occurredAt: String
  /// Seconds since 1970.
  public var acceptBy: Int64?
  public var overdue: Bool
  /// How long it has been; absent while it is not.
  public var overdueSeconds: Int64?
  /// Lines that nobody has answered, and of how many; absent while the lines are not here.
  public var lines: Int?
  public var released: Int?
  /// How many of these are contested.
  public var contested: Int

  public init(
    statement: String, recordID: String, caseID: String? = nil, index: UInt64, event: String, kind: String? = nil,
    custodian: String, to: String, occurredAt: String, acceptBy: Int64? = nil, overdue: Bool,
    overdueSeconds: Int64? = nil, lines: Int? = nil, released: Int? = nil, contested: Int
  ) {
    self.statement = statement
    self.recordID = recordID
    self.caseID = caseID
    self.index = index
    self.event = event
    self.kind = kind
    self.custodian = custodian
    self.to = to
    self.occurredAt = occurredAt
    self.acceptBy = acceptBy
    self.overdue = overdue
    self.overdueSeconds = overdueSeconds
    self.lines = lines
    self.released = released
    self.contested = contested
  }

  enum CodingKeys: String, CodingKey {
    case statement, index, event, kind, custodian, to, overdue, lines, released, contested
    case recordID = "record_id"
    case caseID = "case_id"
    case occurredAt = "occurred_at"
    case acceptBy = "accept_by"
    case overdueSeconds = "overdue_seconds"
  }
}

/// A line of a release that somebody has to look after: GET /v1/questions/unresolved.
public struct UnresolvedView: Codable, Hashable, Sendable {
  /// The release, and the line's number there; absent where the lines of that release are not here.
  public var statement: String
  public var line: Int?
  public var subject: String?
  /// From the identity annex, for those who hold it.
  public var reference: String?
  public var name: String?
  /// waiting, overdue, missing, suspended or contested; absent where the lines of the release are not here.
  public var why: String
  public var custodian: String
  public var releasedTo: String?
  public var acceptBy: Int64?
  /// How the release was answered, if it was.
  public var answer: String?
  public var claimants: [String]?
  /// Whose log was restored, where that alone is why the line is contested.
  public var restored: String?
  /// What is on record last of what befell them, and the statement that says so.
  public var incident: String?
  public var incidentStatement: String?

  public init(
    statement: String, line: Int? = nil, subject: String? = nil, reference: String? = nil, name: String? = nil,
    why: String,
    custodian: String, releasedTo: String? = nil, acceptBy: Int64? = nil, answer: String? = nil,
    claimants: [String]? = nil, restored: String? = nil, incident: String? = nil,
    incidentStatement: String? = nil
  ) {
    self.statement = statement
    self.line = line
    self.subject = subject
    self.reference = reference
    self.name = name
    self.why = why
    self.custodian = custodian
    self.releasedTo = releasedTo
    self.acceptBy = acceptBy
    self.answer = answer
    self.claimants = claimants
    self.restored = restored
    self.incident = incident
    self.incidentStatement = incidentStatement
  }

  enum CodingKeys: String, CodingKey {
    case statement, line, subject, reference, name, why, custodian, answer, claimants, restored, incident
    case releasedTo = "released_to"
    case acceptBy = "accept_by"
    case incidentStatement = "incident_statement"
  }
}

/// People whom an authority answers for and took in at one site, of one age: GET /v1/questions/held.
public struct HeldView: Codable, Hashable, Sendable {
  /// Absent where it is not known here.
  public var site: String?
  /// adult, child, child_presumed or disputed; absent where no line says one.
  public var age: String?
  public var held: Int
  public var released: Int
  public var missing: Int
  public var suspended: Int
  /// Also those whom it took in and another was responsible for when the contest began.
  public var contested: Int

  public init(
    site: String? = nil, age: String? = nil, held: Int, released: Int, missing: Int, suspended: Int, contested: Int
  ) {
    self.site = site
    self.age = age
    self.held = held
    self.released = released
    self.missing = missing
    self.suspended = suspended
    self.contested = contested
  }
}

/// Something that changed what this log knows: GET /v1/questions/changes. Nobody's name.
public struct ChangeView: Codable, Hashable, Sendable {
  /// Seconds since 1970, by this log's clock.
  public var at: Int64
  /// registered, completed, alarm or alarm-ended.
  public var change: String
  /// Of a statement: its place in the log.
  public var index: UInt64?
  public var statement: String?
  public var recordID: String?
  public var event: String?
  public var kind: String?
  public var issuer: String?
  public var from: String?
  public var to: String?
  public var lines: Int?
  public var occurredAt: String?
  /// Codes of what is wrong with it.
  public var flags: [String]?
  /// Of an alarm.
  public var code: String?
  public var detail: String?

  public init(
    at: Int64, change: String, index: UInt64? = nil, statement: String? = nil, recordID: String? = nil,
    event: String? = nil, kind: String? = nil, issuer: String? = nil, from: String? = nil, to: String? = nil,
    lines: Int? = nil, occurredAt: String? = nil, flags: [String]? = nil, code: String? = nil, detail: String? = nil
  ) {
    self.at = at
    self.change = change
    self.index = index
    self.statement = statement
    self.recordID = recordID
    self.event = event
    self.kind = kind
    self.issuer = issuer
    self.from = from
    self.to = to
    self.lines = lines
    self.occurredAt = occurredAt
    self.flags = flags
    self.code = code
    self.detail = detail
  }

  enum CodingKeys: String, CodingKey {
    case at, change, index, statement, event, kind, issuer, from, to, lines, flags, code, detail
    case recordID = "record_id"
    case occurredAt = "occurred_at"
  }
}
