import Custody

/// A file's persons as text by column, before anything is judged.
struct Sheet {
  enum Form: Equatable {
    case csv(Delimiter, DelimiterReason, lineEnds: String)
    case json
  }

  enum DelimiterReason: String {
    case header
    case separatorLine = "sep-line"
    case told
  }

  struct Row {
    let number: Int
    /// One for each of `columns`.
    let cells: [String]
    /// Columns about which everything is said already.
    var faulty: Set<String> = []
  }

  static let maximumRows = 65_536

  var form: Form
  /// The columns of the form that stand in the file.
  var columns: [String] = []
  var rows: [Row] = []
  /// Empty rows in the file that were passed over.
  var passedOver = 0
  /// Rows of a template that were passed over.
  var remarks = 0
  /// Columns that are missing from the header.
  var missing: Set<String> = []
  var problems = Findings()

  init(_ form: Form) { self.form = form }

  /// Reads whichever of the two it is: JSON begins with a bracket, and no column's name does.
  static func read(_ text: DecodedText, _ options: ReadingOptions) throws(Finding) -> Sheet {
    let start = text.bytes.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    guard let start else { throw Finding(.fileEmpty) }
    if start == UInt8(ascii: "[") || start == UInt8(ascii: "{") {
      return JSONManifest.table(text.bytes, options.kind)
    }
    return try CSVReader.table(text.bytes, options)
  }
}
