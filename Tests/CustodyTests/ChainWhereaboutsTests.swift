import Custody
import Roster
import TestSupport
import Testing

/// By which step the custodian took somebody in, which is where they were seen last.
@Suite struct ChainWhereaboutsTests {
  @Test("Whoever accepts took them in; whoever refuses, misses or has not answered did not")
  func answers() throws {
    for code in OutcomeCode.allCases where code != .ended {
      var convoy = try Convoy()
      let outcome = try convoy.answerAll(code)
      for office in [convoy.syr, convoy.irq] {
        let chain = try #require(office.ledger.chain(convoy.intake.subjects[0]))
        #expect(chain.takenIn == (code == .accepted ? outcome.id : convoy.intake.id), "\(code)")
      }
    }
    let open = try Convoy()
    #expect(open.syr.ledger.chain(open.intake.subjects[0])?.takenIn == open.intake.id)
  }

  @Test("A release whose history has not come says nothing of where its releaser took them in")
  func withoutHistory() throws {
    let convoy = try Convoy()
    var late = Office(convoy.coalition.irq, of: convoy.coalition)
    try late.register(convoy.release)
    let chain = try #require(late.ledger.chain(convoy.intake.subjects[0]))
    #expect(chain.takenIn == nil && !chain.isUnbroken)
    try late.register(convoy.intake)
    let known = try #require(late.ledger.chain(convoy.intake.subjects[0]))
    #expect(known.takenIn == convoy.intake.id && known.isUnbroken)
  }

  @Test("Whoever took them in is known by name, also where another was responsible when the contest began")
  func claimants() throws {
    var line = Line()
    line.release(to: Line.irq, by: Line.syr)
    let taken = line.add(.intake, by: Line.irq)
    let contested = try line.chain()
    let began = contested.steps.first { $0.issuer == Line.syr && $0.effect == .intake }?.id
    #expect(contested.contest != nil && contested.custodian == Line.syr && contested.takenIn == began)
    #expect(contested.takenIn(by: Line.irq) == taken && contested.takenIn(by: Line.tur) == nil)
    #expect(contested.onlyRestored == nil && contested.settlement.isEmpty)
    try line.settle(contested.contest, custodian: Line.irq)
    let settled = try line.chain()
    #expect(settled.contest == nil && settled.custodian == Line.irq && settled.takenIn == taken)
    // Every party's signature is what it rests on, until somebody takes the next step.
    #expect(Set(settled.settlement) == Set(line.resolutions.map(\.id)) && settled.settlement.count == 2)
    line.release(to: Line.tur, by: Line.irq, after: settled.head)
    #expect(try line.chain().settlement.count == 2)
    let accepted = line.add(.answer(.accepted), by: Line.tur)
    #expect(try line.chain().head == accepted && line.chain().settlement.isEmpty)
  }

  @Test("Contested by a restored log alone says whose, and is known as it was; a real contest says nothing of that")
  func restored() throws {
    var line = Line()
    let before = try line.chain()
    #expect(before.onlyRestored == nil && before.known == before)
    let held = try line.restoring(Line.syr).chain
    #expect(held.phaseName == "contested" && held.onlyRestored == Line.syr && held.known == before)
    #expect(!held.isUnbroken)
    let release = line.release(to: Line.irq, by: Line.syr)
    let open = try line.restoring(Line.irq).chain
    #expect(open.onlyRestored == Line.irq && open.known.openRelease?.statement == release)
    line.add(.intake, by: Line.tur)
    let disputed = try line.restoring(Line.syr).chain
    #expect(disputed.contest != nil && disputed.onlyRestored == nil && disputed.known == disputed)
  }

  @Test("It is a function of the steps alone, and a doubted one took nobody in")
  func doubted() throws {
    var convoy = try Convoy()
    let outcome = try convoy.answerAll(.accepted)
    let chain = try #require(convoy.irq.ledger.chain(convoy.intake.subjects[0]))
    let again = try #require(ChainState(subject: chain.subject, kind: chain.kind, steps: chain.steps.reversed()))
    #expect(again.takenIn == outcome.id)
    let doubted = try #require(chain.doubting([outcome.id], true))
    #expect(doubted.takenIn != outcome.id)
  }
}
