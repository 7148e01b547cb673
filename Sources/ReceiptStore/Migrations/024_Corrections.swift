import GRDB

/// Schema 24: what corrections say of an age, so that who is counted is counted as it is to be read; and what is owed of one
/// person, by that person. Derived, and built again from the statements.
enum Migration024 {
  static let name = "024_corrections"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE age_word (
          subject BLOB NOT NULL, statement BLOB NOT NULL, original BLOB NOT NULL, field TEXT NOT NULL, age TEXT NOT NULL,
          PRIMARY KEY (subject, statement, original)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX duty_subject ON duty (subject, code);
        DELETE FROM meta WHERE key = 'projection';
        """)
  }
}
