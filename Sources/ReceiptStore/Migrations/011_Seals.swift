import GRDB

/// Schema 11: proofs that entries of logs that ended lie within their final checkpoints (V21).
enum Migration011 {
  static let name = "011_seals"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE sealed_entry (
          entry BLOB NOT NULL, size INTEGER NOT NULL, leaf INTEGER NOT NULL, path BLOB NOT NULL, PRIMARY KEY (entry, size)
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
