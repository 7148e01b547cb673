import GRDB
public import Roster
public import TransparencyLog

extension StoreReader {
  /// The time stamp token held for an entry.
  public func timeStamp(_ entry: LogEntry) throws -> [UInt8]? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT bytes FROM time_stamp WHERE entry = ?"), arguments: [blob(entry.bytes)]
    )?.blob("bytes")
  }
}

extension StoreTransaction {
  /// Keeps a verified time stamp token in place of the one before.
  public func keep(timeStamp: [UInt8], of entry: LogEntry, at time: UnixTime) throws {
    try db.execute(
      sql: """
        INSERT INTO time_stamp VALUES (?, ?, ?)
        ON CONFLICT (entry) DO UPDATE SET bytes = excluded.bytes, at = excluded.at
        """, arguments: [blob(entry.bytes), blob(timeStamp), time])
  }
}
