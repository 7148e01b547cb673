public import Custody
import GRDB
public import Roster

extension StoreReader {
  /// The statements from which an authority goes on: the last step and the description of whomever it holds, with what it
  /// has corrected of them, what was said of their going on and whom they have borne; the releases that nobody has
  /// answered, from it and to it; its offers that no release has followed; and what it is asked and has not answered.
  /// - Parameters:
  ///   - names: its own, and those in whose place it acts.
  ///   - places: who acts in whose place.
  public func heads(of names: [AuthorityName], under places: Successions) throws -> Set<StatementID> {
    var found = Set(try openProposals(to: names, under: places).map(\.id))
    for name in names {
      found.formUnion(try heads(of: name))
      found.formUnion(try said(ofThoseOf: name, by: names))
    }
    return found
  }

  /// What is said of those whom an authority holds, or is to get, beside their steps.
  private func said(ofThoseOf name: AuthorityName, by own: [AuthorityName]) throws -> [StatementID] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT DISTINCT s.id, s.event, s.issuer FROM chain c JOIN statement_line l ON l.subject = c.subject
          JOIN statement s ON s.id = l.statement AND s.effective = 1 AND s.event IN ('corrected', 'onward-consent')
          WHERE c.custodian = ?1
        UNION SELECT o.statement, 'incident', '' FROM occurrence o JOIN chain c ON c.subject = o.subject
          WHERE o.code = 'birth' AND (c.custodian = ?1 OR c.release_to = ?1)
        """, arguments: [name.description])
    return rows.filter { row in
      // What others have corrected is theirs, and goes along with nobody.
      (row["event"] as String) != EventType.corrected.rawValue
        || own.contains { $0.description == row["issuer"] as String }
    }.map { StatementID(unchecked: $0.blob("id")) }
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
