import Custody
import Roster

/// A signed statement and what stands beside it.
struct Act {
  let signed: SignedStatement
  let content: Content

  var id: StatementID { signed.id }
  var event: Event { signed.event }
  /// The manifest's lines by their leaf index.
  var lines: [(index: Int, leaf: ManifestLeaf)] { content.manifest?.lines ?? [] }
  var subjects: [SubjectReference] { lines.compactMap(\.leaf.subject) }

  /// The same statement beside other content.
  func with(_ change: (inout Content) -> Void) -> Act {
    var changed = content
    change(&changed)
    return Act(signed: signed, content: changed)
  }
}

/// One authority's log in memory: it verifies and judges what comes.
struct Office {
  let party: Party
  let coalition: Coalition
  var ledger = Ledger()

  init(_ party: Party, of coalition: Coalition) {
    self.party = party
    self.coalition = coalition
  }

  /// Verifies, judges and registers, as our own or as received.
  @discardableResult
  mutating func register(_ act: Act, as stage: Proposal.Stage? = nil, now: UnixTime = Coalition.now) throws
    -> Judgement
  {
    try ledger.register(try proposal(act, as: stage, now: now), by: Judge(checks: checksInForce))
  }

  /// - Parameter stage: nil for our own where we signed it, and else received.
  func proposal(
    _ act: Act, as stage: Proposal.Stage? = nil, arrival: Proposal.Arrival = .whole, now: UnixTime = Coalition.now
  ) throws -> Proposal {
    let verified = try StatementVerifier(
      roster: coalition.roster, policy: .standard, checks: checksInForce, revocations: []
    )
    .verify(act.signed, anchoredAt: now)
    return Proposal(
      verified, content: arrival == .awaited ? Content() : act.content,
      stage: stage ?? (verified.issuer.name == party.name ? .own : .received), arrival: arrival,
      roster: coalition.roster,
      policy: .standard, now: now)
  }

  func judge(_ act: Act, now: UnixTime = Coalition.now) throws -> Judgement {
    try Judge(checks: checksInForce).judge(try proposal(act, now: now), in: ledger)
  }

  func custodians(of act: Act) -> Set<AuthorityName> { Set(act.subjects.compactMap { ledger.chain($0)?.custodian }) }
}
