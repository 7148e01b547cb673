import ArgumentParser
import Custody
import Foundation

/// Writes an empty file of a kind with an explanation of each field.
struct Template: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the file that a kind is recorded from, with an explanation of each field.",
    discussion: """
      To standard output. In CSV the header comes first, and behind it rows that say what each column is for, what is \
      allowed and an example; they begin with "# amana:" and are passed over, so that they may stay. Columns that a table \
      need not have (docs/manifest.md) may be deleted. `amana check FILE --kind KIND` looks at what was filled in.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case csv, json }

  @Argument(help: "What moves: \(kindNames).", transform: readKind) var kind: Kind
  @Option(name: .long, help: "csv or json. Default: csv; of a site block json.") var format: Format?
  @ArgumentParser.Flag(name: .long, help: "What is said of a site beside its people, in JSON.") var siteBlock = false
  @OptionGroup var speech: Speech

  func validate() throws {
    guard !siteBlock || format != .csv else { throw usage(.usageNotBoth, "--site-block", "--format csv") }
  }

  func run() throws {
    if siteBlock {
      guard kind.row.rules.contains(.site) else {
        throw CommandFailure(Exit.usage, say(.templateOnlySite, in: speech.language))
      }
      return write(String(decoding: try prettyJSON(SiteTemplate(speech.language)), as: UTF8.self))
    }
    let template = FormTemplate(kind, speech.language)
    write(try format == .json ? String(decoding: prettyJSON(template.json), as: UTF8.self) : template.csv)
  }
}

/// A file's text, which spreadsheets read too: with the line ends that it has.
private func write(_ text: String) { Screen.writeDocument(text + "\n") }

/// The file of a kind, empty and explained.
struct FormTemplate {
  struct JSON: Encodable {
    let explanations: [String: String]
    var persons: [[String: String]]?
    var items: [[String: String]]?
  }

  private let row: KindRow
  private let language: Language

  init(_ kind: Kind, _ language: Language) {
    row = kind.row
    self.language = language
  }

  /// A byte order mark, so that spreadsheets read the Arabic; the header; what each column is for.
  var csv: String {
    let explained = row.columns.map { explanation($0) }
    let allowed = row.columns.map { say(.templateAllowed, in: language, self.allowed($0)) }
    let examples = row.columns.map { $0.example.isEmpty ? "" : say(.templateExample, in: language, $0.example) }
    let remarks = [explained, allowed, examples].map { cells in
      ["\(CSVReader.remark) \(cells[0])"] + cells.dropFirst()
    }
    let rows = [row.names] + remarks
    return "\u{feff}" + rows.map { $0.map(Self.quoted).joined(separator: ",") }.joined(separator: "\r\n")
  }

  var json: JSON {
    let texts = row.columns.map { column in
      (column.name, "\(explanation(column)); \(say(.templateAllowed, in: language, allowed(column)))")
    }
    let empty = [Dictionary(row.names.map { ($0, "") }) { first, _ in first }]
    let isOfPersons = row.isOfPersons
    return JSON(
      explanations: Dictionary(texts) { first, _ in first }, persons: isOfPersons ? empty : nil,
      items: isOfPersons ? nil : empty)
  }

  /// What a column is for.
  func explanation(_ column: FormColumn) -> String {
    Text.named("column", column.name).map { say($0, in: language) } ?? column.name
  }

  /// What may stand in it.
  func allowed(_ column: FormColumn) -> String {
    let rule = column.rule
    let codes = rule.codes().joined(separator: " ")
    var parts: [String] =
      switch rule.form {
      case .text: [say(.templateFree, in: language)]
      case .date: [say(.templateDate, in: language)]
      case .codes: [say(.templateSeveral, in: language, codes)]
      case .code, .yesNo: [codes]
      case .country: ["ISO 3166-1 alpha-3"]
      case .language: ["BCP 47"]
      case .digest: ["SHA-256"]
      case .authority: ["MEMBER/authority"]
      case .number: ["0-9"]
      case .subject: ["subject_ref"]
      case .area: ["OCHA P-code"]
      case .stops: ["SITE:" + LibertyStatus.allCases.map(\.rawValue).joined(separator: "|")]
      }
    if rule.mayBeUnknown {
      let reasons = CodesInForce.standard[.unknownReason]?.ids ?? []
      parts.append(say(.templateUnknown, in: language, reasons.joined(separator: " ")))
    }
    if rule.mayBeEmpty { parts.append(say(.templateMayBeEmpty, in: language)) }
    return parts.joined(separator: separator(in: language, between: ";"))
  }

  private static func quoted(_ cell: String) -> String {
    cell.utf8.contains { ",\"\n;".utf8.contains($0) } ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
  }
}

/// What is said of a site, with an example in each field.
struct SiteTemplate: Encodable {
  let explanations: [String: String]
  let block: SiteBlock

  init(_ language: Language) {
    let texts = SiteBlock.fields.map { name in
      (name, Text.named("block", name).map { say($0, in: language) } ?? name)
    }
    explanations = Dictionary(texts) { first, _ in first }
    block = SiteBlock.example
  }

  private enum Key: String, CodingKey { case explanations }

  func encode(to encoder: any Encoder) throws {
    try block.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(explanations, forKey: .explanations)
  }
}

extension Text {
  /// The sentence about a column or a field: "columnAgeBasis" of age_basis.
  static func named(_ prefix: String, _ name: String) -> Text? {
    Text(rawValue: prefix + name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined())
  }
}
