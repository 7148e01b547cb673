import COSE
import Roster
import Testing

@testable import Custody

/// Whoever signs one thing after another about somebody keeps nobody from settling who is responsible for them.
@Suite("Floods of statements") struct ContestFloodTests {
  @Test("A dispute over more last steps than a line can name is settled, and no flood hides another's claim")
  func v7_moreHeadsThanALineNames() throws {
    var line = Line()
    let intake = try line.chain().head
    for _ in 0..<200 { line.release(to: Line.irq, by: Line.syr, after: intake) }
    let taken = line.add(.intake, by: Line.tur)
    let contest = try #require(try line.chain().contest)
    #expect(contest.heads.count == LineSchema.maximumHeads && contest.heads.contains(taken))
    #expect(contest.parties == Line.names)
    let field = try #require(LineSchema.dispute.fields.first { $0.name == "heads" })
    #expect(field.problem(.array(contest.heads.map { .bytes($0.bytes) })) == nil)
    #expect(try line.chain(isShuffled: true) == line.chain())
    try line.settle(contest, custodian: Line.tur)
    let settled = try line.chain()
    #expect(settled.contest == nil && settled.custodian == Line.tur)
    var claimed = line
    let claim = claimed.add(.intake, by: Line.irq)
    #expect(try claimed.chain().contest?.heads.contains(claim) == true, "what comes later opens it again")
    line.release(to: Line.irq, by: Line.tur, after: settled.head)
    #expect(try line.chain().openRelease?.to == Line.irq)
  }
}
