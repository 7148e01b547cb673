import Foundation
import Testing

@testable import Custody

/// docs/checks.md says of rules, lifecycle and kinds what the tables of the code say.
@Suite("The page of the rules") struct CheckPageTests {
  private static func page() throws -> String {
    try String(contentsOf: CodeListTests.docs.appending(path: "checks.md"), encoding: .utf8)
  }

  /// The rows of a section whose first cell begins so, as their cells.
  private static func rows(of section: String, beginning: String) throws -> [[String]] {
    let text = try #require(try page().components(separatedBy: "\n## \(section)\n").dropFirst().first)
    return text.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| \(beginning)") }
      .map { line in line.dropFirst().dropLast().split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
  }

  /// What stands between backticks.
  private static func names(in text: String) -> [String] {
    text.matches(of: #/`([^`]+)`/#).map { String($0.output.1) }
  }

  @Test("Every rule stands there with its effect and its sentence in both languages, in the table's order")
  func rules() throws {
    let rows = try Self.rows(of: "The invariants", beginning: "V")
    #expect(rows.map { $0[0] } == CheckTable.rows.map(\.code.rawValue))
    for (row, rule) in zip(rows, CheckTable.rows) {
      #expect(row[1] == rule.effect.rawValue, "\(rule.code.rawValue)")
      #expect(row[2] == rule.sentence["en"], "\(rule.code.rawValue)")
      #expect(row[3] == "<span dir=\"rtl\">\(rule.sentence["ar"] ?? "-")</span>", "\(rule.code.rawValue)")
    }
  }

  @Test("The intentions that it names are those of the lifecycle") func intentions() throws {
    let text = try #require(
      try Self.page().components(separatedBy: "**Gate intentions, record facts.** ").dropFirst().first)
    let named = Self.names(in: text.components(separatedBy: " are\n")[0])
    #expect(named.sorted() == Lifecycle.rows.filter(\.isIntention).map(\.event.rawValue).sorted())
  }

  @Test(
    "Every event of the lifecycle stands there once: who signs, how many officers, whether it moves and bears lines")
  func lifecycle() throws {
    let table = try Self.rows(of: "The lifecycle", beginning: "`").filter { $0.count == 6 }
    var told: [String: [String]] = [:]
    for row in table {
      for event in Self.names(in: row[0]) { #expect(told.updateValue(row, forKey: event) == nil, "\(event) twice") }
    }
    #expect(Set(told.keys) == Set(Lifecycle.rows.map(\.event.rawValue)))
    for row in Lifecycle.rows {
      let cells = try #require(told[row.event.rawValue])
      #expect(cells[1].contains(row.issuer.rawValue), "\(row.event): signed by")
      #expect(cells[2].prefix { $0.isNumber } == "\(row.officers)", "\(row.event): officers")
      #expect((cells[3] == "yes") == row.isIntention, "\(row.event): intention")
      #expect(cells[4].hasPrefix("no") != row.isTransition, "\(row.event): moves custody")
      #expect((cells[5] == "yes") == row.bearsManifest, "\(row.event): bears a manifest")
    }
  }

  @Test("docs/operating.md names what two officers approve") func officers() throws {
    let text = try String(contentsOf: CodeListTests.docs.appending(path: "operating.md"), encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## The two-users rule\n").dropFirst().first)
    let named = Self.names(in: section.components(separatedBy: "need approvals of two officers")[0])
    #expect(named.sorted() == Lifecycle.rows.filter { $0.officers == 2 }.map(\.event.rawValue).sorted())
    #expect(Lifecycle.rows.allSatisfy { [0, 2].contains($0.officers) })
  }

  @Test("Every kind stands there with its lines and the liberty status of its intakes") func kinds() throws {
    let table = try Self.rows(of: "The kinds", beginning: "`")
    #expect(table.map { Self.names(in: $0[0]) } == KindTable.rows.map { [$0.kind.rawValue] })
    for (cells, row) in zip(table, KindTable.rows) {
      #expect(Self.names(in: cells[1]) == [row.schema.id], "\(row.kind)")
      #expect(cells[3] == row.liberty?.rawValue ?? "none", "\(row.kind)")
    }
  }

  @Test("The numbers of the policy are those that a log adopts") func policy() throws {
    let policy = Policy.standard
    let numbers = [policy.toleranceSeconds, policy.lateAfterSeconds, policy.graceSeconds].map(Self.grouped)
    let sentence = "tolerance \(numbers[0]) s, late after \(numbers[1]) s, grace\n\(numbers[2]) s."
    #expect(try Self.page().contains(sentence), "it must say: \(sentence)")
  }

  /// "2,592,000".
  private static func grouped(_ number: Int64) -> String {
    let digits = String(number)
    return String(
      digits.enumerated().flatMap { index, digit in
        index > 0 && (digits.count - index).isMultiple(of: 3) ? [",", digit] : [digit]
      })
  }
}
