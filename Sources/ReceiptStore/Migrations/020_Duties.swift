import GRDB

/// Schema 20: who must be told of whom, by when, and who was.
enum Migration020 {
  static let name = "020_duties"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE duty (
          statement BLOB NOT NULL, code TEXT NOT NULL, subject BLOB NOT NULL, owner TEXT NOT NULL,
          due INTEGER NOT NULL, notice BLOB, PRIMARY KEY (statement, code, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX duty_open ON duty (owner, due, statement, code) WHERE notice IS NULL;
        CREATE TABLE notice (
          about BLOB NOT NULL, code TEXT NOT NULL, subject BLOB NOT NULL, statement BLOB NOT NULL, issuer TEXT NOT NULL,
          means TEXT NOT NULL, told_at INTEGER NOT NULL, PRIMARY KEY (about, code, subject, statement)
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
