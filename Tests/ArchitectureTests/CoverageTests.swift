import Foundation
import Testing

/// A test of the tree: where it stands, and which invariants (V…) and field cases (F…) its name bears.
struct NamedTest {
  /// As docs/coverage.md writes it: the file below Tests without its ending, a full stop, the function.
  let name: String
  /// "V7", "F12": in its title, or as `v07_…`, `f12_…` at the head of its function's name.
  let codes: Set<String>

  /// Every test of a file, in order.
  static func all(in file: SourceFile) -> [NamedTest] {
    let place = file.path.replacing(#/^Tests\/|\.swift$/#, with: "")
    let (lines, code) = (file.lines, file.code.split(separator: "\n" as Character, omittingEmptySubsequences: false))
    return code.indices.filter { code[$0].contains(#/^\s*@Test\b/#) }.compactMap { begin in
      let end = code[begin...].firstIndex { $0.contains(#/\bfunc\s/#) } ?? begin
      let head = lines[begin...end].joined(separator: " ")
      guard let function = head.firstMatch(of: #/\bfunc\s+(\w+)/#) else { return nil }
      let title = head.firstMatch(of: #/@Test\(\s*\x22((?:[^\x22\\]|\\.)*)\x22/#)?.output.1 ?? ""
      var codes = Set(title.matches(of: #/\b[VF][1-9][0-9]?\b/#).map { String($0.output) })
      if let bears = function.output.1.firstMatch(of: #/^([vf])([0-9][0-9])_/#), let number = Int(bears.output.2) {
        codes.insert("\(bears.output.1.uppercased())\(number)")
      }
      return NamedTest(name: "\(place).\(function.output.1)", codes: codes)
    }
  }
}

@Suite("Every invariant and every field case has a test")
struct CoverageTests {
  private static let codes = (1...32).map { "V\($0)" } + (1...28).map { "F\($0)" }
  /// What nothing tests yet; docs/coverage.md says why. It may only shrink.
  private static let waiting: Set = ["F26"]

  /// The rows of docs/coverage.md: a code and the tests that it names.
  private static func rows() throws -> [(code: String, tests: [String])] {
    try Repository.text("docs/coverage.md").split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      guard cells.count == 5, let code = cells[1].firstMatch(of: #/^ ([VF][0-9]+) $/#) else { return nil }
      return (String(code.output.1), cells[3].matches(of: #/`([^`]+)`/#).map { String($0.output.1) })
    }
  }

  @Test("docs/coverage.md has a row for each, and each test that it names is there and bears the code in its name")
  func table() throws {
    let tests = try Repository.tests.get().flatMap(NamedTest.all)
    #expect(tests.count > 1000)
    let byName = Dictionary(grouping: tests, by: \.name)
    let rows = try Self.rows()
    #expect(rows.map(\.code) == Self.codes)
    for row in rows {
      for name in row.tests {
        #expect(byName[name]?.contains { $0.codes.contains(row.code) } == true, "\(row.code): there is no \(name)")
      }
    }
    let bare = Set(rows.filter(\.tests.isEmpty).map(\.code))
    #expect(bare.subtracting(Self.waiting) == [], "a test whose name bears the code is missing")
  }

  @Test("A code without a row's tests is one that no name bears") func tree() throws {
    let borne = try Repository.tests.get().flatMap(NamedTest.all).reduce(into: Set<String>()) { $0.formUnion($1.codes) }
    #expect(Set(Self.codes).subtracting(borne).subtracting(Self.waiting) == [])
    #expect(borne.intersection(Self.waiting) == [], "docs/coverage.md can name its test now")
  }

  @Test("Titles and function names are read over several lines") func reading() {
    let source = """
      @Test("V1, F3: one" ) func first() {}
      @Test(
        "What \\"V2\\" asks",
        arguments: [1]) func
        second(_ a: Int) {}
      @Test func v07_third() throws {}
      @Test(arguments: ["F9"]) func fourth(_ a: String) {}
      @Test("FF12 and V100 are none") func fifth() {}
      """
    let found = NamedTest.all(in: SourceFile(path: "Tests/A/B+C.swift", text: source))
    #expect(found.map(\.name) == ["first", "second", "v07_third", "fourth", "fifth"].map { "A/B+C.\($0)" })
    #expect(found.map(\.codes) == [["V1", "F3"], ["V2"], ["V7"], [], []])
  }
}
