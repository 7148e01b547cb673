import GRDB

/// Schema 2: a chain keeps every step known of it, whom a dispute concerns is found by name, and an alarm can end. The
/// projection is emptied; whoever opens the store builds it again from the statements.
enum Migration002 {
  static let name = "002_contests"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        DROP TABLE chain;
        CREATE TABLE chain (
          subject BLOB PRIMARY KEY, history BLOB NOT NULL, head BLOB NOT NULL, custodian TEXT NOT NULL,
          phase TEXT NOT NULL, release_to TEXT, accept_by INTEGER, kind TEXT NOT NULL, source BLOB NOT NULL,
          line INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX chain_source ON chain (source, line);
        CREATE INDEX chain_phase ON chain (phase, custodian);
        DELETE FROM release_line;
        CREATE TABLE party (
          authority TEXT NOT NULL, statement BLOB NOT NULL, PRIMARY KEY (authority, statement)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE alarm ADD COLUMN ended_at INTEGER;
        DELETE FROM meta WHERE key = 'projection';
        """)
  }
}
