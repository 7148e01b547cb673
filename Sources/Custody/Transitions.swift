import Roster

/// The custody effect of a registered statement (custody.md, Lifecycle). Only intake, release and outcome have one.
enum Transitions {
  static func effects(of proposal: Proposal, contested: Set<Int>, _ view: any CustodyView) throws -> Effects {
    var effects = Effects()
    guard let id = proposal.id else { return effects }
    switch proposal.event.type {
    case .intake:
      for (index, leaf) in proposal.lines {
        guard let subject = leaf.subject else { continue }
        effects.chains.append(try intake(proposal, id, index, subject, view))
      }
    case .release:
      for (index, leaf) in proposal.lines {
        guard let subject = leaf.subject, let previous = leaf.custodyPrevious else { continue }
        effects.opened.append(ReleaseLine(release: id, line: index, subject: subject, previous: previous))
        let chain = try view.chain(subject)
        let next =
          contested.contains(index)
          ? contest(chain, proposal) : release(proposal, id, index, subject, previous, chain)
        if let next { effects.chains.append(next) }
      }
    case .outcome:
      for answer in proposal.answers { try outcome(answer, proposal, id, contested, view, &effects) }
    default: break
    }
    return effects
  }

  private static func intake(
    _ proposal: Proposal, _ id: StatementID, _ index: Int, _ subject: SubjectReference, _ view: any CustodyView
  ) throws -> ChainState {
    if var chain = try view.chain(subject) {
      chain.phase = .contested(claimants: merged(chain, with: [proposal.issuer.name]))
      return chain
    }
    return ChainState(
      subject: subject, intake: id, head: id, custodian: proposal.issuer.name, phase: .held,
      kind: proposal.event.kind ?? .detaineeTransfer, source: id, line: index,
      lastEarliest: proposal.event.occurred.earliest)
  }

  private static func release(
    _ proposal: Proposal, _ id: StatementID, _ index: Int, _ subject: SubjectReference, _ previous: StatementID,
    _ chain: ChainState?
  ) -> ChainState {
    let event = proposal.event
    var state =
      chain
      ?? ChainState(
        subject: subject, intake: nil, head: previous, custodian: proposal.issuer.name, phase: .held,
        kind: event.kind ?? .detaineeTransfer, source: id, line: index, lastEarliest: event.occurred.earliest)
    state.source = id
    state.line = index
    state.lastEarliest = max(state.lastEarliest, event.occurred.earliest)
    state.phase = .released(
      .init(statement: id, line: index, to: event.to ?? proposal.issuer.name, acceptBy: event.acceptBy?.unix))
    return state
  }

  private static func contest(_ chain: ChainState?, _ proposal: Proposal) -> ChainState? {
    guard var chain else { return nil }
    chain.phase = .contested(
      claimants: merged(chain, with: [proposal.issuer.name, proposal.event.to].compactMap { $0 }))
    return chain
  }

  /// Everyone who holds, was released to or claims, each once, in order.
  private static func merged(_ chain: ChainState, with others: [AuthorityName]) -> [AuthorityName] {
    Set((chain.claimants ?? []) + [chain.custodian] + [chain.openRelease?.to].compactMap { $0 } + others).sorted()
  }

  private static func outcome(
    _ answer: LineAnswer, _ proposal: Proposal, _ id: StatementID, _ contested: Set<Int>, _ view: any CustodyView,
    _ effects: inout Effects
  ) throws {
    guard var line = try view.releaseLine(answer.release, answer.releaseLine),
      var chain = try view.chain(answer.subject)
    else { return }
    if contested.contains(answer.index) {
      effects.chains.append(contest(chain, proposal) ?? chain)
      return
    }
    line.answer = .init(statement: id, code: answer.code)
    effects.answered.append(line)
    chain.lastEarliest = max(chain.lastEarliest, proposal.event.occurred.earliest)
    if chain.claimants != nil {
      // A contested chain is not settled by an answer; whoever accepted stays answerable.
      if answer.code == .accepted {
        chain.phase = .contested(claimants: merged(chain, with: [proposal.issuer.name]))
      }
    } else if chain.openRelease?.statement == answer.release {
      chain.head = id
      chain.phase = answer.code == .missing ? .missing : .held
      if answer.code == .accepted { chain.custodian = proposal.issuer.name }
    }
    effects.chains.append(chain)
  }
}
