import Custody

/// Reads the cells of rows by column: digits, dates and line breaks first, then the rules for a person's entry.
struct RowReader {
  /// Columns that a rule judges together with another: without the other there is nothing to say.
  private static let partners = [
    "name_arabic": "name_latin", "nationality_status": "nationality", "family_role": "family", "unaccompanied": "age",
  ]

  private(set) var readings = Readings()
  private(set) var problems = Findings()
  /// What the daemon judges, which knows the lists in force; here only their version 1 is known.
  private(set) var unknownCodes = Findings()
  private let codes: CodesInForce
  private let kind: Kind
  private let isAddition: Bool
  private let columns: [String]
  private let names: Set<String>
  private let asTyped: Set<String>
  private let missing: Set<String>
  private let dateReadings: [String: DateReading]

  init(_ table: Sheet, _ options: ReadingOptions) {
    (kind, isAddition) = (options.kind, options.isAddition)
    codes = options.leavesCodes ? .standard.takingAnyCode : .standard
    let form = options.kind.row.columns
    names = Set(form.filter(\.isName).map(\.name))
    asTyped = Set(form.filter(\.isAsTyped).map(\.name))
    let dates = Set(form.filter { $0.rule.form == .date }.map(\.name))
    columns = table.columns
    missing = table.missing
    var dateReadings: [String: DateReading] = [:]
    for (index, column) in table.columns.enumerated() where dates.contains(column) {
      let values = table.rows.lazy.map { (row: $0.number, value: (try? DigitReading($0.cells[index]))?.text ?? "") }
      dateReadings[column] = DateReading(values, told: options.dateOrder)
    }
    self.dateReadings = dateReadings
  }

  /// The person or thing of a row. What cannot be read stays as it is, and is told.
  mutating func entry(_ row: Sheet.Row) -> ManifestEntry {
    var values: [String: String] = [:]
    var unread = row.faulty
    for (column, cell) in zip(columns, row.cells) {
      do throws(Finding) { values[column] = try read(cell, column) } catch {
        problems.add(error.at(row: row.number, column: column, value: cell))
        unread.insert(column)
        values[column] = cell
      }
    }
    let entry = ManifestEntry(values, kind: kind)
    let wrong = problems(of: entry, by: codes)
    let columns = Set(wrong.map(\.column))
    for (column, rule) in wrong where !unread.contains(column) && !isMissing(column) {
      problems.add(Finding(rule: rule).at(row: row.number, column: column, value: cell(column, row)))
    }
    guard codes.takesAnyCode else { return entry }
    for (column, _) in problems(of: entry, by: .standard)
    where !unread.contains(column) && !isMissing(column) && !columns.contains(column) {
      let cell = cell(column, row)
      unknownCodes.add(
        Finding(.fileCodeUnknown, shown(cell ?? "")).at(row: row.number, column: column, value: cell))
    }
    return entry
  }

  private func problems(of entry: ManifestEntry, by codes: CodesInForce) -> [(column: String, problem: String)] {
    isAddition ? entry.additionProblems(by: codes) : entry.problems(by: codes)
  }

  private func cell(_ column: String, _ row: Sheet.Row) -> String? {
    columns.firstIndex(of: column).map { row.cells[$0] }
  }

  private func isMissing(_ column: String) -> Bool {
    missing.contains(column) || Self.partners[column].map(missing.contains) == true
  }

  private mutating func read(_ cell: String, _ column: String) throws(Finding) -> String {
    guard !cell.unicodeScalars.contains("\u{fffd}") else { throw Finding(.fileReplacementCharacter) }
    if names.contains(column) { return joined(cell, column) }
    guard !asTyped.contains(column) else { return cell }
    let digits = try DigitReading(cell)
    if let kind = digits.kinds.first, kind != .ascii { readings.count(kind, in: column) }
    guard let dates = dateReadings[column] else { return digits.text }
    let (date, form) = try dates.read(digits.text)
    if date != digits.text { readings.count(form, dates.order, in: column, value: cell, date: date) }
    return date
  }

  /// A name that was written over several lines of a cell, in one line.
  private mutating func joined(_ cell: String, _ column: String) -> String {
    guard cell.utf8.contains(where: { $0 == 0x0a || $0 == 0x0d }) else { return cell }
    readings.lineBreaks[column, default: 0] += 1
    let breaks: Set<Character> = ["\n", "\r", "\r\n"]
    return cell.split(whereSeparator: breaks.contains).map { String($0).trimmingSpaces() }.filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  /// What is allowed and yet rarely meant.
  func warnings(_ entry: ManifestEntry, _ row: Int) -> [Finding] {
    asTyped.sorted().compactMap { column in
      let value = entry[column]
      if DigitReading.mixesKinds(value) {
        return Finding(.fileDigitsMixedAsTyped).at(row: row, column: column)
      }
      return value.contains("??") ? Finding(.fileQuestionMarks).at(row: row, column: column) : nil
    }
  }
}
