import GRDB

/// Schema 6: which leaf of the tree a statement has. It may be registered before it is published, and between the
/// statements' leaves stand padding entries, which belong to none.
enum Migration006 {
  static let name = "006_publication"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE leaf (idx INTEGER PRIMARY KEY, entry BLOB NOT NULL UNIQUE, statement INTEGER UNIQUE) STRICT;
        INSERT INTO leaf SELECT idx, entry, idx FROM statement;
        CREATE TABLE unpublished (statement INTEGER PRIMARY KEY, entry BLOB NOT NULL UNIQUE) STRICT;
        """)
    try db.keepForEver("leaf", taken: "idx = NEW.idx OR entry = NEW.entry OR statement = NEW.statement")
  }
}
