import Roster

/// What is asked of whoever wants people back whom it handed over, of the answers to it, and of whoever consents, or
/// does not, to their going on. All of them are facts: whatever is wrong with one is flagged.
enum ReturnChecks {
  /// V2: the lines are those of the release, and whoever is to come back was accepted.
  static func gaps(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard let cited = proposal.event.reference(.release), try view.summary(cited) != nil, try !view.awaitsLines(cited)
    else { return [] }
    return try proposal.returned.compactMap { line in
      guard line.release == cited, let known = try view.releaseLine(cited, line.releaseLine),
        known.subject == line.subject
      else { return Violation(.v2, line: line.index, "the release that it cites has no such line") }
      guard proposal.event.type != .onwardConsent, known.answer?.code != .accepted else { return nil }
      return Violation(.v2, line: line.index, "nobody has accepted it, as far as is known here: recall it instead")
    }
  }

  /// V3: the receiver still holds whoever is to come back, or to go on.
  static func holders(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    try proposal.returned.compactMap { line in
      guard let chain = try view.chain(line.subject) else { return nil }
      if chain.isEnded { return Violation(.v3, line: line.index, "its chain has ended by \(chain.head)") }
      // Whom the receiver has not accepted is still the releaser's, which V2 says.
      let isAnswered = try view.releaseLine(line.release, line.releaseLine)?.answer?.code == .accepted
      let holders = chain.claimants ?? [chain.custodian]
      func holds(_ name: AuthorityName?) -> Bool { holders.contains { proposal.successions.areOne($0, name) } }
      guard !holds(proposal.event.to), isAnswered || !holds(proposal.event.from) else { return nil }
      return Violation(.v3, line: line.index, "\(chain.custodian) is its custodian now: ask there")
    }
  }
}

extension Proposal {
  /// The lines of a release that somebody speaks of who handed them over, or received them.
  var returned: [AnsweredLine] {
    switch event.type {
    case .returnRequested, .returnAgreed: recalls
    case .onwardConsent: consents.map(\.answered)
    default: []
    }
  }
}
