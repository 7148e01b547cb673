import GRDB
public import Roster
public import TransparencyLog

/// How a statement came to us.
public struct Arrival: Sendable, Hashable {
  /// The door it came through.
  public enum Door: String, Sendable, CaseIterable { case wire, bundle }

  public let entry: LogEntry
  /// Who handed it in; nil when a bundle does not say.
  public let peer: AuthorityName?
  public let door: Door
  public let at: UnixTime

  public init(entry: LogEntry, peer: AuthorityName?, door: Door, at: UnixTime) {
    self.entry = entry
    self.peer = peer
    self.door = door
    self.at = at
  }
}

/// Which arrivals are asked for. What is nil asks for everything.
public struct ArrivalFilter: Sendable {
  public var peer: AuthorityName?
  public var door: Arrival.Door?
  /// Only statements whose content has not arrived (true) or has (false).
  public var isIncomplete: Bool?

  public init() {}
}

extension StoreTransaction {
  /// Keeps how a statement came, the first time for each peer and door.
  public func keep(arrival: Arrival) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO arrival (entry, peer, via, at) VALUES (?, ?, ?, ?)",
      arguments: [
        blob(arrival.entry.bytes), arrival.peer?.description ?? "", arrival.door.rawValue, arrival.at,
      ])
  }
}

extension StoreReader {
  /// Arrivals that fit, newest first, before one; each with the statement that arrived.
  public func arrivals(_ filter: ArrivalFilter = ArrivalFilter(), before id: Int64 = .max, limit: Int) throws
    -> [(id: Int64, arrival: Arrival, statement: StoredStatement)]
  {
    var sql = ["a.id < ?"]
    var arguments: StatementArguments = [id]
    if let peer = filter.peer {
      sql.append("a.peer = ?")
      arguments += [peer.description]
    }
    if let door = filter.door {
      sql.append("a.via = ?")
      arguments += [door.rawValue]
    }
    if let isIncomplete = filter.isIncomplete {
      sql.append("EXISTS (SELECT 1 FROM incomplete i WHERE i.statement = s.id) = ?")
      arguments += [isIncomplete]
    }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT s.*, a.id AS arrival, a.peer, a.via, a.at FROM arrival a JOIN statement s ON s.entry = a.entry
        WHERE \(sql.joined(separator: " AND ")) ORDER BY a.id DESC LIMIT ?
        """, arguments: arguments + [limit]
    ).map { row in (row["arrival"], try Arrival(row), try StoredStatement(row)) }
  }

  /// Every way in which a statement came, oldest first.
  public func arrivals(of entry: LogEntry) throws -> [Arrival] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM arrival WHERE entry = ? ORDER BY id", arguments: [blob(entry.bytes)]
    ).map(Arrival.init)
  }
}

extension Arrival {
  init(_ row: Row) throws {
    guard let entry = LogEntry(row.blob("entry")), let door = Door(rawValue: row["via"]) else {
      throw StoreError.damaged("an arrival's row")
    }
    self.init(entry: entry, peer: AuthorityName(row["peer"] as String), door: door, at: row["at"])
  }
}
