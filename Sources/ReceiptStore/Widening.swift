public import Custody
import GRDB
public import Roster
import TransparencyLog

/// How others come to read the envelopes of movements that are over. A movement is a record with a release.
extension StoreTransaction {
  /// Notes that something was registered or completed in a record, if it is a movement: it is over no sooner than a delay
  /// after the last of it.
  public func note(movement record: RecordID, at time: UnixTime) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO movement SELECT ?1, ?2 WHERE EXISTS (
          SELECT 1 FROM statement WHERE record = ?1 AND event = 'release' AND effective = 1)
        ON CONFLICT (record) DO UPDATE SET last_at = MAX(last_at, excluded.last_at)
        """
    ).execute(arguments: [blob(record.bytes), time])
  }

  /// Widens our own statements in movements that are over: every line of every release in them is answered, nothing in
  /// them is incomplete or without its lines, and nothing was registered in them since a time.
  /// - Parameter limit: of movements in one transaction.
  /// - Returns: how many movements were over.
  public func widenMovements(quietSince time: UnixTime, at now: UnixTime, limit: Int) throws -> Int {
    let records = try Row.fetchAll(
      db.cachedStatement(sql: StoreReader.movementsOverSQL), arguments: [time, limit]
    ).map { $0.blob("record") }
    for record in records {
      try db.cachedStatement(
        sql: """
          INSERT INTO widened (entry, at) SELECT entry, ?2 FROM statement s
          WHERE record = ?1 AND own = 1 AND effective = 1
          AND NOT EXISTS (SELECT 1 FROM widened w WHERE w.entry = s.entry) ORDER BY idx
          """
      ).execute(arguments: [blob(record), now])
      try db.cachedStatement(sql: "DELETE FROM movement WHERE record = ?").execute(arguments: [blob(record)])
    }
    return records.count
  }

  /// Gives a reader what was widened and it has not been given yet.
  /// - Parameter mayRead: whether what a statement says of its readers allows this one.
  /// - Returns: how many statements it was given or passed over; 0 when it has all.
  public func feedWidened(to name: AuthorityName, limit: Int, where mayRead: (StoredStatement) throws -> Bool) throws
    -> Int
  {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT s.*, w.id AS widening FROM widened w JOIN statement s ON s.entry = w.entry
          WHERE w.id > COALESCE((SELECT through FROM widened_reader WHERE peer = ?1), 0) ORDER BY w.id LIMIT ?2
          """), arguments: [name.description, limit])
    for row in rows {
      let stored = try StoredStatement(row)
      if try mayRead(stored) { try appendToFeed(stored.entry, of: [name]) }
    }
    guard let last = rows.last else { return 0 }
    try db.cachedStatement(
      sql: """
        INSERT INTO widened_reader (peer, through) VALUES (?1, ?2)
        ON CONFLICT (peer) DO UPDATE SET through = excluded.through
        """
    ).execute(arguments: [name.description, last["widening"] as Int64])
    return rows.count
  }
}

extension StoreReader {
  /// Movements that are over, the longest quiet first.
  static let movementsOverSQL = """
    SELECT record FROM movement m WHERE last_at <= ?1
    AND NOT EXISTS (
      SELECT 1 FROM statement s JOIN release_line l ON l.release = s.id AND l.answer IS NULL
      WHERE s.record = m.record AND s.effective = 1)
    AND NOT EXISTS (
      SELECT 1 FROM statement s WHERE s.record = m.record AND s.effective = 1
      AND (s.id IN (SELECT statement FROM incomplete)
        OR (s.id IN (SELECT statement FROM bare) AND s.id NOT IN (SELECT statement FROM completion))))
    ORDER BY last_at LIMIT ?2
    """

  /// Whether anything waits to be widened, or any of these readers has not been given all that was.
  public func hasWidening(quietSince time: UnixTime, for names: some Collection<AuthorityName>) throws -> Bool {
    if try Row.fetchOne(db.cachedStatement(sql: Self.movementsOverSQL), arguments: [time, 1]) != nil { return true }
    let newest = try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM widened") ?? 0
    return try names.contains { name in
      let through = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT through FROM widened_reader WHERE peer = ?"), arguments: [name.description])
      return through ?? 0 < newest
    }
  }
}
