import GRDB

/// Schema 5: statements that came as bare envelopes because others build on them, and where their lines may stand.
enum Migration005 {
  static let name = "005_histories"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE bare (statement BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE history (
          statement BLOB NOT NULL, holder BLOB NOT NULL, PRIMARY KEY (statement, holder)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE uncited (statement BLOB PRIMARY KEY, peer TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX uncited_peer ON uncited (peer);
        """)
    try db.keepForEver("bare", taken: "statement = NEW.statement")
  }
}
