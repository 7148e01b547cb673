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
  /// What befell people, whatever it does to their chains.
  public var occurrences: [Occurrence] = []
  /// A release that one of its parties holds for complete.
  public var closing: Closing?
  /// What settles chains of which no step is known here yet.
  public var early: [SubjectReference: Resolution] = [:]
  /// Who may go on, or may not.
  public var consents: [OnwardConsent] = []
  /// What must be told, and of whom that was done.
  public var owed: [DutyLine] = []
  /// Who was told, or was not reached.
  public var notices: [Notice] = []
  /// What its envelope says of the road of a release.
  public var transit: Transit?

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
    // Without its lines a statement moves nobody and nothing is said of them: that follows when they come.
    let isAwaited = proposal.arrival == .awaited
    return try judge(proposal, in: view, isAwaited ? nil : Transitions(proposal, view)) {
      !isAwaited && !proposal.isErased || !Self.ofLines.contains($0)
    }
  }

  /// Judges the lines of a statement that was registered without them. It is on record, so what would have refused it
  /// stands among the refusals and moves nobody, but takes nothing back.
  public func complete(_ proposal: Proposal, in view: any CustodyView) throws -> Judgement {
    // Lines that never come, or are not what it commits to, say nothing that could be judged.
    let isHere = proposal.event.manifestRoot == nil || proposal.content.manifest != nil
    var proposal = proposal
    proposal.isCompletion = true
    let isErased = proposal.isErased
    return try judge(proposal, in: view, Transitions(proposal, view, isLate: true)) {
      if isErased, Self.ofLines.contains($0) { return false }
      return isHere ? Self.atCompletion.contains($0) : [.v6, .v30].contains($0)
    }
  }

  /// Checks that read the lines or what else stands beside a statement.
  static let ofLines: Set<CheckCode> = [
    .v1, .v2, .v3, .v4, .v5, .v6, .v7, .v8, .v9, .v10, .v17, .v26, .v27, .v28, .v29, .v30,
  ]
  /// Checks that read the envelope when it comes and the lines when they do.
  static let ofBoth: Set<CheckCode> = [.v25]
  /// Checks of what is said of whom moves, to which later versions may add.
  static let ofContent: Set<CheckCode> = [.v25, .v26, .v27, .v28, .v29]
  /// Checks that ask for more in later versions: of what is on record they take nothing back.
  static let mayAskMore = ofContent.union([.v14])
  /// Whom a release was addressed to may be unknown before its lines are judged: then it is asked once more.
  /// So may who had to approve: the lines say it.
  static let atCompletion = ofLines.union(ofBoth).union([.v12, .v14])

  private func judge(
    _ proposal: Proposal, in view: any CustodyView, _ transitions: Transitions?, _ isMade: (CheckCode) -> Bool
  ) throws -> Judgement {
    let contested = proposal.stage == .received ? transitions?.contested ?? [] : []
    var refusals: [Violation] = []
    var flags: [Violation] = []
    for row in CheckTable.rows where checks.applies(row.code) && isMade(row.code) {
      guard case .registration(let check) = row.place else { continue }
      for violation in try check(proposal, view) {
        let contests = [.v1, .v3, .v4, .v7].contains(row.code) && (violation.line.map(contested.contains) ?? false)
        if refuses(row, proposal), !contests, !violation.isWarning {
          refusals.append(violation)
        } else {
          flags.append(violation)
        }
      }
    }
    guard refusals.isEmpty else { return Judgement(refusals: refusals, flags: flags, effects: Effects()) }
    var effects = transitions?.effects ?? Effects()
    effects.transit = Transit(proposal)
    return Judgement(refusals: refusals, flags: flags, effects: effects)
  }

  private func refuses(_ row: CheckRow, _ proposal: Proposal) -> Bool {
    switch row.effect {
    // What comes too late by the serialization rule is void, and what is closed too early closes nothing; a partner's is
    // registered and flagged all the same.
    case .refuses: proposal.stage != .received || row.code != .v7 && row.code != .v10
    case .gates, .gatesOrFlags:
      proposal.stage != .received && Lifecycle.row(for: proposal.event.type)?.isIntention == true
        && !(proposal.isOnRecord && Self.mayAskMore.contains(row.code))
    case .flags, .answers: false
    }
  }
}
