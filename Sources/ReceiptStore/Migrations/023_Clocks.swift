import GRDB

/// Schema 23: between which moments a consent was said; who names carriers on a road, and whom a statement concerns, without
/// reading all of it. Consents are derived, and built again from the statements.
enum Migration023 {
  static let name = "023_clocks"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        DROP TABLE onward_consent;
        CREATE TABLE onward_consent (
          statement BLOB NOT NULL, subject BLOB NOT NULL, release BLOB NOT NULL, issuer TEXT NOT NULL,
          status TEXT NOT NULL, receiver TEXT, until INTEGER, earliest INTEGER NOT NULL, latest INTEGER NOT NULL,
          PRIMARY KEY (subject, statement)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX transit_event ON transit (release, event, issuer);
        CREATE INDEX party_statement ON party (statement);
        """)
  }
}
