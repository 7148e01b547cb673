import Foundation

/// Something to tell about a file, with its place.
struct Finding: Error, Equatable {
  /// What is said: a sentence of the catalogue with its values (those of the file by `shown`), or one of the rules for a
  /// person's entry.
  enum Sentence: Equatable {
    case said(Text, [String])
    case rule(String)
  }

  /// In CSV what a spreadsheet shows, row 1 being the header; in JSON entries are counted from 1. Nil: the whole file.
  var row: Int?
  var column: String?
  /// The value as it stands in the file.
  var value: String?
  let sentence: Sentence

  init(_ text: Text, _ values: String...) { sentence = .said(text, values) }

  init(_ text: Text, values: [String]) { sentence = .said(text, values) }

  init(rule: String) { sentence = .rule(rule) }

  func at(row: Int?, column: String? = nil, value: String? = nil) -> Finding {
    var placed = self
    (placed.row, placed.column, placed.value) = (row, column, value)
    return placed
  }

  /// A name for programs: "date-ambiguous" of `fileDateAmbiguous`; "entry" for the rules of a person's entry.
  var code: String {
    guard case .said(let text, _) = sentence else { return "entry" }
    return kebab(text.rawValue.hasPrefix("file") ? text.rawValue.dropFirst(4) : text.rawValue[...])
  }

  /// What is wrong and what to do.
  func explanation(in language: Language) -> String {
    switch sentence {
    case .said(let text, let values): return say(text, in: language, values)
    case .rule(let rule):
      // The rules quote the value as it is.
      guard let value, !value.isEmpty else { return visible(rule) }
      return rule.components(separatedBy: "\"\(value)\"").map(visible).joined(separator: shown(value))
    }
  }

  /// The whole line for people.
  func line(in language: Language, isJSON: Bool) -> String {
    guard let row else { return explanation(in: language) }
    let values = [String(row), column.map { visible(String($0.prefix(40))) } ?? "-", explanation(in: language)]
    return say(isJSON ? .personProblem : .rowProblem, in: language, values)
  }
}

/// Findings; all are counted, and the first thousand kept.
struct Findings {
  static let kept = 1000

  private(set) var list: [Finding] = []
  private(set) var count = 0

  mutating func add(_ finding: Finding) {
    count += 1
    if list.count < Self.kept { list.append(finding) }
  }

  /// Adds those of another step and puts all into the order of rows.
  mutating func merge(_ others: Findings) {
    let all = (list + others.list).enumerated()
    list = all.sorted { ($0.element.row ?? 0, $0.offset) < ($1.element.row ?? 0, $1.offset) }.prefix(Self.kept).map(
      \.element)
    count += others.count
  }
}
