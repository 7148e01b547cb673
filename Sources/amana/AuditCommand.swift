import ArgumentParser
import ControlAPI

/// Re-verifies everything the daemon keeps.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Re-verify the whole store from its bytes: signatures, receipts, tree, checkpoints, projection.")
  @Flag(name: .long, help: "Print JSON: amana.audit of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let report = try await session.post("/v1/audit", [String: String](), as: AuditReport.self)
    if json {
      try printJSON(.audit, Merged(report, ["holds": report.holds]))
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
