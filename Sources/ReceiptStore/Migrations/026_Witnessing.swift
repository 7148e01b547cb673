import GRDB

/// Schema 26: what this authority cosigned last of each log that it witnesses, which only ever goes forward, and the
/// cosignatures that are kept beside checkpoints (C2SP tlog-witness).
enum Migration026 {
  static let name = "026_witnessing"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE witnessed (
          origin TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, size INTEGER NOT NULL CHECK (size >= 0),
          root BLOB NOT NULL, note BLOB NOT NULL, cosigned_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE cosignature (
          origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, witness TEXT NOT NULL, name TEXT NOT NULL,
          key_hash BLOB NOT NULL, signature BLOB NOT NULL, cosigned_at INTEGER NOT NULL,
          PRIMARY KEY (origin, size, root, witness)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER witnessed_no_replace BEFORE INSERT ON witnessed
        WHEN EXISTS (SELECT 1 FROM witnessed WHERE origin = NEW.origin OR hash = NEW.hash)
        BEGIN SELECT RAISE(ABORT, 'a witness keeps one state of a log'); END;
        CREATE TRIGGER witnessed_no_delete BEFORE DELETE ON witnessed
        BEGIN SELECT RAISE(ABORT, 'a witness forgets nothing'); END;
        CREATE TRIGGER witnessed_forward BEFORE UPDATE ON witnessed
        WHEN NEW.origin <> OLD.origin OR NEW.hash <> OLD.hash OR NEW.size < OLD.size
          OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
        BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
        """)
  }
}
