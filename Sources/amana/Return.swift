import ArgumentParser
import ControlAPI

/// Gets people back whom one handed over.
struct ReturnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "return", abstract: "Ask for people back whom the receiver has accepted, and answer that.",
    discussion: """
      It moves nobody: whoever agrees then releases them back, `amana release RELEASE --to WHOEVER/asked --lines \
      THEM`. Who is released and not answered yet is asked back with `amana recall`.
      """, subcommands: [ReturnRequest.self, ReturnAgree.self, ReturnRefuse.self])
}

struct ReturnRequest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request", abstract: "Ask the receiver of your release to give people back whom it accepted.")
  @Argument(help: "Your release: the beginning of its id or its record's id.") var release: String
  @Option(name: .long, help: "Only these lines: numbers, ranges or register references. Default: all accepted.")
  var lines: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var annexes: AnnexOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    var request = event.request("return-requested")
    request.reason = reason
    request.annexes = try annexes.read(connection.language)
    try await connection.session.draft(request, about: lines, of: release, events: ["redirect", "release"])
  }
}

/// What both answers to such a request have in common.
struct ReturnAnswer: ParsableArguments {
  @Argument(help: "The request: the beginning of its id or its record's id.") var request: String
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run(_ type: String, lines: String?, at desk: any DraftDesk) async throws {
    var answer = event.request(type)
    answer.reason = reason
    try await desk.draft(answer, about: lines, of: request, events: ["return-requested"])
  }
}

struct ReturnAgree: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agree", abstract: "Agree to give people back. Release them back then.")
  @Option(name: .long, help: "Only these of its lines.") var lines: String?
  @OptionGroup var offline: OfflineOptions
  @OptionGroup var answer: ReturnAnswer

  func run() async throws {
    try await answer.run("return-agreed", lines: lines, at: offline.desk(answer.connection))
  }
}

struct ReturnRefuse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refuse", abstract: "Refuse to give people back. The reason goes on record.")
  @OptionGroup var answer: ReturnAnswer

  func run() async throws { try await answer.run("return-refused", lines: nil, at: answer.connection.session) }
}

/// Says whether people may go on whom one handed over.
struct ConsentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consent", abstract: "Say whether people whom you handed over may go on to a third party.",
    discussion: """
      The last word about a receiver counts. Whoever received them cites it when it releases them onward, and V28 looks \
      at it: without consent, or after a refusal, they do not go on over a border. Back to you nobody has to ask.
      """, subcommands: [ConsentGive.self, ConsentRefuse.self, ConsentWithdraw.self, ConsentShow.self])
}

struct ConsentOptions: ParsableArguments {
  @Argument(help: "Your release: the beginning of its id or its record's id.") var release: String
  @Option(name: .long, help: "Only these lines: numbers, ranges or register references. Default: all.")
  var lines: String?
  @Option(name: .long, help: "To whom alone, MEMBER/authority. Default: anybody.") var to: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var annexes: AnnexOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run(_ status: String, _ change: (inout DraftRequest) -> Void = { _ in }) async throws {
    var request = event.request("onward-consent")
    request.consent = status
    request.to = to
    request.reason = reason
    request.annexes = try annexes.read(connection.language)
    change(&request)
    try await connection.session.draft(request, about: lines, of: release, events: ["redirect", "release"])
  }
}

struct ConsentGive: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "give", abstract: "Consent, on conditions and for a time if you name them.")
  @Option(
    name: .long, help: "A condition, a code of list onward-condition (`amana codes onward-condition`). Repeatable.")
  var condition: [String] = []
  @Option(name: .long, help: "Past this moment nobody goes on by it (RFC 3339 with offset).") var until: String?
  @OptionGroup var options: ConsentOptions

  func run() async throws {
    try await options.run("given") {
      $0.conditions = condition
      $0.until = until
    }
  }
}

struct ConsentRefuse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "refuse", abstract: "Say that they may not go on.")
  @OptionGroup var options: ConsentOptions

  func run() async throws { try await options.run("refused") }
}

struct ConsentWithdraw: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Take a consent back. Who has gone on by then is not called back by it.")
  @OptionGroup var options: ConsentOptions

  func run() async throws { try await options.run("withdrawn") }
}

struct ConsentShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what whoever released people has said of their going on.")
  @Argument(help: "The release: the beginning of its id or its record's id.") var release: String
  @Flag(name: .long, help: "Print JSON: amana.consents of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let found = try await session.statement(release, events: ["redirect", "release"]).statement
    let consents = try await session.get("/v1/statements/\(found)/consents", as: [ConsentView].self)
    guard !json else { return try printJSON(.consents, ["consents": consents]) }
    let language = session.language
    guard !consents.isEmpty else { return print(say(.consentsNone, in: language)) }
    let heads: [Text] = [.headLine, .headBy, .headConsent, .headTo, .headConditions, .headUntil, .headOccurred]
    var table = Table(heads.map { say($0, in: language) })
    for said in consents where said.counts {
      table.add([
        String(said.line), said.issuer, word(said.consent, in: language), said.to ?? say(.consentAnybody, in: language),
        said.conditions.joined(separator: " "), said.until ?? "", said.occurredAt,
      ])
    }
    printTable(table, in: language)
    let earlier = consents.count { !$0.counts }
    if earlier > 0 { print(say(.consentsEarlier, in: language, String(earlier))) }
  }
}
