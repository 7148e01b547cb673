import GRDB

/// Schema 21: whose content was erased here and what stays of its lines, who else says that it has erased it,
/// and what is held against erasure.
enum Migration021 {
  static let name = "021_erasures"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE erased (
          statement BLOB PRIMARY KEY NOT NULL, erasure BLOB NOT NULL, at INTEGER NOT NULL, lines BLOB
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE erased_by (
          statement BLOB NOT NULL, erasure BLOB NOT NULL, issuer TEXT NOT NULL, PRIMARY KEY (statement, erasure)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE hold (
          statement BLOB NOT NULL, hold BLOB NOT NULL, lifted_by BLOB, PRIMARY KEY (statement, hold)
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
