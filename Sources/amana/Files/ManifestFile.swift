import Custody

/// A manifest as people write it, CSV or JSON: its persons or things, what it was taken for, and everything wrong with it at once.
struct ManifestFile {
  static let maximumByteCount = 32 << 20

  private(set) var entries: [ManifestEntry] = []
  let kind: Kind
  private(set) var form = FileForm()
  /// What must be put right before anything is sent.
  private(set) var problems = Findings()
  /// What somebody should look at.
  private(set) var warnings = Findings()

  init(_ bytes: [UInt8], _ options: ReadingOptions = ReadingOptions()) {
    kind = options.kind
    do throws(Finding) {
      let text = try DecodedText(bytes, told: options.encoding)
      form.text = (text.encoding, text.reason)
      read(try Sheet.read(text, options), options)
    } catch { problems.add(error) }
  }

  var isJSON: Bool { form.table == .json }

  private mutating func read(_ table: Sheet, _ options: ReadingOptions) {
    form.table = table.form
    form.rows = table.rows.count
    form.passedOver = table.passedOver
    form.remarks = table.remarks
    form.isOfPersons = kind.row.isOfPersons
    var reader = RowReader(table, options)
    var lookAlikes = LookAlikes()
    entries.reserveCapacity(table.rows.count)
    for row in table.rows {
      let entry = reader.entry(row)
      let alike = lookAlikes.judge(entry, row: row.number)
      for problem in alike.problems { problems.add(problem) }
      for warning in reader.warnings(entry, row.number) + alike.warnings { warnings.add(warning) }
      entries.append(entry)
    }
    form.readings = reader.readings
    problems.merge(reader.problems)
    warnings.merge(reader.unknownCodes)
    problems.merge(table.problems)
  }
}

/// How a caller wants a file read, where it should not be found out.
struct ReadingOptions {
  var kind = Kind.detaineeTransfer
  /// Whether the file only adds to lines that are here: who is meant, and whatever columns it has.
  var isAddition = false
  /// Whether a daemon gets it, whose business it is which codes there are.
  var leavesCodes = false
  var encoding: TextEncoding?
  var delimiter: Delimiter?
  var dateOrder: DateOrder?
}
