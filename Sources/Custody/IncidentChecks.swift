import Roster

/// What V2, V3, V4 and V7 ask of incidents and of releases to liberty. They are facts: of our own only what another log
/// has to decide is refused.
enum IncidentChecks {
  /// V2: each builds on the last step known, and nothing follows an end.
  static func gaps(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    try proposal.occurrences.compactMap { line in
      guard let chain = try view.chain(line.subject) else {
        return Violation(.v2, line: line.index, "its history since intake is not known here: ask for it")
      }
      let isBehind = chain.head == proposal.id || chain.isBuilt(on: proposal.id)
      guard !isBehind, !chain.steps.contains(where: { $0.id == proposal.id }) else { return nil }
      // On the road the receiver may have answered since.
      let isOnRoad = line.occurrence.release != nil && chain.steps.contains { $0.id == line.occurrence.previous }
      guard chain.contest != nil || isOnRoad || chain.head == line.occurrence.previous else {
        return Violation(.v2, line: line.index, "it cites another step than the last one known here, \(chain.head)")
      }
      if let problem = try offRoad(line, chain, view) { return Violation(.v2, line: line.index, problem) }
      guard !chain.isEnded || line.occurrence.effect == nil else {
        return Violation(.v2, line: line.index, "its chain has ended by \(chain.head): what comes after contests it")
      }
      return nil
    }
  }

  /// Why it did not happen on the road that it names, or moves nobody there any more, and what to record now.
  private static func offRoad(_ line: OccurrenceLine, _ chain: ChainState, _ view: any CustodyView) throws -> String? {
    guard let release = line.occurrence.release else { return nil }
    guard let road = try line.releaseLine.flatMap({ try view.releaseLine(release, $0) }), road.subject == line.subject
    else { return "the release \(release) on whose road it was is not here, or has no such line: ask for it" }
    guard let answer = road.answer, !line.occurrence.what.fits(answer.code) else { return nil }
    return "\(answer.statement) answered its line \(answer.code.rawValue), so on that road it moves nobody: "
      + "\(chain.custodian) records what befell whoever is in its hands, without the release"
  }

  /// V2: a partner's `ended` whose incident has not come.
  static func unseen(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.stage == .received else { return [] }
    return try proposal.answers.compactMap { answer in
      guard answer.code == .ended, let cited = answer.incident, try !isHere(cited, view) else { return nil }
      return Violation(.v2, line: answer.index, "what it says ended it, \(cited), is not here: ask for it")
    }
  }

  private static func isHere(_ id: StatementID, _ view: any CustodyView) throws -> Bool {
    try view.summary(id) != nil && !view.awaitsLines(id)
  }

  /// V3: whoever signs it has the person: the custodian, or on the road one of the parties of the release.
  static func holders(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    func isOne(_ names: [AuthorityName?]) -> Bool {
      names.contains { proposal.successions.areOne($0, proposal.issuer.name) }
    }
    return try proposal.occurrences.compactMap { line in
      if let release = line.occurrence.release {
        guard let summary = try view.summary(release), summary.type.isRelease else { return nil }
        let carrier = event.type == .incident ? event.carrier : nil
        let receiver = event.type == .incident ? summary.to : nil
        guard !isOne([summary.from, receiver, carrier]) else { return nil }
        return Violation(
          .v3, line: line.index, "\(proposal.issuer.name) has no part in the release \(release) on whose road it was")
      }
      guard let chain = try view.chain(line.subject), !isOne(chain.claimants ?? [chain.custodian]) else { return nil }
      return Violation(.v3, line: line.index, "\(chain.custodian) is its custodian, and did not sign this")
    }
  }

  /// V7: what ends or suspends a chain is for the log that decides its next step: the custodian's, and on the road the
  /// receiver's by its outcome.
  static func undecided(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    try proposal.occurrences.compactMap { line in
      guard line.occurrence.effect != nil, let chain = try view.chain(line.subject),
        !chain.steps.contains(where: { $0.id == proposal.id })
      else { return nil }
      let issuer = proposal.successions.current(proposal.issuer.name)
      if let open = chain.known.openRelease {
        return Violation(
          .v7, line: line.index,
          "it is released to \(open.to): cite the release \(open.statement), which only an outcome of \(open.to) ends")
      }
      guard let claimants = chain.claimants else {
        return chain.custodian == issuer
          ? nil
          : Violation(
            .v7, line: line.index,
            "\(chain.custodian) is its custodian, and only its log decides this: tell them; whom you found, take in "
              + "under a new reference"
          )
      }
      guard !claimants.contains(issuer) else { return nil }
      let names = claimants.map(\.description).joined(separator: ", ")
      return Violation(.v7, line: line.index, "its chain is contested between \(names), and \(issuer) is none of them")
    }
  }

  /// V4: `ended` is for the dead and for those set free, and cites what says so of the same person on the same road. Of a
  /// partner's outcome such a line is flagged alone: it takes nothing back of what the others answer.
  static func ends(_ proposal: Proposal, of release: StatementSummary, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.answers.contains(where: { $0.code == .ended }) else { return [] }
    let places = proposal.successions
    let carriers = try view.carriers(of: release, under: places) ?? []
    return try proposal.answers.compactMap { answer in
      guard answer.code == .ended else { return nil }
      func problem(_ detail: String) -> Violation {
        Violation(.v4, line: answer.index, detail, isWarning: proposal.stage == .received)
      }
      guard let cited = answer.incident else {
        return problem("it says ended and cites no incident and no release to liberty")
      }
      guard try isHere(cited, view) else {
        // A partner's word that somebody died is recorded: V2 says that the proof is not here.
        guard proposal.stage != .received else { return nil }
        return problem("what it cites, \(cited), is not here: bring it first")
      }
      guard let occurrence = try view.occurrence(cited, answer.answered.subject), occurrence.what.isEnd,
        occurrence.release == release.id
      else {
        return problem(
          "\(cited) is no death and no release to liberty of this person on this road: who is not there is missing")
      }
      // Whoever took a key ends nobody's chain with it.
      guard try proposal.isOnRecord && proposal.stage == .own || !view.isDoubted(cited) else {
        return problem(
          "others may have signed \(cited): ask whoever it names as its signer to record it anew, or answer missing")
      }
      guard let issuer = try view.summary(cited)?.issuer,
        counts(occurrence.what, by: issuer, on: release, carriers, places)
      else {
        let may = occurrence.what == .liberty ? "the releaser alone sets free" : "a party or a carrier of it says so"
        return problem(
          "who signed \(cited) may not end this line: on the road \(may). Ask them to record it, or answer missing")
      }
      return nil
    }
  }

  /// Whether somebody's word of what befell people on a road counts there: the responsible releaser's, and but for a
  /// release to liberty that of whoever may have them.
  static func counts(
    _ what: Occurrence.What, by issuer: AuthorityName, on release: StatementSummary, _ carriers: Set<AuthorityName>,
    _ places: Successions
  ) -> Bool {
    let others = what == .liberty ? [] : [release.to] + carriers.map(\.self)
    return ([release.from] + others).contains { places.areOne($0, issuer) }
  }
}
