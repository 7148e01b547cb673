import COSE
import TestSupport
import Testing

@testable import Custody

@Suite struct CountsTests {
  @Test func underTenPersonsThereAreNoNumbers() throws {
    for lines in 0..<10 {
      let counts = Counts(lines: lines, cells: ["by_sex": ["1": lines, "2": 0]])
      #expect(counts.total == nil && counts.tallies.isEmpty)
      #expect(counts.item == .map(["total": "<10"]))
    }
    #expect(Counts(lines: 10, cells: [:]).total == 10)
  }

  @Test(
    arguments: [
      (["a": 100, "b": 50], ["b": 50, "a": 100]),
      (["a": 100, "b": 4], [:]),
      (["a": 100, "b": 60, "c": 4], ["a": 100]),
      (["a": 100, "b": 3, "c": 2], [:]),
      (["a": 100, "b": 60, "c": 3, "d": 2], ["a": 100]),
      (["a": 100, "b": 60, "c": 60, "d": 2], ["a": 100]),
      (["a": 100, "b": 1, "c": 1], [:]),
      (["a": 100, "b": 1, "c": 0], [:]),
      (["a": 100, "b": 0, "c": 0], ["a": 100]),
      (["a": 5, "b": 5], ["a": 5, "b": 5]),
    ] as [([String: Int], [String: UInt64])])
  func smallCellsTakeAComplementWithThem(_ cells: [String: Int], _ shown: [String: UInt64]) {
    let suppressed = Counts.suppressed(cells)
    #expect(suppressed.compactMapValues { $0 } == shown)
    #expect(Set(suppressed.keys) == Set(cells.keys))
  }

  /// What the total and the visible cells leave for the hidden ones: several cells and at least five people, or nobody.
  @Test func noSuppressedCellFollowsFromTheTotal() {
    var random = SeededGenerator(named: "tallies")
    for _ in 0..<5_000 {
      let names = (0..<Int.random(in: 2...6, using: &random)).map { "c\($0)" }
      let limit = [3, 8, 40].randomElement(using: &random) ?? 3
      let cells = Dictionary(uniqueKeysWithValues: names.map { ($0, Int.random(in: 0...limit, using: &random)) })
      let total = cells.values.reduce(0, +)
      let counts = Counts(lines: total, cells: ["by": cells])
      guard let shown = counts.tallies["by"] else {
        #expect(total < 10)
        continue
      }
      let hidden = shown.filter { $0.value == nil }.count
      let rest = total - shown.values.reduce(0) { $0 + Int($1 ?? 0) }
      #expect(rest == 0 || hidden >= 2 && rest >= 5, "\(cells) shows \(shown)")
      #expect(shown.allSatisfy { cell in cell.value.map { $0 >= 5 && $0 == UInt64(cells[cell.key] ?? 0) } ?? true })
    }
  }

  /// Who knows the rule asks which cells would have been published so, and finds no small one that is the same in all.
  @Test func noSuppressedCellFollowsFromTheRule() {
    func splits(_ total: Int, _ count: Int) -> [[Int]] {
      count == 1 ? [[total]] : (0...total).flatMap { first in splits(total - first, count - 1).map { [first] + $0 } }
    }
    func betrayed(_ total: Int, _ count: Int, _ rule: ([String: Int]) -> [String: UInt64?]) -> [[Int]] {
      let names = (0..<count).map { "c\($0)" }
      let published = Dictionary(grouping: splits(total, count)) { cells -> [UInt64?] in
        let shown = rule(Dictionary(uniqueKeysWithValues: zip(names, cells)))
        return names.map { shown[$0] ?? nil }
      }
      return published.values.compactMap { alike -> [Int]? in
        let told = (0..<count).contains { cell in
          let values = Set(alike.map { $0[cell] })
          return values.count == 1 && (1..<Counts.smallestCell).contains(values.first ?? 0)
        }
        return told ? alike.first : nil
      }
    }
    for (count, totals) in [(2, 10...40), (3, 10...40), (4, 10...24)] {
      for total in totals { #expect(betrayed(total, count, Counts.suppressed).isEmpty, "\(total) in \(count)") }
    }
    // The rule as it was before gave some away, so that this finds them.
    #expect(!betrayed(13, 3, Counts.suppressedBefore).isEmpty)
  }

  @Test func roundTrip() throws {
    for cells in [["a": 100, "b": 4], ["a": 12, "b": 30]] {
      let counts = Counts(lines: 104, cells: ["by_age": cells, "by_sex": ["1": 104]])
      #expect(try Counts(FieldReader(counts.item, path: "counts")) == counts)
    }
  }

  @Test func whatIsNoTallyIsRefused() {
    let refused: [CBORMap] = [
      [:], ["total": -1], ["total": "<11"], ["total": 12, "more": 1], ["total": 12, "tallies": 3],
      ["total": 12, "tallies": .map(["a": 3])], ["total": 12, "tallies": .map(["a": .map(["b": "c"])])],
      ["total": 12, "tallies": .map(["a": .map(["K": 7, "\u{212a}": 5])])],
      ["total": 12, "tallies": .map(["K": .map([:]), "\u{212a}": .map([:])])],
    ]
    for map in refused {
      #expect(throws: DecodeError.self, "\(map)") { try Counts(FieldReader(.map(map), path: "counts")) }
    }
  }
}
