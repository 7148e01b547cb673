import GRDB

/// Schema 12: the newest view of the keys that each partner published, and messages that bring one and wait to be read.
enum Migration012 {
  static let name = "012_key_views"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE key_view (
          issuer TEXT PRIMARY KEY, statement BLOB NOT NULL, signed_at INTEGER NOT NULL, received_at INTEGER NOT NULL,
          bytes BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE key_view_due (statement BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
        """)
  }
}
