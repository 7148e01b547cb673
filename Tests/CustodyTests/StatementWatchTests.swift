import Custody
import Roster
import Testing

/// What statements show to whoever has no key: lines released twice, and releases that nobody answers.
@Suite("Statements watched without a key")
struct StatementWatchTests {
  private func seen(_ act: Act) -> ObservedStatement { ObservedStatement(act.signed, slots: act.content.slots) }

  /// Another release of one line of the convoy, from the same step.
  private func second(_ convoy: Convoy) throws -> Act {
    var before = Office(convoy.coalition.syr, of: convoy.coalition)
    try before.register(convoy.intake)
    return try convoy.scribe.handover(
      .release, of: convoy.intake, only: [convoy.intake.subjects[1]], from: convoy.coalition.syr,
      to: convoy.coalition.tur,
      in: before.ledger)
  }

  @Test(
    "One slot in two releases is a double release, however the statements come; a twin and a list of others are none")
  func doubles() throws {
    let convoy = try Convoy(3)
    let second = try second(convoy)
    let found = StatementWatch.doubleReleases([seen(convoy.intake), seen(second), seen(convoy.release), seen(second)])
    #expect(found.count == 1 && found.first?.lines == 1)
    let pair = try #require(found.first)
    #expect(Set([pair.first.signed.id, pair.second.signed.id]) == [convoy.release.id, second.id])
    #expect(StatementWatch.doubleReleases([seen(convoy.release), seen(convoy.release)]).isEmpty)
    let bare = ObservedStatement(second.signed, slots: nil)
    #expect(StatementWatch.doubleReleases([seen(convoy.release), bare]).isEmpty)
    // Slots that a statement does not commit to accuse nobody.
    let lent = ObservedStatement(second.signed, slots: convoy.release.content.slots)
    #expect(lent.slots == nil && StatementWatch.doubleReleases([seen(convoy.release), lent]).isEmpty)
    #expect(ObservedStatement(second.signed, slots: [[1, 2, 3]]).slots == nil)
    // Without its slots first, and with them later, it is the one with them.
    #expect(StatementWatch.doubleReleases([bare, seen(convoy.release), seen(second)]).count == 1)
  }

  @Test("A release again after a refusal repeats no slot")
  func again() throws {
    var convoy = try Convoy(3)
    _ = try convoy.answerAll(.refused)
    let again = try convoy.scribe.handover(
      .release, of: convoy.intake, from: convoy.coalition.syr, to: convoy.coalition.tur, in: convoy.syr.ledger)
    #expect(StatementWatch.doubleReleases([seen(convoy.release), seen(again)]).isEmpty)
  }

  private func due(_ convoy: Convoy) -> UnixTime {
    OverdueRelease.due(convoy.release.event.acceptBy?.unix, registeredAt: convoy.release.event.recordedAt.unix)
  }

  private func unanswered(_ convoy: Convoy, _ others: [Act], after seconds: UnixTime = 1) -> [UnansweredRelease] {
    StatementWatch.unanswered(
      ([convoy.intake, convoy.release] + others).map(seen), under: convoy.coalition.roster, at: due(convoy) + seconds)
  }

  @Test("V19: a release is overdue when its time has passed and its receiver has not answered for every line")
  func overdue() throws {
    var convoy = try Convoy(12)
    #expect(unanswered(convoy, [], after: 0).isEmpty)
    let open = try #require(unanswered(convoy, []).first)
    #expect(open.lines == 12 && open.to == convoy.coalition.irq.name && open.from == convoy.coalition.syr.name)
    let part = try convoy.answer(convoy.release.lines.dropLast().map { ($0.index, .accepted) }).0
    #expect(unanswered(convoy, [part, part]).map(\.lines) == [1])
    let rest = try convoy.answer(convoy.release.lines.suffix(1).map { ($0.index, .missing) }).0
    // The last answer's count is suppressed: it is taken for what was open.
    #expect(unanswered(convoy, [part, rest]).isEmpty)
  }

  @Test("What another than the receiver says answers nothing")
  func stranger() throws {
    let convoy = try Convoy(12)
    let theirs = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.tur)
    #expect(unanswered(convoy, [theirs]).count == 1)
    let own = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.irq)
    #expect(unanswered(convoy, [theirs, own]).isEmpty)
  }
}
