import Custody

/// Reads CSV: finds the delimiter, checks the header and takes the rows apart.
struct CSVReader {
  /// A row whose first value begins so is no person and no thing: a template's explanations and example.
  static let remark = "# amana:"

  private let kind: Kind
  /// What the header must name.
  private let required: [String]
  private var table: Sheet
  private var splitter: RowSplitter
  private var header: [String] = []
  /// For each column of the table its place in a row.
  private var places: [Int] = []

  static func table(_ text: [UInt8], _ options: ReadingOptions) throws(Finding) -> Sheet {
    let (kind, told) = (options.kind, options.delimiter)
    let separator = Delimiter.separatorLine(text)
    if told == nil, let separator, separator.delimiter == nil { throw Finding(.fileSeparatorLine) }
    let start = separator?.length ?? 0
    let seen =
      separator?.delimiter ?? Delimiter.detected(in: Array(text[start...].prefix(64 << 10)), columns: kind.row.names)
    guard let delimiter = told ?? seen else { throw Finding(.fileNoHeader).at(row: 1) }
    let reason: Sheet.DelimiterReason = told != nil ? .told : separator != nil ? .separatorLine : .header
    var reader = CSVReader(
      kind: kind, required: options.isAddition ? [ManifestEntry.referenceColumn] : kind.row.requiredNames,
      table: Sheet(.csv(delimiter, reason, lineEnds: "-")),
      splitter: RowSplitter(text, delimiter, from: start))
    reader.readHeader()
    if !reader.table.columns.isEmpty { reader.readRows() }
    reader.table.form = .csv(delimiter, reason, lineEnds: reader.splitter.lineEnds.title)
    return reader.table
  }

  private mutating func readHeader() {
    guard let row = splitter.next() else { return table.problems.add(Finding(.fileNoRows)) }
    guard row.fieldCount <= RowSplitter.maximumFields else {
      return table.problems.add(
        Finding(.fileTooManyColumns, String(row.fieldCount), String(RowSplitter.maximumFields)).at(row: 1))
    }
    header = row.fields.map { $0.trimmingSpaces() }
    let known = Set(kind.row.names)
    guard header.contains(where: known.contains) else {
      return table.problems.add(Finding(.fileNoHeaderSo).at(row: 1))
    }
    for fault in row.faults { table.problems.add(Finding(fault.text).at(row: 1, column: header[fault.field])) }
    for (place, name) in header.enumerated() {
      if name.isEmpty {
        table.problems.add(Finding(.fileColumnUnnamed, String(place + 1)).at(row: 1))
      } else if !known.contains(name) {
        table.problems.add(Finding(.fileUnknownColumn).at(row: 1, column: name))
      } else if table.columns.contains(name) {
        table.problems.add(Finding(.fileColumnTwice).at(row: 1, column: name))
      } else {
        table.columns.append(name)
        places.append(place)
      }
    }
    table.missing = Set(required).subtracting(table.columns)
    for name in required where table.missing.contains(name) {
      table.problems.add(Finding(.fileColumnMissing).at(row: 1, column: name))
    }
  }

  private mutating func readRows() {
    var count = 0
    while let row = splitter.next() {
      guard !row.isEmpty else {
        table.passedOver += 1
        continue
      }
      guard row.fields.first?.hasPrefix(Self.remark) != true else {
        table.remarks += 1
        continue
      }
      count += 1
      // Rows that are refused count too, so that reading ends.
      guard count <= Sheet.maximumRows else {
        return table.problems.add(Finding(.fileTooManyRows, String(Sheet.maximumRows)).at(row: row.number))
      }
      take(row)
    }
    if count == 0 { table.problems.add(Finding(.fileNoRows)) }
  }

  private mutating func take(_ row: RowSplitter.Row) {
    for fault in row.faults {
      let column = fault.field < header.count ? header[fault.field] : nil
      table.problems.add(Finding(fault.text).at(row: row.number, column: column, value: row.fields[fault.field]))
    }
    guard row.fieldCount == header.count else {
      // An open quotation mark has swallowed the rest: what follows from that is not said again.
      guard !row.faults.contains(where: { $0.text == .fileOpenQuote }) else { return }
      let isCut = row.endsFile && row.fieldCount < header.count
      let (has, wanted) = (String(row.fieldCount), String(header.count))
      return table.problems.add(Finding(isCut ? .fileCutRow : .fileFieldCount, has, wanted).at(row: row.number))
    }
    guard row.faults.isEmpty else { return }
    table.rows.append(Sheet.Row(number: row.number, cells: places.map { row.fields[$0] }))
  }
}
