import Custody
import Roster
import Testing

/// A recall is a request: it takes effect only if the receiver agrees before it has answered (custody.md).
@Suite struct RecallTests {
  private func phases(_ office: Office, _ act: Act) -> Set<String> {
    Set(act.subjects.compactMap { office.ledger.chain($0) }.map { "\($0.custodian) \($0.phaseName)" })
  }

  @Test("F2: the receiver accepted before it heard of the recall: the recall is void and is told which event won")
  func acceptedFirst() throws {
    var convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let accepted = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    try convoy.irq.register(accepted)
    let recall = try scribe.recall(of: convoy.release, by: coalition.syr)
    #expect(try convoy.syr.register(recall).isClean)
    let heard = try convoy.irq.register(recall)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v7])
    #expect(heard.flags.allSatisfy { $0.detail.contains("\(accepted.id)") && $0.detail.contains("accepted") })
    let agreed = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: coalition.irq)
    #expect(try convoy.irq.judge(agreed).refusedCodes == [.v7])
    let refused = try scribe.answer(.recallRefused, to: recall, of: convoy.release, by: coalition.irq)
    #expect(try convoy.irq.register(refused).isClean)
    try convoy.syr.register(accepted)
    #expect(try convoy.syr.register(refused).isClean)
    for office in [convoy.syr, convoy.irq] { #expect(phases(office, convoy.intake) == ["IRQ/moj held"]) }
  }

  @Test("F2, the other way round: recalled before it was accepted: the acceptance is refused and told which event won")
  func recalledFirst() throws {
    var convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let recall = try scribe.recall(of: convoy.release, by: coalition.syr)
    let agreed = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: coalition.irq)
    for act in [recall, agreed] {
      #expect(try convoy.syr.register(act).isClean)
      #expect(try convoy.irq.register(act).isClean)
    }
    let late = try convoy.irq.judge(scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq))
    #expect(late.refusedCodes == [.v7])
    #expect(late.refusals.allSatisfy { $0.detail.contains("\(agreed.id)") && $0.detail.contains("recalled") })
    for office in [convoy.syr, convoy.irq] {
      #expect(phases(office, convoy.intake) == ["SYR/prisons held"])
      #expect(office.ledger.chain(convoy.intake.subjects[0])?.head == agreed.id)
    }
    // Decisions are the releaser's again: it may release to somebody else, citing the recall.
    let again = try scribe.handover(
      .release, of: convoy.release, from: coalition.syr, to: coalition.tur, in: convoy.syr.ledger)
    #expect(try convoy.syr.judge(again).isClean)
  }

  @Test("V5: some lines are recalled, the others are answered; nobody is counted twice")
  func someLines() throws {
    var convoy = try Convoy(5)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let indexes = convoy.release.lines.map(\.index)
    let recall = try scribe.recall(of: convoy.release, Array(indexes.prefix(2)), by: coalition.syr)
    let agreed = try scribe.answer(
      .recallAgreed, to: recall, of: convoy.release, Array(indexes.prefix(2)), by: coalition.irq)
    let rest = try scribe.outcome(of: convoy.release, indexes.dropFirst(2).map { ($0, .accepted) }, by: coalition.irq)
    for act in [recall, agreed, rest] {
      #expect(try convoy.irq.register(act).isClean)
      #expect(try convoy.syr.register(act).isClean)
    }
    let answers = convoy.syr.ledger.releases[convoy.release.id]?.values.compactMap(\.answer?.code) ?? []
    #expect(answers.count(where: { $0 == .recalled }) == 2 && answers.count(where: { $0 == .accepted }) == 3)
    #expect(phases(convoy.syr, convoy.intake) == ["SYR/prisons held", "IRQ/moj held"])
  }

  @Test("V7: a recall overtakes its release: the release is answered when it comes, and never by an outcome")
  func overtakes() throws {
    let convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    var irq = Office(coalition.irq, of: coalition)
    let recall = try scribe.recall(of: convoy.release, by: coalition.syr)
    let agreed = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: coalition.irq)
    #expect(try irq.register(recall).isClean)
    #expect(try irq.register(agreed).isClean)
    #expect(irq.ledger.chains.isEmpty)
    try irq.register(convoy.intake)
    #expect(try irq.register(convoy.release).isClean)
    #expect(phases(irq, convoy.intake) == ["SYR/prisons held"])
    let outcome = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    #expect(try irq.judge(outcome).refusedCodes == [.v7])
    var syr = convoy.syr
    #expect(try syr.register(recall).isClean)
    #expect(try syr.register(agreed).isClean)
    #expect(syr.ledger.chains == irq.ledger.chains && syr.ledger.releases == irq.ledger.releases)
  }

  @Test("An early recall between strangers takes no line's place: the receiver agrees, and its agreement stands")
  func strangersEarly() throws {
    let convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let recall = try scribe.recall(of: convoy.release, by: coalition.syr)
    let agreed = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: coalition.irq)
    func change(_ event: inout Event) { (event.from, event.to) = (coalition.syr.name, coalition.tur.name) }
    let foreign = try scribe.recall(of: convoy.release, by: coalition.syr, change: change)
    let taking = try scribe.answer(.recallAgreed, to: foreign, of: convoy.release, by: coalition.tur, change: change)
    for order in [[foreign, taking, recall, agreed], [recall, agreed, foreign, taking]] {
      var irq = Office(coalition.irq, of: coalition)
      for act in order { #expect(try irq.register(act).isClean) }
      try irq.register(convoy.intake)
      try irq.register(convoy.release)
      #expect(phases(irq, convoy.intake) == ["SYR/prisons held"])
      let answers = irq.ledger.releases[convoy.release.id]?.values.map(\.answer?.statement) ?? []
      #expect(Set(answers) == [agreed.id])
    }
  }

  @Test("V12: only the releaser recalls, and only the receiver agrees") func parties() throws {
    var convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let foreign = try scribe.recall(of: convoy.release, by: coalition.tur) { $0.from = coalition.tur.name }
    #expect(try convoy.irq.judge(foreign).refusedCodes == [.v12])
    let recall = try scribe.recall(of: convoy.release, by: coalition.syr)
    try convoy.irq.register(recall)
    let own = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: coalition.syr)
    #expect(try convoy.syr.judge(own).refusedCodes.contains(.v12))
    let third = try scribe.answer(.recallAgreed, to: recall, of: convoy.release, by: coalition.tur) {
      $0.to = coalition.tur.name
    }
    #expect(try convoy.irq.judge(third).refusedCodes == [.v12])
  }

  @Test("V4: a recall of lines that the release does not have is refused") func wrongLines() throws {
    let convoy = try Convoy()
    let other = try Convoy(seed: 2)
    let stray = try convoy.scribe.recall(of: other.release, by: convoy.coalition.syr) { event in
      event.references = [Reference(.release, convoy.release.id)]
    }
    #expect(try convoy.syr.judge(stray).refusedCodes.contains(.v4))
  }

  @Test("A redirect cites what gave the people back and the new receiver's agreement")
  func redirect() throws {
    var convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let refused = try convoy.answerAll(.refused)
    let offer = try scribe.handover(
      .offer, of: convoy.release, from: coalition.syr, to: coalition.tur, in: convoy.syr.ledger)
    let agreed = try scribe.agreement(to: offer, by: coalition.tur)
    try convoy.syr.register(offer)
    try convoy.syr.register(agreed)
    func redirect(_ agreement: Act?, _ answers: [Act], to: Party) throws -> Act {
      try scribe.redirect(
        convoy.release, from: coalition.syr, to: to, agreement: agreement, answers: answers, in: convoy.syr.ledger)
    }
    #expect(try convoy.syr.judge(redirect(nil, [refused], to: coalition.tur)).refusedCodes == [.v3])
    #expect(try convoy.syr.judge(redirect(agreed, [], to: coalition.tur)).refusedCodes == [.v3])
    #expect(try convoy.syr.judge(redirect(agreed, [refused], to: coalition.irq)).refusedCodes == [.v3])
    let good = try redirect(agreed, [refused], to: coalition.tur)
    #expect(try convoy.syr.register(good).isClean)
    #expect(convoy.syr.ledger.chain(good.subjects[0])?.openRelease?.to == coalition.tur.name)
    let accepted = try scribe.outcome(of: good, all: .accepted, by: coalition.tur)
    #expect(try convoy.syr.register(accepted).isClean)
    #expect(convoy.syr.custodians(of: convoy.intake) == [coalition.tur.name])
  }
}
