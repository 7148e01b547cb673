import Custody
import Foundation
import SwiftCSV

/// A manifest as people write it: CSV in UTF-8, one person a row, the columns of `PersonRecord`.
struct PersonFile {
  let persons: [PersonRecord]

  static let maximumByteCount = 32 << 20

  /// One thing wrong, with its place. Row 1 is the header.
  struct Problem: Error {
    let row: Int
    let column: String
    let problem: String
  }

  /// Reads and checks everything, and reports everything that is wrong at once.
  /// - Throws: `[Problem]` wrapped in `Problems`.
  init(_ bytes: [UInt8]) throws(Problems) {
    var text = bytes[...]
    if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
    guard let content = String(validating: text, as: UTF8.self) else {
      throw Problems(1, "-", "the file is not UTF-8: save it as \"CSV UTF-8\"")
    }
    if let offset = text.firstIndex(of: 0) { throw Problems(1, "-", "a zero byte stands at byte \(offset)") }
    let rows = try Self.rows(content)
    guard let header = rows.first?.fields, rows.count > 1 else {
      throw Problems(1, "-", "the file needs a header and at least one row")
    }
    let names = header.map { $0.trimmingCharacters(in: .whitespaces) }
    try Self.checkHeader(names)
    var problems: [Problem] = []
    var persons: [(row: Int, person: PersonRecord)] = []
    for (number, fields) in rows.dropFirst() {
      guard fields.count == names.count else {
        problems.append(
          Problem(row: number, column: "-", problem: "has \(fields.count) fields, the header has \(names.count)"))
        continue
      }
      let person = PersonRecord(Dictionary(zip(names, fields)) { first, _ in first })
      problems += person.problems().map { Problem(row: number, column: $0.column, problem: $0.problem) }
      persons.append((row: number, person: person))
    }
    problems += Self.repeatedReferences(persons)
    guard problems.isEmpty else { throw Problems(list: problems) }
    self.persons = persons.map(\.person)
  }

  /// The rows that are not empty, with the number that a spreadsheet shows for them.
  private static func rows(_ text: String) throws(Problems) -> [(number: Int, fields: [String])] {
    // The parser takes an open quote at the end of the file for a closed one.
    guard text.utf8.count(where: { $0 == 0x22 }).isMultiple(of: 2) else {
      throw Problems(1, "-", "a quotation mark is opened and never closed")
    }
    var rows: [[String]] = []
    do {
      // Without a final line break the parser loses an empty last field.
      let file = try CSV<Enumerated>(
        string: text.last?.isNewline == true ? text : text + "\n", delimiter: .comma, loadColumns: false)
      try file.enumerateAsArray(startAt: 0, rowLimit: nil) { rows.append($0) }
    } catch {
      throw Problems(rows.count + 1, "-", "the quotation marks of this row do not fit together")
    }
    return rows.enumerated().filter { $0.element != [""] }.map { (number: $0.offset + 1, fields: $0.element) }
  }

  private static func checkHeader(_ names: [String]) throws(Problems) {
    var problems: [Problem] = []
    for name in names where !PersonRecord.columns.contains(name) {
      problems.append(Problem(row: 1, column: name, problem: "is no column of this form"))
    }
    for name in PersonRecord.columns where !names.contains(name) {
      problems.append(Problem(row: 1, column: name, problem: "is missing from the header"))
    }
    for name in Set(names) where names.count(where: { $0 == name }) > 1 {
      problems.append(Problem(row: 1, column: name, problem: "stands twice in the header"))
    }
    guard problems.isEmpty else { throw Problems(list: problems) }
  }

  private static func repeatedReferences(_ persons: [(row: Int, person: PersonRecord)]) -> [Problem] {
    var first: [String: Int] = [:]
    var problems: [Problem] = []
    for (row, person) in persons where !person["reference"].isEmpty {
      if let earlier = first.updateValue(row, forKey: person["reference"]) {
        problems.append(
          Problem(
            row: row, column: "reference", problem: "\"\(person["reference"])\" stands in row \(earlier) too"))
      }
    }
    return problems
  }
}

/// Everything that is wrong with a file.
struct Problems: Error {
  let list: [PersonFile.Problem]

  init(list: [PersonFile.Problem]) { self.list = list }

  init(_ row: Int, _ column: String, _ problem: String) {
    list = [PersonFile.Problem(row: row, column: column, problem: problem)]
  }

  /// The failure that the command ends with.
  func failure(_ path: String, _ language: Language) -> CommandFailure {
    let rows = list.prefix(1000).map { say(.rowProblem, in: language, String($0.row), $0.column, $0.problem) }
    return CommandFailure(Exit.usage, lines: rows + [say(.fileRefused, in: language, path, String(list.count))])
  }
}
