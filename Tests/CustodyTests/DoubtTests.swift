import Custody
import Roster
import Testing

/// V15 for what is on record: a doubted step is heard and decides nothing; the chain is contested until its parties settle.
@Suite("Doubted steps")
struct DoubtTests {
  private let convoy: Convoy

  init() throws { convoy = try Convoy() }

  private func ledger(_ acts: [Act]) throws -> Ledger {
    var office = Office(convoy.coalition.irq, of: convoy.coalition)
    for act in acts { try office.register(act) }
    return office.ledger
  }

  @Test("V15: a doubted release contests the chains it moved, names both, and takes nothing from anybody by itself")
  func release() throws {
    var ledger = try ledger([convoy.intake, convoy.release])
    let before = ledger.chains
    ledger.doubt([convoy.release.id])
    for (subject, chain) in ledger.chains {
      let contest = try #require(chain.contest)
      #expect(contest.parties == [convoy.coalition.irq.name, convoy.coalition.syr.name].sorted())
      #expect(Set(contest.heads) == [convoy.release.id, convoy.intake.id])
      #expect(chain.custodian == convoy.coalition.syr.name)
      // Once somebody else is known to have seen it in time, all is as it was.
      #expect(chain.doubting([convoy.release.id], false) == before[subject])
    }
    #expect(!ledger.chains.isEmpty)
  }

  @Test("V15: a doubted intake contests its chains with its signer alone, which moves nobody until it has signed again")
  func intake() throws {
    let syr = convoy.coalition.syr
    var office = Office(syr, of: convoy.coalition)
    try office.register(convoy.intake)
    let before = office.ledger.chains
    office.ledger.doubt([convoy.intake.id])
    #expect(office.ledger.chains.count == 3)
    for (subject, chain) in office.ledger.chains {
      #expect(chain.contest?.parties == [syr.name] && chain.contest?.heads == [convoy.intake.id])
      #expect(chain.custodian == syr.name && chain.head == convoy.intake.id && chain.contest?.round == 1)
      #expect(chain.doubting([convoy.intake.id], false) == before[subject])
    }
    #expect(try office.judge(convoy.release).refusedCodes == [.v7])
    let signed = try convoy.scribe.dispute(
      .disputeResolved, of: convoy.intake, office.ledger, custodian: syr.name, by: syr)
    #expect(try office.register(signed).isRegistered)
    // What was settled stands, whether the doubt ends or not.
    for doubted: Set<StatementID> in [[convoy.intake.id], []] {
      office.ledger.doubt(doubted)
      for chain in office.ledger.chains.values {
        #expect(chain.phase == .held && chain.custodian == syr.name && chain.head == signed.id)
      }
    }
  }

  @Test("V15: what was built on a doubted intake is contested with everybody, until they settle it or the doubt ends")
  func builtOnAnIntake() throws {
    let outcome = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.irq)
    var ledger = try ledger([convoy.intake, convoy.release, outcome])
    let before = ledger.chains
    ledger.doubt([convoy.intake.id])
    #expect(ledger.chains.count == 3)
    for chain in ledger.chains.values {
      #expect(chain.contest?.parties == [convoy.coalition.irq.name, convoy.coalition.syr.name].sorted())
      #expect(chain.contest.map { Set($0.heads) } == [convoy.intake.id, outcome.id])
    }
    // Heard in another order, it is the same.
    var late = Office(convoy.coalition.irq, of: convoy.coalition)
    late.ledger.doubt([convoy.intake.id])
    for act in [convoy.intake, convoy.release, outcome] { try late.register(act, as: .received) }
    #expect(late.ledger.chains == ledger.chains)
    ledger.doubt([])
    #expect(ledger.chains == before)
  }

  @Test("V15: a doubted acceptance contests the chain; the releaser stays named, and so does whoever accepted")
  func acceptance() throws {
    let outcome = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.irq)
    var ledger = try ledger([convoy.intake, convoy.release, outcome])
    #expect(!ledger.chains.isEmpty)
    #expect(ledger.chains.values.allSatisfy { $0.custodian == convoy.coalition.irq.name && $0.contest == nil })
    ledger.doubt([outcome.id])
    for chain in ledger.chains.values {
      #expect(chain.contest?.parties == [convoy.coalition.irq.name, convoy.coalition.syr.name].sorted())
      #expect(chain.custodian == convoy.coalition.syr.name)
    }
  }

  @Test("V15: a statement that is doubted before its lines are here makes doubted steps when they come")
  func awaited() throws {
    var office = Office(convoy.coalition.irq, of: convoy.coalition)
    try office.register(convoy.intake)
    let proposal = try office.proposal(convoy.release)
    let bare = try office.proposal(convoy.release, arrival: .awaited)
    let judge = Judge(checks: checksInForce)
    _ = try office.ledger.register(bare, by: judge)
    office.ledger.doubt([convoy.release.id])
    #expect(office.ledger.chains.values.allSatisfy { $0.contest == nil })
    _ = try office.ledger.complete(proposal, by: judge)
    #expect(office.ledger.chains.count == 3 && office.ledger.chains.values.allSatisfy { $0.contest != nil })
  }

  @Test("V15: a settlement that others may have signed settles nothing; its parties sign in the next round")
  func settlement() throws {
    let (syr, irq, tur) = (Line.syr, Line.irq, Line.tur)
    var line = Line()
    line.add(.intake, by: irq)
    let before = try line.chain()
    try line.settle(before.contest, by: [syr], custodian: syr)
    let forged = try line.settle(before.contest, by: [irq], custodian: syr)
    let settled = try line.chain()
    #expect(settled.phase == .held && settled.custodian == syr && settled.head == settled.resolutions.map(\.id).max())
    let doubted = try #require(settled.doubting([forged], true))
    #expect(doubted.contest?.parties == [irq, syr] && doubted.contest?.heads == before.contest?.heads)
    #expect(doubted.contest?.round == 2 && doubted.contest?.signed.isEmpty == true)
    #expect(doubted.doubting([forged], false) == settled && doubted.doubting([forged], true) == nil)
    // What was built on it is contested too, with whoever it went to.
    var onward = line
    let release = onward.release(to: tur, by: syr, after: settled.head)
    #expect(try onward.chain().openRelease?.statement == release)
    let gone = try #require(try onward.chain().doubting([forged], true))
    #expect(gone.contest?.parties == [irq, syr, tur] && gone.contest?.heads.contains(release) == true)
    // They settle it by signing again.
    let last = try line.settle(doubted.contest, custodian: irq)
    let again = try #require(try line.chain().doubting([forged], true))
    #expect(again.contest == nil && again.custodian == irq && again.head == last)
  }

  @Test("Whatever order doubts and steps come in, the chain is the same")
  func order() throws {
    let outcome = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.irq)
    var late = try ledger([convoy.intake, convoy.release, outcome])
    late.doubt([convoy.release.id])
    var early = try ledger([convoy.intake, convoy.release])
    early.doubt([convoy.release.id])
    for (subject, chain) in early.chains {
      let step = try #require(late.chains[subject]?.steps.first { $0.id == outcome.id })
      let added = ChainState(subject: subject, kind: chain.kind, steps: chain.steps + [step])
      #expect(added == late.chains[subject])
    }
    #expect(early.chains.count == late.chains.count && !early.chains.isEmpty)
  }
}
