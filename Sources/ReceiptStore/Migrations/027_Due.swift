import GRDB

/// Schema 27: by when an open release is to be answered (V19), which is what it says or the rule's own term, stands with its
/// chains. Derived, and built again from the statements.
enum Migration027 {
  static let name = "027_due"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE chain RENAME COLUMN accept_by TO due;
        DELETE FROM meta WHERE key = 'projection';
        """)
  }
}
