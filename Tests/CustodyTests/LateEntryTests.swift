import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// Paper first: what is declared is not late, and two witnesses stand by it.
@Suite("Late entries from paper") struct LateEntryTests {
  private let paper = LateEntry(form: "HSK-2026-0041", scanDigest: [UInt8](repeating: 3, count: 32))

  /// An intake of ten days ago, entered now.
  private func intake(_ scribe: Scribe, _ paper: LateEntry?, witnesses: [PrivateKey], before seconds: Int64 = 864_000)
    throws
    -> Act
  {
    let coalition = scribe.coalition
    let plain = try scribe.intake(by: coalition.syr, 2) { event in
      event.occurred = OccurredTime(at: OffsetTime(unix: Coalition.start - seconds, offsetMinutes: 180))
      event.lateEntry = paper
    }
    var event = plain.event
    event.approvals = []
    let officers = try scribe.approvals(
      of: event, by: coalition.syr, [coalition.syr.officerKey(1), coalition.syr.officerKey(2)])
    let seen = try scribe.approvals(
      of: event, by: coalition.syr, role: .witness, witnesses)
    event.approvals = try (officers + seen).map { (try Approval(decoding: $0).keyID, $0) }
      .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    return Act(
      signed: try .sign(
        event, issuer: coalition.syr.uri, at: event.recordedAt.unix, with: coalition.syr.key(.statement)),
      content: plain.content)
  }

  @Test("What says that paper came first is not late, and takes effect as any intake") func declared() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var office = Office(coalition.syr, of: coalition)
    let undeclared = try office.judge(intake(scribe, nil, witnesses: []))
    #expect(undeclared.isRegistered && undeclared.flaggedCodes == [.v18])
    let alone = try office.judge(intake(scribe, paper, witnesses: []))
    #expect(alone.isRegistered && alone.flaggedCodes == [.v14])
    #expect(alone.flags.count { $0.detail.contains("witness") } == 2)
    let (first, again, second) = try (
      coalition.syr.officerKey(5), coalition.syr.officerKey(5, 1), coalition.syr.officerKey(8)
    )
    for witnesses in [[first], [first, again]] {
      let one = try office.judge(intake(scribe, paper, witnesses: witnesses))
      #expect(one.isRegistered && one.flaggedCodes == [.v14] && one.flags.count == 1, "two keys are one officer")
    }
    #expect(try office.judge(intake(scribe, paper, witnesses: [first, second])).isClean)
    let act = try intake(scribe, paper, witnesses: [])
    #expect(try office.register(act).isRegistered)
    #expect(act.subjects.allSatisfy { office.ledger.chain($0)?.phaseName == "held" })
  }

  @Test("A partner's late entry that does not fit is registered, flagged, and contests nobody") func partner() throws {
    var convoy = try Convoy(2)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    var tur = Office(coalition.tur, of: coalition)
    for act in [convoy.intake, convoy.release] { try tur.register(act) }
    let second = try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: Ledger()
    ) { $0.lateEntry = paper }
    let refused = try convoy.answerAll(.refused)
    try tur.register(refused)
    let onward = try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: convoy.syr.ledger)
    try convoy.syr.register(onward)
    try tur.register(onward)
    let before = tur.ledger.chains
    // Its signer's log, and so its daemon, would let in neither.
    #expect(try convoy.syr.judge(second).refusedCodes.contains(.v3))
    let accepted = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq) { $0.lateEntry = paper }
    #expect(try convoy.irq.judge(accepted).refusedCodes == [.v4])
    let codes: [(Act, CheckCode)] = [(second, .v3), (accepted, .v4)]
    for (act, code) in codes {
      let judgement = try tur.register(act)
      #expect(judgement.isRegistered && judgement.flaggedCodes.contains(code), "\(judgement.refusals)")
    }
    for (subject, chain) in tur.ledger.chains {
      #expect(chain.contest == nil && chain.custodian == coalition.syr.name)
      #expect(chain.unfitting == [second.id, accepted.id])
      #expect(chain.openRelease?.statement == onward.id && chain.head == before[subject]?.head)
    }
    #expect(tur.ledger.chains.count == 2)
    // Whoever answers what was opened is responsible, and whoever holds people by the paper is named.
    let taken = try scribe.outcome(of: onward, all: .accepted, by: coalition.tur)
    #expect(try tur.register(taken).isRegistered)
    #expect(tur.custodians(of: convoy.intake) == [coalition.tur.name])
  }

  @Test("Paper makes nothing true that has not happened yet") func future() throws {
    let coalition = try Coalition.shared()
    let act = try intake(Scribe(coalition), paper, witnesses: [], before: -864_000)
    let judgement = try Office(coalition.syr, of: coalition).judge(act)
    #expect(judgement.isRegistered && judgement.flaggedCodes.contains(.v18))
  }

  @Test("The form and the digest of its scan are read as they were written, and nothing else is") func coding() throws {
    let coalition = try Coalition.shared()
    let event = try intake(Scribe(coalition), paper, witnesses: []).event
    #expect(try Event(decoding: event.encoded()[...]).lateEntry == paper)
    for wrong in [
      LateEntry(form: "", scanDigest: paper.scanDigest), LateEntry(form: "1", scanDigest: []),
      LateEntry(form: String(repeating: "1", count: 65), scanDigest: paper.scanDigest),
    ] {
      var changed = event
      changed.lateEntry = wrong
      #expect(throws: DecodeError.self) { try Event(decoding: changed.encoded()[...]) }
    }
  }

  @Test("Two witnesses are two: what one of them gave counts once") func lacking() {
    #expect([ApprovalRole.witness, .witness].lacking([.witness, .officer]) == [.witness])
    #expect([ApprovalRole.medical, .witness, .witness].lacking([.witness, .witness, .medical]).isEmpty)
    #expect([String]().lacking(["witness"]).isEmpty)
  }
}
