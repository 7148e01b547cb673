import ArgumentParser
import ControlAPI
import Roster

/// Has what is on its way tried again without waiting for its turn.
struct OutboxRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Have what a peer refused, or what waits for its next attempt, tried again at once.",
    discussion: """
      For after something was mended: a firewall, a peer's courier, a roster. Without an id everything that is on its \
      way by wire. Nothing is sent twice by it: a peer says first what it has. Needs the right operate.
      """)
  @Argument(help: "Only this statement or record: the beginning of its id, at least 4 digits.") var entry: String?
  @Option(name: .long, help: "Only to this authority, MEMBER/authority.") var peer: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.outbox.retry of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let peer = try peer.map { try authority($0, of: "--peer", session.language).description }
    var requests = [OutboxRetryRequest(peer: peer)]
    if let entry {
      requests = try await session.statements(entry).map { OutboxRetryRequest(peer: peer, statement: $0.statement) }
    }
    var counts: [String: Int] = [:]
    for request in requests {
      let view = try await session.post("/v1/outbox/retries", request, as: OutboxRetryView.self)
      for found in view.retried { counts[found.peer, default: 0] += found.statements }
    }
    let retried = counts.sorted { $0.key < $1.key }
    if json {
      return try printJSON(
        .outboxRetry, OutboxRetryView(retried: retried.map { .init(peer: $0.key, statements: $0.value) }))
    }
    if retried.isEmpty { print(say(.outboxRetriedNone, in: session.language)) }
    for (name, count) in retried { print(say(.outboxRetried, in: session.language, name, String(count))) }
  }
}
