import Custody
import Roster

/// A convoy on its way: SYR has taken people in and released them to IRQ, and both logs hold both statements.
struct Convoy {
  let coalition: Coalition
  let scribe: Scribe
  let intake: Act
  var release: Act
  var syr: Office
  var irq: Office

  init(_ persons: Int = 3, seed: UInt64 = 1) throws {
    coalition = try .shared()
    scribe = Scribe(coalition, seed: seed)
    syr = Office(coalition.syr, of: coalition)
    irq = Office(coalition.irq, of: coalition)
    intake = try scribe.intake(by: coalition.syr, persons)
    try syr.register(intake)
    try irq.register(intake)
    release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger)
    try syr.register(release)
    try irq.register(release)
  }

  /// What IRQ's log and then SYR's say to an outcome of IRQ.
  mutating func answer(_ answers: [(line: Int, code: OutcomeCode)]) throws -> (Act, Judgement, Judgement) {
    let outcome = try scribe.outcome(of: release, answers, by: coalition.irq)
    return (outcome, try irq.register(outcome), try syr.register(outcome))
  }

  mutating func answerAll(_ code: OutcomeCode) throws -> Act {
    try answer(release.lines.map { ($0.index, code) }).0
  }
}
