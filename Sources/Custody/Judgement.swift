import Roster

/// What judging a statement gave: refused, or registered with flags and a custody effect.
public struct Judgement: Sendable {
  /// Why it is not registered; empty when it is.
  public let refusals: [Violation]
  /// What is wrong and recorded all the same.
  public let flags: [Violation]
  public let effects: Effects

  public var isRegistered: Bool { refusals.isEmpty }
}

/// What registering a statement changes: derived, and rebuilt from the bytes alone by an audit.
public struct Effects: Sendable, Hashable {
  /// The new states of the chains it touches.
  public var chains: [ChainState] = []
  /// Lines that a release opens.
  public var opened: [ReleaseLine] = []
  /// Answers to lines of releases.
  public var answered: [ReleaseLine] = []

  public init() {}
}

/// Judges statements by the table. Pure: what it knows it is told.
public struct Judge: Sendable {
  let checks: Checks

  public init(checks: Checks = .all) { self.checks = checks }

  /// Gates our intentions, records facts, registers and flags whatever a partner signed well (custody.md, principles).
  public func judge(_ proposal: Proposal, in view: any CustodyView) throws -> Judgement {
    if let id = proposal.id, try view.summary(id) != nil {
      // A twin of a known statement gets an entry of its own and has no second effect.
      return Judgement(refusals: [], flags: [], effects: Effects())
    }
    let contested = proposal.stage == .received ? try Conflicts.lines(proposal, view) : []
    var refusals: [Violation] = []
    var flags: [Violation] = []
    for row in CheckTable.rows where checks.applies(row.code) {
      guard case .registration(let check) = row.place else { continue }
      for violation in try check(proposal, view) {
        let contests = violation.line.map(contested.contains) ?? false
        if refuses(row.effect, proposal), !contests { refusals.append(violation) } else { flags.append(violation) }
      }
    }
    let effects = refusals.isEmpty ? try Transitions.effects(of: proposal, contested: contested, view) : Effects()
    return Judgement(refusals: refusals, flags: flags, effects: effects)
  }

  private func refuses(_ effect: CheckEffect, _ proposal: Proposal) -> Bool {
    switch effect {
    case .refuses: true
    case .gates, .gatesOrFlags:
      proposal.stage != .received && Lifecycle.row(for: proposal.event.type)?.isIntention == true
    case .flags, .answers: false
    }
  }
}

/// Lines of a partner's statement that contradict what this log holds: the evidence is registered and the chain
/// contested; nothing is decided in silence.
enum Conflicts {
  static func lines(_ proposal: Proposal, _ view: any CustodyView) throws -> Set<Int> {
    var found: Set<Int> = []
    switch proposal.event.type {
    case .intake:
      for (index, leaf) in proposal.lines {
        if let subject = leaf.subject, try view.chain(subject) != nil { found.insert(index) }
      }
    case .release:
      for (index, leaf) in proposal.lines {
        guard let subject = leaf.subject, let chain = try view.chain(subject) else { continue }
        let mayRelease = chain.custodian == proposal.issuer.name && chain.openRelease == nil && chain.claimants == nil
        if !mayRelease { found.insert(index) }
      }
    case .outcome:
      for answer in proposal.answers {
        guard let line = try view.releaseLine(answer.release, answer.releaseLine), line.subject == answer.subject,
          line.answer != nil
        else { continue }
        found.insert(answer.index)
      }
    default: break
    }
    return found
  }
}
