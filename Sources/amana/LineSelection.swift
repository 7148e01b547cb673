import ControlAPI
import Foundation

/// Lines as people name them: "3,7-12,HSK-0041": line numbers, ranges, register references.
struct LineSelection {
  private let parts: [String]

  init(_ text: String) throws {
    parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard !parts.isEmpty else { throw CommandFailure(Exit.usage, say(.noLines, in: .chosen)) }
  }

  /// The leaf indexes, each once, in order.
  func indexes(in lines: [LineView]) throws -> [Int] {
    let known = Set(lines.map(\.line))
    let referred = lines.compactMap { line in line.reference.map { (reference: $0, line: line.line) } }
    let references = Dictionary(grouping: referred) { $0.reference }.mapValues { $0.map { $0.line } }
    return try Set(parts.flatMap { try Self.meant($0, known, references) }).sorted()
  }

  private static func meant(_ part: String, _ known: Set<Int>, _ references: [String: [Int]]) throws -> [Int] {
    if part.hasPrefix("line:") { return try numbered(String(part.dropFirst(5)), known) }
    if part.hasPrefix("ref:") {
      guard let line = try referred(String(part.dropFirst(4)), references) else { throw nobody(part) }
      return [line]
    }
    guard let line = try referred(part, references) else { return try numbered(part, known) }
    // Registers that number their people: what could be two lines is never guessed.
    let asNumbers = (try? numbered(part, known)) ?? [line]
    guard asNumbers == [line] else { throw CommandFailure(Exit.usage, say(.lineTwice, in: .chosen, part)) }
    return [line]
  }

  /// The one line of a reference. A partner's register, or two that came together, may give one to several people.
  private static func referred(_ reference: String, _ references: [String: [Int]]) throws -> Int? {
    guard let lines = references[reference] else { return nil }
    guard lines.count == 1 else {
      let numbers = lines.sorted().map(String.init).joined(separator: separator(in: .chosen))
      throw CommandFailure(Exit.usage, say(.referenceTwice, in: .chosen, reference, numbers))
    }
    return lines[0]
  }

  private static func numbered(_ part: String, _ known: Set<Int>) throws -> [Int] {
    if let line = Int(part), known.contains(line) { return [line] }
    guard let range = range(part) else { throw CommandFailure(Exit.usage, say(.noLine, in: .chosen, part)) }
    let met = known.filter(range.contains)
    guard !met.isEmpty else { throw nobody(part) }
    return Array(met)
  }

  private static func nobody(_ part: String) -> CommandFailure {
    CommandFailure(Exit.usage, say(.linesMeetNobody, in: .chosen, part))
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
    return first...last
  }
}
