import GRDB

/// Schema 7: movements whose envelopes may be widened to others when they are over, and how far each reader has got.
enum Migration007 {
  static let name = "007_widening"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE movement (record BLOB PRIMARY KEY, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX movement_last ON movement (last_at);
        CREATE TABLE widened (
          id INTEGER PRIMARY KEY AUTOINCREMENT, entry BLOB NOT NULL UNIQUE, at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE widened_reader (peer TEXT PRIMARY KEY, through INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO movement SELECT record, MAX(registered_at) FROM statement
          WHERE record IN (SELECT record FROM statement WHERE event = 'release' AND effective = 1) GROUP BY record;
        """)
  }
}
