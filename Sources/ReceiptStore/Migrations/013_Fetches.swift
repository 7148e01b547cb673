import GRDB

/// Schema 13: revocation lists that were fetched, and before which entry a statement was first in doubt.
enum Migration013 {
  static let name = "013_fetches"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE revocation_list (
          id INTEGER PRIMARY KEY, url TEXT NOT NULL, bytes BLOB NOT NULL, former INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX revocation_list_newest ON revocation_list (url) WHERE former = 0;
        ALTER TABLE doubt ADD COLUMN idx INTEGER NOT NULL DEFAULT 0;
        """)
  }
}
