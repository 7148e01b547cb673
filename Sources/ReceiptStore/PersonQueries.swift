public import Custody
import GRDB
import Roster

/// A line of a release that somebody has to look after.
public struct UnresolvedLine: Sendable {
  public let line: ReleaseLine
  public let chain: ChainState
}

extension StoreReader {
  static let concerningSQL = """
    SELECT s.* FROM statement_line l JOIN statement s ON s.id = l.statement AND s.effective = 1
    WHERE l.subject = ? AND s.idx >= ? ORDER BY s.idx LIMIT ?
    """
  static let unresolvedSQL = """
    SELECT l.release AS l_release, l.line AS l_line, l.subject AS l_subject, l.previous AS l_previous,
    l.answer AS l_answer, l.code AS l_code, c.* FROM release_line l JOIN chain c ON c.subject = l.subject
    WHERE l.release = ? AND l.line > ? AND (l.answer IS NULL OR c.phase IN ('missing', 'suspended', 'contested'))
    ORDER BY l.line LIMIT ?
    """

  /// What was signed to settle somebody's chain: asked while no step of it is here.
  public func earlySignatures(of subject: SubjectReference) throws -> [Resolution] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT s.* FROM statement_line l JOIN statement s ON s.id = l.statement AND s.effective = 1
          WHERE l.subject = ? AND s.event = 'dispute-resolved'
          """), arguments: [blob(subject.bytes)]
    ).map(StoredStatement.init).compactMap { signed in
      try manifest(of: signed.id)?.signature(
        of: subject, in: signed.id, by: signed.summary.issuer, isDoubted: isDoubted(signed.id))
    }
  }

  /// Chains whose subject_ref begins with these digits, at most `limit`.
  public func chains(beginning prefix: String, limit: Int) throws -> [ChainState] {
    guard let range = PrefixRange(prefix, byteCount: SubjectReference.byteCount) else { return [] }
    return try Row.fetchAll(
      db, sql: "SELECT * FROM chain WHERE subject BETWEEN ? AND ? ORDER BY subject LIMIT ?",
      arguments: [blob(range.first), blob(range.last), limit]
    ).map(ChainState.init)
  }

  /// Statements with a line about somebody, in the order of this log from an index on.
  public func statements(about subject: SubjectReference, from index: UInt64, limit: Int) throws -> [StoredStatement] {
    try Row.fetchAll(
      db, sql: Self.concerningSQL, arguments: [blob(subject.bytes), Int64(clamping: index), limit]
    ).map(StoredStatement.init)
  }

  /// Lines of a release after one that nobody has answered, or whose people are missing, gone or contested now.
  public func unresolved(of release: StatementID, after line: Int, limit: Int) throws -> [UnresolvedLine] {
    try Row.fetchAll(db, sql: Self.unresolvedSQL, arguments: [blob(release.bytes), line, limit]).map { row in
      UnresolvedLine(line: try ReleaseLine(row, prefix: "l_"), chain: try ChainState(row))
    }
  }

  /// The releases and redirects of a record or of a case that took effect, in the order of this log from an index on.
  public func releases(ofRecord record: RecordID?, case caseID: RecordID?, from index: UInt64, limit: Int) throws
    -> [StoredStatement]
  {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM statement WHERE \(record == nil ? "case_id" : "record") = ? AND idx >= ?
        AND event IN ('release', 'redirect') AND effective = 1 ORDER BY idx LIMIT ?
        """, arguments: [(record ?? caseID).map { blob($0.bytes) }, Int64(clamping: index), limit]
    ).map(StoredStatement.init)
  }
}
