import GRDB

/// Schema 10: time stamp tokens beside statements, one for each entry.
enum Migration010 {
  static let name = "010_time_stamps"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql:
        "CREATE TABLE time_stamp (entry BLOB PRIMARY KEY, bytes BLOB NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    )
  }
}
