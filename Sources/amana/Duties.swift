import ArgumentParser
import ControlAPI
import Custody
import Foundation

/// Records that somebody was told.
struct Notified: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put on record who was notified of people, how and when: of an intake, an outcome, a death …",
    discussion: """
      Whom the law asks to notify, and by when, `amana duties` says. Without --lines all are meant of whom it is owed still. \
      --occurred-at says when they were told. not-reached is on record and discharges nothing; declined-by-person and \
      withheld-for-safety say why nobody is told, and discharge it. --reason person-asked --duty state-of-nationality --means \
      not-reached puts on record that somebody asked for it; who was told then is recorded as ever.
      """)
  @Argument(help: "The statement that makes the duty: the beginning of its id or its record's id.") var statement:
    String
  @Option(name: .long, help: "Who was to be notified: a code of `amana codes list duty`.") var duty: String
  @Option(name: .long, help: "How they were: a code of `amana codes list notice-means`.") var means: String
  @Option(name: .long, help: "Only these lines: numbers, ranges or register references, by comma.") var lines: String?
  @Option(
    name: .long,
    help: "person-asked, where the people of --lines ask that their State of nationality be told: that makes the duty.")
  var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    var request = event.request("notified")
    (request.duty, request.means, request.reason) = (duty, means, reason)
    try await connection.session.draft(
      request, about: lines, of: statement, events: DutyTable.sources.map(\.rawValue))
  }
}

/// Records what somebody saw.
struct Observed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put on record what you saw with regard to statements: at a place, --site, at --occurred-at.",
    discussion: """
      Any authority may, an observer too, and needs no lines for it. It moves nobody. The parties of those statements are \
      told. --reason says by a code what it was: not-present, count-differs, health … (`amana codes list reason`).
      """)
  @Argument(help: "The statements: the beginnings of their ids or their records' ids.") var statements: [String]
  @Option(name: .long, help: "The code of what was seen.") var reason: String?
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !statements.isEmpty else { throw usage(.usageMissing, "STATEMENT …") }
    guard place.site != nil else { throw usage(.usageMissing, "--site") }
  }

  func run() async throws {
    let session = connection.session
    var request = event.request("observed")
    place.put(into: &request)
    request.reason = reason
    var named: [String] = []
    for text in statements {
      named.append(try await session.statement(text, events: bearingLines + Self.others).statement)
    }
    request.statements = named
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }

  /// What speaks of people or things and bears no lines, or moves nobody.
  private static let others = Lifecycle.rows.filter { $0.issuer != .log }.map(\.event.rawValue)
    .filter { !bearingLines.contains($0) }
}

/// Who must be told, and by when.
struct DutiesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duties", abstract: DutyOptions.abstract, discussion: DutyOptions.discussion)
  @OptionGroup var options: DutyOptions

  func run() async throws { try await options.run() }
}

/// The same, among the questions of a duty officer.
struct AskDuties: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duties", abstract: DutyOptions.abstract, discussion: DutyOptions.discussion)
  @OptionGroup var options: DutyOptions

  func run() async throws { try await options.run() }
}

struct DutyOptions: ParsableArguments {
  static let abstract = "Show who must still be notified of whom, what is due first before the rest."
  static let discussion = "Exit code 1 when something of this authority's own is overdue."
  @ArgumentParser.Flag(name: .long, help: "Only what is overdue.") var overdue = false
  @ArgumentParser.Flag(name: .long, help: "Also what others owe, as far as this log knows.") var all = false
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.duties of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let query = (overdue ? ["overdue=true"] : []) + (all ? ["all=true"] : [])
    let found = try await session.all("/v1/duties", query, as: DutyView.self) { _ in true }
    if json { try printJSON(.duties, ["duties": found]) } else { show(found, session.language) }
    let own = try await session.get("/v1/status", as: StatusView.self).duties
    if own.overdue > 0 { throw ExitCode(Exit.doesNotHold) }
  }

  private func show(_ found: [DutyView], _ language: Language) {
    guard !found.isEmpty else { return print(say(.dutiesNone, in: language)) }
    let heads: [Text] = [.headStatement, .headEvent, .headNotify, .headOwes, .headLines, .headDue, .headState]
    var table = Table(heads.map { say($0, in: language) })
    for duty in found {
      table.add([
        String(duty.statement.prefix(16)), word(duty.event, in: language), word(duty.duty, in: language), duty.owner,
        String(duty.open), localTime(duty.dueAt), state(duty, language),
      ])
    }
    printTable(table, in: language)
    print(say(.dutiesNext, in: language))
  }

  private func state(_ duty: DutyView, _ language: Language) -> String {
    let text = say(duty.overdue ? .dutyOverdue : .dutyOpen, in: language, String(duty.open), String(duty.lines))
    guard duty.notReached > 0 else { return text }
    return text + separator(in: language, between: ";") + say(.dutyNotReached, in: language, String(duty.notReached))
  }
}
