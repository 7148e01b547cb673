import ArgumentParser
import ControlAPI

/// What came.
struct InboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inbox", abstract: "Show what came, from whom, how, whether all of it is here and answered.",
    discussion: """
      Newest first. A statement whose sealed content has not arrived is registered, and nothing of it takes effect until \
      it has.
      """)
  @Option(name: .long, help: "Only what this authority handed in, MEMBER/authority.") var peer: String?
  @Option(name: .long, help: "Only what came by wire or by bundle.") var via: String?
  @ArgumentParser.Flag(name: .long, help: "Only what is not complete.") var incomplete = false
  @ArgumentParser.Flag(name: .long, help: "Only what asks for an answer that has not been given.") var open = false
  @Option(name: .long, help: "At most so many of the newest.") var limit = 100
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.inbox of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard via == nil || ["wire", "bundle"].contains(via) else { throw usage(.usageOneOf, "--via", "wire, bundle") }
    guard (1...100_000).contains(limit) else { throw usage(.usageBetween, "--limit", "1", "100000") }
  }

  func run() async throws {
    let session = connection.session
    let language = session.language
    var filters: [String] = []
    if let peer { filters.append("peer=\(try authority(peer, of: "--peer", language))") }
    if let via { filters.append("via=\(via)") }
    if incomplete { filters.append("complete=false") }
    // What is answered is known to the daemon row by row only, so that rows are sought here.
    let isOpen = open
    let rows = try await session.all("/v1/inbox", filters, as: InboxView.self, limit: limit) {
      !isOpen || $0.answered == false
    }
    if json { return try printJSON(.inbox, ["inbox": rows]) }
    guard !rows.isEmpty else {
      return print(say(filters.isEmpty && !open ? .inboxNone : .outboxEmpty, in: language))
    }
    var table = Table(
      [.headReceived, .headFrom, .headEvent, .headStatement, .headVia, .headComplete, .headAnswered].map {
        say($0, in: language)
      })
    for row in rows {
      table.add([
        localTime(row.receivedAt), row.from, word(row.event, in: language), String(row.statement.prefix(12)),
        word(row.via, in: language), complete(row, language),
        row.answered.map { say($0 ? .wordYes : .wordNo, in: language) } ?? "",
      ])
    }
    printTable(table, in: language)
  }

  private func complete(_ row: InboxView, _ language: Language) -> String {
    if row.complete { return say(.wordYes, in: language) }
    guard !row.missing.isEmpty else { return say(.wordNo, in: language) }
    return say(.lacks, in: language, row.missing.joined(separator: separator(in: language)))
  }
}
