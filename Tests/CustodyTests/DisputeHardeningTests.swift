import COSE
import Custody
import Roster
import TestSupport
import Testing

/// What reviewers and attackers found: settlements that hold, signatures of strangers, evidence that comes late.
@Suite struct DisputeHardeningTests {
  typealias Twice = DisputeTests.Twice

  private func settledTwice(_ count: Int = 1) throws -> (Twice, [Act]) {
    var twice = try Twice(count)
    let c = twice.coalition
    var signed: [Act] = []
    for party in [c.tur, c.syr, c.irq] {
      let act = try twice.signature(party, c.irq)
      try twice.tell(act)
      signed.append(act)
    }
    return (twice, signed)
  }

  func craft(_ twice: Twice, heads: [StatementID], by party: Party, custodian: Party, round: UInt64 = 1) throws -> Act {
    let scribe = twice.scribe
    var event = scribe.draft(.disputeResolved, record: twice.convoy.intake.event.recordID)
    event.kind = .detaineeTransfer
    event.parties = [party.name]
    event.responsibleCustodian = custodian.name
    let content = scribe.content(
      .dispute, event,
      [
        [
          .bytes(twice.subject.bytes), .bytes(twice.convoy.intake.id.bytes), .array(heads.map { .bytes($0.bytes) }),
          .unsigned(round), .text(custodian.name.description),
        ]
      ], identities: [:])
    scribe.describe(content, in: &event)
    return try scribe.sign(event, content, by: party)
  }

  @Test("A second dispute has rounds and parties of its own, and does not undo the first settlement")
  func secondDispute() throws {
    var (twice, _) = try settledTwice()
    let c = twice.coalition
    #expect(twice.chain(0)?.custodian == c.irq.name)
    // IRQ (by a copied disk) releases twice, to SYR and TUR; heard by all.
    let ledger = twice.offices[1].ledger
    let a = try twice.scribe.handover(.release, of: twice.convoy.release, from: c.irq, to: c.syr, in: ledger)
    let b = try twice.scribe.handover(.release, of: twice.convoy.release, from: c.irq, to: c.police, in: ledger)
    try twice.tell(a)
    try twice.tell(b)
    try twice.tell(try twice.signature(c.irq, c.irq))
    for i in 0...2 {
      let k = try #require(twice.chain(i)?.contest)
      #expect(!k.parties.contains(c.tur.name))
      #expect(k.round == 1 && twice.chain(i)?.custodian == c.irq.name)
    }
  }

  @Test("Who is no party blocks no round") func strangerInARound() throws {
    var twice = try Twice()
    let c = twice.coalition
    // police, no party, signs the same as everybody
    let stranger = try twice.scribe.dispute(
      .disputeResolved, of: twice.convoy.intake, twice.offices[0].ledger, custodian: c.irq.name, by: c.police)
    try twice.tell(stranger)
    for party in [c.tur, c.syr, c.irq] { try twice.tell(try twice.signature(party, c.irq)) }
    for i in 0...2 { #expect(twice.chain(i)?.contest == nil, "\(String(describing: twice.chain(i)?.contest))") }
  }

  @Test("Who is no party undoes no settlement") func strangerAfterwards() throws {
    var (twice, _) = try settledTwice()
    let c = twice.coalition
    let head = twice.accepted.map(\.id).sorted()
    let late = try twice.scribe.dispute(
      .disputeResolved, of: twice.convoy.intake, twice.offices[0].ledger, custodian: c.irq.name, by: c.police, round: 1)
    _ = late
    // craft with right heads
    let act = try craft(twice, heads: head, by: c.police, custodian: c.police)

    try twice.tell(act)
    for i in 0...2 { #expect(twice.chain(i)?.contest == nil) }
  }

  @Test("V12: an agreed recall answers nobody else's release, whenever it comes") func foreignAgreement() throws {
    let convoy = try Convoy(1)
    let c = convoy.coalition
    let scribe = convoy.scribe
    // An earlier release SYR -> TUR of somebody else, recalled by SYR: TUR has a recall to agree to.
    var syr = convoy.syr
    var irq = convoy.irq
    let other = try scribe.intake(by: c.syr, 1)
    try syr.register(other)
    let toTur = try scribe.handover(.release, of: other, from: c.syr, to: c.tur, in: syr.ledger)
    #expect(try syr.register(toTur).isClean)
    let recall = try scribe.recall(of: toTur, by: c.syr)
    #expect(try syr.register(recall).isClean)
    // TUR agrees "to that recall" over lines of SYR's release to IRQ.
    let bogus = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: c.tur)
    for act in [other, toTur, recall] { try irq.register(act) }
    _ = try irq.register(bogus)
    let outcome = try scribe.outcome(of: convoy.release, all: .accepted, by: c.irq)
    let o = try irq.judge(outcome)
    #expect(o.isRegistered, "\(o.refusals)")

    // early: heard before the release
    var fresh = Office(c.irq, of: c)
    for act in [other, toTur, recall] { try fresh.register(act) }
    try fresh.register(convoy.intake)
    try fresh.register(convoy.release)
    let chain = fresh.ledger.chain(convoy.intake.subjects[0])!
    #expect(chain.phaseName == "released" || chain.contest != nil)
    #expect(try fresh.judge(outcome).isRegistered)
    try syr.register(bogus)
    #expect(syr.ledger.chain(convoy.intake.subjects[0]) == chain)
  }

  @Test("Evidence that comes after the signatures that settle it is registered") func lateEvidence() throws {
    let (twice, signed) = try settledTwice()
    let c = twice.coalition
    // police hears everything but TUR's acceptance, then that.
    var police = Office(c.police, of: c)
    for act in [twice.convoy.intake, twice.convoy.release, twice.second, twice.accepted[0]] + signed {
      police.ledger = try police.heard(act)
    }
    _ = try police.judge(twice.accepted[1])
    // Two answers to one release by IRQ, settled.
    var convoy = try Convoy(1)
    let scribe = convoy.scribe
    let first = try convoy.answerAll(.refused)
    let second = try scribe.outcome(of: convoy.release, all: .accepted, by: c.irq)
    try convoy.syr.register(second)
    convoy.irq.ledger = try convoy.irq.heard(second)
    var resolved: [Act] = []
    for (party, which) in [(c.syr, 0), (c.irq, 1)] {
      let act = try scribe.dispute(
        .disputeResolved, of: convoy.intake, which == 0 ? convoy.syr.ledger : convoy.irq.ledger, custodian: c.irq.name,
        by: party)
      convoy.syr.ledger = try convoy.syr.heard(act)
      convoy.irq.ledger = try convoy.irq.heard(act)
      resolved.append(act)
    }
    let s = convoy.intake.subjects[0]
    var late = Office(c.tur, of: c)
    for act in [convoy.intake, convoy.release, first] + resolved { try late.register(act) }
    let k = try late.judge(second)
    #expect(k.isRegistered)
    try late.register(second)
    #expect(late.ledger.chain(s) == convoy.syr.ledger.chain(s))
    // Second intake
    let d = try Convoy(1)
    let taken = try d.scribe.intake(by: c.tur, subjects: d.intake.subjects)
    var tur = Office(c.tur, of: c)
    var syr = Office(c.syr, of: c)
    var third = Office(c.irq, of: c)
    for act in [d.intake, taken] {
      syr.ledger = try syr.heard(act)
      tur.ledger = try tur.heard(act)
    }
    var res: [Act] = []
    for party in [c.syr, c.tur] {
      let act = try d.scribe.dispute(.disputeResolved, of: d.intake, syr.ledger, custodian: c.tur.name, by: party)
      syr.ledger = try syr.heard(act)
      res.append(act)
    }
    for act in [d.intake] + res { try third.register(act) }
    let m = try third.judge(taken)
    #expect(m.isRegistered, "\(m.refusals)")
    _ = d
  }

  @Test("All parties together make no stranger a custodian") func strangerAsCustodian() throws {
    var twice = try Twice()
    let c = twice.coalition
    let heads = twice.accepted.map(\.id).sorted()
    for party in [c.tur, c.syr, c.irq] {
      let act = try craft(twice, heads: heads, by: party, custodian: c.police)
      for i in 0...2 { twice.offices[i].ledger = try twice.offices[i].heard(act) }
    }
    for i in 0...2 {
      #expect(twice.chain(i)!.custodian != c.police.name)
    }
  }

  @Test("F15: a step dated into the future bars nobody from the present") func futureClock() throws {
    var convoy = try Convoy(1)
    let c = convoy.coalition
    let scribe = convoy.scribe
    let future = OffsetTime(unix: Coalition.now + 400 * 86_400, offsetMinutes: 180)
    let outcome = try scribe.outcome(of: convoy.release, all: .refused, by: c.irq) {
      $0.occurred = OccurredTime(at: future)
    }
    _ = try convoy.syr.register(outcome)
    let again = try scribe.handover(.release, of: convoy.release, from: c.syr, to: c.tur, in: convoy.syr.ledger) {
      $0.recordedAt = OffsetTime(unix: Coalition.now, offsetMinutes: 180)
      $0.occurred = OccurredTime(at: $0.recordedAt)
      $0.acceptBy = nil
    }
    let k = try convoy.syr.judge(again)
    #expect(k.isRegistered, "\(k.refusals)")
  }

  @Test("V6: a line without its fields is refused, a contested one too") func malformedLine() throws {
    let convoy = try Convoy(1)
    let c = convoy.coalition
    let scribe = convoy.scribe
    var event = scribe.draft(.intake)
    event.kind = .detaineeTransfer
    event.provenance = .direct
    event.responsibleCustodian = c.tur.name
    event.libertyStatus = .detained
    let content = scribe.content(.person, event, [[.bytes(convoy.intake.subjects[0].bytes)]], identities: [:])
    scribe.describe(content, in: &event)
    let act = try scribe.sign(event, content, by: c.tur)
    var irq = convoy.irq
    let j = try irq.register(act)
    #expect(!j.isRegistered)
  }

  @Test("A signature answers what it cites, in whatever order it is heard") func citedReleases() throws {
    let twice = try Twice()
    let c = twice.coalition
    // IRQ signs round 1; later SYR's copied disk releases to IRQ again. Order differs.
    let third = try twice.scribe.handover(
      .release, of: twice.convoy.intake, from: c.syr, to: c.irq, in: Ledger()
    ) { _ in }
    let sig = try twice.signature(c.irq, c.irq)
    var x = twice.offices[0]
    var y = twice.offices[0]
    for act in [sig, third] { x.ledger = try x.heard(act) }
    for act in [third, sig] { y.ledger = try y.heard(act) }

    #expect(x.ledger.chains == y.ledger.chains)
    #expect(x.ledger.releases == y.ledger.releases)
  }

  /// Found by random histories: a copied key signed the end of a dispute that was none here yet.
  @Test("A signature answers what it cites, also where the line came into dispute after it was heard")
  func citedBeforeTheDispute() throws {
    let twice = try Twice()
    let (convoy, irq) = (twice.convoy, twice.coalition.irq)
    let signed = try craft(twice, heads: [convoy.release.id], by: irq, custodian: irq)
    for order in [[signed, twice.second], [twice.second, signed]] {
      var office = Office(irq, of: twice.coalition)
      for act in [convoy.intake, convoy.release] { try office.register(act) }
      for act in order { office.ledger = try office.heard(act) }
      #expect(office.ledger.chain(twice.subject)?.contest != nil)
      let late = try office.judge(twice.accepted[0])
      #expect(late.refusals.contains { $0.code == .v7 && $0.detail.contains("resolved first") }, "\(late.refusals)")
    }
    // As long as nothing is in dispute the release waits for its answer all the same.
    var office = Office(irq, of: twice.coalition)
    for act in [convoy.intake, convoy.release] { try office.register(act) }
    office.ledger = try office.heard(signed)
    #expect(try office.judge(twice.accepted[0]).isRegistered)
  }

  @Test("A signature over a gap that closes leaves the release open") func signedOverAGap() throws {
    var convoy = try Convoy(1)
    let c = convoy.coalition
    let scribe = convoy.scribe
    let accepted = try scribe.outcome(of: convoy.release, all: .accepted, by: c.irq)
    try convoy.irq.register(accepted)
    let onward = try scribe.handover(.release, of: convoy.release, from: c.irq, to: c.tur, in: convoy.irq.ledger)
    #expect(try convoy.irq.register(onward).isClean)
    var tur = Office(c.tur, of: c)
    for act in [convoy.intake, convoy.release, onward] { try tur.register(act) }
    let s = convoy.intake.subjects[0]
    #expect(tur.ledger.chain(s)?.contest != nil)
    let signed = try scribe.dispute(.disputeResolved, of: convoy.intake, tur.ledger, custodian: c.tur.name, by: c.tur)
    #expect(try tur.register(signed).isClean)
    try tur.register(accepted)
    try convoy.irq.register(signed)
    let outcome = try tur.judge(scribe.outcome(of: onward, all: .accepted, by: c.tur))
    #expect(outcome.isRegistered, "\(outcome.refusals)")
    let recall = try scribe.recall(of: onward, by: c.irq)
    try convoy.irq.register(recall)
    try tur.register(recall)
    let agreed = try tur.judge(scribe.answer(.recallAgreed, to: recall, of: onward, by: c.tur))
    #expect(agreed.isRegistered, "\(agreed.refusals)")
    // It is open for V5, V10 and V19 too: nobody closes it, and its time passes.
    let hasty = try scribe.closed(onward, citing: [signed], by: c.irq)
    try tur.register(hasty)
    let closed = try tur.judge(scribe.closed(onward, citing: [signed], after: hasty, by: c.tur))
    #expect(closed.refusedCodes == [.v5, .v10], "\(closed.refusals)")
    let due = try #require(onward.event.acceptBy).unix
    let overdue = tur.ledger.overdueReleases(at: due + 1)
    #expect(overdue.contains { $0.statement == onward.id && $0.lines == 1 })
  }
}
