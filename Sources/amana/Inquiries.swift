import ArgumentParser
import ControlAPI
import Custody
import Foundation

/// Asks another authority where people are.
struct Inquire: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "File a tracing inquiry with another authority: of whom does it know, and who is responsible for them?",
    discussion: """
      Of people whose lines are here, only their references are told; of others a file says who they are, sealed to whoever \
      is asked. It must be answered by --answer-by, also where nothing is known; past that both sides have an alarm. It \
      moves nobody.
      """)
  @Argument(help: "A statement with their lines: the beginning of its id or its record's id.") var statement: String?
  @Option(name: .long, help: "Only these lines: numbers, ranges or register references, by comma.") var lines: String?
  @Option(
    name: .long,
    help: "Instead: a file, CSV or JSON, with the column reference and those that say who they are: name_latin, born …")
  var persons: String?
  @OptionGroup var reading: ReadingArguments
  @OptionGroup var kind: KindOption
  @Option(name: .long, help: "Who is asked, MEMBER/authority.") var to: String
  @Option(name: .long, help: "By when it is to be answered (RFC 3339 with offset).") var answerBy: String
  @Option(name: .long, help: "On whose behalf: a code of `amana codes list inquirer`.") var `for`: String
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var annexes: AnnexOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func validate() throws {
    guard (statement == nil) != (persons == nil) else {
      throw usage(.usageEither, "STATEMENT", "--persons FILE")
    }
    guard statement != nil || lines == nil else { throw usage(.usageGoesWith, "--lines", "STATEMENT") }
    try reading.refuse(without: persons, of: "--persons")
  }

  func run() async throws {
    var request = event.request("inquiry")
    (request.to, request.acceptBy, request.inquirer, request.reason) = (to, answerBy, self.for, reason)
    request.kind = kind.kind?.rawValue
    request.annexes = try annexes.read(connection.language)
    let session = connection.session
    guard let persons else {
      return try await session.draft(request, about: lines, of: statement ?? "", events: bearingLines)
    }
    let file = try reading.read(persons, kind.kind ?? .detaineeTransfer, isAddition: true, leavesCodes: true)
    printError(
      file.form.lines(visible(persons), in: session.language) + file.warningLines(in: session.language))
    guard file.problems.count == 0 else { throw file.refusal(persons, session.language) }
    request.put(file)
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }
}

/// Says what this log knows of those who are asked about.
struct AnswerInquiry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answer a tracing inquiry by what this log knows of those it asks about.",
    discussion: """
      The daemon writes what its log knows as of its newest checkpoint: custodian, state, to whom released, who else claims \
      them, or that it knows nothing. Who is known here under another reference is named with --found and --found-line; \
      --withhold says nothing of somebody whom it would harm. Whom the inquiry only describes the daemon cannot know: look \
      for them, and say --not-known of those who are not here. Two officers must approve.
      """)
  @Argument(help: "The inquiry: the beginning of its id or its record's id.") var inquiry: String
  @Option(name: .long, help: "Only these lines of it. Default: all that are not answered.") var lines: String?
  @Option(name: .long, help: "A statement with the person who is meant, where one line is answered.") var found: String?
  @Option(name: .long, help: "With --found: which line of that statement, its number or a register reference.")
  var foundLine: String?
  @Option(name: .long, help: "Say nothing of these lines, for the reason of this code.") var withhold: String?
  @ArgumentParser.Flag(
    name: .long, help: "Somebody has looked for the people of these lines, and they are not known here.")
  var notKnown = false
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func validate() throws {
    guard (found == nil) == (foundLine == nil) else { throw usage(.usageTogether, "--found", "--found-line") }
    guard [found != nil, withhold != nil, notKnown].count(where: \.self) < 2 else {
      throw usage(.usageOnlyOne, "--found, --withhold, --not-known")
    }
    guard !isFinding || lines != nil else {
      throw usage(.usageNeeds, "--found, --withhold, --not-known", "--lines")
    }
  }

  /// Whether something else is said than what the log knows.
  private var isFinding: Bool { found != nil || withhold != nil || notKnown }

  func run() async throws {
    let session = connection.session
    var request = event.request("inquiry-answered")
    request.reason = reason
    let asked = try await session.statement(inquiry, events: ["inquiry"]).statement
    request.statement = asked
    let chosen = try await session.selected(lines, of: asked)
    if isFinding {
      request.findings = try await findings(chosen ?? [], session)
    } else {
      request.lines = chosen
    }
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }

  private func findings(_ lines: [Int], _ session: Session) async throws -> [DraftRequest.Finding] {
    var other: (statement: String, line: Int)?
    if let found, let foundLine {
      let statement = try await session.statement(found, events: bearingLines).statement
      guard lines.count == 1, let line = try await session.selected(foundLine, of: statement)?.only else {
        throw CommandFailure(Exit.usage, say(.inquiryOneLine, in: session.language))
      }
      other = (statement, line)
    }
    return lines.map { line in
      var finding = DraftRequest.Finding(line: line)
      (finding.statement, finding.statementLine) = (other?.statement, other?.line)
      if withhold != nil { (finding.withheld, finding.reason) = (true, withhold) }
      if notKnown { finding.notKnown = true }
      return finding
    }
  }
}

extension [Int] {
  /// Its one element; nil when there are none or several.
  fileprivate var only: Int? { count == 1 ? first : nil }
}

/// Which inquiries wait, and which are overdue.
struct InquiriesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inquiries",
    abstract: "Show the tracing inquiries of and to this authority, and whether they are answered.",
    discussion: "Exit code 1 when one is overdue.")
  @ArgumentParser.Flag(name: .long, help: "Only those that wait for an answer.") var open = false
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.inquiries of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let isOpen = open
    let found = try await session.all("/v1/inquiries", [], as: InquiryView.self) {
      !isOpen || $0.open > 0 || $0.answers.isEmpty
    }
    if json { try printJSON(.inquiries, ["inquiries": found]) } else { show(found, session.language) }
    if found.contains(where: \.overdue) { throw ExitCode(Exit.doesNotHold) }
  }

  private func show(_ found: [InquiryView], _ language: Language) {
    guard !found.isEmpty else { return print(say(.inquiriesNone, in: language)) }
    var table = Table(
      [.headStatement, .headFrom, .headTo, .headLines, .headDue, .headState].map { say($0, in: language) })
    for inquiry in found {
      table.add([
        String(inquiry.statement.prefix(16)), inquiry.from, inquiry.to, String(inquiry.lines), localTime(inquiry.dueAt),
        state(inquiry, language),
      ])
    }
    printTable(table, in: language)
  }

  private func state(_ inquiry: InquiryView, _ language: Language) -> String {
    if inquiry.open == 0, !inquiry.answers.isEmpty { return say(.inquiryAnswered, in: language) }
    return say(
      inquiry.overdue ? .inquiryOverdue : .inquiryOpen, in: language, String(inquiry.open), String(inquiry.lines))
  }
}
