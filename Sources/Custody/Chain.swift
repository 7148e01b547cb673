public import Roster

/// Where one person's or thing's custody chain stands, as one log knows it.
public struct ChainState: Hashable, Sendable {
  public enum Phase: Hashable, Sendable {
    /// In the custodian's hands.
    case held
    /// Released and not yet answered: the receiver's log decides; the releaser stays responsible.
    case released(OpenRelease)
    /// Answered `missing`: responsibility stays, the person is not there.
    case missing
    /// Several logs claim to decide: every claimant stays answerable for whoever it holds.
    case contested(claimants: [AuthorityName])
  }

  /// A release that has no answer yet for this line.
  public struct OpenRelease: Hashable, Sendable {
    public let statement: StatementID
    public let line: Int
    public let to: AuthorityName
    public let acceptBy: UnixTime?

    public init(statement: StatementID, line: Int, to: AuthorityName, acceptBy: UnixTime?) {
      self.statement = statement
      self.line = line
      self.to = to
      self.acceptBy = acceptBy
    }
  }

  public let subject: SubjectReference
  /// Where the chain began; nil when a partner's release came without its history.
  public let intake: StatementID?
  /// The last custody transition: what the next one's custody_prev must cite.
  public var head: StatementID
  public var custodian: AuthorityName
  public var phase: Phase
  public var kind: Kind
  /// The statement whose person manifest holds this line last, and the leaf index there.
  public var source: StatementID
  public var line: Int
  /// When the last transition occurred at the earliest, for V17.
  public var lastEarliest: UnixTime

  public init(
    subject: SubjectReference, intake: StatementID?, head: StatementID, custodian: AuthorityName, phase: Phase,
    kind: Kind, source: StatementID, line: Int, lastEarliest: UnixTime
  ) {
    self.subject = subject
    self.intake = intake
    self.head = head
    self.custodian = custodian
    self.phase = phase
    self.kind = kind
    self.source = source
    self.line = line
    self.lastEarliest = lastEarliest
  }

  public var openRelease: OpenRelease? { if case .released(let release) = phase { release } else { nil } }
  /// The word that the projection and the interfaces use for the phase.
  public var phaseName: String {
    switch phase {
    case .held: "held"
    case .released: "released"
    case .missing: "missing"
    case .contested: "contested"
    }
  }

  public var claimants: [AuthorityName]? { if case .contested(let claimants) = phase { claimants } else { nil } }
}

/// One line of a release and its answer, if any.
public struct ReleaseLine: Hashable, Sendable {
  public let release: StatementID
  public let line: Int
  public let subject: SubjectReference
  public let previous: StatementID
  public var answer: Answer?

  public struct Answer: Hashable, Sendable {
    public let statement: StatementID
    public let code: OutcomeCode

    public init(statement: StatementID, code: OutcomeCode) {
      self.statement = statement
      self.code = code
    }
  }

  public init(
    release: StatementID, line: Int, subject: SubjectReference, previous: StatementID, answer: Answer? = nil
  ) {
    self.release = release
    self.line = line
    self.subject = subject
    self.previous = previous
    self.answer = answer
  }
}

/// What later statements need to know of an earlier one.
public struct StatementSummary: Hashable, Sendable {
  public let id: StatementID
  public let type: EventType
  public let kind: Kind?
  public let recordID: RecordID
  public let caseID: RecordID?
  public let issuer: AuthorityName
  public let from: AuthorityName?
  public let to: AuthorityName?
  public let acceptBy: UnixTime?
  public let lines: Int

  public init(
    id: StatementID, type: EventType, kind: Kind?, recordID: RecordID, caseID: RecordID?, issuer: AuthorityName,
    from: AuthorityName?, to: AuthorityName?, acceptBy: UnixTime?, lines: Int
  ) {
    self.id = id
    self.type = type
    self.kind = kind
    self.recordID = recordID
    self.caseID = caseID
    self.issuer = issuer
    self.from = from
    self.to = to
    self.acceptBy = acceptBy
    self.lines = lines
  }

  public init(_ statement: VerifiedStatement, lines: Int) {
    self.init(event: statement.event, id: statement.id, issuer: statement.issuer.name, lines: lines)
  }

  public init(event: Event, id: StatementID, issuer: AuthorityName, lines: Int) {
    self.id = id
    type = event.type
    kind = event.kind
    recordID = event.recordID
    caseID = event.caseID
    self.issuer = issuer
    from = event.from
    to = event.to
    acceptBy = event.acceptBy?.unix
    self.lines = lines
  }
}

/// What a log knows when it judges the next statement. Implemented by the store and, in memory, by the ledger.
public protocol CustodyView {
  func chain(_ subject: SubjectReference) throws -> ChainState?
  func releaseLine(_ release: StatementID, _ line: Int) throws -> ReleaseLine?
  func summary(_ id: StatementID) throws -> StatementSummary?
}
