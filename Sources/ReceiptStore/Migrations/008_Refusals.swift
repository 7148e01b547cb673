import GRDB

/// Schema 8: whose refused statement an alarm is about, so that nobody fills the table with them.
enum Migration008 {
  static let name = "008_refusals"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE alarm ADD COLUMN issuer TEXT;
        ALTER TABLE alarm ADD COLUMN gone INTEGER;
        CREATE INDEX alarm_issuer ON alarm (issuer, code, id) WHERE issuer IS NOT NULL;
        """)
  }
}
