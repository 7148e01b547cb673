import ControlAPI

/// Lines as people name them: "3,7-12,HSK-0041": line numbers, ranges, register references.
struct LineSelection {
  private let parts: [String]

  init(_ text: String) throws {
    parts = text.split(separator: ",").map { $0.filter { $0 != " " } }
    guard !parts.isEmpty else { throw CommandFailure(Exit.usage, say(.noLines, in: .chosen)) }
  }

  /// The leaf indexes, each once, in order.
  func indexes(in lines: [LineView]) throws -> [Int] {
    let known = Set(lines.map(\.line))
    let references = Dictionary(lines.compactMap { line in line.reference.map { ($0, line.line) } }) { first, _ in first
    }
    var found: Set<Int> = []
    for part in parts {
      if let line = references[part] {
        found.insert(line)
      } else if let line = Int(part), known.contains(line) {
        found.insert(line)
      } else if let range = Self.range(part) {
        found.formUnion(known.filter(range.contains))
      } else {
        throw CommandFailure(Exit.usage, say(.noLine, in: .chosen, part))
      }
    }
    return found.sorted()
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
    return first...last
  }
}
