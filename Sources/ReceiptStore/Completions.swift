public import Custody
import GRDB
public import Roster

/// A statement whose content came after it was registered: a replay judges it again there.
public struct Completion: Sendable, Hashable {
  /// The order among completions, from 1.
  public let sequence: Int64
  public let statement: StatementID
  /// How many statements were registered by then: it comes after index `after - 1` and before index `after`.
  public let after: UInt64
  public let at: UnixTime
}

extension StoreTransaction {
  /// Says that a registered statement's content has not arrived.
  public func mark(incomplete id: StatementID, at time: UnixTime) throws {
    try db.execute(sql: "INSERT OR IGNORE INTO incomplete VALUES (?, ?)", arguments: [blob(id.bytes), time])
  }

  /// Says that a statement's content has arrived now, for ever. Once is enough.
  /// - Returns: whether it was new.
  @discardableResult
  public func complete(_ id: StatementID, at time: UnixTime) throws -> Bool {
    try db.execute(sql: "DELETE FROM incomplete WHERE statement = ?", arguments: [blob(id.bytes)])
    try db.execute(sql: "DELETE FROM history WHERE statement = ?", arguments: [blob(id.bytes)])
    guard try !reader.isCompleted(id) else { return false }
    try db.execute(
      sql: "INSERT INTO completion (statement, after, at) VALUES (?, ?, ?)",
      arguments: [blob(id.bytes), Int64(clamping: try reader.registered()), time])
    return true
  }
}

extension StoreReader {
  /// Whether content that belongs to this statement has not arrived.
  public func isIncomplete(_ id: StatementID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM incomplete WHERE statement = ?)"),
      arguments: [blob(id.bytes)]) ?? false
  }

  /// Whether its content came after it was registered.
  public func isCompleted(_ id: StatementID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM completion WHERE statement = ?)"),
      arguments: [blob(id.bytes)]) ?? false
  }

  /// Statements whose content has not arrived, those that wait longest first.
  public func incompleteStatements(limit: Int = 1000) throws -> [(statement: StatementID, since: UnixTime)] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM incomplete ORDER BY since, statement LIMIT ?", arguments: [limit]
    ).map { (StatementID(unchecked: $0.blob("statement")), $0["since"]) }
  }

  /// These events' statements to us whose lines are on their way, those that wait longest first.
  public func incompleteStatements(of types: [EventType], limit: Int = .max) throws -> [StatementID] {
    let list = databaseQuestionMarks(count: types.count)
    return try Row.fetchAll(
      db,
      sql: """
        SELECT i.statement FROM incomplete i CROSS JOIN statement s ON s.id = i.statement AND s.effective = 1
        WHERE s.event IN (\(list)) ORDER BY i.since, i.statement LIMIT ?
        """, arguments: StatementArguments(types.map(\.rawValue)) + [limit]
    ).map { StatementID(unchecked: $0.blob("statement")) }
  }

  /// How many statements wait for their content.
  public func incompleteCount() throws -> Int { try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM incomplete") ?? 0 }

  /// Completions in their order that came while the log's size was in a range; all of them by default.
  public func completions(after sizes: ClosedRange<UInt64> = 0...UInt64(Int64.max)) throws -> [Completion] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM completion WHERE after BETWEEN ? AND ? ORDER BY seq"),
      arguments: [Int64(clamping: sizes.lowerBound), Int64(clamping: sizes.upperBound)]
    ).map { row in
      Completion(
        sequence: row["seq"], statement: StatementID(unchecked: row.blob("statement")),
        after: UInt64(bitPattern: row["after"]), at: row["at"])
    }
  }
}
