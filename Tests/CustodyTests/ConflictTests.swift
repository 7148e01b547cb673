import Custody
import Roster
import TestSupport
import Testing

/// What a partner signs against what we hold is registered as evidence and contests the chain; it decides nothing.
@Suite struct ConflictTests {
  private func claimants(_ office: Office, _ act: Act) -> Set<[AuthorityName]> {
    Set(act.subjects.compactMap { office.ledger.chain($0)?.claimants })
  }

  @Test("F3: a second release while one is open contests the chain between all") func secondRelease() throws {
    let convoy = try Convoy(2)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    var before = Office(coalition.syr, of: coalition)
    try before.register(convoy.intake)
    let second = try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: before.ledger)
    #expect(try convoy.syr.judge(second).refusedCodes == [.v3])
    var irq = convoy.irq
    let judgement = try irq.register(second)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v3])
    let names = [coalition.irq.name, coalition.syr.name, coalition.tur.name].sorted()
    #expect(claimants(irq, convoy.release) == [names])
    // Either receiver may still say whom it holds; that settles nothing.
    let outcome = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    #expect(try irq.register(outcome).isRegistered)
    #expect(claimants(irq, convoy.release) == [names])
    let onward = try scribe.handover(
      .release, of: convoy.release, from: coalition.irq, to: coalition.tur, in: irq.ledger)
    #expect(try irq.judge(onward).refusedCodes.isSuperset(of: [.v7]))
  }

  @Test func aReleaseByWhoIsNotCustodianContests() throws {
    var convoy = try Convoy(1)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    _ = try convoy.answerAll(.accepted)
    let grab = try scribe.handover(
      .release, of: convoy.intake, from: coalition.tur, to: coalition.syr, in: convoy.irq.ledger)
    let judgement = try convoy.irq.register(grab)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v3])
    #expect(claimants(convoy.irq, convoy.intake) == [[coalition.irq.name, coalition.syr.name, coalition.tur.name]])
  }

  @Test func aReceivedSecondAnswerContestsAndAnOwnOneIsRefused() throws {
    var convoy = try Convoy(2)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    let first = try convoy.answerAll(.refused)
    let second = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    #expect(try convoy.irq.judge(second).refusedCodes == [.v4])
    let judgement = try convoy.syr.register(second)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v4])
    #expect(claimants(convoy.syr, convoy.release) == [[coalition.irq.name, coalition.syr.name].sorted()])
    let answers = convoy.release.lines.map { convoy.syr.ledger.releaseLine(convoy.release.id, $0.index)?.answer }
    #expect(Set(answers) == [.init(statement: first.id, code: .refused)])
  }

  @Test func aReceivedIntakeOfWhomWeHoldContests() throws {
    var convoy = try Convoy(2)
    let coalition = convoy.coalition
    let taken = try convoy.scribe.intake(by: coalition.tur, subjects: [convoy.intake.subjects[0]])
    #expect(try convoy.syr.register(taken).flaggedCodes == [.v1])
    #expect(claimants(convoy.syr, taken) == [[coalition.irq.name, coalition.syr.name, coalition.tur.name].sorted()])
    #expect(convoy.syr.ledger.chain(convoy.intake.subjects[1])?.claimants == nil)
  }

  @Test func aReceivedFailingIntentionIsRegisteredAndFlagged() throws {
    let convoy = try Convoy(2)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    var syr = Office(coalition.syr, of: coalition)
    var irq = Office(coalition.irq, of: coalition)
    try syr.register(convoy.intake)
    try irq.register(convoy.intake)
    let failing = try scribe.handover(
      .release, of: convoy.intake, from: coalition.syr, to: coalition.irq, in: syr.ledger,
      officers: [coalition.syr.officerKey(1)])
    #expect(try syr.judge(failing).refusedCodes == [.v14])
    let judgement = try irq.register(failing)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v14])
    #expect(irq.ledger.chain(failing.subjects[0])?.openRelease?.statement == failing.id)
  }

  @Test func anOutcomeOfAnUnknownReleaseWaitsForIt() throws {
    let convoy = try Convoy(1)
    var fresh = Office(convoy.coalition.tur, of: convoy.coalition)
    let outcome = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.irq)
    #expect(try fresh.judge(outcome).refusedCodes == [.v4])
    try fresh.register(convoy.intake)
    try fresh.register(convoy.release)
    #expect(try fresh.register(outcome).isClean)
    #expect(fresh.custodians(of: convoy.intake) == [convoy.coalition.irq.name])
  }
}
