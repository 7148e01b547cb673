public import Custody
import GRDB

/// How many released lines of a case one authority has answered for another in one way.
public struct AnsweredCount: Hashable, Sendable {
  public let from: String
  public let to: String
  /// Nil while they are not answered.
  public let code: AnswerCode?
  public let lines: Int
}

extension StoreReader {
  static let answeredSQL = """
    SELECT s.from_authority, s.to_authority, l.code, COUNT(*) AS lines
    FROM statement s CROSS JOIN release_line l ON l.release = s.id
    WHERE s.case_id = ? AND s.event IN ('release', 'redirect') AND s.effective = 1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """

  static let absentSQL = """
    SELECT COUNT(*) FROM statement s
    WHERE s.case_id = ? AND s.event IN ('release', 'redirect') AND s.effective = 1
    AND (EXISTS (SELECT 1 FROM incomplete i WHERE i.statement = s.id)
      OR EXISTS (SELECT 1 FROM bare b WHERE b.statement = s.id)
      AND NOT EXISTS (SELECT 1 FROM completion c WHERE c.statement = s.id))
    """

  /// Releases of a case whose lines are not here, so that nobody can count them.
  public func absentReleases(inCase id: RecordID) throws -> Int {
    try Int.fetchOne(db, sql: Self.absentSQL, arguments: [blob(id.bytes)]) ?? 0
  }

  /// Released lines of a case, counted by who released them to whom and how that was answered.
  public func answered(inCase id: RecordID) throws -> [AnsweredCount] {
    try Row.fetchAll(db, sql: Self.answeredSQL, arguments: [blob(id.bytes)]).map { row in
      AnsweredCount(
        from: row["from_authority"] ?? "", to: row["to_authority"] ?? "",
        code: (row["code"] as String?).flatMap { AnswerCode(rawValue: $0) }, lines: row["lines"])
    }
  }
}
