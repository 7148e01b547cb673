public import Custody
import GRDB
public import Roster

extension StoreTransaction {
  func keep(transit: Transit) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO transit VALUES (?, ?, ?, ?, ?, ?, ?, ?)").execute(arguments: [
      blob(transit.release.bytes), blob(transit.statement.bytes), transit.event.rawValue, transit.issuer.description,
      transit.carrier?.description, transit.host?.description, transit.earliest, transit.latest,
    ])
  }

  /// Keeps all that a ledger knows of roads, when the projection is built again.
  public func keep(transits: [StatementID: [StatementID: Transit]]) throws {
    for transit in transits.values.joined() { try keep(transit: transit.value) }
  }
}

/// A place in the order in which what is told of a road occurred.
public struct RoadPlace: Hashable, Sendable {
  public let earliest: UnixTime
  public let statement: StatementID

  public init(earliest: UnixTime, statement: StatementID) {
    self.earliest = earliest
    self.statement = statement
  }
}

extension StoreReader {
  /// So many of what is told of the road of a release, itself included, after a place.
  public func transits(of release: StatementID, after place: RoadPlace?, limit: Int) throws -> [Transit] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM transit WHERE release = ?1 AND (?2 IS NULL OR (earliest, statement) > (?2, ?3))
          ORDER BY earliest, statement LIMIT ?4
          """),
      arguments: [blob(release.bytes), place?.earliest, place.map { blob($0.statement.bytes) }, limit]
    ).map(Transit.init)
  }

  /// What is told of the road of a release, itself included, in the order in which it occurred.
  public func transits(of release: StatementID) throws -> [Transit] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM transit WHERE release = ? ORDER BY earliest, statement"),
      arguments: [blob(release.bytes)]
    ).map(Transit.init)
  }

  /// What one statement tells of a road.
  public func transit(_ release: StatementID, _ statement: StatementID) throws -> Transit? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM transit WHERE release = ? AND statement = ?"),
      arguments: [blob(release.bytes), blob(statement.bytes)]
    ).map(Transit.init)
  }

  /// Whom these name as the next carriers on a road. What others may have signed (V15) names nobody.
  public func nextCarriers(of release: StatementID, after issuers: [AuthorityName]) throws -> Set<AuthorityName> {
    let query = try db.cachedStatement(
      sql: """
        SELECT DISTINCT carrier FROM transit t WHERE release = ? AND event = 'carrier-changed' AND issuer = ?
        AND carrier IS NOT NULL AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.statement = t.statement)
        """)
    return try issuers.reduce(into: []) { found, issuer in
      let names = try String.fetchAll(query, arguments: [blob(release.bytes), issuer.description])
      found.formUnion(names.compactMap { AuthorityName($0) })
    }
  }

  /// When somebody is said to have departed first on a road, at the earliest; what this statement says aside.
  public func departure(of release: StatementID, except statement: StatementID?) throws -> UnixTime? {
    try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT MIN(earliest) FROM transit WHERE release = ? AND event = 'departed' AND statement IS NOT ?"),
      arguments: [blob(release.bytes), statement.map { blob($0.bytes) }])
  }

  /// What is told first of a road to have occurred before a time, the release and this statement aside.
  public func told(of release: StatementID, before time: UnixTime, except statement: StatementID?) throws -> Transit? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT * FROM transit WHERE release = ?1 AND statement <> ?1 AND statement IS NOT ?2 AND latest < ?3
          ORDER BY earliest, statement LIMIT 1
          """),
      arguments: [blob(release.bytes), statement.map { blob($0.bytes) }, time]
    ).map(Transit.init)
  }

  /// All that is told of roads, by release and statement, for an audit.
  public func allTransits() throws -> [StatementID: [StatementID: Transit]] {
    var found: [StatementID: [StatementID: Transit]] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT * FROM transit") {
      let transit = try Transit(row)
      found[transit.release, default: [:]][transit.statement] = transit
    }
    return found
  }
}

extension Transit {
  fileprivate init(_ row: Row) throws {
    func name(_ column: String) throws -> AuthorityName? {
      guard let text = row[column] as String? else { return nil }
      guard let name = AuthorityName(text) else { throw StoreError.damaged("what is told of a road") }
      return name
    }
    guard let event = EventType(rawValue: row["event"]), let issuer = try name("issuer") else {
      throw StoreError.damaged("what is told of a road")
    }
    self.init(
      release: StatementID(unchecked: row.blob("release")), statement: StatementID(unchecked: row.blob("statement")),
      event: event, issuer: issuer, carrier: try name("carrier"), host: try name("host"), earliest: row["earliest"],
      latest: row["latest"])
  }
}
