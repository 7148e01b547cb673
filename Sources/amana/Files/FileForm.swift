/// What values of a file were read as, counted by column.
struct Readings {
  struct Dates {
    let column: String
    let form: DateReading.Form
    let order: DateReading.Order
    /// One of the values and what it was read as.
    let value: String
    let date: String
    var count = 0
  }

  private(set) var dates: [Dates] = []
  private(set) var digits: [DigitReading.Kind: [String: Int]] = [:]
  var lineBreaks: [String: Int] = [:]

  mutating func count(_ kind: DigitReading.Kind, in column: String) {
    digits[kind, default: [:]][column, default: 0] += 1
  }

  mutating func count(
    _ form: DateReading.Form, _ order: DateReading.Order, in column: String, value: String, date: String
  ) {
    let known = dates.firstIndex { $0.column == column && $0.form == form }
    if known == nil { dates.append(Dates(column: column, form: form, order: order, value: value, date: date)) }
    dates[known ?? dates.count - 1].count += 1
  }
}

/// What a file was taken for, in sentences.
struct FileForm {
  var text: (encoding: TextEncoding, reason: DecodedText.Reason)?
  var table: Sheet.Form?
  var rows = 0
  var passedOver = 0
  var remarks = 0
  var isOfPersons = true
  var readings = Readings()

  /// One line for the file, and one for each reading that changed something.
  func lines(_ path: String, in language: Language) -> [String] {
    guard let text, let table else { return [] }
    let encoding = say(Self.sentence(text.reason), in: language, text.encoding.title)
    let first =
      switch table {
      case .json: say(isOfPersons ? .fileTakenJSON : .fileTakenJSONItems, in: language, path, encoding, String(rows))
      case .csv(let delimiter, let reason, let lineEnds):
        say(
          isOfPersons ? .fileTakenCSV : .fileTakenCSVItems, in: language, path, encoding,
          say(Self.sentence(delimiter), in: language),
          say(Self.sentence(reason), in: language), lineEnds, String(rows))
      }
    let passed = passedOver == 0 ? [] : [say(.filePassedOver, in: language, String(passedOver))]
    let remarked = remarks == 0 ? [] : [say(.fileRemarks, in: language, String(remarks))]
    return [first] + passed + remarked + dateLines(language) + digitLines(language) + breakLines(language)
  }

  private func dateLines(_ language: Language) -> [String] {
    readings.dates.map { date in
      say(
        .fileReadDates, in: language, date.column, shown(date.value), date.date, Self.form(date, language),
        String(date.count))
    }
  }

  private func digitLines(_ language: Language) -> [String] {
    DigitReading.Kind.allCases.flatMap { kind in
      (readings.digits[kind] ?? [:]).sorted { $0.key < $1.key }.map { column, count in
        let text = kind == .arabicIndic ? Text.fileReadArabicIndic : .fileReadEasternArabicIndic
        return say(text, in: language, column, String(count))
      }
    }
  }

  private func breakLines(_ language: Language) -> [String] {
    readings.lineBreaks.sorted { $0.key < $1.key }.map {
      say(.fileReadLineBreaks, in: language, $0.key, String($0.value))
    }
  }

  private static func form(_ dates: Readings.Dates, _ language: Language) -> String {
    switch (dates.form, dates.order) {
    case (.dayFirst, .shown(_, let row)): say(.fileFormDayFirst, in: language, String(row))
    case (.monthFirst, .shown(_, let row)): say(.fileFormMonthFirst, in: language, String(row))
    case (.dayFirst, _): say(.fileFormDayFirstTold, in: language)
    case (.monthFirst, _): say(.fileFormMonthFirstTold, in: language)
    case (.eitherOrder, _): say(.fileFormEitherOrder, in: language)
    case (.yearFirst, _): say(.fileFormYearFirst, in: language)
    case (.monthOnly, _): say(.fileFormMonthOnly, in: language)
    case (.serial, _): say(.fileFormSerial, in: language)
    case (.asWritten, _): say(.fileFormMarks, in: language)
    }
  }

  private static func sentence(_ reason: DecodedText.Reason) -> Text {
    switch reason {
    case .mark: .fileByMark
    case .content: .fileByContent
    case .guess: .fileByGuess
    case .told: .fileByOption
    }
  }

  private static func sentence(_ delimiter: Delimiter) -> Text {
    switch delimiter {
    case .comma: .fileComma
    case .semicolon: .fileSemicolon
    case .tab: .fileTab
    }
  }

  private static func sentence(_ reason: Sheet.DelimiterReason) -> Text {
    switch reason {
    case .header: .fileByHeader
    case .separatorLine: .fileBySeparatorLine
    case .told: .fileToldDelimiter
    }
  }
}
