public import Custody
import GRDB
public import Roster
public import TransparencyLog

extension StoreTransaction {
  /// Doubts a statement on record, since others may have its key from a time on, and with it the steps it made. What was
  /// registered before was not judged by it.
  public func doubt(_ id: StatementID, exposedFrom time: UnixTime) throws {
    try db.execute(
      sql: """
        INSERT INTO doubt (statement, exposed_at, idx) VALUES (?, ?, ?)
        ON CONFLICT (statement) DO UPDATE SET exposed_at = excluded.exposed_at
        """, arguments: [blob(id.bytes), time, Int64(clamping: try reader.registered())])
    try setDoubt(of: id, true)
  }

  /// Ends a doubt: somebody else had seen the statement in time after all.
  public func endDoubt(_ id: StatementID) throws {
    try db.execute(
      sql: """
        INSERT INTO past_doubt SELECT statement, idx, ?2 FROM doubt WHERE statement = ?1 AND idx < ?2
        ON CONFLICT (statement, idx) DO UPDATE SET ended_idx = excluded.ended_idx
        """, arguments: [blob(id.bytes), Int64(clamping: try reader.registered())])
    try db.execute(sql: "DELETE FROM doubt WHERE statement = ?", arguments: [blob(id.bytes)])
    try setDoubt(of: id, false)
  }

  private func setDoubt(of id: StatementID, _ isDoubted: Bool) throws {
    let subjects = try Row.fetchAll(
      db, sql: "SELECT subject FROM statement_line WHERE statement = ?", arguments: [blob(id.bytes)]
    ).compactMap { SubjectReference($0.blob("subject")) }
    for subject in subjects { try reader.chain(subject)?.doubting([id], isDoubted)?.upsert(db) }
  }
}

extension StoreReader {
  /// What stands for the moment of exposure where its log had ended before a statement (V21).
  public static let sealedBefore: UnixTime = 0

  /// Every statement that is doubted, and from when on others may have had its key.
  public func doubts() throws -> [StatementID: UnixTime] {
    var found: [StatementID: UnixTime] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT * FROM doubt") {
      if let id = StatementID(row.blob("statement")) { found[id] = row["exposed_at"] }
    }
    return found
  }

  /// When statements were doubted, in the order of the log: of each the entry before which it began, and the one before
  /// which it ended, nil where it goes on.
  public func doubtPeriods() throws -> [(statement: StatementID, from: UInt64, to: UInt64?)] {
    try Row.fetchAll(
      db, sql: "SELECT statement, idx, NULL AS ended_idx FROM doubt UNION ALL SELECT * FROM past_doubt ORDER BY 2, 1"
    ).compactMap { row in
      StatementID(row.blob("statement")).map {
        ($0, UInt64(clamping: row["idx"] as Int64), (row["ended_idx"] as Int64?).map { UInt64(clamping: $0) })
      }
    }
  }

  /// From when on others may have had the key of a statement that is doubted; nil when it is not.
  public func doubt(_ id: StatementID) throws -> UnixTime? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT exposed_at FROM doubt WHERE statement = ?"), arguments: [blob(id.bytes)])
  }

  /// Whether a statement is doubted.
  public func isDoubted(_ id: StatementID) throws -> Bool { try doubt(id) != nil }

  /// The statement of an entry, if it is doubted. What is doubted is little, so that every new receipt may ask.
  public func doubted(_ entry: LogEntry) throws -> StoredStatement? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT s.* FROM doubt d CROSS JOIN statement s ON s.id = d.statement WHERE s.entry = ?"),
      arguments: [blob(entry.bytes)]
    ).map { try StoredStatement($0) }
  }

  /// Visits an authority's statements about custody that nobody may have seen before a time: those that came here later, and
  /// our own; in the order of the log, one at a time, until the visitor wants no more.
  public func eachStatement(
    of issuer: AuthorityName, ownOrSince time: UnixTime, _ visit: (StoredStatement) throws -> Bool
  ) throws {
    let moving = Lifecycle.rows.filter(\.isTransition).map { "'\($0.event.rawValue)'" }.joined(separator: ", ")
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT * FROM statement WHERE issuer = ?1 AND effective = 1 AND (kind IS NOT NULL OR event IN (\(moving)))
        AND (own = 1 OR registered_at >= ?2) ORDER BY idx
        """, arguments: [issuer.description, time])
    while let row = try rows.next(), try visit(StoredStatement(row)) {}
  }
}
