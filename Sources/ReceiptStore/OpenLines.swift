public import Custody
import GRDB

extension StoreReader {
  /// Every line of a release that waits for an answer. A signature under the end of a dispute is none where that was over a
  /// gap that has closed since: then the chain is released as if nothing had been signed.
  static let openLines = """
    SELECT release, line FROM release_line WHERE answer IS NULL
    UNION ALL SELECT l.release, l.line FROM chain c
    CROSS JOIN release_line l ON l.release = c.source AND l.line = c.line AND l.code = 'resolved'
    WHERE c.phase = 'released'
    """

  /// How many lines of a release wait for an answer.
  public func openReleaseLines(of release: StatementID) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT COUNT(*) FROM release_line l WHERE l.release = ? AND (l.answer IS NULL
          OR l.code = 'resolved' AND EXISTS (
            SELECT 1 FROM chain c WHERE c.subject = l.subject AND c.phase = 'released' AND c.source = l.release))
          """), arguments: [blob(release.bytes)]) ?? 0
  }
}
