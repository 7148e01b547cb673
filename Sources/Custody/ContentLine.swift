import COSE

/// A line as the rules of content read it: by the names of its fields.
struct ContentLine: Sendable {
  let index: Int
  let leaf: ManifestLeaf
  let positions: [String: Int]

  subscript(field: String) -> CBOR? {
    positions[field].flatMap { $0 < leaf.fields.count ? leaf.fields[$0] : nil }
  }

  func has(_ field: String) -> Bool { positions[field] != nil }

  /// A child is presumed where in doubt.
  var isChild: Bool { self["age"]?.text != AgeFlag.adult.rawValue }
}

extension Proposal {
  /// Whether the rules of content have something to say: of who is taken in, and of who is handed over. An offer only
  /// asks; what is missing then may come with the answer.
  var isJudgedForContent: Bool { event.type == .intake || event.type.isRelease }

  /// Whether people are taken in or handed over who are not free to leave.
  var isDeprived: Bool { isJudgedForContent && event.libertyStatus != .atLiberty }

  /// The lines that a rule is about; none where its kind has no such rule or the lines are of another schema.
  func linesOfContent(_ rule: ContentRule) -> [ContentLine] {
    guard let row = event.kind?.row, row.rules.contains(rule), content.manifest?.schema == row.schema else { return [] }
    let positions = row.schema.positions
    return lines.map { ContentLine(index: $0.index, leaf: $0.leaf, positions: positions) }
  }

  /// What is wrong with the lines that a rule is about.
  func judged(_ rule: ContentRule, _ problem: (ContentLine) throws -> String?) rethrows -> [Violation] {
    try linesOfContent(rule).compactMap { line in
      try problem(line).map { Violation(rule.code, line: line.index, $0) }
    }
  }
}

extension LineSchema {
  /// Where each field stands, by name.
  var positions: [String: Int] { Dictionary(fields.enumerated().map { ($1.name, $0) }) { first, _ in first } }
}

extension ContentRule {
  /// The invariant that a rule belongs to.
  var code: CheckCode {
    switch self {
    case .deprivation: .v26
    case .children: .v27
    case .border: .v28
    case .consent, .basis: .v29
    case .site: .v30
    }
  }
}
