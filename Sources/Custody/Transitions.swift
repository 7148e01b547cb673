import Roster

/// The custody effect of a registered statement (custody.md, Lifecycle), line by line.
struct Transitions {
  let proposal: Proposal
  let id: StatementID
  let view: any CustodyView
  private let isDoubted: Bool
  /// Whose log judges what others sent, where it was restored and not everybody has answered yet.
  private let restoredLog: AuthorityName?
  var effects = Effects()
  /// Lines that contradict what this log holds: the evidence is registered and the chain contested; nothing is decided
  /// in silence.
  private(set) var contested: Set<Int> = []

  /// - Returns: nil for a draft, which has no effect yet.
  /// - Parameter isLate: whether its lines come after it: then what was noted meanwhile says whether it is in doubt.
  init?(_ proposal: Proposal, _ view: any CustodyView, isLate: Bool = false) throws {
    guard let id = proposal.id else { return nil }
    (self.proposal, self.id, self.view) = (proposal, id, view)
    isDoubted = try !isLate && proposal.isInDoubt || view.isDoubted(id)
    restoredLog = proposal.stage == .received ? try view.restoredLog() : nil
    switch proposal.event.type {
    case .intake: try intake()
    case .release, .redirect: try release()
    case .outcome: for answer in proposal.answers { try add(answer.answered, AnswerCode(answer.code)) }
    case .recallAgreed: for line in proposal.recalls { try recall(line) }
    case .disputeResolved: for line in proposal.disputes { try resolve(line) }
    case .incident, .releasedToLiberty: for line in proposal.occurrences { try note(line) }
    case .closed: try close()
    case .onwardConsent: consent()
    case .notified: try notify()
    default: break
    }
    try owe()
  }

  func step(_ effect: Step.Effect, _ line: Int, after previous: StatementID?) -> Step {
    Step(
      id: id, previous: previous, effect: effect, issuer: proposal.issuer.name, line: line,
      earliest: proposal.event.occurred.earliest, isDoubted: isDoubted,
      isLateEntry: proposal.event.lateEntry != nil)
  }

  mutating func record(_ chain: ChainState?, _ line: Int) {
    guard var chain else { return }
    // What others tell now may have had an answer in the lost part of this log, whatever was signed about it before; but
    // where they sign the end of a dispute, that is their answer.
    if let log = restoredLog, proposal.event.type != .disputeResolved || log == proposal.issuer.name {
      chain = chain.restoringAnew(log) ?? chain
    }
    effects.chains.append(chain)
    // What comes after the signatures that settle it is evidence all the same, and so is what paper contradicts.
    if chain.contest != nil || !chain.resolutions.isEmpty || !chain.unfitting.isEmpty { contested.insert(line) }
  }

  var successions: Successions { proposal.successions }

  /// The chain as it stands, under the roster of today.
  private func known(_ subject: SubjectReference) throws -> ChainState? {
    guard let chain = try view.chain(subject) else { return nil }
    return successions.isEmpty ? chain : chain.under(successions) ?? chain
  }

  /// The chain as it stands after a step, or one that the step begins.
  func chain(_ subject: SubjectReference, adding step: Step) throws -> ChainState? {
    if let known = try view.chain(subject) { return known.adding(step, under: successions) }
    return ChainState(
      subject: subject, kind: proposal.event.kind ?? .detaineeTransfer, steps: [step],
      resolutions: try view.earlySignatures(of: subject), successions: successions)
  }

  private mutating func intake() throws {
    for (index, leaf) in proposal.lines {
      guard let subject = leaf.subject else { continue }
      record(try chain(subject, adding: step(.intake, index, after: nil)), index)
    }
  }

  private mutating func release() throws {
    let event = proposal.event
    let to = event.to ?? proposal.issuer.name
    for (index, leaf) in proposal.lines {
      guard let subject = leaf.subject, let previous = leaf.custodyPrevious else { continue }
      var line = ReleaseLine(release: id, line: index, subject: subject, previous: previous)
      var chain = try chain(
        subject, adding: step(.release(to: to, acceptBy: event.acceptBy?.unix), index, after: previous))
      // The recall may have overtaken the release: its answer stands already.
      if let early = try view.releaseLine(id, index), early.subject == subject, early.previous == previous,
        let answer = early.answer, let agreed = try view.summary(answer.statement),
        successions.areOne(agreed.issuer, to), successions.areOne(agreed.from, event.from)
      {
        line.answer = answer
        chain = chain?.adding(
          Step(
            id: answer.statement, previous: id, effect: .answer(answer.code), issuer: agreed.issuer, line: index,
            earliest: 0,
            isDoubted: try view.isDoubted(answer.statement)), under: successions)
      }
      effects.opened.append(line)
      record(chain, index)
    }
  }

  private mutating func add(_ answered: AnsweredLine, _ code: AnswerCode) throws {
    // Only whom it was released to answers.
    guard try successions.areOne(view.summary(answered.release)?.to, proposal.issuer.name) else { return }
    guard var line = try view.releaseLine(answered.release, answered.releaseLine), line.subject == answered.subject,
      line.previous == answered.previous, let chain = try view.chain(answered.subject)
    else { return }
    if line.answer == nil || line.answer?.code == .resolved && chain.openRelease?.statement == line.release {
      line.answer = .init(statement: id, code: code)
      effects.answered.append(line)
    }
    // When a recall was agreed, or whether on paper, is not kept beside its line: it counts for no time, and not as late.
    record(
      chain.adding(
        Step(
          id: id, previous: answered.release, effect: .answer(code), issuer: proposal.issuer.name,
          line: answered.releaseLine, earliest: code == .recalled ? 0 : proposal.event.occurred.earliest,
          isDoubted: isDoubted, isLateEntry: code != .recalled && proposal.event.lateEntry != nil),
        under: successions),
      answered.index)
  }

  private mutating func recall(_ answered: AnsweredLine) throws {
    let hasLines = try view.summary(answered.release) != nil && !view.awaitsLines(answered.release)
    guard !hasLines else { return try add(answered, .recalled) }
    guard let previous = answered.previous else { return }
    if let early = try view.releaseLine(answered.release, answered.releaseLine)?.answer {
      // A stranger's makes room for ours, and for whose release it turned out to be; of strangers the first stays.
      let isBetter = try proposal.stage == .own || view.summary(answered.release) != nil
      guard isBetter, try !early.counts(for: proposal, release: answered.release, view) else { return }
    }
    effects.answered.append(
      ReleaseLine(
        release: answered.release, line: answered.releaseLine, subject: answered.subject, previous: previous,
        answer: .init(statement: id, code: .recalled)))
  }

  private mutating func consent() {
    effects.consents = proposal.consents.map { OnwardConsent($0, of: id, proposal) }
  }

  /// A party's signature also answers what was released to it.
  private mutating func resolve(_ line: DisputeLine) throws {
    let issuer = proposal.issuer.name
    guard let signed = Resolution(line, of: id, by: issuer, isDoubted: isDoubted) else { return }
    guard let chain = try known(line.subject) else {
      // Its steps may have been lost on the way, and come later.
      effects.early[line.subject] = signed
      return
    }
    // Those it cites, whether they are in a contest here by now or not, so that what is answered does not depend on what else
    // was heard before. What an authority signed before it ended is no answer of who came to act in its place.
    for release in chain.steps where release.isRelease && line.heads.contains(release.id) {
      guard let receiver = try view.summary(release.id)?.to, successions.isOrFollows(issuer, receiver) else { continue }
      guard var open = try view.releaseLine(release.id, release.line), open.answer == nil else { continue }
      open.answer = .init(statement: id, code: .resolved)
      effects.answered.append(open)
    }
    record(chain.adding(signed, under: successions), line.index)
  }
}

extension ReleaseLine.Answer {
  /// Whether an answer that may have overtaken its release is one by whom the release went to; as long as that is not
  /// known, by whom a proposal about the same release names as its receiver.
  func counts(for proposal: Proposal, release: StatementID, _ view: any CustodyView) throws -> Bool {
    let successions = proposal.successions
    guard let answer = try view.summary(statement) else { return true }
    guard let release = try view.summary(release) else {
      return successions.areOne(answer.issuer, proposal.event.to)
    }
    return successions.areOne(answer.issuer, release.to) && successions.areOne(answer.from, release.from)
  }
}
