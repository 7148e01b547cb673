import ArgumentParser
import COSE
import ControlAPI
import Custody
import Foundation

/// Carries statements by hand.
struct BundleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "Carry statements as a file: export, import, list.",
    subcommands: [BundleExport.self, BundleImport.self, BundleList.self])
}

/// Writes a bundle.
struct BundleExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a bundle: statements with the history they cite, receipts, proofs, checkpoints, roster.",
    discussion: """
      What stands beside statements travels sealed to their parties. Earlier statements that a release cites come as \
      envelopes; their lines are sealed inside the release, and nobody's name with them. With --clear, lines and names \
      stand beside that for anybody to read, those of whole earlier statements too: for a court, not for a courier. \
      Statements of versions before sealing have nothing sealed: their content goes with --clear only.
      """)
  @Argument(help: "The file to write, e.g. convoy.amana.") var file: String
  @Option(name: .long, help: "Statements from, to or by this authority, MEMBER/authority.") var to: String?
  @Option(name: .long, help: "Or the statements of one record, by its UUID.") var record: String?
  @ArgumentParser.Flag(name: .long, help: "Names and lines in clear, beside what is sealed.") var clear = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard (to == nil) != (record == nil) else { throw usage(.usageEither, "--to", "--record") }
  }

  func run() async throws {
    let session = connection.session
    var path = "/v1/bundle?"
    if let to {
      guard to.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"&?#%".utf8.contains($0) }) else {
        throw CommandFailure(Exit.usage, say(.noAuthority, in: session.language, "--to"))
      }
      path += "to=\(to)"
    }
    if let record {
      guard let id = RecordID(uuid: record) else {
        throw CommandFailure(Exit.usage, say(.noRecord, in: session.language))
      }
      path += "record=\(id.uuid)"
    }
    if clear { path += "&clear=true" }
    let bytes = try await session.send(.get, path)
    try writeFile(file, bytes, mode: 0o600)
    print(say(.exported, in: session.language, file, String(bytes.count)))
    if (try? Custody.Bundle(decoding: bytes))?.notice != nil { print(say(.exportNotice, in: session.language)) }
  }
}

/// Imports a bundle.
struct BundleImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Hand a bundle to the daemon: it verifies everything before it stores anything.",
    discussion: """
      One unreadable or unverifiable byte refuses the whole file. A genuine statement that a rule refuses is left out, \
      named, and kept with an alarm. What lacks its sealed content is registered and shown as incomplete until that comes, by \
      any way: it is named too. Exit code 1 when a statement was refused. Importing again changes nothing.
      """)
  @Argument(help: "The bundle.") var file: String
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.bundle.import of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let bytes = try readFile(file, limit: Custody.Bundle.maximumByteCount)
    let body = try await session.send(.post, "/v1/bundles", body: bytes, contentType: Custody.Bundle.mediaType)
    guard let report = try? JSONDecoder().decode(ImportReport.self, from: Data(body)) else {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: session.language))
    }
    let partial = await lacking(report, session)
    if json {
      try printJSON(.bundleImport, Merged(report, ["incomplete": partial.map(\.statement)]))
    } else {
      show(report, session.language)
      showLacking(partial, session.language)
    }
    if report.statements.contains(where: { $0.result == "refused" }) { throw ExitCode(Exit.doesNotHold) }
  }

  /// How many failings of one statement are shown before the rest are counted.
  private static let shown = 20

  private func show(_ report: ImportReport, _ language: Language) {
    func count(_ result: String) -> Int { report.statements.count(where: { $0.result == result }) }
    print(say(.imported, in: language, String(count("registered"))))
    let receipts = report.statements.reduce(0) { $0 + $1.newReceipts }
    if count("known") > 0 { print(say(.importedKnown, in: language, String(count("known")), String(receipts))) }
    if count("not-addressed") > 0 { print(say(.importedForeign, in: language, String(count("not-addressed")))) }
    for line in report.statements {
      let isRefused = line.result == "refused"
      let (event, id) = (word(line.event, in: language), String(line.statement.prefix(16)))
      if !isRefused, !line.failings.isEmpty { print(say(.flaggedStatement, in: language, event, line.issuer, id)) }
      for failing in line.failings.prefix(Self.shown) {
        guard isRefused else {
          print("  " + ProblemTexts.flag(failing, in: language))
          continue
        }
        print(say(.importedRefused, in: language, event, line.issuer, "\(failing.code) \(failing.detail)", id))
      }
      let more = line.failings.count - Self.shown
      if more > 0 { print("  " + say(.andMore, in: language, String(more))) }
    }
    if let notice = report.notice { print(say(.importNotice, in: language, notice)) }
  }

  /// The statements of this bundle that are on record and whose content is not here. It is imported in any case: whoever may
  /// not ask what is here is told no less than before.
  private func lacking(_ report: ImportReport, _ session: Session) async -> [StatementView] {
    let brought = Set(report.statements.filter { ["registered", "known"].contains($0.result) }.map(\.statement))
    guard !brought.isEmpty else { return [] }
    let all = try? await session.all("/v1/statements", ["state=incomplete"], as: StatementView.self)
    return all?.filter { brought.contains($0.statement) } ?? []
  }

  private func showLacking(_ lacking: [StatementView], _ language: Language) {
    for statement in lacking.prefix(Self.shown) {
      let missing = (statement.incomplete ?? []).joined(separator: separator(in: language))
      print(
        say(
          .importedIncomplete, in: language, word(statement.event, in: language), statement.issuer,
          String(statement.statement.prefix(16)), missing))
    }
    let more = lacking.count - Self.shown
    if more > 0 { print("  " + say(.andMore, in: language, String(more))) }
  }
}
