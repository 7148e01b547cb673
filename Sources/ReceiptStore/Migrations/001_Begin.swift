import GRDB

/// Schema 1. Registered statements never change or vanish: triggers refuse it. Content beside them stands in a table
/// without triggers, since erasure destroys it; the custody projection is derived and can be rebuilt from the bytes.
enum Migration001 {
  static let name = "001_begin"

  static func migrate(_ db: Database) throws {
    try db.execute(sql: log)
    try db.execute(sql: content)
    try db.execute(sql: drafts)
    try db.execute(sql: projection)
    for (table, taken) in appendOnly { try db.keepForEver(table, taken: taken) }
  }

  /// Tables whose rows never change or vanish, and when a new row's key is taken.
  private static let appendOnly = [
    ("statement", "idx = NEW.idx OR entry = NEW.entry OR (id = NEW.id AND effective = 1 AND NEW.effective = 1)"),
    ("roster", "digest = NEW.digest OR version = NEW.version"), ("policy", "digest = NEW.digest"),
  ]

  private static let log = """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE statement (
      idx INTEGER PRIMARY KEY,
      entry BLOB NOT NULL UNIQUE,
      id BLOB NOT NULL,
      bytes BLOB NOT NULL,
      own INTEGER NOT NULL,
      effective INTEGER NOT NULL,
      issuer TEXT NOT NULL,
      event TEXT NOT NULL,
      kind TEXT,
      record BLOB NOT NULL,
      case_id BLOB,
      from_authority TEXT,
      to_authority TEXT,
      accept_by INTEGER,
      lines INTEGER NOT NULL,
      roster BLOB NOT NULL,
      policy BLOB NOT NULL,
      registered_at INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX statement_effective ON statement (id) WHERE effective = 1;
    CREATE INDEX statement_record ON statement (record);
    CREATE INDEX statement_from ON statement (from_authority);
    CREATE INDEX statement_to ON statement (to_authority);
    CREATE INDEX statement_issuer ON statement (issuer);
    CREATE TABLE receipt (
      entry BLOB NOT NULL, origin TEXT NOT NULL, bytes BLOB NOT NULL, issued_at INTEGER NOT NULL,
      PRIMARY KEY (entry, origin)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tile (
      level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, idx)
    ) STRICT;
    CREATE TABLE checkpoint (
      origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL,
      seen_at INTEGER NOT NULL, PRIMARY KEY (origin, size, root)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE roster (digest BLOB PRIMARY KEY, version INTEGER NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE policy (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE flag (
      statement BLOB NOT NULL, seq INTEGER NOT NULL, code TEXT NOT NULL, line INTEGER, detail TEXT NOT NULL,
      PRIMARY KEY (statement, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE alarm (
      id INTEGER PRIMARY KEY, code TEXT NOT NULL, detail TEXT NOT NULL, evidence BLOB, raised_at INTEGER NOT NULL,
      UNIQUE (code, detail)
    ) STRICT;
    """

  private static let content = """
    CREATE TABLE content (
      owner BLOB NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, media_type TEXT NOT NULL, salt BLOB NOT NULL,
      bytes BLOB NOT NULL, PRIMARY KEY (owner, type, id)
    ) STRICT;
    """

  private static let drafts = """
    CREATE TABLE draft (
      id BLOB PRIMARY KEY, request BLOB NOT NULL, event BLOB NOT NULL, officers INTEGER NOT NULL,
      created_at INTEGER NOT NULL, statement BLOB, discarded INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE approval (
      draft BLOB NOT NULL, kid BLOB NOT NULL, officer INTEGER NOT NULL, bytes BLOB NOT NULL, user INTEGER NOT NULL,
      PRIMARY KEY (draft, kid)
    ) STRICT, WITHOUT ROWID;
    """

  private static let projection = """
    CREATE TABLE chain (
      subject BLOB PRIMARY KEY, intake BLOB, head BLOB NOT NULL, custodian TEXT NOT NULL, phase TEXT NOT NULL,
      release BLOB, release_line INTEGER, release_to TEXT, accept_by INTEGER, claimants TEXT, kind TEXT NOT NULL,
      source BLOB NOT NULL, line INTEGER NOT NULL, last_earliest INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX chain_source ON chain (source, line);
    CREATE INDEX chain_phase ON chain (phase, custodian);
    CREATE TABLE release_line (
      release BLOB NOT NULL, line INTEGER NOT NULL, subject BLOB NOT NULL, previous BLOB NOT NULL,
      answer BLOB, code TEXT, PRIMARY KEY (release, line)
    ) STRICT, WITHOUT ROWID;
    """
}

extension Database {
  /// Refuses every change of a table's rows.
  /// - Parameter taken: when a new row's key is taken: REPLACE deletes without firing a DELETE trigger.
  func keepForEver(_ table: String, taken: String) throws {
    try execute(
      sql: """
        CREATE TRIGGER \(table)_no_replace BEFORE INSERT ON \(table)
        WHEN EXISTS (SELECT 1 FROM \(table) WHERE \(taken))
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
        """)
    for action in ["UPDATE", "DELETE"] {
      try execute(
        sql: """
          CREATE TRIGGER \(table)_no_\(action.lowercased()) BEFORE \(action) ON \(table)
          BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
          """)
    }
  }

  /// Lets a table's rows be changed until `keepForEver` is called again, within one transaction.
  func releaseForEver(_ table: String) throws {
    for action in ["replace", "update", "delete"] { try execute(sql: "DROP TRIGGER \(table)_no_\(action)") }
  }
}
