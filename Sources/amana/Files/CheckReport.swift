import Custody

/// What `amana check --json` prints: amana.check of docs/json.md.
struct CheckReport: Encodable {
  struct TakenFor: Encodable {
    var format = "json"
    let encoding: String
    let encodingReason: String
    var delimiter: String?
    var delimiterReason: String?
    var lineEnds: String?
    let rows: Int
    let emptyRows: Int

    private enum CodingKeys: String, CodingKey {
      case format, encoding, delimiter, rows
      case encodingReason = "encoding_reason"
      case delimiterReason = "delimiter_reason"
      case lineEnds = "line_ends"
      case emptyRows = "empty_rows"
    }
  }

  struct Reading: Encodable {
    let kind: String
    let column: String
    var form: String?
    let values: Int
    var example: String?
    var readAs: String?
    var orderFromRow: Int?

    private enum CodingKeys: String, CodingKey {
      case kind, column, form, values, example
      case readAs = "read_as"
      case orderFromRow = "order_from_row"
    }
  }

  struct Entry: Encodable {
    let row: Int?
    let column: String?
    let value: String?
    let code: String
    let explanation: String

    init(_ finding: Finding, _ language: Language) {
      row = finding.row
      column = finding.column.map(visible)
      value = finding.value.map(visible)
      code = finding.code
      explanation = finding.explanation(in: language)
    }
  }

  let file: String
  let kind: String
  let clean: Bool
  let takenFor: TakenFor?
  let readings: [Reading]
  let totals: Totals
  let problemsTotal: Int
  let problems: [Entry]
  let warningsTotal: Int
  let warnings: [Entry]
  /// What is wrong with the site block; nil where none was named.
  let siteBlock: [String]?

  private enum CodingKeys: String, CodingKey {
    case file, kind, clean, readings, totals, problems, warnings
    case takenFor = "taken_for"
    case problemsTotal = "problems_total"
    case warningsTotal = "warnings_total"
    case siteBlock = "site_block"
  }

  init(_ path: String, _ file: ManifestFile, _ site: [String]?, _ language: Language) {
    self.file = path
    siteBlock = site
    clean = file.problems.count == 0 && site?.isEmpty != false
    takenFor = Self.takenFor(file.form)
    readings = Self.readings(file.form.readings)
    totals = Totals(file.entries, of: file.kind)
    kind = file.kind.rawValue
    problemsTotal = file.problems.count
    problems = file.problems.list.map { Entry($0, language) }
    warningsTotal = file.warnings.count
    warnings = file.warnings.list.map { Entry($0, language) }
  }

  private static func takenFor(_ form: FileForm) -> TakenFor? {
    guard let text = form.text, let table = form.table else { return nil }
    var taken = TakenFor(
      encoding: text.encoding.rawValue, encodingReason: text.reason.rawValue, rows: form.rows,
      emptyRows: form.passedOver)
    if case .csv(let delimiter, let reason, let lineEnds) = table {
      (taken.format, taken.delimiter, taken.delimiterReason) = ("csv", delimiter.rawValue, reason.rawValue)
      taken.lineEnds = lineEnds
    }
    return taken
  }

  private static func readings(_ readings: Readings) -> [Reading] {
    let dates = readings.dates.map { date in
      var row: Int?
      if case .shown(_, let shown) = date.order, [.dayFirst, .monthFirst].contains(date.form) { row = shown }
      return Reading(
        kind: "date", column: date.column, form: kebab(date.form.rawValue), values: date.count,
        example: visible(date.value), readAs: date.date, orderFromRow: row)
    }
    let digits = readings.digits.flatMap { kind, columns in
      columns.map { Reading(kind: "digits", column: $0.key, form: kebab(kind.rawValue), values: $0.value) }
    }
    let breaks = readings.lineBreaks.map { Reading(kind: "line-breaks", column: $0.key, values: $0.value) }
    return dates + (digits + breaks).sorted { ($0.kind, $0.column) < ($1.kind, $1.column) }
  }
}

/// "day-first" of "dayFirst", "json-key-twice" of "JSONKeyTwice".
func kebab(_ name: some StringProtocol) -> String {
  let letters = Array(name)
  return letters.indices.reduce(into: "") { text, place in
    let beginsWord = place + 1 < letters.count && letters[place + 1].isLowercase
    let endsWord = place > 0 && !letters[place - 1].isUppercase
    if place > 0, letters[place].isUppercase, beginsWord || endsWord { text += "-" }
    text += letters[place].lowercased()
  }
}
