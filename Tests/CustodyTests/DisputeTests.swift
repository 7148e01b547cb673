import Custody
import Roster
import TestSupport
import Testing

/// A contested chain is settled only when every party signed the same, and by nothing else (custody.md).
@Suite struct DisputeTests {
  /// SYR released the same people twice, to IRQ and, from a copied disk, to TUR; both accepted.
  struct Twice {
    var convoy: Convoy
    let second: Act
    let accepted: [Act]
    var offices: [Office]
    var scribe: Scribe { convoy.scribe }
    var coalition: Coalition { convoy.coalition }
    var subject: SubjectReference { convoy.intake.subjects[0] }

    init(_ count: Int = 1) throws {
      convoy = try Convoy(count)
      let (scribe, coalition) = (convoy.scribe, convoy.coalition)
      var copy = Office(coalition.syr, of: coalition)
      try copy.register(convoy.intake)
      second = try scribe.handover(
        .release, of: convoy.intake, from: coalition.syr, to: coalition.tur, in: copy.ledger)
      accepted = [
        try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq),
        try scribe.outcome(of: second, all: .accepted, by: coalition.tur),
      ]
      offices = [convoy.syr, convoy.irq, Office(coalition.tur, of: coalition)]
      try offices[2].register(convoy.intake)
      for act in [convoy.release, second] + accepted { try tell(act) }
    }

    /// Every log registers it; its issuer's own log refuses a second release, which the copied disk signed.
    mutating func tell(_ act: Act) throws {
      for index in offices.indices {
        let proposal = try offices[index].proposal(act)
        if proposal.stage == .own, try !offices[index].judge(act).isRegistered {
          offices[index].ledger = try offices[index].heard(act)
        } else {
          try offices[index].register(act)
        }
      }
    }

    func chain(_ office: Int) -> ChainState? { offices[office].ledger.chain(subject) }

    func signature(_ party: Party, _ custodian: Party, round: UInt64? = nil) throws -> Act {
      let index = offices.firstIndex { $0.party.name == party.name } ?? 0
      return try scribe.dispute(
        .disputeResolved, of: convoy.intake, offices[index].ledger, custodian: custodian.name, by: party, round: round)
    }
  }

  @Test("F3: two open releases contest the chain for everyone, with every claimant named; nothing is decided")
  func contested() throws {
    let twice = try Twice()
    let names = [twice.coalition.irq.name, twice.coalition.syr.name, twice.coalition.tur.name].sorted()
    for index in 0...2 {
      let contest = try #require(twice.chain(index)?.contest)
      #expect(contest.parties == names && contest.round == 1 && contest.signed.isEmpty)
      #expect(contest.heads == twice.accepted.map(\.id).sorted())
    }
  }

  @Test("It is settled when the last party has signed, the same for every log, and moves on from there")
  func settled() throws {
    var twice = try Twice()
    let coalition = twice.coalition
    var last: [Act] = []
    for party in [coalition.tur, coalition.syr, coalition.irq] {
      for index in 0...2 { #expect(twice.chain(index)?.contest != nil, "until the last has signed") }
      let act = try twice.signature(party, coalition.irq)
      let own = try #require(twice.offices.firstIndex { $0.party.name == party.name })
      #expect(try twice.offices[own].judge(act).isClean)
      try twice.tell(act)
      last.append(act)
    }
    let head = try #require(last.map(\.id).max())
    for index in 0...2 {
      let chain = try #require(twice.chain(index))
      #expect(chain.phase == .held && chain.custodian == coalition.irq.name && chain.head == head)
    }
    let onward = try twice.scribe.handover(
      .release, of: twice.convoy.release, from: coalition.irq, to: coalition.syr, in: twice.offices[1].ledger)
    #expect(try twice.offices[1].judge(onward).isClean)
    try twice.tell(onward)
    for index in 0...2 { #expect(twice.chain(index)?.openRelease?.statement == onward.id) }
  }

  @Test("A differing signature opens the next round; each party signs once a round")
  func rounds() throws {
    var twice = try Twice()
    let coalition = twice.coalition
    let first = try twice.signature(coalition.irq, coalition.irq)
    try twice.tell(first)
    #expect(twice.chain(1)?.contest?.signed.map(\.id) == [first.id])
    #expect(try twice.offices[1].judge(twice.signature(coalition.irq, coalition.irq)).refusedCodes == [.v7])
    try twice.tell(try twice.signature(coalition.tur, coalition.tur))
    for index in 0...2 { #expect(twice.chain(index)?.contest?.round == 2) }
    #expect(try twice.offices[0].judge(twice.signature(coalition.syr, coalition.irq, round: 1)).refusedCodes == [.v7])
    for party in [coalition.irq, coalition.tur, coalition.syr] {
      try twice.tell(try twice.signature(party, coalition.tur))
    }
    for index in 0...2 { #expect(twice.chain(index)?.custodian == coalition.tur.name) }
  }

  @Test("Signing answers the open release, and a new last step opens the next round")
  func newHead() throws {
    var twice = try Twice()
    let coalition = twice.coalition
    // A third release, from the same copied disk, not yet answered.
    let third = try twice.scribe.handover(
      .release, of: twice.convoy.intake, from: coalition.syr, to: coalition.police, in: Ledger()
    ) { _ in }
    try twice.tell(try twice.signature(coalition.irq, coalition.irq))
    try twice.tell(third)
    for index in 0...2 {
      let contest = try #require(twice.chain(index)?.contest)
      #expect(contest.round == 2 && contest.parties.contains(coalition.police.name) && contest.heads.count == 3)
    }
    var police = twice.offices[2]
    police = Office(coalition.police, of: coalition)
    for act in [twice.convoy.intake, twice.convoy.release, twice.second] + twice.accepted + [third] {
      police.ledger = try police.heard(act)
    }
    let signed = try twice.scribe.dispute(
      .disputeResolved, of: twice.convoy.intake, police.ledger, custodian: coalition.irq.name, by: coalition.police)
    police.ledger = try police.heard(signed)
    let line = try #require(third.lines.first).index
    #expect(police.ledger.releaseLine(third.id, line)?.answer == .init(statement: signed.id, code: .resolved))
    let late = try twice.scribe.outcome(of: third, all: .accepted, by: coalition.police)
    #expect(try police.judge(late).refusedCodes == [.v7])
  }

  @Test("Who is no party, names a stranger or cites other steps settles nothing") func wrongSignatures() throws {
    var twice = try Twice()
    let coalition = twice.coalition
    var police = Office(coalition.police, of: coalition)
    for act in [twice.convoy.intake, twice.convoy.release, twice.second] { police.ledger = try police.heard(act) }
    let outsider = try twice.scribe.dispute(
      .disputeResolved, of: twice.convoy.intake, police.ledger, custodian: coalition.irq.name, by: coalition.police)
    #expect(try police.judge(outsider).refusedCodes == [.v7])
    #expect(try twice.offices[1].judge(twice.signature(coalition.irq, coalition.police)).refusedCodes == [.v7])
    // IRQ's view before TUR's acceptance: the last steps differ.
    var early = Office(coalition.irq, of: coalition)
    for act in [twice.convoy.intake, twice.convoy.release, twice.second, twice.accepted[0]] {
      early.ledger = try early.heard(act)
    }
    let stale = try twice.scribe.dispute(
      .disputeResolved, of: twice.convoy.intake, early.ledger, custodian: coalition.irq.name, by: coalition.irq)
    #expect(try twice.offices[1].judge(stale).refusedCodes == [.v7])
    let heard = try twice.offices[0].register(stale)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v7])
    #expect(twice.chain(0)?.contest?.round == 2, "a signature over other steps opens the next round")
  }

  @Test("Whoever is in one place only is not in dispute, and a dispute moves nobody") func disputed() throws {
    var convoy = try Convoy(2)
    let coalition = convoy.coalition
    let nothing = try convoy.scribe.dispute(
      .disputeResolved, of: convoy.intake, convoy.syr.ledger, custodian: coalition.irq.name, by: coalition.syr)
    #expect(try convoy.syr.judge(nothing).refusedCodes == [.v7])
    let before = convoy.syr.ledger.chains
    let disputed = try convoy.scribe.dispute(.disputed, of: convoy.release, convoy.irq.ledger, by: coalition.irq)
    #expect(try convoy.irq.register(disputed).isClean)
    #expect(try convoy.syr.register(disputed).isClean)
    #expect(convoy.syr.ledger.chains == before)
  }
}

extension Office {
  /// The ledger after a statement was heard as a partner's, whoever signed it.
  func heard(_ act: Act) throws -> Ledger {
    var office = self
    try office.register(act, as: .received)
    return office.ledger
  }
}
