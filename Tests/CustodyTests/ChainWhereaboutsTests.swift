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
