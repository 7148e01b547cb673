import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// V15 for what was approved with officers' keys that others may have: whoever has those and the authority's key needs
/// nobody else.
@Suite("Doubted approvals")
struct ApprovalDoubtTests {
  private let convoy: Convoy
  private let time = Coalition.start + 2 * 86_400

  init() throws { convoy = try Convoy() }

  private var syr: Party { convoy.coalition.syr }

  /// Under a roster that says from when others may have these keys.
  private func verifier(_ exposed: [(key: PrivateKey, from: UnixTime)]) throws -> StatementVerifier {
    let roster = try convoy.coalition.roster { record in
      guard let found = exposed.first(where: { $0.key.publicKey == record.key }) else { return record }
      return record.revoked([Revocation(reason: .compromised, effectiveFrom: found.from)])
    }
    return StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: [])
  }

  private func exposed(_ officers: [Int: UnixTime], _ signed: SignedStatement) throws -> UnixTime? {
    try verifier(officers.map { (try syr.officerKey($0.key), $0.value) }).approvalsExposedFrom(signed)
  }

  @Test("V15: it is in doubt from when too few officers are left whose keys are their own")
  func moment() throws {
    let two = convoy.release.signed
    #expect(try exposed([:], two) == nil)
    #expect(try exposed([1: time], two) == time)
    #expect(try exposed([1: time + 5, 2: time], two) == time)
    // Whoever did not approve, and another authority's officer, are no matter.
    #expect(try exposed([3: time], two) == nil)
    #expect(try verifier([(convoy.coalition.irq.officerKey(1), time)]).approvalsExposedFrom(two) == nil)

    var event = convoy.release.event
    event.approvals = []
    let keys = try (1...3).map { try syr.officerKey($0) }
    let three = try convoy.scribe.sign(event, by: syr, officers: keys).signed
    #expect(try exposed([1: time], three) == nil)
    #expect(try exposed([1: time, 3: time + 5], three) == time + 5)
    // One that fits another draft helps nobody.
    var mixed = event
    mixed.approvals =
      try convoy.scribe.approvals(of: event, by: syr, Array(keys.prefix(2)))
      + convoy.scribe.approvals(of: convoy.intake.event, by: syr, [keys[2]])
    let signed = try SignedStatement.sign(
      mixed, issuer: syr.uri, at: Coalition.start, with: syr.key(.statement))
    #expect(try exposed([1: time], signed) == time)
  }

  @Test("V15: what nobody else had seen before is heard, flagged and contests; what somebody had seen moves as ever")
  func ledger() throws {
    let verifier = try verifier([(syr.officerKey(1), time)])
    func chains(seenAt: UnixTime) throws -> (flags: [Violation], chains: [ChainState]) {
      var ledger = Ledger()
      func proposal(_ act: Act, _ seenAt: UnixTime) throws -> Proposal {
        Proposal(
          try verifier.verify(act.signed, anchoredAt: seenAt), content: act.content, stage: .received,
          roster: verifier.roster, policy: .standard, now: Coalition.now)
      }
      let judge = Judge(checks: checksInForce)
      _ = try ledger.register(proposal(convoy.intake, Coalition.now), by: judge)
      let judgement = try ledger.register(proposal(convoy.release, seenAt), by: judge)
      #expect(judgement.isRegistered && ledger.isDoubted(convoy.release.id) == (seenAt >= time))
      return (judgement.flags, Array(ledger.chains.values))
    }
    let before = try chains(seenAt: time - 1)
    #expect(before.flags.isEmpty && !before.chains.isEmpty && before.chains.allSatisfy { $0.contest == nil })
    let late = try chains(seenAt: time)
    #expect(late.flags.contains { $0.code == .v14 })
    #expect(!late.chains.isEmpty)
    for chain in late.chains {
      #expect(chain.contest?.parties == [convoy.coalition.irq.name, syr.name].sorted())
      #expect(chain.custodian == syr.name)
    }
  }
}
