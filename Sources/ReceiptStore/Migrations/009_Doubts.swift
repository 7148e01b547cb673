import GRDB

/// Schema 9: statements on record that a key signed which others may have, and that nobody else had seen before (V15).
enum Migration009 {
  static let name = "009_doubts"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: "CREATE TABLE doubt (statement BLOB PRIMARY KEY, exposed_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;")
  }
}
