import ControlAPI
import Testing

@testable import amana

/// What is said of lines and of files, whether they are of persons or of things.
@Suite("Lines of persons and of things") struct LineTableTests {
  private func line(_ number: Int, item: LineView.Item? = nil, answer: String? = nil, incident: String? = nil)
    -> LineView
  {
    LineView(
      line: number, subject: String(repeating: "0", count: 32), custodian: "IRQ/justice", phase: "suspended",
      releasedTo: nil, age: item == nil ? "adult" : nil, reference: "REF-\(number)", name: "one", answer: answer,
      item: item, incident: incident)
  }

  private func lines(_ views: [LineView]) -> [String] {
    StatementScreen(language: .en, isDetailed: false).table(of: views).lines(fitting: nil, in: .en)
  }

  @Test("What befell a thing stands in its table as it does in that of a person, and so does its answer")
  func befell() throws {
    let bag = LineView.Item(container: "BAG-1", category: "valuables", seals: ["A1"], quantity: 2, unit: "kg")
    for item in [nil, bag] {
      let shown = lines([line(1, item: item, incident: "missing"), line(2, item: item, answer: "accepted")])
      try #require(shown.count == 3)
      #expect(shown[1].contains("REF-1") && shown[1].hasSuffix("missing"), "\(shown)")
      #expect(shown[2].hasSuffix("accepted"), "\(shown)")
      #expect(shown[1].contains("BAG-1") == (item != nil) && shown[1].contains("2 kg") == (item != nil))
      #expect(shown[1].contains("adult") == (item == nil))
    }
  }

  @Test("An answer does not hide what befell somebody since, and what is not known is not said to be a clock")
  func answeredAndBefallen() throws {
    let shown = lines([line(1, answer: "accepted", incident: "escape"), line(2, answer: "ended", incident: "ended")])
    #expect(shown[1].hasSuffix("accepted, escape") && shown[2].hasSuffix("  ended"), "\(shown)")
    #expect(phaseWord("unknown", in: .en) == "not known" && word("unknown", in: .en) == "unknown")
    #expect(phaseWord("unknown", in: .ar) == say(.askUnknown, in: .ar))
  }

  private static let ofFiles: [Text] = [
    .personProblem, .fileNoRows, .fileTooManyRows, .fileReferenceTwice, .fileReferenceForm, .fileJSONDepth,
    .fileJSONNoPersons, .fileJSONNoList, .fileJSONNoPerson,
  ]

  @Test("What is wrong with a file of things is not said of persons", arguments: ofFiles)
  func neutral(_ text: Text) {
    let english = say(text, in: .en, "1", "2", "3", "4")
    for word in ["person", "people", "nobody"] { #expect(!english.contains(word), "\(english)") }
    let arabic = say(text, in: .ar, "1", "2", "3", "4")
    for word in ["شخص", "أشخاص", "أحد"] { #expect(!arabic.contains(word), "\(arabic)") }
  }
}
