import Custody
import GRDB
public import Roster

/// A message among the registered statements. What it says is sealed and stands in its content.
public struct StoredMessage: Sendable {
  public let statement: StoredStatement
  /// When this local user opened it first, as the read audit says.
  public let readAt: UnixTime?
}

/// Which way messages went, seen from an authority.
public enum MessageDirection: Hashable, Sendable {
  /// What it issued, also what a partner handed back after its log was restored.
  case sent(AuthorityName)
  case received(AuthorityName)
}

extension StoreReader {
  /// Messages, newest first, before an index.
  /// - Parameters:
  ///   - direction: those that an authority sent or received; nil for both.
  ///   - user: whose reading is asked for.
  ///   - operation: the operation of the read audit that counts as reading one.
  public func messages(
    _ direction: MessageDirection? = nil, before index: UInt64 = .max, limit: Int, readBy user: UInt32,
    operation: String
  ) throws -> [StoredMessage] {
    let (authority, isSent): (AuthorityName?, Bool?) =
      switch direction {
      case .sent(let name): (name, true)
      case .received(let name): (name, false)
      case nil: (nil, nil)
      }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT s.*, (
          SELECT MIN(at) FROM read_audit r WHERE r.statement = s.id AND r.user = ?1 AND r.operation = ?2) AS read_at
        FROM statement s WHERE s.event = 'message' AND s.effective = 1 AND s.idx < ?3 AND (?4 IS NULL OR (s.issuer = ?4) = ?5)
        ORDER BY s.idx DESC LIMIT ?6
        """, arguments: [Int64(user), operation, Int64(clamping: index), authority?.description, isSent, limit]
    ).map { StoredMessage(statement: try StoredStatement($0), readAt: $0["read_at"]) }
  }
}
