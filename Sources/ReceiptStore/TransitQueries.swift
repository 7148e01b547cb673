public import Custody
import GRDB
public import Roster

/// A release on the road: how many of its lines nobody has answered yet.
public struct OpenRelease: Hashable, Sendable {
  public let statement: StatementID
  /// Who stays responsible, and who decides: as they stand today.
  public let custodian: String
  public let to: String
  /// By when it is to be answered (`OverdueRelease.due`); nil where it says no term and is not on record.
  public let due: UnixTime?
  /// Nil while they are not here.
  public fileprivate(set) var lines: Int?
  /// How many of these are contested.
  public fileprivate(set) var contested = 0
}

/// Which releases on the road are asked for.
public struct TransitFilter: Sendable {
  /// Whoever is responsible or decides.
  public var party: AuthorityName?
  /// In whose place it acts: statements say the names of then.
  public var formerly: [AuthorityName] = []
  public var isOverdue: Bool?

  public init() {}
}

extension StoreReader {
  /// A place in the order of releases on the road: those that are due first come first.
  public struct TransitPlace: Hashable, Sendable, Comparable {
    public let due: UnixTime
    public let statement: [UInt8]

    public init(due: UnixTime, statement: [UInt8]) {
      self.due = due
      self.statement = statement
    }

    public static func < (left: Self, right: Self) -> Bool {
      left.due == right.due ? left.statement.lexicographicallyPrecedes(right.statement) : left.due < right.due
    }

    /// Before all.
    public static let first = TransitPlace(due: .min, statement: [])
    /// When a release is due of which nothing says it.
    static let never = UnixTime.max
  }

  private static let due = "COALESCE(due, 9223372036854775807)"
  static let transitSQL = """
    SELECT \(due) AS term, source, MIN(custodian) AS custodian, MIN(release_to) AS release_to, COUNT(*) AS open
    FROM chain INDEXED BY chain_transit
    WHERE phase = 'released' AND \(due) BETWEEN ? AND ? AND (\(due), source) > (?, ?)
    AND (? IS NULL OR custodian = ? OR release_to = ?) GROUP BY \(due), source ORDER BY \(due), source LIMIT ?
    """

  /// The same of contested lines: a dispute, or a restored log, takes nobody from the road.
  static let contestedTransitSQL = """
    SELECT \(OverdueRelease.dueSQL) AS term, s.id AS source, s.from_authority AS custodian,
    s.to_authority AS release_to, COUNT(*) AS open
    FROM chain c INDEXED BY chain_phase CROSS JOIN release_line l INDEXED BY release_line_open
    ON l.subject = c.subject AND l.answer IS NULL CROSS JOIN statement s ON s.id = l.release AND s.effective = 1
    WHERE c.phase = 'contested' AND \(dueOfStatement)
    GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?
    """
  /// Releases of which the envelope is here and the lines are not yet.
  static let awaitedTransitSQL = """
    SELECT \(OverdueRelease.dueSQL) AS term, s.id AS source, s.from_authority AS custodian,
    s.to_authority AS release_to
    FROM incomplete i CROSS JOIN statement s ON s.id = i.statement AND s.effective = 1
    WHERE s.event IN ('release', 'redirect') AND \(dueOfStatement) ORDER BY 1, 2 LIMIT ?
    """
  /// Releases whose lines are not for us, where we carry, lodge or are told of people on the road: until an answer to them is
  /// told, or that they have arrived.
  static let bareTransitSQL = """
    SELECT \(OverdueRelease.dueSQL) AS term, s.id AS source, s.from_authority AS custodian,
    s.to_authority AS release_to
    FROM bare b CROSS JOIN statement s ON s.id = b.statement AND s.effective = 1
    WHERE s.event IN ('release', 'redirect') AND \(dueOfBare)
    AND NOT EXISTS (SELECT 1 FROM completion c WHERE c.statement = s.id)
    AND NOT EXISTS (SELECT 1 FROM statement a WHERE a.record = s.record AND a.event IN ('outcome', 'recall-agreed')
      AND a.effective = 1 AND a.from_authority IS s.from_authority AND a.to_authority IS s.to_authority)
    AND (EXISTS (SELECT 1 FROM party p WHERE p.statement = s.id AND \(isOurs("p.authority")))
      OR EXISTS (SELECT 1 FROM transit t WHERE t.release = s.id AND (\(isOurs("t.carrier")) OR \(isOurs("t.host")))))
    AND NOT EXISTS (SELECT 1 FROM transit t WHERE t.release = s.id AND t.event = 'arrived' AND (\(isOurs("t.issuer"))
      OR t.issuer = (SELECT carrier FROM transit n WHERE n.release = s.id AND n.statement = s.id)))
    ORDER BY 1, 2 LIMIT ?7
    """
  private static func isOurs(_ column: String) -> String { "instr(?6, char(10) || \(column) || char(10)) > 0" }
  private static let dueOfBare = """
    \(OverdueRelease.dueSQL) BETWEEN ?1 AND ?2
    AND (\(OverdueRelease.dueSQL), s.id) > (?3, ?4)
    AND (?5 IS NULL OR instr(?5, char(10) || s.from_authority || char(10)) > 0
      OR instr(?5, char(10) || s.to_authority || char(10)) > 0)
    """
  private static let dueOfStatement = """
    \(OverdueRelease.dueSQL) BETWEEN ? AND ?
    AND (\(OverdueRelease.dueSQL), s.id) > (?, ?)
    AND (? IS NULL OR instr(?, char(10) || s.from_authority || char(10)) > 0
      OR instr(?, char(10) || s.to_authority || char(10)) > 0)
    """

  /// Releases on the road, the earliest term first, after a place.
  /// - Parameter own: in whose places we carry, lodge or are told of people.
  public func releasesOnTheRoad(
    _ filter: TransitFilter, after place: TransitPlace, limit: Int, now: UnixTime, own: [AuthorityName] = []
  ) throws -> [(release: OpenRelease, place: TransitPlace)] {
    let party = filter.party?.description
    let first = filter.isOverdue == false ? max(now, place.due) : place.due
    let last = filter.isOverdue == true ? now - 1 : .max
    // Chains say the names of today, statements those of then: one a line.
    let names = party.map { Self.listed([$0] + filter.formerly.map(\.description)) }
    func rows(_ sql: String, _ names: String?) throws -> [(OpenRelease, TransitPlace)] {
      let arguments: StatementArguments = [
        first, last, place.due, blob(place.statement), names, names, names, limit,
      ]
      return try Row.fetchAll(db, sql: sql, arguments: arguments).map { ($0.openRelease, TransitPlace($0)) }
    }
    // Each query gives the first of its own, so of all together none is left out.
    var found = Dictionary(try rows(Self.transitSQL, party).map { ($0.1, $0.0) }) { first, _ in first }
    for (release, place) in try rows(Self.contestedTransitSQL, names) {
      let count = release.lines ?? 0
      found[place, default: release.with(lines: 0)].add(contested: count)
    }
    for (release, place) in try rows(Self.awaitedTransitSQL, names) where found[place] == nil { found[place] = release }
    let bare = try Row.fetchAll(
      db, sql: Self.bareTransitSQL,
      arguments: [
        first, last, place.due, blob(place.statement), names, Self.listed(own.map(\.description)), limit,
      ])
    for row in bare where found[TransitPlace(row)] == nil { found[TransitPlace(row)] = row.openRelease }
    return found.sorted { $0.key < $1.key }.prefix(limit).map { (release: $0.value, place: $0.key) }
  }

  /// One a line, so that none is found within another.
  private static func listed(_ names: [String]) -> String { "\n" + names.joined(separator: "\n") + "\n" }
}

extension OpenRelease {
  fileprivate func with(lines: Int) -> OpenRelease {
    var release = self
    release.lines = lines
    return release
  }

  fileprivate mutating func add(contested count: Int) {
    lines = (lines ?? 0) + count
    contested = count
  }
}

extension Row {
  fileprivate var openRelease: OpenRelease {
    let term: UnixTime = self["term"]
    return OpenRelease(
      statement: StatementID(unchecked: blob("source")), custodian: self["custodian"] ?? "",
      to: self["release_to"] ?? "", due: term == StoreReader.TransitPlace.never ? nil : term, lines: self["open"])
  }
}

extension StoreReader.TransitPlace {
  fileprivate init(_ row: Row) { self.init(due: row["term"], statement: row.blob("source")) }
}
