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

  static let claimedSQL = """
    SELECT * FROM chain INDEXED BY chain_phase
    WHERE phase = 'contested' AND custodian <> ? AND kind <> 'property-handover'
    """

  /// People whom an authority answers for and took in at a site, counted by the age that is to be read of each.
  public func held(by custodian: AuthorityName, at site: String) throws -> [HeldCount] {
    let written = try Row.fetchAll(db, sql: Self.heldAtSiteSQL, arguments: [custodian.description, site])
      .map(HeldCount.init)
    let counts = try corrected(written, of: custodian)
    return Self.together(counts, try claimed(by: custodian).filter { $0.site == site })
  }

  /// The same for every site after one, in the order of their codes; those of whom no site is known come first, after
  /// nil.
  public func held(by custodian: AuthorityName, after site: String?, limit: Int) throws -> [HeldCount] {
    // Nothing is before "", so that no site is asked for by the empty word itself.
    let sql = site == nil ? Self.heldSQL.replacing("> ?", with: ">= ?") : Self.heldSQL
    let written = try Row.fetchAll(db, sql: sql, arguments: [custodian.description, site ?? "", limit])
      .map(HeldCount.init)
    let counts = try corrected(written, of: custodian)
    return Self.together(counts, try claimed(by: custodian).filter { site == nil || $0.site ?? "" > site ?? "" })
  }

  /// Contested people whom an authority took in and another was responsible for when the contest began: it stays
  /// answerable for whoever it holds.
  private func claimed(by authority: AuthorityName) throws -> [HeldCount] {
    try Row.fetchAll(db, sql: Self.claimedSQL, arguments: [authority.description]).compactMap { row in
      let chain = try ChainState(row)
      guard chain.claimants?.contains(authority) == true, let taken = chain.takenIn(by: authority) else { return nil }
      return HeldCount(
        site: try site(of: taken), age: try age(of: chain, takenInBy: taken, isSeen: true).read,
        phase: chain.phaseName, lines: 1)
    }
  }

  /// The same counts with each person of a corrected age where they belong. Corrections are few beside whom they are about.
  private func corrected(_ counts: [HeldCount], of custodian: AuthorityName) throws -> [HeldCount] {
    var sums = Self.sums(counts)
    var isChanged = false
    for chain in try chainsWithCorrectedAge(of: custodian) {
      let taken = chain.takenIn
      let isSeen = try taken != nil && releaseLine(chain.source, chain.line)?.answer?.statement == taken
      let age = try age(of: chain, takenInBy: taken, isSeen: isSeen)
      let site = try taken.flatMap { try self.site(of: $0) } ?? ""
      let place = [site, age.written ?? "", chain.phaseName]
      // Who is not on this page is on another.
      guard age.read != age.written, let lines = sums[place], lines > 0 else { continue }
      sums[place] = lines - 1
      sums[[site, age.read ?? "", chain.phaseName], default: 0] += 1
      isChanged = true
    }
    return isChanged ? Self.sorted(sums) : counts
  }

  /// Equal ones added up, in the order of sites, ages and phases.
  private static func together(_ counts: [HeldCount], _ more: [HeldCount]) -> [HeldCount] {
    more.isEmpty ? counts : sorted(sums(counts + more))
  }

  private static func sums(_ counts: [HeldCount]) -> [[String]: Int] {
    Dictionary(counts.map { ([$0.site ?? "", $0.age ?? "", $0.phase], $0.lines) }, uniquingKeysWith: +)
  }

  private static func sorted(_ sums: [[String]: Int]) -> [HeldCount] {
    sums.filter { $0.value > 0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, lines in
      HeldCount(
        site: key[0].isEmpty ? nil : key[0], age: key[1].isEmpty ? nil : key[1], phase: key[2], lines: lines)
    }
  }
}

extension HeldCount {
  fileprivate init(_ row: Row) {
    let site: String = row["site"]
    self.init(site: site.isEmpty ? nil : site, age: row["age"], phase: row["phase"], lines: row["lines"])
  }
}
