public import Custody
import GRDB
public import Roster

extension StoreReader {
  /// The statements from which an authority goes on: the last step and the description of whomever it holds, the releases
  /// that nobody has answered, from it and to it, and its offers that no release has followed.
  /// - Parameter names: its own, and those in whose place it acts.
  public func heads(of names: [AuthorityName]) throws -> Set<StatementID> {
    try names.reduce(into: []) { $0.formUnion(try heads(of: $1)) }
  }

  private func heads(of name: AuthorityName) throws -> [StatementID] {
    try ids(
      """
      SELECT head AS id FROM chain WHERE custodian = ?1
      UNION SELECT source FROM chain WHERE custodian = ?1
      UNION SELECT l.release FROM release_line l JOIN chain c ON c.subject = l.subject
        WHERE l.answer IS NULL AND (c.custodian = ?1 OR c.release_to = ?1)
      UNION SELECT s.id FROM statement s
        WHERE s.from_authority = ?1 AND s.event IN ('offer', 'offer-agreed') AND s.effective = 1
        AND NOT EXISTS (
          SELECT 1 FROM statement r WHERE r.record = s.record AND r.idx > s.idx AND r.event IN ('release', 'redirect'))
      """, [name.description])
  }
}
