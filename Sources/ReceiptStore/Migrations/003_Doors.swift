import GRDB

/// Schema 3. Who read personal data, the answers that were given under a client's key, and which chains a statement's
/// lines are about, for filters; the last is derived like the rest of the projection and built again with it. A draft says
/// how many lines it has, so that showing it opens no manifest.
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
        ALTER TABLE draft ADD COLUMN lines INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX statement_accept_by ON statement (accept_by) WHERE accept_by IS NOT NULL;
        DELETE FROM meta WHERE key = 'projection';
        """)
    try db.keepForEver("read_audit", taken: "id = NEW.id")
  }
}
