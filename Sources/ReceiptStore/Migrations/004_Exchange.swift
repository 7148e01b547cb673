import GRDB

/// Schema 4: what members exchange by themselves. Sealed payloads as objects in files, what is incomplete, what is due to
/// whom, how statements arrived; content beside a statement is encrypted under a key of its owner (`ContentKeys`).
enum Migration004 {
  static let name = "004_exchange"

  static func migrate(_ db: Database) throws {
    try db.execute(sql: objects)
    try db.execute(sql: outbox)
    try db.execute(sql: peers)
    try db.execute(sql: content)
    try db.keepForEver("completion", taken: "seq = NEW.seq OR statement = NEW.statement")
  }

  private static let objects = """
    CREATE TABLE object (
      id BLOB PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL, whole_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE statement_object (
      statement BLOB NOT NULL, payload_id TEXT NOT NULL, object BLOB NOT NULL, kind TEXT NOT NULL,
      PRIMARY KEY (statement, payload_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX statement_object_object ON statement_object (object);
    CREATE TABLE incomplete (statement BLOB PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE completion (
      seq INTEGER PRIMARY KEY, statement BLOB NOT NULL UNIQUE, after INTEGER NOT NULL, at INTEGER NOT NULL
    ) STRICT;
    """

  private static let outbox = """
    CREATE TABLE outbox (
      seq INTEGER PRIMARY KEY,
      peer TEXT NOT NULL,
      entry BLOB NOT NULL,
      record BLOB NOT NULL,
      state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'pending', 'delivered', 'refused')),
      attempts INTEGER NOT NULL DEFAULT 0,
      next_at INTEGER NOT NULL DEFAULT 0,
      since INTEGER NOT NULL,
      last_code TEXT,
      last_detail TEXT,
      last_at INTEGER,
      carried_at INTEGER,
      delivered_at INTEGER,
      UNIQUE (peer, entry)
    ) STRICT;
    CREATE INDEX outbox_open ON outbox (peer, seq) WHERE state IN ('waiting', 'pending');
    CREATE INDEX outbox_refused ON outbox (peer, next_at) WHERE state = 'refused';
    CREATE INDEX outbox_record ON outbox (peer, record, seq) WHERE state IN ('waiting', 'pending');
    CREATE INDEX outbox_entry ON outbox (entry);
    CREATE INDEX outbox_undelivered ON outbox (peer) WHERE state <> 'delivered';
    """

  private static let peers = """
    CREATE TABLE peer (
      authority TEXT PRIMARY KEY, url TEXT NOT NULL, added_at INTEGER NOT NULL, added_by INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE contact (
      authority TEXT PRIMARY KEY, hold_until INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
      last_at INTEGER, test BLOB, tested_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE arrival (
      id INTEGER PRIMARY KEY, entry BLOB NOT NULL, peer TEXT NOT NULL, via TEXT NOT NULL, at INTEGER NOT NULL,
      UNIQUE (entry, peer, via)
    ) STRICT;
    CREATE TABLE feed (
      peer TEXT NOT NULL, position INTEGER NOT NULL, entry BLOB NOT NULL, PRIMARY KEY (peer, position),
      UNIQUE (peer, entry)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE checkpoint ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX statement_message ON statement (idx) WHERE event = 'message';
    """

  /// What earlier versions kept in clear waits in a table of its own until `ClearContent` has encrypted it.
  private static let content = """
    ALTER TABLE content RENAME TO content_clear;
    CREATE TABLE content (
      owner BLOB NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (owner, type, id)
    ) STRICT;
    CREATE TABLE erasure (
      kind TEXT NOT NULL, owner BLOB NOT NULL, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, owner)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX erasure_open ON erasure (kind) WHERE done = 0;
    """
}
