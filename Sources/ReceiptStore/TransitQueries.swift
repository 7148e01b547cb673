public import Custody
import GRDB
public import Roster

/// A release on the road: how many of its lines nobody has answered yet.
public struct OpenRelease: Hashable, Sendable {
  public let statement: StatementID
  /// Who stays responsible, and who decides: as they stand today.
  public let custodian: String
  public let to: String
  public let acceptBy: UnixTime?
  public let lines: Int
}

/// Which releases on the road are asked for.
public struct TransitFilter: Sendable {
  /// Whoever is responsible or decides.
  public var party: AuthorityName?
  public var isOverdue: Bool?

  public init() {}
}

extension StoreReader {
  /// A place in the order of releases on the road: those that are due first come first, those without a term last.
  public struct TransitPlace: Hashable, Sendable {
    public let due: UnixTime
    public let statement: [UInt8]

    public init(due: UnixTime, statement: [UInt8]) {
      self.due = due
      self.statement = statement
    }

    /// Before all.
    public static let first = TransitPlace(due: .min, statement: [])
    /// When a release is due that says no term.
    static let never = UnixTime.max
  }

  private static let due = "COALESCE(accept_by, 9223372036854775807)"
  static let transitSQL = """
    SELECT \(due) AS due, source, MIN(custodian) AS custodian, MIN(release_to) AS release_to, COUNT(*) AS open
    FROM chain INDEXED BY chain_transit
    WHERE phase = 'released' AND \(due) BETWEEN ? AND ? AND (\(due), source) > (?, ?)
    AND (? IS NULL OR custodian = ? OR release_to = ?) GROUP BY \(due), source ORDER BY \(due), source LIMIT ?
    """

  /// Releases on the road, the earliest term first, after a place.
  public func releasesOnTheRoad(_ filter: TransitFilter, after place: TransitPlace, limit: Int, now: UnixTime) throws
    -> [(release: OpenRelease, place: TransitPlace)]
  {
    let party = filter.party?.description
    // One that has no term is never overdue.
    let first = filter.isOverdue == false ? max(now, place.due) : place.due
    let last = filter.isOverdue == true ? now - 1 : .max
    let arguments: StatementArguments = [
      first, last, place.due, blob(place.statement), party, party, party, limit,
    ]
    return try Row.fetchAll(db, sql: Self.transitSQL, arguments: arguments).map { row in
      let (id, due): ([UInt8], UnixTime) = (row.blob("source"), row["due"])
      return (
        OpenRelease(
          statement: StatementID(unchecked: id), custodian: row["custodian"], to: row["release_to"] ?? "",
          acceptBy: due == TransitPlace.never ? nil : due, lines: row["open"]), TransitPlace(due: due, statement: id)
      )
    }
  }
}
