import Custody
import Testing

extension InvariantTests {
  @Test("V25: a code that its list does not have stops an intention and flags a fact")
  func v25_codesStandInTheirLists() throws {
    let convoy = try Convoy()
    let (syr, irq) = (convoy.coalition.syr, convoy.coalition.irq)
    func recall(_ reason: String) throws -> Act {
      try convoy.scribe.recall(of: convoy.release, by: syr) { $0.reason = reason }
    }
    #expect(try convoy.syr.judge(recall("felt-like-it")).refusedCodes == [.v25])
    #expect(try convoy.syr.judge(recall("road-closed")).isClean)
    let theirs = try convoy.irq.judge(recall("felt-like-it"))
    #expect(theirs.isRegistered && theirs.flaggedCodes == [.v25])
    let fact = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: irq) { $0.reason = "felt-like-it" }
    let judgement = try convoy.irq.judge(fact)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25])
  }
}
