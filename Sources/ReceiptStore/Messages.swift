import Custody
import GRDB
public import Roster

/// A message among the registered statements. What it says is sealed and stands in its content.
public struct StoredMessage: Sendable {
  public let statement: StoredStatement
  /// When this local user opened it first, as the read audit says.
  public let readAt: UnixTime?
}

extension StoreReader {
  /// Messages, newest first, before an index.
  /// - Parameters:
  ///   - isOwn: those we sent (true) or received (false); nil for both.
  ///   - user: whose reading is asked for.
  ///   - operation: the operation of the read audit that counts as reading one.
  public func messages(
    isOwn: Bool? = nil, before index: UInt64 = .max, limit: Int, readBy user: UInt32, operation: String
  ) throws -> [StoredMessage] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT s.*, (
          SELECT MIN(at) FROM read_audit r WHERE r.statement = s.id AND r.user = ?1 AND r.operation = ?2) AS read_at
        FROM statement s WHERE s.event = 'message' AND s.effective = 1 AND s.idx < ?3 AND (?4 IS NULL OR s.own = ?4)
        ORDER BY s.idx DESC LIMIT ?5
        """, arguments: [Int64(user), operation, Int64(clamping: index), isOwn, limit]
    ).map { StoredMessage(statement: try StoredStatement($0), readAt: $0["read_at"]) }
  }
}
