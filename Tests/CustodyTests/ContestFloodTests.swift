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

  @Test("V19: releases that one authority sends by the thousand hide no alarm of another's")
  func v19_manyOverdueReleases() {
    func overdue(_ count: Int, from: AuthorityName, at time: UnixTime) -> [OverdueRelease] {
      var line = Line()
      return (0..<count).map { _ in
        let id = line.release(to: Line.irq, by: from)
        return OverdueRelease(statement: id, from: from, to: Line.irq, acceptBy: time, lines: 1)
      }
    }
    let (many, one) = (overdue(1000, from: Line.tur, at: 1), overdue(1, from: Line.syr, at: 2))
    let alarms = TimerChecks().alarms(many + one)
    #expect(alarms.count == 102 && alarms.allSatisfy { $0.code == .v19 })
    #expect(alarms[100].detail.hasPrefix("more than 100 releases of \(Line.tur)"))
    #expect(alarms[101].detail.contains("\(one[0].statement)"))
  }

  @Test("V10: what strangers answered before a release came, of lines that it does not have, is none of its lines")
  func v10_noGhostLines() throws {
    let convoy = try Convoy(2)
    let (scribe, release, syr, tur) = (convoy.scribe, convoy.release, convoy.coalition.syr, convoy.coalition.tur)
    var irq = Office(convoy.coalition.irq, of: convoy.coalition)
    // TUR has a recall to agree to, and names another release.
    let other = try scribe.intake(by: syr, 1)
    try irq.register(other)
    let toTur = try scribe.handover(.release, of: other, from: syr, to: tur, in: irq.ledger)
    let recall = try scribe.recall(of: toTur, by: syr)
    var event = scribe.draft(.recallAgreed, record: recall.event.recordID)
    (event.kind, event.from, event.to) = (recall.event.kind, recall.event.from, recall.event.to)
    event.references = [Reference(.recall, recall.id), Reference(.release, release.id)]
    event.responsibleCustodian = recall.event.from
    let content = scribe.content(
      .recall, event,
      (900..<910).map { line in
        [.bytes(scribe.bytes(16)), .bytes(scribe.bytes(32)), .bytes(release.id.bytes), .unsigned(UInt64(line))]
      }, identities: [:])
    scribe.describe(content, in: &event)
    let early = try scribe.sign(event, content, by: tur)
    for act in [toTur, recall, early, convoy.intake] { #expect(try irq.register(act).isRegistered) }
    #expect(irq.ledger.releaseLines(of: release.id).count == 10)
    #expect(try irq.register(release).isRegistered)
    #expect(Set(irq.ledger.releaseLines(of: release.id).map(\.line)) == Set(release.lines.map(\.index)))
    #expect(irq.ledger.releases[release.id] == convoy.irq.ledger.releases[release.id])
  }
}
