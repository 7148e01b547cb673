import Custody
import Roster
import TestSupport
import Testing

/// A line that is in dispute again after a dispute was settled.
@Suite("Disputes one after another") struct DisputeAgainTests {
  @Test("However often a line was in dispute, once all have signed it goes on, whatever order it is heard in")
  func goesOn() throws {
    let (syr, irq, tur) = (Line.syr, Line.irq, Line.tur)
    var line = Line()
    var head = try line.chain().head
    for dispute in 1...3 {
      line.release(to: irq, by: syr, after: head)
      line.release(to: tur, by: syr, after: head)
      let contest = try #require(try line.chain().contest)
      #expect(contest.round == 1 && contest.parties == [irq, syr, tur] && contest.heads.count == 2, "\(dispute)")
      head = try line.settle(contest, custodian: syr)
      #expect(try line.chain().phase == .held && line.chain().head == head, "\(dispute)")
    }
    let release = line.release(to: irq, by: syr, after: head)
    #expect(try line.chain().openRelease?.statement == release && line.chain().contest == nil)
    let accepted = line.add(.answer(.accepted), by: irq)
    let chain = try line.chain()
    #expect(chain.custodian == irq && chain.head == accepted && chain.contest == nil)
    #expect(try line.chain(isShuffled: true) == chain)
    // A new last step over the first dispute opens that one again, with everything since.
    line.release(to: tur, by: syr, after: try #require(line.steps.first).id)
    let again = try #require(try line.chain().contest)
    #expect(again.round == 2 && again.heads.contains(accepted))
  }

  /// Found by random histories: a doubt about an intake that never came here, settled by whoever signed it.
  @Test("Who never got the beginning counts a settlement that names it as one of the last steps")
  func beginningNotHere() throws {
    var line = Line()
    let intake = try #require(line.steps.first).id
    let found = line.add(.resume, by: Line.syr)
    let whole = try line.chain()
    let signed = Resolution(
      id: StatementID(unchecked: line.random.bytes(32)), issuer: Line.syr, round: 1, heads: [intake, found].sorted(),
      custodian: Line.syr)
    let chain = try #require(
      ChainState(
        subject: whole.subject, kind: .detaineeTransfer, steps: Array(line.steps.dropFirst()), resolutions: [signed]))
    #expect(chain.phase == .held && chain.custodian == Line.syr && chain.head == signed.id)
  }

  /// Found by random histories: who heard of the doubt counted the second settlement, who did not counted it never.
  @Test("What names an earlier settlement among the last steps, signed in doubt, counts without it too")
  func overASettlement() throws {
    var line = Line()
    let syr = Line.syr
    func signed(over heads: [StatementID]) -> Resolution {
      Resolution(
        id: StatementID(unchecked: line.random.bytes(32)), issuer: syr, round: 1, heads: heads.sorted(), custodian: syr)
    }
    let first = signed(over: [try #require(line.steps.first).id])
    let over = line.add(.end, by: syr, after: first.id)
    let second = signed(over: [first.id, over])
    let subject = try line.chain().subject
    let chain = try #require(
      ChainState(subject: subject, kind: .detaineeTransfer, steps: line.steps, resolutions: [first, second]))
    #expect(chain.phase == .held && chain.custodian == syr && chain.head == second.id && chain.contest == nil)
  }
}
