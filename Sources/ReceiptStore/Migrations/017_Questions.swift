import GRDB

/// Schema 17: what questions are answered from, derived like the rest of the projection and built again with it: by which
/// statement a chain's custodian took them in last, where that was, and what a line says of an age; and the indexes that
/// keep an answer as long as what it says, however much the store holds.
enum Migration017 {
  static let name = "017_questions"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE chain ADD COLUMN taken_in BLOB;
        ALTER TABLE statement_line ADD COLUMN age TEXT;
        CREATE TABLE placed (statement BLOB PRIMARY KEY, site TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX placed_site ON placed (site, statement);
        CREATE INDEX chain_custodian ON chain (custodian, taken_in);
        CREATE INDEX chain_transit ON chain (COALESCE(accept_by, 9223372036854775807), source, custodian, release_to)
          WHERE phase = 'released';
        CREATE INDEX release_line_open ON release_line (subject) WHERE answer IS NULL;
        CREATE INDEX statement_line_subject ON statement_line (subject);
        CREATE INDEX statement_registered ON statement (registered_at);
        CREATE INDEX completion_at ON completion (at);
        CREATE INDEX alarm_raised ON alarm (raised_at);
        CREATE INDEX alarm_ended ON alarm (ended_at) WHERE ended_at IS NOT NULL;
        DELETE FROM meta WHERE key = 'projection';
        """)
  }
}
