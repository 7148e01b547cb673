import ArgumentParser
import ControlAPI
import Custody

/// Writes this log's receipt of a statement.
struct ReceiptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Write the Receipt of a statement (RFC 9942), or the whole Transparent Statement."
  )
  @Argument(help: "The beginning of the statement's id, at least 4 digits.") var id: String
  @Option(name: .long, help: "The file to write.") var out: String
  @ArgumentParser.Flag(name: .long, help: "The statement with all its receipts attached.") var transparent = false
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.receipt of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  private struct Written: Encodable {
    let statement: String
    let event: String
    let content: String
    let file: String
    let bytes: Int
    let receipts: [StatementView.ReceiptView]
  }

  func run() async throws {
    let session = connection.session
    let found = try await session.statements(id)
    guard let first = found.first, found.count == 1 else {
      throw session.ambiguous(id, found)
    }
    let path = transparent ? "cose" : "receipt"
    let bytes = try await session.send(.get, "/v1/statements/\(first.statement)/\(path)")
    try writeFile(out, bytes)
    let text: Text = transparent ? .statementWritten : .receiptWritten
    guard json else { return print(say(text, in: session.language, first.statement, out)) }
    try printJSON(
      .receipt,
      Written(
        statement: first.statement, event: first.event, content: transparent ? "transparent-statement" : "receipt",
        file: out, bytes: bytes.count, receipts: first.receipts))
  }
}
