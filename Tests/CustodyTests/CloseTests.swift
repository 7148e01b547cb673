import Custody
import Roster
import Testing

/// A handover is closed by its releaser and then by its receiver, and what is complete is never cancelled.
@Suite struct CloseTests {
  @Test("F6: nothing closes while a line is open; then the releaser, then the receiver, each once")
  func order() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    let early = try convoy.syr.judge(scribe.closed(release, citing: [], by: coalition.syr))
    #expect(early.refusedCodes == [.v5, .v10])
    let lines = release.lines.map { String($0.index) }.joined(separator: ", ")
    #expect(early.refusals.first { $0.code == .v10 }?.detail == "2 of 2 lines have no answer yet (\(lines))")
    let refused = try convoy.answerAll(.refused)
    let uncited = try convoy.syr.judge(scribe.closed(release, citing: [], by: coalition.syr))
    #expect(uncited.refusedCodes == [.v10])
    let before = try convoy.irq.judge(scribe.closed(release, citing: [refused], by: coalition.irq))
    #expect(before.refusedCodes == [.v10])
    let first = try scribe.closed(release, citing: [refused], by: coalition.syr)
    for result in [try convoy.syr.register(first), try convoy.irq.register(first)] { #expect(result.isClean) }
    let second = try scribe.closed(release, citing: [refused], after: first, by: coalition.irq)
    for result in [try convoy.irq.register(second), try convoy.syr.register(second)] { #expect(result.isClean) }
    let again = try convoy.syr.judge(scribe.closed(release, citing: [refused], by: coalition.syr))
    #expect(again.refusedCodes == [.v10])
    #expect(Set(convoy.syr.ledger.closings(of: release.id).map(\.statement)) == [first.id, second.id])
    #expect(convoy.syr.ledger.closings == convoy.irq.ledger.closings)
  }

  @Test("V10: what a partner closes too early is registered and flagged")
  func tooEarly() throws {
    var convoy = try Convoy(2)
    let early = try convoy.irq.register(
      convoy.scribe.closed(convoy.release, citing: [], by: convoy.coalition.syr))
    #expect(early.isRegistered && early.flaggedCodes == [.v10])
  }

  @Test("What is closed too early closes nothing until all is answered, and then as if it had come then")
  func earlyCounts() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    let early = try scribe.closed(release, citing: [], by: coalition.irq)
    #expect(try convoy.syr.register(early).flaggedCodes == [.v10])
    let recall = try scribe.recall(of: release, by: coalition.syr)
    #expect(try convoy.syr.judge(recall).isClean, "nothing is answered: the releaser may recall")
    let lines = release.lines.map(\.index)
    let first = try convoy.answer([(lines[0], .refused)]).0
    #expect(try convoy.syr.judge(scribe.recall(of: release, [lines[1]], by: coalition.syr)).isClean)
    let last = try convoy.answer([(lines[1], .refused)]).0
    // Now it counts: the receiver has closed it, and closes it no second time.
    #expect(try convoy.syr.judge(recall).refusedCodes == [.v7, .v10])
    let closed = try scribe.closed(release, citing: [first, last], by: coalition.syr)
    #expect(try convoy.syr.register(closed).isClean)
    let again = try scribe.closed(release, citing: [first, last], after: closed, by: coalition.irq)
    let heard = try convoy.syr.register(again)
    #expect(heard.flaggedCodes == [.v10] && heard.flags[0].detail.contains("\(early.id)"))
  }

  @Test("Who was no party of a release closes nothing, also where it came before the release")
  func strangersEarly() throws {
    let convoy = try Convoy(1)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    var irq = Office(coalition.irq, of: coalition)
    let claimed = try scribe.closed(release, citing: [], by: coalition.tur) { $0.from = coalition.tur.name }
    #expect(try irq.register(claimed).flaggedCodes == [.v10])
    for act in [convoy.intake, release] { #expect(try irq.register(act).isClean) }
    let recall = try scribe.recall(of: release, by: coalition.syr)
    #expect(try irq.judge(recall).isClean)
    let refused = try scribe.outcome(of: release, all: .refused, by: coalition.irq)
    try irq.register(refused)
    #expect(try irq.judge(recall).flaggedCodes == [.v7], "the refusal answered it, and nobody has closed it")
  }

  @Test("A small closing of a large release costs one flag, however many lines are open or not cited")
  func oneFlag() throws {
    var convoy = try Convoy(20)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    let early = try convoy.irq.judge(scribe.closed(release, citing: [], by: coalition.syr))
    let second = try convoy.syr.judge(scribe.closed(release, citing: [], by: coalition.irq))
    #expect(early.flags.count == 1 && second.flags.count == 1)
    let refused = try convoy.answerAll(.refused)
    let uncited = try convoy.irq.judge(scribe.closed(release, citing: [], by: coalition.syr))
    #expect(uncited.flags.count == 1 && uncited.flags[0].line == nil)
    #expect(uncited.flags[0].detail.contains("20 of 20 lines") && uncited.flags[0].detail.contains("\(refused.id)"))
    #expect(uncited.flags[0].detail.hasSuffix(", …)"))
  }

  @Test("V10: only the two parties of a release close it") func parties() throws {
    var convoy = try Convoy(1)
    let refused = try convoy.answerAll(.refused)
    let stranger = try convoy.scribe.closed(convoy.release, citing: [refused], by: convoy.coalition.tur)
    #expect(try convoy.syr.judge(stranger).refusedCodes.contains(.v12))
    let claimed = try convoy.scribe.closed(convoy.release, citing: [refused], by: convoy.coalition.tur) {
      $0.from = convoy.coalition.tur.name
    }
    #expect(try convoy.syr.judge(claimed).refusedCodes.contains(.v12))
  }

  @Test("A line whose answer is contested is not closed") func contested() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    let line = release.lines[0].index
    let first = try scribe.outcome(of: release, [(line, .accepted)], by: coalition.irq)
    let second = try scribe.outcome(of: release, [(line, .refused)], by: coalition.irq)
    for act in [first, second] { try convoy.syr.register(act) }
    #expect(convoy.syr.ledger.chain(convoy.intake.subjects[0])?.contest != nil)
    let closed = try convoy.syr.judge(scribe.closed(release, citing: [first, second], by: coalition.syr))
    #expect(closed.refusedCodes == [.v10] && closed.refusals[0].detail.contains("contested"))
  }
}
