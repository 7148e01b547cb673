public import Roster

/// Where one person's or thing's custody chain stands, as one log knows it: what all registered steps add up to.
public struct ChainState: Hashable, Sendable {
  public enum Phase: Hashable, Sendable {
    /// In the custodian's hands.
    case held
    /// Released and not yet answered: the receiver's log decides; the releaser stays responsible.
    case released(OpenRelease)
    /// Answered `missing`: responsibility stays, the person is not there.
    case missing
    /// Escaped or missed by the custodian, who stays responsible.
    case suspended
    /// Over, by a death or a release to liberty: there is no next step.
    case ended
    /// Several logs claim to decide: every claimant stays answerable for whoever it holds.
    case contested(Contest)
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
  public let kind: Kind
  /// Every transition known of it, sorted by statement.
  public let steps: [Step]
  /// Every signature under a settlement of it, sorted by statement.
  public let resolutions: [Resolution]
  /// Who acts in the place of those of its steps that ended.
  public let successions: Successions
  /// The log with a part in it that was restored and does not know yet what it did after a step; nil where there is none.
  public let restored: RestoredLog?

  /// Where the chain began; nil when a partner's release came without its history.
  public let intake: StatementID?
  /// The last custody transition: what the next one's custody_prev must cite.
  public let head: StatementID
  /// Who is responsible; of a contested chain, who was when the contest began.
  public let custodian: AuthorityName
  public let phase: Phase
  /// The statement whose person manifest holds this line last, and the leaf index there.
  public let source: StatementID
  public let line: Int
  /// Late entries from paper that do not fit, and what disclaims them: on record, and no part of it (decision 54).
  public let unfitting: Set<StatementID>

  /// What the steps add up to, in whatever order they are given.
  /// - Returns: nil when there is no step.
  public init?(
    subject: SubjectReference, kind: Kind, steps: [Step], resolutions: [Resolution] = [],
    successions: Successions = .none, restored: RestoredLog? = nil
  ) {
    let named =
      steps.flatMap(\.parties) + resolutions.flatMap { [$0.issuer, $0.custodian] }
      + [restored?.authority].compactMap(\.self)
    let successions = successions.flattened(over: named)
    guard let derived = ChainDerivation(steps, resolutions, successions, restored) else { return nil }
    self.successions = successions
    self.restored = restored
    self.subject = subject
    self.kind = kind
    self.steps = steps.sorted { $0.id < $1.id }
    self.resolutions = resolutions.sorted { $0.id < $1.id }
    intake = derived.intake
    head = derived.head
    custodian = derived.custodian
    phase = derived.phase
    (source, line) = (derived.source, derived.line)
    unfitting = derived.unfitting
  }

  /// The chain with one more step, of authorities in whose place others may act; the same step again changes nothing.
  func adding(_ step: Step, under successions: Successions) -> ChainState {
    guard !steps.contains(where: { $0.id == step.id }) else { return self }
    return with(steps: steps + [step], successions: self.successions.adding(successions))
  }

  /// The chain with one more party's signature under a settlement.
  func adding(_ resolution: Resolution, under successions: Successions) -> ChainState {
    guard !resolutions.contains(where: { $0.id == resolution.id }) else { return self }
    return with(resolutions: resolutions + [resolution], successions: self.successions.adding(successions))
  }

  /// The same subject's chain with other steps, signatures or successions.
  private func with(
    steps: [Step]? = nil, resolutions: [Resolution]? = nil, successions: Successions? = nil
  ) -> ChainState {
    ChainState(
      subject: subject, kind: kind, steps: steps ?? self.steps, resolutions: resolutions ?? self.resolutions,
      successions: successions ?? self.successions, restored: restored) ?? self
  }

  /// The chain where others have taken the place of some of its authorities; nil when that changes nothing.
  public func under(_ successions: Successions) -> ChainState? {
    guard successions != self.successions else { return nil }
    let chain = with(successions: successions)
    return chain == self ? nil : chain
  }

  /// The chain with the steps and signatures of these statements doubted, or no longer; nil when that changes nothing.
  public func doubting(_ ids: Set<StatementID>, _ isDoubted: Bool) -> ChainState? {
    var (steps, resolutions) = (steps, resolutions)
    for index in steps.indices where ids.contains(steps[index].id) { steps[index].isDoubted = isDoubted }
    for index in resolutions.indices where ids.contains(resolutions[index].id) {
      resolutions[index].isDoubted = isDoubted
    }
    return steps == self.steps && resolutions == self.resolutions ? nil : with(steps: steps, resolutions: resolutions)
  }

  /// When the last transition occurred at the earliest, of those that have occurred by a moment: what a wrong clock dated
  /// later than that says nothing of when the others did. Nil where there is none.
  func lastEarliest(by time: UnixTime) -> UnixTime? {
    steps.lazy.filter { !unfitting.contains($0.id) && $0.earliest <= time }.map(\.earliest).max()
  }

  /// Whether a step known of it builds on a statement, which therefore came before it.
  func isBuilt(on id: StatementID?) -> Bool { id != nil && steps.contains { $0.previous == id } }

  public var openRelease: OpenRelease? { if case .released(let release) = phase { release } else { nil } }
  public var contest: Contest? { if case .contested(let contest) = phase { contest } else { nil } }
  public var isEnded: Bool { phase == .ended }
  /// The word that the projection and the interfaces use for the phase.
  public var phaseName: String {
    switch phase {
    case .held: "held"
    case .released: "released"
    case .missing: "missing"
    case .suspended: "suspended"
    case .ended: "ended"
    case .contested: "contested"
    }
  }

  /// Every phase that a chain can be in (V2), by its word.
  public static let phaseNames = ["held", "released", "missing", "suspended", "ended", "contested"]

  /// Everyone who claims a contested line or may have to answer for it, sorted.
  public var claimants: [AuthorityName]? { contest?.parties }
  /// The last steps known: one, or those that compete.
  public var heads: [StatementID] { contest?.heads ?? [openRelease?.statement ?? head] }
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
    public let code: AnswerCode

    public init(statement: StatementID, code: AnswerCode) {
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
  /// Every line of a release that is here, in any order.
  func releaseLines(of release: StatementID) throws -> [ReleaseLine]
  /// What a statement says befell somebody.
  func occurrence(_ statement: StatementID, _ subject: SubjectReference) throws -> Occurrence?
  /// Who has closed a release.
  func closings(of release: StatementID) throws -> [Closing]
  /// Who has consented, or not, to somebody going on, in any order.
  func consents(of subject: SubjectReference) throws -> [OnwardConsent]
  /// What is said of the going on of those who went by a release, whose lines are not here.
  func awaitedConsents(of release: StatementID) throws -> [StatementSummary]
  /// What answers a release, and whose lines are not here.
  func awaitedAnswers(of release: StatementID) throws -> [StatementSummary]
  /// What is told of the road of a release, itself included, in any order.
  func transits(of release: StatementID) throws -> [Transit]
  /// Who was told of people of a statement, or was not reached, in any order.
  func notices(about statement: StatementID) throws -> [Notice]
  /// What is owed of one person of a statement, discharged or not.
  func duty(_ statement: StatementID, _ duty: DutyCode, _ subject: SubjectReference) throws -> DutyLine?
  /// Of which statements the State of nationality of somebody was to be told, whether it was or not.
  func nationalityDuties(of subject: SubjectReference) throws -> [DutyLine]
  /// What one statement tells of a road.
  func transit(_ release: StatementID, _ statement: StatementID) throws -> Transit?
  /// Whom these name as the next carriers on a road. What others may have signed (V15) names nobody.
  func nextCarriers(of release: StatementID, after issuers: [AuthorityName]) throws -> Set<AuthorityName>
  /// When somebody is said to have departed first on a road, at the earliest; what this statement says aside.
  func departure(of release: StatementID, except statement: StatementID?) throws -> UnixTime?
  /// What is told first of a road to have occurred before a time, the release and this statement aside.
  func told(of release: StatementID, before time: UnixTime, except statement: StatementID?) throws -> Transit?
  /// What was signed to settle somebody's chain before any step of it was known here, in any order.
  func earlySignatures(of subject: SubjectReference) throws -> [Resolution]
  func summary(_ id: StatementID) throws -> StatementSummary?
  /// Whether a line of a statement is about somebody.
  func isAbout(_ statement: StatementID, _ subject: SubjectReference) throws -> Bool
  /// Whether a statement is on record here and its lines are not.
  func awaitsLines(_ id: StatementID) throws -> Bool
  /// Whether others may have signed a statement on record (V15): so are the steps that it makes, whenever its lines come.
  func isDoubted(_ id: StatementID) throws -> Bool
  /// Whose log this is, where it was restored and not everybody has answered yet what they hold of it (V21); else nil.
  func restoredLog() throws -> AuthorityName?
  /// What a statement on record says of whom it moves; nil where it is not kept.
  func manifest(of id: StatementID) throws -> Manifest?
  /// The same, or where it was erased what stays of its lines (`Manifest.custodyAlone`).
  func custodyLines(of id: StatementID) throws -> Manifest?
  /// The envelope of a statement on record; nil where it is not kept.
  func event(of id: StatementID) throws -> Event?
  /// The recalls of a release that are on record, anybody's.
  func recalls(of release: StatementID) throws -> [StatementID]
  /// Whom these have borne, as incidents on record say, in any order.
  func births(of mothers: [SubjectReference]) throws -> [Birth]
  /// Why what stands beside a statement may not be erased, or may only with a flag.
  /// - Parameter time: by when its retention must have ended; nil where that does not matter.
  func obstacles(toErasing id: StatementID, at time: UnixTime?) throws -> [ErasureObstacle]
}

extension CustodyView {
  /// What only judges again what is on record keeps no lines.
  public func manifest(of id: StatementID) throws -> Manifest? { nil }
  /// The same.
  public func custodyLines(of id: StatementID) throws -> Manifest? { try manifest(of: id) }
  /// Nor envelopes.
  public func event(of id: StatementID) throws -> Event? { nil }
  /// Nor is anything asked there that only raises a flag.
  public func recalls(of release: StatementID) throws -> [StatementID] { [] }
  /// The same.
  public func awaitedConsents(of release: StatementID) throws -> [StatementSummary] { [] }
  /// The same.
  public func awaitedAnswers(of release: StatementID) throws -> [StatementSummary] { [] }
  /// The same.
  public func births(of mothers: [SubjectReference]) throws -> [Birth] { [] }
  /// Asked of corrections alone.
  public func nationalityDuties(of subject: SubjectReference) throws -> [DutyLine] { [] }
  /// What was erased is erased.
  public func obstacles(toErasing id: StatementID, at time: UnixTime?) throws -> [ErasureObstacle] { [] }
}
