import GRDB

/// Schema 19: what speaks of people and moves nobody is found without reading every statement.
enum Migration019 {
  static let name = "019_testimonies"

  /// The statements of the index, as a condition that SQLite knows again.
  static let testimonies =
    "event IN ('inquiry', 'inquiry-answered', 'corrected', 'same-as', 'not-same-as', 'under-protest')"

  static func migrate(_ db: Database) throws {
    try db.execute(sql: "CREATE INDEX statement_testimony ON statement (event, idx) WHERE \(testimonies)")
  }
}
