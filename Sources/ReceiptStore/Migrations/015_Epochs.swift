import GRDB

/// Schema 15: epochs of logs that were restored from a backup, ours and others', and what is answered of them (V21).
enum Migration015 {
  static let name = "015_epochs"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE log_epoch (
          authority TEXT NOT NULL, epoch INTEGER NOT NULL, origin TEXT NOT NULL UNIQUE, statement BLOB NOT NULL,
          own INTEGER NOT NULL, sealed INTEGER NOT NULL DEFAULT 0, answered INTEGER NOT NULL DEFAULT 0,
          PRIMARY KEY (authority, epoch)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE log_answer (
          statement BLOB PRIMARY KEY, opening BLOB NOT NULL, authority TEXT NOT NULL, record BLOB NOT NULL,
          part INTEGER NOT NULL,
          parts INTEGER NOT NULL, whole INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE log_refused (statement BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE ended_leaf (
          origin TEXT NOT NULL, idx INTEGER NOT NULL, entry BLOB NOT NULL, PRIMARY KEY (origin, idx)
        ) STRICT, WITHOUT ROWID;
        """)
    try db.keepForEver("ended_leaf", taken: "origin = NEW.origin AND idx = NEW.idx")
  }
}
