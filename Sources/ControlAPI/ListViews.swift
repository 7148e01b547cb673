/// One person's or thing's chain and where it stands: GET /v1/lines. Nobody's name.
public struct ChainView: Codable, Hashable, Sendable {
  public var subject: String
  public var custodian: String
  /// held, released, missing, suspended, ended or contested.
  public var phase: String
  /// To whom it is released, answer not yet seen.
  public var releasedTo: String?
  public var acceptBy: Int64?
  /// Released, unanswered, and past `accept_by`.
  public var overdue: Bool
  public var kind: String
  public var caseID: String?
  /// The statement whose manifest holds this line last, and its number there.
  public var statement: String
  public var line: Int

  public init(
    subject: String, custodian: String, phase: String, releasedTo: String?, acceptBy: Int64?, overdue: Bool,
    kind: String, caseID: String?, statement: String, line: Int
  ) {
    self.subject = subject
    self.custodian = custodian
    self.phase = phase
    self.releasedTo = releasedTo
    self.acceptBy = acceptBy
    self.overdue = overdue
    self.kind = kind
    self.caseID = caseID
    self.statement = statement
    self.line = line
  }

  enum CodingKeys: String, CodingKey {
    case subject, custodian, phase, overdue, kind, statement, line
    case releasedTo = "released_to"
    case acceptBy = "accept_by"
    case caseID = "case_id"
  }
}

/// Somebody read personal data: GET /v1/reads.
public struct ReadView: Codable, Hashable, Sendable {
  public var id: Int64
  /// Seconds since 1970.
  public var at: Int64
  /// The local user, as the kernel said.
  public var user: UInt32
  public var operation: String
  public var statement: String

  public init(id: Int64, at: Int64, user: UInt32, operation: String, statement: String) {
    self.id = id
    self.at = at
    self.user = user
    self.operation = operation
    self.statement = statement
  }
}
