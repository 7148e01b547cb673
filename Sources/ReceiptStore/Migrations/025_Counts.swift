import GRDB

/// Schema 25: what is asked every few seconds (which drafts wait, what is alarming, who holds how many) is found without
/// reading what was signed, ended or counted before. Of a draft whose content is gone the digest of its request goes as well.
enum Migration025 {
  static let name = "025_counts"

  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE INDEX draft_open ON draft (created_at, id) WHERE statement IS NULL AND discarded = 0;
        CREATE INDEX alarm_open ON alarm (id) WHERE ended_at IS NULL;
        CREATE INDEX chain_counted ON chain (custodian, phase, release_to);
        CREATE INDEX draft_statement ON draft (statement) WHERE statement IS NOT NULL;
        UPDATE draft SET request = zeroblob(32) WHERE discarded = 1 OR statement IN (SELECT statement FROM erased);
        """)
  }
}
