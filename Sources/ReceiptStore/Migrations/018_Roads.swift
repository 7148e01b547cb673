import GRDB

/// Schema 18: what carriers and hosts tell of the road of a release, and who may go on from where it led.
enum Migration018 {
  static let name = "018_roads"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE transit (
          release BLOB NOT NULL, statement BLOB NOT NULL, event TEXT NOT NULL, issuer TEXT NOT NULL, carrier TEXT,
          host TEXT, earliest INTEGER NOT NULL, latest INTEGER NOT NULL, PRIMARY KEY (release, statement)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE onward_consent (
          statement BLOB NOT NULL, subject BLOB NOT NULL, release BLOB NOT NULL, issuer TEXT NOT NULL,
          status TEXT NOT NULL, receiver TEXT, until INTEGER, earliest INTEGER NOT NULL,
          PRIMARY KEY (subject, statement)
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
