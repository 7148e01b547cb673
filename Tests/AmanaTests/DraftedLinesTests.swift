import ControlAPI
import Testing

@testable import amana

/// Whom an officer approves about, beside the envelope.
@Suite("The lines of a draft")
struct DraftedLinesTests {
  private func line(
    _ number: Int, _ reference: String?, _ name: String?, answer: String? = nil, item: LineView.Item? = nil
  ) -> LineView {
    LineView(
      line: number, subject: "00112233445566778899aabbccddeeff", custodian: "", phase: "unknown", releasedTo: nil,
      age: nil, reference: reference, name: name, answer: answer, item: item)
  }

  private func table(_ lines: [LineView]) -> [String] {
    DraftedLines(lines, language: .en).table.lines(fitting: nil, in: .en)
  }

  @Test("They stand by their references, with what the draft says of each, and no column stands empty")
  func order() {
    #expect(
      table([line(1, "B-2", "Two", answer: "accepted"), line(9, "B-1", "One", answer: "refused")]) == [
        "reference  name  answer", "B-1        One   refused", "B-2        Two   accepted",
      ])
    #expect(table([line(3, nil, nil)]) == ["reference", "00112233"])
  }

  @Test("Things are told by what they are and where they are packed")
  func things() {
    let item = LineView.Item(container: "C1", category: "money", seals: ["S1", "S2"], quantity: 20, unit: "g")
    #expect(
      table([line(0, "P-1", "a ring", item: item)]) == [
        "reference  name    container  seals  quantity", "P-1        a ring  C1         S1 S2  20 g",
      ])
  }
}
