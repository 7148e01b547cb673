import Custody

/// A manifest as people write it, CSV or JSON: its persons, what it was taken for, and everything wrong with it at once.
struct ManifestFile {
  static let maximumByteCount = 32 << 20

  private(set) var persons: [ManifestEntry] = []
  private(set) var form = FileForm()
  /// What must be put right before anything is sent.
  private(set) var problems = Findings()
  /// What somebody should look at.
  private(set) var warnings = Findings()

  init(_ bytes: [UInt8], _ options: ReadingOptions = ReadingOptions()) {
    do throws(Finding) {
      let text = try DecodedText(bytes, told: options.encoding)
      form.text = (text.encoding, text.reason)
      read(try Sheet.read(text, delimiter: options.delimiter), options)
    } catch { problems.add(error) }
  }

  var isJSON: Bool { form.table == .json }

  private mutating func read(_ table: Sheet, _ options: ReadingOptions) {
    form.table = table.form
    form.rows = table.rows.count
    form.passedOver = table.passedOver
    var reader = RowReader(table, options)
    var lookAlikes = LookAlikes()
    for row in table.rows {
      let person = reader.person(row)
      let alike = lookAlikes.judge(person, row: row.number)
      for problem in alike.problems { problems.add(problem) }
      for warning in reader.warnings(person, row.number) + alike.warnings { warnings.add(warning) }
      persons.append(person)
    }
    form.readings = reader.readings
    problems.merge(reader.problems)
    problems.merge(table.problems)
  }
}

/// How a caller wants a file read, where it should not be found out.
struct ReadingOptions {
  var encoding: TextEncoding?
  var delimiter: Delimiter?
  var dateOrder: DateOrder?
}
