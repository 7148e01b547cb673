import ArgumentParser
import ControlAPI
import Custody
import Foundation
import Roster

/// What is on its way.
struct OutboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox", abstract: "Show what is on its way, or have it tried again at once.",
    discussion: "Without a subcommand it lists: amana outbox is amana outbox list.",
    subcommands: [OutboxList.self, OutboxRetry.self], defaultSubcommand: OutboxList.self)
}

/// Lists what is on its way.
struct OutboxList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show what is on its way to whom, since when, and why it has not arrived.",
    discussion: """
      Delivered is what a verified receipt of the peer's log proves, nothing else. A statement in a bundle stays here until \
      its receipt comes back. Exit code 1 when a peer refuses something.
      """)
  @Option(name: .long, help: "Only to this authority, MEMBER/authority.") var peer: String?
  @Option(name: .long, help: "Only this statement or record: the beginning of its id.") var statement: String?
  @Option(name: .long, help: "Only this state: waiting, pending, delivered or refused.") var state: String?
  @ArgumentParser.Flag(name: .long, help: "What has been delivered too.") var delivered = false
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.outbox of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard state == nil || ["waiting", "pending", "delivered", "refused"].contains(state) else {
      throw usage(.usageOneOf, "--state", "waiting, pending, delivered, refused")
    }
  }

  func run() async throws {
    let session = connection.session
    var filters: [String] = []
    if let peer { filters.append("peer=\(try authority(peer, of: "--peer", session.language))") }
    if let state { filters.append("delivery=\(state)") }
    if delivered { filters.append("delivered=true") }
    var rows: [OutboxView] = []
    if let statement {
      for found in try await session.statements(statement) {
        rows += try await session.all("/v1/outbox", filters + ["statement=\(found.statement)"], as: OutboxView.self)
      }
    } else {
      rows = try await session.all("/v1/outbox", filters, as: OutboxView.self)
    }
    if json {
      try printJSON(.outbox, ["outbox": rows])
    } else {
      OutboxScreen(language: session.language).show(rows, isFiltered: !filters.isEmpty || statement != nil)
    }
    if rows.contains(where: { $0.state == "refused" }) { throw ExitCode(Exit.doesNotHold) }
  }
}

/// The authority that an option or argument names.
func authority(_ text: String, of option: String, _ language: Language) throws -> AuthorityName {
  guard let name = AuthorityName(text) else {
    throw CommandFailure(Exit.usage, say(.noAuthority, in: language, option))
  }
  return name
}

/// The outbox for people.
struct OutboxScreen {
  let language: Language

  private static let reasons: [String: Text] = [
    "dns": .whyDNS, "tcp": .whyTCP, "tls": .whyTLS, "http": .whyHTTP, "timeout": .whyTimeout,
    "interrupted": .whyInterrupted,
  ]

  func show(_ rows: [OutboxView], isFiltered: Bool) {
    guard !rows.isEmpty else { return print(say(isFiltered ? .outboxEmpty : .outboxNone, in: language)) }
    var table = Table(
      [
        .headPeer, .headEvent, .headStatement, .headState, .headSince, .headAttempts, .headNextAttempt, .headWhy,
      ].map { say($0, in: language) })
    for row in rows {
      table.add([
        row.peer, word(row.event, in: language), String(row.statement.prefix(12)), word(row.state, in: language),
        localTime(row.since), String(row.attempts), next(row), why(row),
      ])
    }
    printTable(table, in: language)
  }

  private func next(_ row: OutboxView) -> String {
    // One that is due already has no moment worth saying.
    row.nextAttempt.flatMap { $0 > now() ? localTime($0) : nil } ?? row.deliveredAt.map(localTime) ?? ""
  }

  private func why(_ row: OutboxView) -> String {
    var parts: [String] = []
    if row.state != "delivered", let code = row.code { parts.append(sentence(code, row)) }
    if row.state == "waiting", row.code == nil, row.attempts == 0 { parts.append(say(.whyNotTried, in: language)) }
    if row.state != "delivered", let carried = row.carriedAt {
      parts.append(say(.carriedSince, in: language, localTime(carried)))
    }
    return parts.joined(separator: separator(in: language, between: ";"))
  }

  private func sentence(_ code: String, _ row: OutboxView) -> String {
    let detail = row.detail ?? code
    if row.state == "refused" { return say(.whyRefused, in: language, detail == code ? code : "\(code): \(detail)") }
    if row.state == "pending" { return say(.whyPending, in: language, detail) }
    if code == "no-peer" { return say(.whyNoPeer, in: language, row.peer) }
    if let text = Self.reasons[code] { return say(text, in: language, detail) }
    return detail == code ? code : say(.whyOther, in: language, code, detail)
  }
}
