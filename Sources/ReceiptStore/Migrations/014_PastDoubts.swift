import GRDB

/// Schema 14: doubts that ended, each with the entries between which it lasted: what was signed meanwhile was judged by it.
enum Migration014 {
  static let name = "014_past_doubts"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE past_doubt (
          statement BLOB NOT NULL, idx INTEGER NOT NULL, ended_idx INTEGER NOT NULL, PRIMARY KEY (statement, idx)
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
