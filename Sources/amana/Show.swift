import ArgumentParser
import ControlAPI

/// Shows statements and lines.
struct Show: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show registered statements, their receipts, flags and lines.",
    discussion: "Without an id, everything in log order.")
  @Argument(help: "The beginning of a statement's or record's id.") var id: String?
  @Flag(name: .long, help: "Every line and who holds it now.") var lines = false
  @Flag(name: .long, help: "Print JSON, the shape of GET /v1/statements (with --lines: …/lines).") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let found = try await statements(session)
    guard !found.isEmpty else {
      throw CommandFailure(Exit.doesNotHold, say(.showNone, in: session.language, id ?? ""))
    }
    if lines {
      var all: [LineView] = []
      for statement in found where statement.lines > 0 {
        let shown = try await session.get("/v1/statements/\(statement.statement)/lines", as: [LineView].self)
        if json { all += shown } else { show(statement, session.language, shown) }
      }
      if json { try printJSON(all) }
    } else if json {
      try printJSON(found)
    } else {
      for statement in found { show(statement, session.language, []) }
    }
  }

  private func statements(_ session: Session) async throws -> [StatementView] {
    if let id {
      let wanted = id.lowercased().filter { $0 != "-" }
      guard !wanted.isEmpty, wanted.allSatisfy(\.isHexDigit) else {
        throw CommandFailure(Exit.usage, "\"\(id)\" is no id: give the beginning of a statement's or record's id")
      }
      return try await session.get("/v1/statements?prefix=\(wanted)", as: [StatementView].self)
    }
    var all: [StatementView] = []
    while true {
      let page = try await session.get(
        "/v1/statements?from=\(all.last.map { $0.index + 1 } ?? 0)", as: [StatementView].self)
      if page.isEmpty { return all }
      all += page
    }
  }

  private func show(_ statement: StatementView, _ language: Language, _ lines: [LineView]) {
    print(
      say(
        .showStatement, in: language, String(statement.index), String(statement.statement.prefix(16)), statement.event,
        statement.issuer, String(statement.lines), statement.occurredAt))
    for receipt in statement.receipts { print(say(.showReceipt, in: language, receipt.origin)) }
    for flag in statement.flags { print(say(.showFlag, in: language, flag.code, flag.detail)) }
    for line in lines {
      let state =
        line.releasedTo.map { say(.showReleasedTo, in: language, $0) } ?? "\(line.custodian) (\(line.phase))"
      let answer = line.answer.map { say(.showAnswered, in: language, $0) } ?? ""
      print(
        say(
          .showLine, in: language, String(line.line), line.reference ?? String(line.subject.prefix(8)),
          "\(line.name ?? "") \(line.age ?? "")", "\(state) \(answer)"))
    }
  }
}

/// Writes this log's receipt of a statement.
struct ReceiptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Write the Receipt of a statement (RFC 9942), or the whole Transparent Statement."
  )
  @Argument(help: "The beginning of the statement's id.") var id: String
  @Option(name: .long, help: "The file to write.") var out: String
  @Flag(name: .long, help: "The statement with all its receipts attached.") var transparent = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let found = try await session.get("/v1/statements?prefix=\(id.filter(\.isHexDigit))", as: [StatementView].self)
    guard let first = found.first, found.count == 1 else {
      throw CommandFailure(Exit.usage, say(.ambiguous, in: session.language, id, "\(found.count)"))
    }
    let path = transparent ? "cose" : "receipt"
    try writeFile(out, try await session.send(.get, "/v1/statements/\(first.statement)/\(path)"))
    print(say(.receiptWritten, in: session.language, first.statement, out))
  }
}

/// Re-verifies everything the daemon keeps.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Re-verify the whole store from its bytes: signatures, receipts, tree, checkpoints, projection.")
  @Flag(name: .long, help: "Print JSON, the shape of POST /v1/audit.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let report = try await session.post("/v1/audit", [String: String](), as: AuditReport.self)
    if json {
      try printJSON(report)
    } else if report.holds {
      print(
        say(
          .auditHolds, in: session.language, String(report.entries), String(report.signatures), String(report.receipts),
          String(report.chains)))
    } else {
      for problem in report.problems { print(say(.auditFails, in: session.language, problem)) }
    }
    if !report.holds { throw ExitCode(Exit.doesNotHold) }
  }
}
