/// Splits CSV (RFC 4180, any of three delimiters) into rows. It goes by bytes: a delimiter or a quotation mark is one also
/// where a joiner or a vowel mark follows it. What it keeps is bounded, whatever the text holds.
struct RowSplitter {
  /// One row, with the number that a spreadsheet shows for it.
  struct Row {
    let number: Int
    var fields: [String] = []
    /// How many fields there are; no more than `maximumFields` are kept.
    var fieldCount = 0
    var faults: [(field: Int, text: Text)] = []
    /// The file ends in this row, without a line break.
    var endsFile = false

    var isEmpty: Bool { faults.isEmpty && fieldCount == fields.count && fields.allSatisfy(\.isEmpty) }
  }

  static let maximumFields = 256
  /// More of a value is not kept: 256 bytes are allowed, and the rule for that must still see it is longer.
  static let keptBytes = 512

  private(set) var lineEnds = LineEnds()
  private let text: [UInt8]
  private let delimiter: UInt8
  private var position = 0
  private var number = 0

  init(_ text: [UInt8], _ delimiter: Delimiter, from start: Int = 0) {
    self.text = text
    self.delimiter = delimiter.byte
    position = start
  }

  mutating func next() -> Row? {
    guard position < text.count else { return nil }
    number += 1
    var row = Row(number: number)
    repeat {
      var fault: Text?
      if row.fields.count == Self.maximumFields {
        passField()
      } else {
        row.fields.append(field(&fault))
        if let fault { row.faults.append((row.fieldCount, fault)) }
      }
      row.fieldCount += 1
    } while take(delimiter)
    row.endsFile = !lineEnd()
    return row
  }

  private var byte: UInt8? { position < text.count ? text[position] : nil }

  private mutating func take(_ wanted: UInt8) -> Bool {
    guard byte == wanted else { return false }
    position += 1
    return true
  }

  private mutating func lineEnd() -> Bool {
    if take(0x0d) {
      if take(0x0a) { lineEnds.both += 1 } else { lineEnds.returns += 1 }
      return true
    }
    guard take(0x0a) else { return false }
    lineEnds.feeds += 1
    return true
  }

  private func endsField(_ byte: UInt8) -> Bool { byte == delimiter || byte == 0x0a || byte == 0x0d }

  /// Passes over a field that is one too many.
  private mutating func passField() {
    var isQuoted = false
    while let byte, isQuoted || !endsField(byte) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      position += 1
    }
  }

  private mutating func field(_ fault: inout Text?) -> String {
    while take(UInt8(ascii: " ")) {}
    if take(UInt8(ascii: "\"")) { return quoted(&fault) }
    let start = position
    var hasQuote = false
    while let byte, !endsField(byte) {
      if byte == UInt8(ascii: "\"") { hasQuote = true }
      position += 1
    }
    if hasQuote { fault = .fileStrayQuote }
    return boundedText(Array(text[start..<position].prefix(Self.keptBytes)))
  }

  /// The value after an opening quotation mark.
  private mutating func quoted(_ fault: inout Text?) -> String {
    var value: [UInt8] = []
    var isOpen = true
    while isOpen, let byte {
      position += 1
      if byte == UInt8(ascii: "\""), !take(UInt8(ascii: "\"")) {
        isOpen = false
      } else if value.count < Self.keptBytes {
        value.append(byte)
      }
    }
    if isOpen { fault = .fileOpenQuote }
    while take(UInt8(ascii: " ")) {}
    if let byte, !endsField(byte) { fault = .fileTextBehindQuote }
    while let byte, !endsField(byte) { position += 1 }
    return boundedText(value)
  }
}

/// Text of bytes of which no more than `keptBytes` were kept: a last character that may have been cut is left out.
func boundedText(_ bytes: [UInt8]) -> String {
  guard bytes.count >= RowSplitter.keptBytes else { return String(decoding: bytes, as: UTF8.self) }
  let lead = bytes.lastIndex { $0 & 0xc0 != 0x80 } ?? 0
  return String(decoding: bytes[..<lead], as: UTF8.self)
}

/// The line ends that stand between rows; those within quotation marks are no line ends.
struct LineEnds {
  var feeds = 0
  var both = 0
  var returns = 0

  /// As people name them; "-" where there is only one line.
  var title: String {
    let found = [("LF", feeds), ("CRLF", both), ("CR", returns)].filter { $0.1 > 0 }.map(\.0)
    return found.isEmpty ? "-" : found.joined(separator: " + ")
  }
}
