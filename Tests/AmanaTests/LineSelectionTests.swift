import ControlAPI
import Testing

@testable import amana

/// Whom somebody means is found, or asked for; it is never guessed.
@Suite struct LineSelectionTests {
  private func lines(_ references: [String?]) -> [LineView] {
    references.enumerated().map { index, reference in
      LineView(
        line: index, subject: "\(index)", custodian: "SYR/prisons", phase: "held", releasedTo: nil, age: nil,
        reference: reference, name: nil, answer: nil)
    }
  }

  @Test("Numbers, ranges and references mean each line once, in order")
  func meant() throws {
    let known = lines(["HSK-1", "HSK-2", nil, "HSK-4"])
    #expect(try LineSelection("HSK-4, 0-1,ref:HSK-2").indexes(in: known) == [0, 1, 3])
    #expect(try LineSelection("line:2").indexes(in: known) == [2])
  }

  @Test("A reference of two people, and one that is another's line number, is refused and not taken for the first")
  func twice() throws {
    let known = lines(["HSK-1", "HSK-1", "0"])
    for text in ["HSK-1", "ref:HSK-1", "2,HSK-1", "0", "HSK-2"] {
      let failure = try #require(throws: CommandFailure.self) { try LineSelection(text).indexes(in: known) }
      #expect(failure.code == Exit.usage, "\(text)")
    }
    let named = try #require(throws: CommandFailure.self) { try LineSelection("HSK-1").indexes(in: known) }
    #expect(named.lines.contains { $0.contains("line:NUMBER") && $0.contains("1") }, "\(named.lines)")
    #expect(try LineSelection("line:1,ref:0").indexes(in: known) == [1, 2])
  }
}
