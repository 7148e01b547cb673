import Custody
import GRDB
public import Roster
public import TransparencyLog

extension StoreTransaction {
  /// Adds an entry to the feed of everyone it names, at the next position of each; one that is there stays.
  public func appendToFeed(_ entry: LogEntry, of names: some Collection<AuthorityName>) throws {
    let insert = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO feed (peer, position, entry)
        SELECT ?1, COALESCE(MAX(position), 0) + 1, ?2 FROM feed WHERE peer = ?1
        """)
    for name in Set(names) { try insert.execute(arguments: [name.description, blob(entry.bytes)]) }
  }
}

extension StoreReader {
  /// CROSS JOIN begins with the few that wait for their leaf, and not with the whole feed.
  static let feedSQL = """
    SELECT s.*, f.position FROM feed f JOIN statement s ON s.entry = f.entry
    WHERE f.peer = ?1 AND f.position > ?2 AND f.position < COALESCE((
      SELECT MIN(g.position) FROM unpublished u CROSS JOIN feed g ON g.entry = u.entry AND g.peer = ?1),
      9223372036854775807)
    ORDER BY f.position LIMIT ?3
    """

  /// What an authority may read of our log, in the order of registration, after one of its positions and as far as it is
  /// published; positions count from 1 in its own feed, so they say nothing of what others may read.
  public func feed(of name: AuthorityName, after position: UInt64, limit: Int) throws
    -> [(position: UInt64, statement: StoredStatement)]
  {
    try Row.fetchAll(
      db.cachedStatement(sql: Self.feedSQL), arguments: [name.description, Int64(clamping: position), limit]
    ).map { (UInt64(bitPattern: $0["position"]), try StoredStatement($0)) }
  }

  /// Whether an authority may read an entry.
  public func feed(of name: AuthorityName, contains entry: LogEntry) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM feed WHERE peer = ? AND entry = ?)"),
      arguments: [name.description, blob(entry.bytes)]) ?? false
  }
}
