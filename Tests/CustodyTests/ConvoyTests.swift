import Custody
import Roster
import TestSupport
import Testing

/// A convoy as both logs see it, from intake to the last late arrival.
@Suite struct ConvoyTests {
  @Test func threeComeLate() throws {
    var convoy = try Convoy(150)
    let (syr, irq) = (convoy.coalition.syr.name, convoy.coalition.irq.name)
    #expect(convoy.syr.custodians(of: convoy.release) == [syr] && convoy.irq.custodians(of: convoy.release) == [syr])
    let lines = convoy.release.lines.map(\.index)
    let (arrived, absent) = (lines.prefix(147), lines.suffix(3))
    let first = try convoy.answer(arrived.map { ($0, .accepted) } + [(absent[absent.startIndex], .missing)])
    #expect(first.1.isClean && first.2.isClean && first.0.event.counts?.total == 148)
    #expect(convoy.syr.custodians(of: convoy.release) == [syr, irq])
    let second = try convoy.answer(absent.dropFirst().map { ($0, .accepted) })
    #expect(second.1.isClean && second.2.isClean && second.0.event.counts?.total == nil)
    #expect(convoy.syr.ledger.chains == convoy.irq.ledger.chains)
    #expect(convoy.syr.ledger.releases == convoy.irq.ledger.releases)
    let chains = convoy.syr.ledger.chains.values
    #expect(chains.filter { $0.custodian == irq && $0.phase == .held }.count == 149)
    #expect(chains.filter { $0.custodian == syr && $0.phase == .missing }.count == 1)
  }

  @Test func offersMoveNothing() throws {
    var convoy = try Convoy(2)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    convoy.syr = Office(coalition.syr, of: coalition)
    try convoy.syr.register(convoy.intake)
    let before = convoy.syr.ledger.chains
    let offer = try scribe.handover(
      .offer, of: convoy.intake, from: coalition.syr, to: coalition.irq, in: convoy.syr.ledger)
    #expect(try convoy.syr.register(offer).isClean)
    #expect(try convoy.syr.register(scribe.agreement(to: offer, by: coalition.irq)).isClean)
    #expect(try convoy.syr.register(scribe.agreement(.offerDeclined, to: offer, by: coalition.irq)).isClean)
    #expect(try convoy.syr.judge(scribe.agreement(to: offer, by: coalition.tur)).refusedCodes.contains(.v12))
    #expect(try convoy.syr.judge(scribe.agreement(to: convoy.release, by: coalition.irq)).refusedCodes == [.v12])
    #expect(convoy.syr.ledger.chains == before)
    let release = try scribe.handover(
      .release, of: offer, from: coalition.syr, to: coalition.irq, in: convoy.syr.ledger,
      citing: [Reference(.offer, offer.id)])
    #expect(try convoy.syr.register(release).isClean)
  }

  @Test(arguments: [OutcomeCode.refused, .missing]) func whoIsNotAcceptedGoesBack(_ code: OutcomeCode) throws {
    var convoy = try Convoy(2)
    let coalition = convoy.coalition
    let outcome = try convoy.answerAll(code)
    for ledger in [convoy.syr.ledger, convoy.irq.ledger] {
      for chain in ledger.chains.values {
        #expect(chain.custodian == coalition.syr.name && chain.openRelease == nil && chain.head == outcome.id)
        #expect(chain.phase == (code == .missing ? .missing : .held))
      }
    }
    let again = try convoy.scribe.handover(
      .release, of: convoy.release, from: coalition.syr, to: coalition.irq, in: convoy.syr.ledger)
    #expect(try convoy.syr.register(again).isClean && convoy.irq.register(again).isClean)
    convoy.release = again
    _ = try convoy.answerAll(.accepted)
    #expect(convoy.syr.custodians(of: again) == [coalition.irq.name])
    #expect(convoy.syr.ledger.chains == convoy.irq.ledger.chains)
  }

  @Test func theReceiverReleasesOnwardOnceItHasAccepted() throws {
    var convoy = try Convoy(2)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    func onward() throws -> Act {
      try scribe.handover(
        .release, of: convoy.release, from: coalition.irq, to: coalition.tur, in: convoy.irq.ledger)
    }
    #expect(try convoy.irq.judge(onward()).refusedCodes == [.v3])
    let outcome = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    try convoy.irq.register(outcome)
    let next = try onward()
    #expect(try convoy.irq.register(next).isClean)
    // SYR knows nothing of the acceptance yet, and hears of both later.
    #expect(convoy.syr.custodians(of: convoy.release) == [coalition.syr.name])
    try convoy.syr.register(outcome)
    #expect(try convoy.syr.register(next).isClean)
    #expect(convoy.syr.ledger.chains == convoy.irq.ledger.chains)
  }

  @Test func duplicatesHaveOneEffect() throws {
    var convoy = try Convoy(3)
    let outcome = try convoy.answerAll(.accepted)
    let before = (convoy.syr.ledger.chains, convoy.syr.ledger.releases, convoy.syr.ledger.summaries)
    for act in [convoy.intake, convoy.release, outcome, outcome, convoy.intake] {
      let judgement = try convoy.syr.register(act)
      #expect(judgement.isClean && judgement.effects == Effects())
    }
    #expect(convoy.syr.ledger.chains == before.0 && convoy.syr.ledger.releases == before.1)
    #expect(convoy.syr.ledger.summaries == before.2)
  }

  @Test func aHandoverNamesItsKindAndAnotherReceiver() throws {
    let convoy = try Convoy(1)
    let (scribe, coalition) = (convoy.scribe, convoy.coalition)
    var syr = Office(coalition.syr, of: coalition)
    var tur = Office(coalition.tur, of: coalition)
    try syr.register(convoy.intake)
    try tur.register(convoy.intake)
    let changes: [Scribe.Change] = [{ $0.to = nil }, { $0.to = $0.from }, { $0.kind = nil }]
    for change in changes {
      let act = try scribe.handover(
        .release, of: convoy.intake, from: coalition.syr, to: coalition.irq, in: syr.ledger, change: change)
      #expect(try syr.judge(act).refusedCodes == [.v11])
      let received = try tur.judge(act)
      #expect(received.isRegistered && received.flaggedCodes == [.v11])
    }
  }
}
