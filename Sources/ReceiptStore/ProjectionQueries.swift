public import Custody
import GRDB
public import Roster

/// How many lines one authority holds in one phase.
public struct CustodyCount: Hashable, Sendable {
  public let custodian: String
  /// held, released, missing or contested.
  public let phase: String
  /// To whom, for released lines.
  public let to: String?
  public let lines: Int
}

extension StoreReader {
  /// Counts of all chains by custodian, phase and addressee.
  public func custodyCounts() throws -> [CustodyCount] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT custodian, phase, release_to, COUNT(*) AS lines FROM chain
        GROUP BY custodian, phase, release_to ORDER BY custodian, phase, release_to
        """
    ).map { CustodyCount(custodian: $0["custodian"], phase: $0["phase"], to: $0["release_to"], lines: $0["lines"]) }
  }

  /// Released lines whose accept_by has passed.
  public func overdue(at time: UnixTime) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT COUNT(*) FROM chain WHERE phase = 'released' AND accept_by < ?", arguments: [time]) ?? 0
  }

  /// Every chain, sorted by subject, for an audit.
  public func allChains() throws -> [ChainState] {
    try Row.fetchAll(db, sql: "SELECT * FROM chain ORDER BY subject").map(ChainState.init)
  }

  /// Every release line, sorted, for an audit.
  public func allReleaseLines() throws -> [ReleaseLine] {
    try Row.fetchAll(db, sql: "SELECT * FROM release_line ORDER BY release, line").map(ReleaseLine.init)
  }

  /// Statements from, to or by an authority.
  public func statements(concerning name: AuthorityName) throws -> [StatementID] {
    try ids(
      """
      SELECT id FROM statement WHERE from_authority = ?1
      UNION SELECT id FROM statement WHERE to_authority = ?1
      UNION SELECT id FROM statement WHERE issuer = ?1 AND kind IS NOT NULL
      """, [name.description])
  }

  /// Every statement about custody: all but the log's own.
  public func statementsOfAnyKind() throws -> [StatementID] {
    try ids("SELECT id FROM statement WHERE kind IS NOT NULL", [])
  }

  private func ids(_ sql: String, _ arguments: StatementArguments) throws -> [StatementID] {
    try Row.fetchAll(db, sql: sql, arguments: arguments).compactMap { StatementID($0.blob("id")) }
  }

  /// All statements of a record.
  public func statements(record: RecordID) throws -> [StatementID] {
    try ids("SELECT id FROM statement WHERE record = ?", [blob(record.bytes)])
  }
}
