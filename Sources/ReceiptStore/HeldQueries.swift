import Custody
import GRDB
public import Roster

/// How many people an authority is responsible for that it took in at one site, of one age, in one phase.
public struct HeldCount: Hashable, Sendable {
  /// Nil where it is not known here.
  public let site: String?
  /// The age flag; nil where no line says one.
  public let age: String?
  /// One of `ChainState.phaseNames`.
  public let phase: String
  public let lines: Int
}

extension StoreReader {
  /// A receiver's own eyes count before what was written to it, until something newer is written.
  private static let select = """
    SELECT COALESCE(p.site, '') AS site, COALESCE(CASE WHEN r.answer = c.taken_in THEN o.age END, a.age) AS age, c.phase,
    COUNT(*) AS lines
    """
  private static let ages = """
    LEFT JOIN release_line r ON r.release = c.source AND r.line = c.line
    LEFT JOIN statement_line a ON a.statement = c.source AND a.subject = c.subject
    LEFT JOIN statement_line o ON o.statement = c.taken_in AND o.subject = c.subject
    WHERE c.custodian = ? AND c.kind <> 'property-handover' AND c.phase <> 'ended'
    """
  static let heldAtSiteSQL = """
    \(select) FROM placed p CROSS JOIN chain c ON c.taken_in = p.statement
    \(ages) AND p.site = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """
  static let heldSQL = """
    \(select) FROM chain c LEFT JOIN placed p ON p.statement = c.taken_in
    \(ages) AND COALESCE(p.site, '') > ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT ?
    """

  /// People whom an authority answers for and took in at a site, counted.
  public func held(by custodian: AuthorityName, at site: String) throws -> [HeldCount] {
    try Row.fetchAll(db, sql: Self.heldAtSiteSQL, arguments: [custodian.description, site]).map(HeldCount.init)
  }

  /// The same for every site after one, in the order of their codes; those of whom no site is known come first, after
  /// nil.
  public func held(by custodian: AuthorityName, after site: String?, limit: Int) throws -> [HeldCount] {
    // Nothing is before "", so that no site is asked for by the empty word itself.
    let sql = site == nil ? Self.heldSQL.replacing("> ?", with: ">= ?") : Self.heldSQL
    return try Row.fetchAll(db, sql: sql, arguments: [custodian.description, site ?? "", limit]).map(HeldCount.init)
  }
}

extension HeldCount {
  fileprivate init(_ row: Row) {
    let site: String = row["site"]
    self.init(site: site.isEmpty ? nil : site, age: row["age"], phase: row["phase"], lines: row["lines"])
  }
}
