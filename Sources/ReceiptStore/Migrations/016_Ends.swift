import GRDB

/// Schema 16: what befell people, who has closed a release, and in what offices a draft must be approved.
enum Migration016 {
  static let name = "016_ends"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE occurrence (
          statement BLOB NOT NULL, subject BLOB NOT NULL, code TEXT NOT NULL, previous BLOB, release BLOB,
          PRIMARY KEY (statement, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX occurrence_subject ON occurrence (subject);
        CREATE TABLE closing (
          release BLOB NOT NULL, statement BLOB NOT NULL, issuer TEXT NOT NULL, PRIMARY KEY (release, statement)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE draft ADD COLUMN roles TEXT NOT NULL DEFAULT '';
        """)
  }
}
