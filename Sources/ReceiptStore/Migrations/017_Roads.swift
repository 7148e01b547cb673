import GRDB

/// Schema 17: what carriers and hosts tell of the road of a release.
enum Migration017 {
  static let name = "017_roads"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE transit (
          release BLOB NOT NULL, statement BLOB NOT NULL, event TEXT NOT NULL, issuer TEXT NOT NULL, carrier TEXT,
          host TEXT, earliest INTEGER NOT NULL, latest INTEGER NOT NULL, PRIMARY KEY (release, statement)
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
