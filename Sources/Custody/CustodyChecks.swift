import Roster

/// V1 to V4, V7 and V9: who holds, who may release, who answers.
enum CustodyChecks {
  static func oneCustodian(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type == .intake else { return [] }
    return try proposal.lines.compactMap { index, leaf in
      // That somebody told of them keeps nobody from taking them in.
      guard let subject = leaf.subject, let chain = try view.chain(subject), chain.isBegun, chain.head != proposal.id,
        !chain.isBuilt(on: proposal.id)
      else {
        return nil
      }
      guard !chain.isEnded else {
        return Violation(
          .v1, line: index, "its chain ended by \(chain.head): whoever is taken in again gets a reference of their own")
      }
      return Violation(
        .v1, line: index, "already in the custody of \(chain.custodian): release it, do not take it in again")
    }
  }

  static func noGap(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    if Lifecycle.row(for: proposal.event.type)?.isTestimony == true { return try TestimonyChecks.gaps(proposal, view) }
    if !proposal.occurrences.isEmpty { return try IncidentChecks.gaps(proposal, view) }
    if proposal.event.type == .outcome { return try IncidentChecks.unseen(proposal, view) }
    if Lifecycle.row(for: proposal.event.type)?.content.isEmpty == false {
      return try RoadChecks.gaps(proposal, view) + ReturnChecks.gaps(proposal, view)
    }
    if proposal.event.type == .closed { return try BirthChecks.unseen(atClosing: proposal, view) }
    guard proposal.event.type.isRelease else { return [] }
    let children = try BirthChecks.leftBehind(proposal, view)
    guard proposal.stage == .received else { return children }
    return try children
      + proposal.lines.compactMap { index, leaf in
        guard let subject = leaf.subject else { return nil }
        guard let chain = try view.chain(subject) else {
          return Violation(.v2, line: index, "its history since intake did not come with the release: ask for it")
        }
        guard chain.head == leaf.custodyPrevious || chain.head == proposal.id else {
          return Violation(.v2, line: index, "it cites another step than the last one known here, \(chain.head)")
        }
        return nil
      }
  }

  static func releasedByCustodian(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    if !proposal.occurrences.isEmpty { return try IncidentChecks.holders(proposal, view) }
    if Lifecycle.row(for: proposal.event.type)?.isTestimony == true {
      return try TestimonyChecks.strangers(proposal, view)
    }
    if proposal.event.type == .offer { return try offeredByCustodian(proposal, view) }
    if !proposal.returned.isEmpty { return try ReturnChecks.holders(proposal, view) }
    guard proposal.event.type.isRelease else { return [] }
    return try redirectProblems(proposal, view)
      + proposal.lines.compactMap { index, leaf in
        guard let subject = leaf.subject else { return nil }
        guard let chain = try view.chain(subject) else {
          return proposal.stage == .received ? nil : Violation(.v3, line: index, "it was never taken in here")
        }
        if let open = chain.openRelease, open.statement != proposal.id {
          return Violation(
            .v3, line: index, "it is already released to \(open.to) by \(open.statement), answer not yet seen")
        }
        guard chain.custodian == proposal.successions.current(proposal.issuer.name) else {
          return Violation(.v3, line: index, "\(chain.custodian) is its custodian")
        }
        if let problem = absent(chain, proposal) { return Violation(.v3, line: index, problem) }
        guard proposal.stage == .received || leaf.custodyPrevious == chain.head else {
          return Violation(.v3, line: index, "custody_prev must cite its last step, \(chain.head)")
        }
        return nil
      }
  }

  /// Why nobody can be there to be released.
  private static func absent(_ chain: ChainState, _ proposal: Proposal) -> String? {
    guard !chain.steps.contains(where: { $0.id == proposal.id }) else { return nil }
    return switch chain.phase {
    case .ended: "its chain has ended by \(chain.head)"
    case .suspended: "it is not there since \(chain.head): record first that the person was found"
    case .held, .released, .missing, .contested: nil
    }
  }

  /// Whoever offers people is responsible for them, though they may be on the road.
  private static func offeredByCustodian(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    try proposal.lines.compactMap { index, leaf in
      guard let subject = leaf.subject, let chain = try view.chain(subject) else { return nil }
      guard !chain.isEnded else { return Violation(.v3, line: index, "its chain has ended by \(chain.head)") }
      guard chain.custodian != proposal.successions.current(proposal.issuer.name) else { return nil }
      return Violation(.v3, line: index, "\(chain.custodian) is its custodian: name only lines that are yours")
    }
  }

  /// A redirect follows the first receiver's refusal or agreed recall, and the new receiver's agreement.
  private static func redirectProblems(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type == .redirect else { return [] }
    let event = proposal.event
    let agreement = try event.reference(.offerAgreed).flatMap { try view.summary($0) }
    let places = proposal.successions
    guard agreement?.type == .offerAgreed, places.areOne(agreement?.to, event.to),
      places.areOne(agreement?.from, event.from)
    else {
      return [Violation(.v3, "it cites no agreement of \(event.to.map(\.description) ?? "the new receiver")")]
    }
    let answers = Set(event.references.filter { $0.relation == .answer }.map(\.statement))
    let offer = try agreement.flatMap { try view.event(of: $0.id)?.reference(.offer) }
    return try proposal.lines.compactMap { index, leaf in
      if let previous = leaf.custodyPrevious, !answers.contains(previous) {
        return Violation(.v3, line: index, "it does not cite the answer that gave the line back, \(previous)")
      }
      guard let offer, let subject = leaf.subject, try view.summary(offer) != nil, try !view.awaitsLines(offer),
        try !view.isAbout(offer, subject)
      else { return nil }
      let receiver = event.to.map(\.description) ?? "the new receiver"
      return Violation(
        .v3, line: index, "what \(receiver) agreed to, \(offer), is no offer of this person: offer them first")
    }
  }

  static func outcomeAnswersRelease(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    switch proposal.event.type {
    case .outcome: try answerProblems(proposal, view)
    case .recall, .recallAgreed: try recallProblems(proposal, view)
    default: []
    }
  }

  private static func answerProblems(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard let cited = proposal.event.reference(.release), let release = try view.summary(cited),
      release.type.isRelease
    else { return [Violation(.v4, "the release it answers is not known here: bring the release first")] }
    return try IncidentChecks.ends(proposal, of: release, view)
      + proposal.answers.compactMap { answer in
        if let problem = try lineProblem(answer.answered, of: cited, view) { return problem }
        guard let earlier = try earlierAnswer(answer.answered, proposal, view), !earlier.code.isSerialized else {
          return nil
        }
        return Violation(.v4, line: answer.index, "already answered \(earlier.code.rawValue) by \(earlier.statement)")
      }
  }

  /// A recall may overtake its release; once its lines are here they must be the release's.
  private static func recallProblems(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard let cited = proposal.event.reference(.release) else {
      return [Violation(.v4, "it cites no release")]
    }
    let isHere = try view.summary(cited)?.type.isRelease
    if isHere == false { return [Violation(.v4, "\(cited) is no release")] }
    return try proposal.recalls.compactMap { line in
      guard try line.release != cited || isHere != nil && !view.awaitsLines(cited) else { return nil }
      return try lineProblem(line, of: cited, view)
    }
  }

  private static func lineProblem(_ answered: AnsweredLine, of cited: StatementID, _ view: any CustodyView) throws
    -> Violation?
  {
    guard answered.release == cited else {
      return Violation(.v4, line: answered.index, "it answers another release than the one the statement cites")
    }
    guard let line = try view.releaseLine(cited, answered.releaseLine), line.subject == answered.subject,
      line.previous == answered.previous
    else {
      return Violation(.v4, line: answered.index, "the release has no such line with this subject_ref and custody_prev")
    }
    return nil
  }

  private static func earlierAnswer(_ answered: AnsweredLine, _ proposal: Proposal, _ view: any CustodyView) throws
    -> ReleaseLine.Answer?
  {
    guard let line = try view.releaseLine(answered.release, answered.releaseLine), let answer = line.answer,
      try !view.isOpen(line), answer.statement != proposal.id
    else { return nil }
    let isHere = try view.summary(answered.release) != nil && !view.awaitsLines(answered.release)
    return try isHere || answer.counts(for: proposal, release: answered.release, view) ? answer : nil
  }

  static func oneLogDecides(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    switch proposal.event.type {
    case .offer, .release, .redirect: try contestedLines(proposal, view)
    case .recall: try contestedLines(proposal, view) + lateLines(proposal.recalls, proposal, view)
    case .recallAgreed: try lateLines(proposal.recalls, proposal, view) + lostLines(proposal.recalls, proposal, view)
    case .outcome:
      try lateLines(proposal.answers.map(\.answered), proposal, view)
        + lostLines(proposal.answers.filter { $0.code != .accepted }.map(\.answered), proposal, view)
    case .disputeResolved: try DisputeChecks.problems(proposal, view)
    case .incident, .releasedToLiberty: try IncidentChecks.undecided(proposal, view)
    default: []
    }
  }

  private static func contestedLines(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    try proposal.lines.compactMap { index, leaf in
      guard let subject = leaf.subject, let chain = try view.chain(subject), chain.contest != nil else { return nil }
      // That a log lost its memory is nothing against what others had signed.
      if proposal.stage == .received, chain.isOnlyRestored { return nil }
      return contested(chain, line: index)
    }
  }

  /// Lines that our own log may have answered in what it lost. Whoever hears from us now that somebody is not here, or may
  /// come back, would hold them again, while whoever heard the lost answer does too. Who is here is recorded all the same.
  private static func lostLines(_ lines: [AnsweredLine], _ proposal: Proposal, _ view: any CustodyView) throws
    -> [Violation]
  {
    guard proposal.stage != .received else { return [] }
    return try lines.compactMap { line in
      guard let chain = try view.chain(line.subject), chain.restored != nil, chain.contest != nil else { return nil }
      return contested(chain, line: line.index)
    }
  }

  private static func contested(_ chain: ChainState, line: Int) -> Violation {
    let names = (chain.claimants ?? []).map(\.description).joined(separator: ", ")
    guard let restored = chain.restored, chain.isOnlyRestored else {
      return Violation(.v7, line: line, "its chain is contested between \(names): settle the dispute first")
    }
    return Violation(
      .v7, line: line,
      "its chain is contested between \(names): the log of \(restored.authority) was restored from a backup, and not "
        + "everybody has answered yet what they hold of it. Wait for them, or settle the dispute")
  }

  /// Lines whose answer stands already: the first one in the receiver's log counts, and the later one is told which.
  private static func lateLines(_ lines: [AnsweredLine], _ proposal: Proposal, _ view: any CustodyView) throws
    -> [Violation]
  {
    try lines.compactMap { line in
      guard let earlier = try earlierAnswer(line, proposal, view) else { return nil }
      // An outcome after an outcome is V4's.
      guard proposal.event.type != .outcome || earlier.code.isSerialized else { return nil }
      return Violation(
        .v7, line: line.index, "too late: \(earlier.statement) answered it \(earlier.code.rawValue) first")
    }
  }

  static func responsibilityFollows(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    let named = event.responsibleCustodian
    guard let expected = expectedCustodian(proposal) else {
      return named == nil ? [] : [Violation(.v9, "its lines have different custodians, so it can name none for all")]
    }
    if named == nil, Lifecycle.row(for: event.type)?.isTransition != true { return [] }
    guard named != expected else { return [] }
    return [
      Violation(.v9, "it names \(named.map(\.description) ?? "no custodian"), but after it \(expected) is responsible")
    ]
  }

  /// Who is responsible after the event, when that is one authority for every line.
  static func expectedCustodian(_ proposal: Proposal) -> AuthorityName? {
    let event = proposal.event
    switch event.type {
    case .intake: return proposal.issuer.name
    case .outcome:
      let codes = Set(proposal.answers.map { $0.code == .accepted })
      guard codes.count == 1 else { return nil }
      return codes.contains(true) ? event.to : event.from
    case .disputed: return nil
    // Whoever received them holds them, as far as whoever handed them over knows.
    case .returnRequested, .returnAgreed, .returnRefused, .onwardConsent: return event.to
    case .disputeResolved:
      let named = Set(proposal.disputes.map(\.custodian))
      return named.count == 1 ? named.first ?? nil : nil
    default: return event.from
    }
  }
}
