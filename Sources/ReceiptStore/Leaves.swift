public import Custody
import GRDB
public import Roster
public import TransparencyLog

/// One leaf of our log's tree.
public struct StoredLeaf: Sendable, Hashable {
  public let index: UInt64
  public let entry: LogEntry
  /// The statement's place in the order of registration; nil for a padding entry.
  public let statement: UInt64?
}

/// A registered statement without a leaf, and who issued it.
public struct UnpublishedShare: Sendable, Hashable {
  public let index: UInt64
  public let entry: LogEntry
  public let issuer: AuthorityName
  public let type: EventType
  public let isOwn: Bool

  init(_ row: Row) throws {
    guard let entry = LogEntry(row.blob("entry")), let issuer = AuthorityName(row["issuer"] as String),
      let type = EventType(rawValue: row["event"])
    else { throw StoreError.damaged("an unpublished statement's row") }
    self.index = UInt64(bitPattern: row["statement"])
    self.entry = entry
    self.issuer = issuer
    self.type = type
    isOwn = row["own"]
  }
}

extension StoreTransaction {
  /// Gives an entry its leaf, for ever.
  /// - Parameter statement: its place in the order of registration; nil for a padding entry.
  public func keep(leaf index: UInt64, entry: LogEntry, of statement: UInt64?) throws {
    try db.cachedStatement(sql: "INSERT INTO leaf VALUES (?, ?, ?)").execute(arguments: [
      Int64(clamping: index), blob(entry.bytes), statement.map { Int64(clamping: $0) },
    ])
    guard let statement else { return }
    try db.cachedStatement(sql: "DELETE FROM unpublished WHERE statement = ?").execute(arguments: [
      Int64(clamping: statement)
    ])
  }
}

extension StoreReader {
  /// The number of leaves of the log's tree: statements that are published, and padding entries. A leaf whose statement is
  /// gone ends the log.
  public func size() throws -> UInt64 {
    UInt64(
      try Int64.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT COALESCE(
              (SELECT MIN(idx) FROM leaf WHERE statement > (SELECT COALESCE(MAX(idx), -1) FROM statement)),
              (SELECT MAX(idx) + 1 FROM leaf), 0)
            """)) ?? 0)
  }

  /// The number of registered statements, published or not: the next index.
  public func registered() throws -> UInt64 {
    UInt64(try Int64.fetchOne(db, sql: "SELECT COALESCE(MAX(idx) + 1, 0) FROM statement") ?? 0)
  }

  /// Leaves in order, from one on.
  public func leaves(from index: UInt64, limit: Int) throws -> [StoredLeaf] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?", arguments: [Int64(clamping: index), limit]
    ).map { row in
      guard let entry = LogEntry(row.blob("entry")) else { throw StoreError.damaged("a leaf's row") }
      return StoredLeaf(
        index: UInt64(bitPattern: row["idx"]), entry: entry,
        statement: (row["statement"] as Int64?).map { UInt64(bitPattern: $0) })
    }
  }

  /// The leaf of an entry; nil while it is not published.
  public func leaf(of entry: LogEntry) throws -> UInt64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT idx FROM leaf WHERE entry = ?"), arguments: [blob(entry.bytes)]
    ).map { UInt64(bitPattern: $0) }
  }

  /// Statements that are registered and have no leaf yet, in the order of registration.
  public func unpublished() throws -> [(index: UInt64, entry: LogEntry)] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT statement, entry FROM unpublished ORDER BY statement")
    ).map { row in
      guard let entry = LogEntry(row.blob("entry")) else { throw StoreError.damaged("an unpublished row") }
      return (UInt64(bitPattern: row["statement"]), entry)
    }
  }

  /// The same with what says whose share of a batch each takes.
  public func unpublishedShares() throws -> [UnpublishedShare] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT u.statement, u.entry, s.own, s.issuer, s.event
        FROM unpublished u JOIN statement s ON s.idx = u.statement ORDER BY u.statement
        """
    ).map(UnpublishedShare.init)
  }
}
