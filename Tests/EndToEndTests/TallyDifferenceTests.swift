import ControlAPI
import Testing

@testable import amana

/// Where two tallies differ both stand, and what one withholds is no difference.
@Suite struct TallyDifferenceTests {
  private func tally(_ authority: String, released: Int?, accepted: Int?, to: String = "IRQ/justice") -> TallyView {
    TallyView(
      authority: authority, caseID: "0194f0a0-0000-7000-8000-000000000001", size: 9, absent: 0,
      rows: [
        .init(
          from: "SYR/prisons", to: to, released: released,
          answers: [.init(answer: "accepted", lines: accepted), .init(answer: "missing", lines: nil)])
      ])
  }

  @Test("Other totals and other answers differ; the same, and withheld ones, do not")
  func differing() {
    let own = tally("SYR/prisons", released: 5704, accepted: nil)
    #expect(AskTally.differing([own, own]).isEmpty)
    #expect(AskTally.differing([own, tally("IRQ/justice", released: 5704, accepted: 5640)]).isEmpty)
    let pair = [["SYR/prisons", "IRQ/justice"]]
    #expect(AskTally.differing([own, tally("IRQ/justice", released: 5640, accepted: nil)]) == pair)
    let answers = [5704, 5640].map { tally("A/b", released: 5704, accepted: $0) }
    #expect(AskTally.differing(answers) == pair)
  }

  @Test("A tally of somebody else's says names, known answers and numbers, or is none")
  func sound() {
    #expect(AskTally.isSound(tally("SYR/prisons", released: 5704, accepted: nil)))
    #expect(!AskTally.isSound(tally("SYR/prisons", released: .max, accepted: nil)))
    #expect(!AskTally.isSound(tally("SYR/prisons", released: 12, accepted: -1)))
    #expect(!AskTally.isSound(tally("SYR/prisons\u{202e}", released: 12, accepted: 12)))
    #expect(!AskTally.isSound(tally("SYR/prisons", released: 12, accepted: 12, to: "anybody")))
    var other = tally("SYR/prisons", released: 12, accepted: 12)
    other.rows[0].answers[0].answer = "lost"
    #expect(!AskTally.isSound(other))
    // What stands twice would be shown and compared once.
    var twice = tally("SYR/prisons", released: 12, accepted: 12)
    twice.rows += tally("SYR/prisons", released: 11, accepted: 11).rows
    #expect(!AskTally.isSound(twice))
    var answered = tally("SYR/prisons", released: 12, accepted: 12)
    answered.rows[0].answers.append(.init(answer: "accepted", lines: 0))
    #expect(!AskTally.isSound(answered))
  }

  @Test("A handover that one of them does not know of is a difference")
  func unknown() {
    let (own, other) = (
      tally("SYR/prisons", released: 12, accepted: 12),
      tally("IRQ/justice", released: 12, accepted: 12, to: "TUR/migration")
    )
    #expect(AskTally.differing([own, other]).count == 2)
    #expect(AskTally.differing([own]).isEmpty)
  }
}
