import ArgumentParser
import ControlAPI
import Custody

/// Writes a file that proves chosen fields of one line.
struct Disclose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disclose",
    abstract: "Write a file that proves chosen fields of one line, and says nothing of the rest.",
    discussion: """
      For a court, a family or an agency that must not see the register. The file holds the signed statement with its \
      receipts, the values of these fields, and what leads from them to the root that was signed. The line's subject_ref \
      is always among them: it is random and names nobody. Whoever has the file can show it to others: think of who may \
      see these values. That you made it is on record. They check it with `amana verify FILE --roster ROSTER`.
      """)
  @Argument(help: "The beginning of the id of the statement whose line it is, at least 4 digits.") var id: String
  @Option(name: .long, help: "The line: its number, or a reference of your register.") var line: String
  @Option(name: .long, help: "The fields to show, e.g. age,sex (docs/formats.md, Manifest).") var fields: String
  @Option(name: .long, help: "The file to write, readable by you alone.") var output: String
  @ArgumentParser.Flag(
    name: .long, help: "The roster goes with it, so that whoever knows its digest needs no other file.")
  var withRoster = false
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.disclose of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  private struct Written: Encodable {
    let statement: String
    let event: String
    let line: Int
    let subject: String
    let fields: [String]
    let withheld: Int
    let receipts: Int
    let roster: Bool
    let file: String
    let bytes: Int
  }

  func run() async throws {
    let session = connection.session
    let names = try LineSelection.names(fields)
    let statement = try await statement(session)
    let lines = try await session.get("/v1/statements/\(statement.statement)/lines", as: [LineView].self)
    let chosen = try LineSelection(line).indexes(in: lines)
    guard let number = chosen.first, chosen.count == 1, let view = lines.first(where: { $0.line == number }) else {
      throw CommandFailure(Exit.usage, say(.discloseOneLine, in: session.language, line))
    }
    let request = DisclosureRequest(
      line: number, subject: view.subject, fields: names, roster: withRoster ? true : nil)
    let bytes = try await session.send(
      .post, "/v1/statements/\(statement.statement)/disclosures", body: try session.encoded(request))
    // What the daemon gave is looked at here: nobody is to carry more than they asked for, or what proves nothing.
    guard let made = try? Disclosure(decoding: bytes), let shown = try? made.verify(),
      made.statement.id.description == statement.statement, shown.subject.description == view.subject,
      Set(shown.fields.map(\.name)) == Set(names).union(["subject_ref"])
    else { throw CommandFailure(Exit.doesNotHold, say(.discloseNotProven, in: session.language, statement.statement)) }
    try writeFile(output, bytes, mode: 0o600)
    guard json else { return tell(made, shown, session.language) }
    try printJSON(
      .disclose,
      Written(
        statement: statement.statement, event: statement.event, line: shown.line, subject: view.subject,
        fields: shown.fields.map(\.name), withheld: shown.withheld, receipts: made.statement.receipts.count,
        roster: made.roster != nil, file: output, bytes: bytes.count))
  }

  /// The one statement that has lines, of those that the id means.
  private func statement(_ session: Session) async throws -> StatementView {
    let found = try await session.statements(id)
    let bearing = found.filter { $0.lines > 0 }
    guard let first = bearing.first ?? found.first, bearing.count <= 1 else { throw session.ambiguous(id, bearing) }
    return first
  }

  private func tell(_ made: Disclosure, _ shown: DisclosedLine, _ language: Language) {
    let event = word(made.statement.event.type.rawValue, in: language)
    print(
      say(
        .disclosed, in: language, visible(output), event, String(made.statement.id.description.prefix(16)),
        String(shown.line), String(shown.withheld)))
    DisclosedFields(fields: shown.fields.map { ($0.name, $0.value) }, language: language).show()
    if made.statement.receipts.isEmpty { print(say(.disclosedNoReceipt, in: language)) }
    if made.statement.isSeenByItsSignerAlone {
      print(say(.stampAdvised, in: language, made.statement.id.description))
    }
    print(say(.disclosedCarefully, in: language))
  }
}

extension LineSelection {
  /// The names of fields as people list them.
  static func names(_ text: String) throws -> [String] {
    let names = text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    guard !names.isEmpty, Set(names).count == names.count else {
      throw CommandFailure(Exit.usage, say(.discloseNoFields, in: .chosen, text))
    }
    return names
  }
}
