import GRDB

/// Schema 4. A draft says how many lines it has, so that showing it opens no manifest; who read what can't be replaced.
enum Migration004 {
  static let name = "004_counts"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE draft ADD COLUMN lines INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX statement_accept_by ON statement (accept_by) WHERE accept_by IS NOT NULL;
        CREATE TRIGGER read_audit_no_replace BEFORE INSERT ON read_audit
        WHEN EXISTS (SELECT 1 FROM read_audit WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'read_audit is append-only'); END;
        """)
  }
}
