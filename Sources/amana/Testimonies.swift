import ArgumentParser
import ControlAPI
import Custody

/// Two chains of one person, or not: one command each.
private struct LinkArguments {
  static let discussion = """
    Nothing is merged: both chains stay, and `amana show --lines` shows beside each what is said, by whom, and whether \
    somebody says the opposite. Two officers must approve. Those who have the people, or are about to, are told.
    """
}

struct SameAs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "same-as", abstract: "Put on record that people of two statements are held to be the same.",
    discussion: LinkArguments.discussion)
  @OptionGroup var link: LinkOptions
  @OptionGroup var connection: Connection

  func run() async throws { try await link.draft("same-as", connection.session) }
}

struct NotSameAs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "not-same-as", abstract: "Put on record that people of two statements are held to be different.",
    discussion: LinkArguments.discussion)
  @OptionGroup var link: LinkOptions
  @OptionGroup var connection: Connection

  func run() async throws { try await link.draft("not-same-as", connection.session) }
}

/// Who is linked with whom.
struct LinkOptions: ParsableArguments {
  @Argument(help: "A statement with the line: the beginning of its id or its record's id.") var statement: String
  @Argument(help: "A statement with the other line; it may be the same.") var other: String
  @Option(name: .long, help: "The line: its number or a register reference.") var line: String
  @Option(name: .long, help: "The line of the other statement.") var otherLine: String
  @Option(name: .long, help: "Why: a code of `amana codes list link-basis`.") var because: String
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions

  func draft(_ type: String, _ session: Session) async throws {
    var request = event.request(type)
    (request.linkBasis, request.reason) = (because, reason)
    request.statement = try await session.statement(statement, events: bearingLines).statement
    request.other = try await session.statement(other, events: bearingLines).statement
    request.lines = try await session.selected(line, of: request.statement)
    request.otherLines = try await session.selected(otherLine, of: request.other)
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }
}

/// Signs under protest.
struct Protest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put on record that you signed a statement, or have to live with it, under protest.",
    discussion: """
      Accepting is not agreeing: say so of a release that you accept, of your own outcome, or of what a partner corrected. \
      It moves nobody, and nobody can take it off the record.
      """)
  @Argument(help: "The statement: the beginning of its id or its record's id.") var statement: String
  @Option(name: .long, help: "Only these lines. Default: all of the statement.") var lines: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String
  @OptionGroup var annexes: AnnexOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    var request = event.request("under-protest")
    request.reason = reason
    request.annexes = try annexes.read(connection.language)
    try await connection.session.draft(
      request, about: lines, of: statement,
      events: bearingLines + ["inquiry-answered", "corrected", "same-as", "not-same-as"])
  }
}

/// Corrects what lines and names say.
struct Correct: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Correct what one or many statements say of people or things; the originals stay as they are.",
    discussion: """
      --set COLUMN=VALUE corrects a column of all lines, or of those of --lines; --file says it person by person: the column \
      reference and any others. Who somebody is (names, born, a document's number) goes into a file alone: everybody on this \
      machine can read a command line. Two officers must approve, and everybody who has the originals is told. It changes neither who \
      is responsible nor whom a statement is about. What you release afterwards says what is corrected.
      """)
  @Argument(help: "The statements: the beginnings of their ids or their records' ids.") var statements: [String]
  @Option(name: .long, help: "COLUMN=VALUE; repeat for each. Not for who somebody is.") var set: [String] = []
  @Option(name: .long, help: "A file, CSV or JSON, with the column reference and what is to be read instead.")
  var file: String?
  @OptionGroup var reading: ReadingArguments
  @Option(name: .long, help: "Only these lines, where one statement is corrected.") var lines: String?
  @Option(name: .long, help: "The code of the reason.") var reason = "correction"
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !statements.isEmpty else { throw usage(.usageMissing, "STATEMENT …") }
    guard !set.isEmpty || file != nil else {
      throw usage(.usageMissing, "--set, --file")
    }
    guard lines == nil || statements.count == 1 else { throw usage(.usageOneStatement, "--lines") }
    try reading.refuse(without: file, of: "--file")
  }

  /// What `--set` says, column by column.
  /// - Throws: `CommandFailure` where it has no "=", says who somebody is, or says one column twice.
  static func columns(_ set: [String], in language: Language) throws -> [String: String] {
    let identifying = Set(
      KindTable.rows.filter(\.isOfPersons).flatMap { $0.columns.filter(\.isIdentity).map(\.name) })
    var columns: [String: String] = [:]
    for text in set {
      let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else {
        throw CommandFailure(Exit.usage, say(.usageForm, in: language, "--set", "COLUMN=VALUE"))
      }
      guard !identifying.contains(pair[0]) else {
        throw CommandFailure(Exit.usage, say(.correctByFile, in: language, pair[0]))
      }
      guard columns.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw CommandFailure(Exit.usage, say(.correctTwice, in: language, pair[0]))
      }
    }
    return columns
  }

  func run() async throws {
    let session = connection.session
    let columns = try Self.columns(set, in: session.language)
    var request = event.request("corrected")
    request.reason = reason
    var named: [StatementView] = []
    for text in statements {
      named.append(try await session.statement(text, events: ["intake", "release", "redirect", "offer"]))
    }
    if named.count == 1 { request.statement = named[0].statement } else { request.statements = named.map(\.statement) }
    request.lines = try await session.selected(lines, of: request.statement)
    if !columns.isEmpty { request.set = columns }
    if let file {
      let kind = named.first?.kind.flatMap { Kind(rawValue: $0) } ?? .detaineeTransfer
      let read = try reading.read(file, kind, isAddition: true, leavesCodes: true)
      printError(read.form.lines(visible(file), in: session.language) + read.warningLines(in: session.language))
      guard read.problems.count == 0 else { throw read.refusal(file, session.language) }
      request.put(read)
    }
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }
}
