public import Custody
import GRDB
public import Roster
public import TransparencyLog

/// What is kept of a log that may show that it said two things of which one only can be true.
extension StoreReader {
  /// One scan of the table: asked when somebody asks, never with every statement.
  static let releasedTwiceSQL = """
    SELECT DISTINCT s.idx, l.release FROM release_line l JOIN statement s ON s.id = l.release AND s.effective = 1
    WHERE s.issuer = ? AND (l.subject, l.previous) IN (
      SELECT subject, previous FROM release_line GROUP BY subject, previous HAVING COUNT(DISTINCT release) > 1)
    ORDER BY s.idx LIMIT ?
    """

  /// The logs of which a checkpoint is kept, by their origins.
  public func originsOfCheckpoints() throws -> [String] {
    try String.fetchAll(db, sql: "SELECT DISTINCT origin FROM checkpoint ORDER BY origin")
  }

  /// Checkpoints kept of a log, with their cosignatures: those whose size stands twice first, then the newest.
  public func doubtfulCheckpoints(origin: String, limit: Int) throws -> [[UInt8]] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT note FROM checkpoint AS c WHERE origin = ?
        ORDER BY (SELECT COUNT(*) FROM checkpoint WHERE origin = c.origin AND size = c.size) > 1 DESC, size DESC, root
        LIMIT ?
        """, arguments: [origin, limit]
    ).map { try withCosignatures($0.blob("note")) }
  }

  /// What receipts of a log say of where entries stand in it. Neither size nor index is signed: only a checkpoint that they
  /// lead to makes a proof of them.
  public func positions(byReceiptsOf origin: String, limit: Int) throws -> [(entry: LogEntry, receipt: [UInt8])] {
    try Row.fetchAll(
      db, sql: "SELECT entry, bytes FROM receipt WHERE origin = ? ORDER BY issued_at DESC, entry LIMIT ?",
      arguments: [origin, limit]
    ).compactMap { row in LogEntry(row.blob("entry")).map { ($0, row.blob("bytes")) } }
  }

  /// Releases of an authority that release a line which another release releases from the same step, as far as lines are here.
  public func releasesTwice(of issuer: AuthorityName, limit: Int) throws -> [StatementID] {
    try Row.fetchAll(db, sql: Self.releasedTwiceSQL, arguments: [issuer.description, limit]).compactMap {
      StatementID($0.blob("release"))
    }
  }

  /// The statements by which an authority began its logs.
  public func openings(of issuer: AuthorityName, limit: Int) throws -> [StatementID] {
    try Row.fetchAll(
      db, sql: "SELECT id FROM statement WHERE issuer = ? AND event = 'log-opened' ORDER BY idx LIMIT ?",
      arguments: [issuer.description, limit]
    ).compactMap { StatementID($0.blob("id")) }
  }
}
