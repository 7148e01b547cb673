import GRDB

/// Schema 22: which inquiry an answer cites, so that one answers no other and each is found without reading a whole record.
enum Migration022 {
  static let name = "022_inquiries"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE inquiry_answer (
          inquiry BLOB NOT NULL, answer BLOB NOT NULL, PRIMARY KEY (inquiry, answer)
        ) STRICT, WITHOUT ROWID
        """)
  }
}
