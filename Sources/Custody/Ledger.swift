public import Roster

/// Custody as a log knows it, in memory: what an audit rebuilds and an offline verifier replays.
public struct Ledger: CustodyView, Sendable {
  public private(set) var chains: [SubjectReference: ChainState] = [:]
  public private(set) var releases: [StatementID: [Int: ReleaseLine]] = [:]
  public private(set) var summaries: [StatementID: StatementSummary] = [:]
  /// What befell people, by the statement that says so.
  public private(set) var occurrences: [StatementID: [SubjectReference: Occurrence]] = [:]
  /// Closings by the release that they close.
  public private(set) var closings: [StatementID: Set<Closing>] = [:]
  /// What is told of their roads, by release and by the statement that tells it.
  public private(set) var transits: [StatementID: [StatementID: Transit]] = [:]
  /// Consents to people going on, or that there is none, by person and by the statement that says so.
  public private(set) var consents: [SubjectReference: [StatementID: OnwardConsent]] = [:]
  /// What must be told of the people of a statement.
  public private(set) var duties: [StatementID: [DutyKey: DutyLine]] = [:]
  /// By which statements the State of nationality of somebody was to be told.
  private var ofNationality: [SubjectReference: Set<StatementID>] = [:]
  /// Who was told, by the statement that it is about.
  public private(set) var notices: [StatementID: Set<Notice>] = [:]
  /// What speaks of people going on, by the release that it speaks of.
  private var onward: [StatementID: Set<StatementID>] = [:]
  /// What answers a release, by that release.
  private var answering: [StatementID: Set<StatementID>] = [:]
  /// What was signed to settle chains of which no step was here.
  private var early: [SubjectReference: [Resolution]] = [:]
  /// Whom the lines of a statement are about.
  private var subjects: [StatementID: Set<SubjectReference>] = [:]
  private var awaited: Set<StatementID> = []
  private var doubted: Set<StatementID> = []
  /// Of the roster followed last.
  private var successions = Successions.none
  /// Whose log this is, from its restoration until it is sealed.
  var restored: AuthorityName?

  public init() {}

  public func chain(_ subject: SubjectReference) -> ChainState? { chains[subject] }
  public func releaseLine(_ release: StatementID, _ line: Int) -> ReleaseLine? { releases[release]?[line] }
  public func summary(_ id: StatementID) -> StatementSummary? { summaries[id] }
  /// Every line of a release that is here, in any order.
  public func releaseLines(of release: StatementID) -> [ReleaseLine] { (releases[release] ?? [:]).values.map(\.self) }
  /// Whether a line of a statement is about somebody.
  public func isAbout(_ statement: StatementID, _ subject: SubjectReference) -> Bool {
    subjects[statement]?.contains(subject) == true
  }
  /// What was signed to settle somebody's chain before any step of it was here.
  public func earlySignatures(of subject: SubjectReference) -> [Resolution] {
    (early[subject] ?? []).map { signed in
      var signed = signed
      signed.isDoubted = doubted.contains(signed.id)
      return signed
    }
  }
  /// What a statement says befell somebody.
  public func occurrence(_ statement: StatementID, _ subject: SubjectReference) -> Occurrence? {
    occurrences[statement]?[subject]
  }
  /// Who has closed a release.
  public func closings(of release: StatementID) -> [Closing] { (closings[release] ?? []).map(\.self) }
  /// Who has consented, or not, to somebody going on, in any order.
  public func consents(of subject: SubjectReference) -> [OnwardConsent] {
    (consents[subject] ?? [:]).values.map(\.self)
  }
  /// Who was told of people of a statement, or was not reached, in any order.
  public func notices(about statement: StatementID) -> [Notice] { (notices[statement] ?? []).map(\.self) }
  /// What is owed of one person of a statement, discharged or not.
  public func duty(_ statement: StatementID, _ duty: DutyCode, _ subject: SubjectReference) -> DutyLine? {
    duties[statement]?[DutyKey(duty, subject)]
  }
  /// Of which statements the State of nationality of somebody was to be told, whether it was or not.
  public func nationalityDuties(of subject: SubjectReference) -> [DutyLine] {
    (ofNationality[subject] ?? []).sorted().compactMap { duties[$0]?[DutyKey(.stateOfNationality, subject)] }
  }
  /// What is said of the going on of those who went by a release, whose lines are not here.
  public func awaitedConsents(of release: StatementID) -> [StatementSummary] {
    (onward[release] ?? []).intersection(awaited).sorted().compactMap { summaries[$0] }
  }
  /// What answers a release, and whose lines are not here.
  public func awaitedAnswers(of release: StatementID) -> [StatementSummary] {
    (answering[release] ?? []).intersection(awaited).sorted().compactMap { summaries[$0] }
  }
  /// What is told of the road of a release, itself included, in any order.
  public func transits(of release: StatementID) -> [Transit] { (transits[release] ?? [:]).values.map(\.self) }
  /// Whether a statement is on record here and its lines are not.
  public func awaitsLines(_ id: StatementID) -> Bool { awaited.contains(id) }
  /// Whether others may have signed a statement (`doubt`).
  public func isDoubted(_ id: StatementID) -> Bool { doubted.contains(id) }

  /// Whose log this is, from its restoration until it is sealed; else nil.
  public func restoredLog() -> AuthorityName? { restored }

  /// Records a registered statement and its effects.
  public mutating func apply(_ effects: Effects, of summary: StatementSummary) {
    if summaries[summary.id] == nil { summaries[summary.id] = summary }
    apply(effects, of: summary.id)
  }

  private mutating func apply(_ effects: Effects, of id: StatementID) {
    for chain in effects.chains { chains[chain.subject] = chain }
    // Answers that came before the release, of lines that it does not have, answer nothing.
    if effects.opened.first?.release == id { releases[id] = nil }
    for line in effects.opened + effects.answered { releases[line.release, default: [:]][line.line] = line }
    for occurrence in effects.occurrences { occurrences[id, default: [:]][occurrence.subject] = occurrence }
    for (subject, signed) in effects.early { early[subject, default: []].append(signed) }
    for consent in effects.consents { consents[consent.subject, default: [:]][id] = consent }
    for line in effects.owed {
      duties[line.statement, default: [:]][DutyKey(line.duty, line.subject)] = line
      if line.duty == .stateOfNationality { ofNationality[line.subject, default: []].insert(line.statement) }
    }
    for notice in effects.notices { notices[notice.about, default: []].insert(notice) }
    if let transit = effects.transit { transits[transit.release, default: [:]][transit.statement] = transit }
    if let closing = effects.closing { closings[closing.release, default: []].insert(closing) }
  }

  /// Judges a statement and, if it is registered, applies its effects.
  public mutating func register(_ proposal: Proposal, by judge: Judge) throws -> Judgement {
    let judgement = try judge.judge(proposal, in: self)
    if judgement.isRegistered, let id = proposal.id {
      if proposal.arrival == .awaited, summaries[id] == nil { awaited.insert(id) }
      if proposal.isInDoubt { doubted.insert(id) }
      if proposal.event.type == .onwardConsent, let release = proposal.event.reference(.release) {
        onward[release, default: []].insert(id)
      }
      if [.outcome, .recallAgreed].contains(proposal.event.type), let release = proposal.event.reference(.release) {
        answering[release, default: []].insert(id)
      }
      apply(
        judgement.effects,
        of: StatementSummary(
          event: proposal.event, id: id, issuer: proposal.issuer.name, lines: proposal.lines.count))
      note(linesOf: proposal, id)
      followEpoch(proposal)
    }
    return judgement
  }

  private mutating func note(linesOf proposal: Proposal, _ id: StatementID) {
    guard let manifest = proposal.content.manifest else { return }
    subjects[id, default: []].formUnion(manifest.subjects)
  }

  /// Doubts the steps that these statements made and will make (V15), and no others: the latest roster says whose keys
  /// others may have.
  public mutating func doubt(_ ids: Set<StatementID>) {
    let ended = doubted.subtracting(ids)
    doubted = ids
    guard !ended.isEmpty || !ids.isEmpty else { return }
    for (subject, chain) in chains {
      let less = chain.doubting(ended, false) ?? chain
      chains[subject] = less.doubting(ids, true) ?? less
    }
  }

  /// Lets others act in the place of those who ended, on every chain.
  public mutating func follow(_ successions: Successions) {
    self.successions = successions
    change { $0.under(successions) }
  }

  /// Changes every chain for which there is another.
  mutating func change(_ other: (ChainState) -> ChainState?) {
    for (subject, chain) in chains { if let new = other(chain) { chains[subject] = new } }
  }

  /// Judges the lines of a statement that was registered without them, and applies what follows.
  public mutating func complete(_ proposal: Proposal, by judge: Judge) throws -> Judgement {
    var proposal = proposal
    proposal.successions = successions.adding(proposal.successions)
    let judgement = try judge.complete(proposal, in: self)
    if let id = proposal.id {
      awaited.remove(id)
      apply(judgement.effects, of: id)
      note(linesOf: proposal, id)
    }
    return judgement
  }
}
