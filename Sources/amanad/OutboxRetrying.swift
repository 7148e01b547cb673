import ControlAPI
import Custody
import Logging
import ReceiptStore
import Roster
import TransparencyLog

/// POST /v1/outbox/retries: what was refused or waits for its next attempt is due at once.
struct OutboxRetrying: Sendable {
  let store: ReceiptStore

  func retry(_ request: OutboxRetryRequest, by caller: Caller) async throws -> OutboxRetryView {
    let peer = try request.peer.map { text in
      guard let name = AuthorityName(text) else { throw badRequest("peer", "must be MEMBER/authority") }
      return name
    }
    let entry = try await entry(request.statement)
    let found = try await store.write { try $0.retry(peer: peer, entry: entry) }
    let all = found.values.reduce(0, +)
    Logger.amanad.notice("\(all) statements to \(found.count) peers are tried again at once, says uid \(caller.userID)")
    return OutboxRetryView(
      retried: found.sorted { $0.key < $1.key }.map { .init(peer: $0.key.description, statements: $0.value) })
  }

  private func entry(_ text: String?) async throws -> LogEntry? {
    guard let text else { return nil }
    guard let id = StatementID(hex: text) else { throw badRequest("statement", "must be a statement's full id") }
    return try await store.read { try Questions.stored(id, $0).entry }
  }
}
