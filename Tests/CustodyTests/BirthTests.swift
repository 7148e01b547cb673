import COSE
import Custody
import Roster
import Testing

/// V2: who was born and whom nobody has taken in.
@Suite struct BirthTests {
  private func child(of birth: Act) throws -> SubjectReference {
    try #require(birth.content.manifest?.births(of: birth.id).first?.child)
  }

  @Test("A mother's release is flagged until somebody has taken her child in, in the releaser's log and the receiver's")
  func leftBehind() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    let intake = try scribe.intake(by: coalition.syr, 2)
    var (syr, irq) = (Office(coalition.syr, of: coalition), Office(coalition.irq, of: coalition))
    try syr.register(intake)
    try irq.register(intake)
    let birth = try scribe.incident(.birth, of: [intake.subjects[0]], by: coalition.syr, in: syr.ledger)
    #expect(try syr.register(birth).isClean && irq.register(birth).isRegistered)
    let release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger)
    for (office, remedy) in [(syr, "take"), (irq, "ask who has the child")] {
      let judgement = try office.judge(release, keeping: [intake, birth])
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v2] && judgement.flags.count == 1, "\(judgement)")
      let line = try #require(judgement.flags.first?.line)
      #expect(release.lines.first { $0.index == line }?.leaf.subject == intake.subjects[0])
      #expect(judgement.flags[0].detail.contains("\(birth.id)") && judgement.flags[0].detail.contains(remedy))
      #expect(try office.judge(release, keeping: [intake]).isClean, "nobody was born")
    }
    // What a stranger says befell the child takes nobody in.
    let stranger = try scribe.incident(
      of: [
        .bytes(child(of: birth).bytes), .bytes(scribe.bytes(32)), .null, .null, "missing", .null, .array([]), .null,
      ], by: coalition.tur)
    #expect(try syr.register(stranger).isRegistered)
    #expect(try syr.judge(release, keeping: [intake, birth]).flaggedCodes == [.v2])
    let taken = try scribe.intake(by: coalition.syr, subjects: [child(of: birth)])
    #expect(try syr.register(taken).isRegistered)
    try irq.register(taken)
    for office in [syr, irq] { #expect(try office.judge(release, keeping: [intake, birth]).isClean) }
  }

  @Test(
    "A handover is closed with the flag while nobody has taken in who was born on its road; the sentence comes once")
  func atClosing() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    let mothers = release.lines.compactMap(\.leaf.subject)
    let birth = try scribe.incident(.birth, of: mothers, by: coalition.irq, in: convoy.irq.ledger, road: release)
    try convoy.irq.register(birth)
    try convoy.syr.register(birth)
    let answer = try convoy.answerAll(.accepted)
    let closed = try scribe.closed(release, citing: [answer], by: coalition.syr)
    for office in [convoy.syr, convoy.irq] {
      let judgement = try office.judge(closed, keeping: [birth])
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v2] && judgement.flags.count == 1)
      #expect(judgement.flags[0].line == nil && judgement.flags[0].detail.hasPrefix("2 children were born"))
    }
    let children = try #require(birth.content.manifest).births(of: birth.id).map(\.child)
    let taken = try scribe.intake(by: coalition.irq, subjects: children)
    try convoy.syr.register(taken)
    #expect(try convoy.syr.judge(closed, keeping: [birth]).isClean)
    // Who has closed it already is told that, and nothing else is looked up.
    try convoy.irq.register(closed)
    let again = try convoy.irq.judge(
      scribe.closed(release, citing: [answer], by: coalition.syr), keeping: [birth])
    #expect(again.flaggedCodes == [.v10])
  }
}
