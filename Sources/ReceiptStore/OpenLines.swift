public import Custody
import GRDB

extension StoreReader {
  /// How many lines of a release have no answer.
  public func openReleaseLines(of release: StatementID) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(sql: "SELECT COUNT(*) FROM release_line WHERE release = ? AND answer IS NULL"),
      arguments: [blob(release.bytes)]) ?? 0
  }
}
