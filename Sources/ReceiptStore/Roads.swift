public import Custody
import GRDB
import Roster

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

extension StoreReader {
  /// What is told of the road of a release, itself included, in the order in which it occurred.
  public func transits(of release: StatementID) throws -> [Transit] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM transit WHERE release = ? ORDER BY earliest, statement"),
      arguments: [blob(release.bytes)]
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
