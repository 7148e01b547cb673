import Roster

/// V1 to V4, V7 and V9: who holds, who may release, who answers.
enum CustodyChecks {
  static func oneCustodian(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type == .intake else { return [] }
    return try proposal.lines.compactMap { index, leaf in
      guard let subject = leaf.subject, let chain = try view.chain(subject), chain.head != proposal.id else {
        return nil
      }
      return Violation(
        .v1, line: index, "already in the custody of \(chain.custodian): release it, do not take it in again")
    }
  }

  static func noGap(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type == .release, proposal.stage == .received else { return [] }
    return try proposal.lines.compactMap { index, leaf in
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
    guard proposal.event.type == .release else { return [] }
    return try proposal.lines.compactMap { index, leaf in
      guard let subject = leaf.subject else { return nil }
      guard let chain = try view.chain(subject) else {
        return proposal.stage == .received ? nil : Violation(.v3, line: index, "it was never taken in here")
      }
      if let open = chain.openRelease, open.statement != proposal.id {
        return Violation(
          .v3, line: index, "it is already released to \(open.to) by \(open.statement), answer not yet seen")
      }
      guard chain.custodian == proposal.issuer.name else {
        return Violation(.v3, line: index, "\(chain.custodian) is its custodian")
      }
      guard proposal.stage == .received || leaf.custodyPrevious == chain.head else {
        return Violation(.v3, line: index, "custody_prev must cite its last step, \(chain.head)")
      }
      return nil
    }
  }

  static func outcomeAnswersRelease(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type == .outcome else { return [] }
    guard let cited = proposal.event.reference(.release), let release = try view.summary(cited),
      release.type == .release
    else { return [Violation(.v4, "the release it answers is not known here: bring the release first")] }
    return try proposal.answers.compactMap { answer in
      guard answer.release == cited else {
        return Violation(.v4, line: answer.index, "it answers another release than the one the statement cites")
      }
      guard let line = try view.releaseLine(answer.release, answer.releaseLine), line.subject == answer.subject,
        line.previous == answer.previous
      else {
        return Violation(.v4, line: answer.index, "the release has no such line with this subject_ref and custody_prev")
      }
      guard let earlier = line.answer, earlier.statement != proposal.id else { return nil }
      return Violation(.v4, line: answer.index, "already answered \(earlier.code.rawValue) by \(earlier.statement)")
    }
  }

  static func oneLogDecides(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type == .release || proposal.event.type == .offer else { return [] }
    return try proposal.lines.compactMap { index, leaf in
      guard let subject = leaf.subject, let claimants = try view.chain(subject)?.claimants else { return nil }
      let names = claimants.map(\.description).joined(separator: ", ")
      return Violation(.v7, line: index, "its chain is contested between \(names): settle the dispute first")
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
    default: return event.from
    }
  }
}
