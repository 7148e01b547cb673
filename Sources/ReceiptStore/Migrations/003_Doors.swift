import GRDB

/// Schema 3. Who read personal data, the answers that were given under a client's key, and which chains a statement's
/// lines are about, for filters; the last is derived like the rest of the projection and built again with it.
enum Migration003 {
  static let name = "003_doors"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE read_audit (
          id INTEGER PRIMARY KEY, at INTEGER NOT NULL, user INTEGER NOT NULL, operation TEXT NOT NULL,
          statement BLOB NOT NULL
        ) STRICT;
        CREATE INDEX read_audit_statement ON read_audit (statement);
        CREATE TRIGGER read_audit_no_update BEFORE UPDATE ON read_audit
        BEGIN SELECT RAISE(ABORT, 'read_audit is append-only'); END;
        CREATE TRIGGER read_audit_no_delete BEFORE DELETE ON read_audit
        BEGIN SELECT RAISE(ABORT, 'read_audit is append-only'); END;
        CREATE TABLE idempotency (
          user INTEGER NOT NULL, key TEXT NOT NULL, operation TEXT NOT NULL, request BLOB NOT NULL,
          draft BLOB NOT NULL, created_at INTEGER NOT NULL, status INTEGER, media_type TEXT, answer BLOB,
          PRIMARY KEY (user, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_created ON idempotency (created_at);
        CREATE INDEX statement_case ON statement (case_id);
        CREATE TABLE statement_line (
          statement BLOB NOT NULL, subject BLOB NOT NULL, PRIMARY KEY (statement, subject)
        ) STRICT, WITHOUT ROWID;
        DELETE FROM meta WHERE key = 'projection';
        """)
  }
}
