import Custody
import GRDB
public import Roster
public import TransparencyLog

/// Which outbox rows are asked for. What is nil asks for everything.
public struct OutboxFilter: Sendable {
  public var peer: AuthorityName?
  public var state: OutboxRow.State?
  /// True for all that is not delivered, refusals included.
  public var isUndelivered: Bool?

  public init() {}
}

/// What one peer has not got.
public struct UndeliveredCount: Sendable, Hashable {
  public let peer: AuthorityName
  /// Waiting or pending.
  public let open: Int
  /// Refused by the peer, as its courier says: tried again, seldom.
  public let refused: Int
  /// Since when the oldest of them is due.
  public let oldestSince: UnixTime
}

extension StoreReader {
  public func outboxRow(_ entry: LogEntry, _ peer: AuthorityName) throws -> OutboxRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM outbox WHERE peer = ? AND entry = ?"),
      arguments: [peer.description, blob(entry.bytes)]
    ).map(OutboxRow.init)
  }

  /// What may be handed to a peer now, in the order in which it must arrive. Order is strict for each peer: what failed
  /// and waits for its next try holds back all that is behind it. Only what the peer itself keeps pending lets others
  /// pass, never those of its own record. What was refused holds back nothing and comes last. What our log has not
  /// published waits too, and all behind it. One answer holds one statement of a record at most, so handing on in this
  /// order and stopping at a failure never lets a statement overtake another.
  public func due(to peer: AuthorityName, now: UnixTime, limit: Int) throws -> [OutboxRow] {
    guard try !OutboxRow.waits(contact(peer).holdUntil, now: now) else { return [] }
    // Whatever follows a second statement of a record may cite it, so the answer ends before that.
    var records: Set<RecordID> = []
    let open = try rows(OutboxSQL.open, peer, now: now, limit: limit).prefix { records.insert($0.record).inserted }
    let again = try rows(OutboxSQL.refused, peer, now: now, limit: limit).filter {
      records.insert($0.record).inserted
    }
    return Array((open + again).prefix(limit))
  }

  /// Peers that somebody added and for whom something is due now.
  public func peersWithDue(now: UnixTime) throws -> [AuthorityName] {
    try peers().map(\.authority).filter { try !due(to: $0, now: now, limit: 1).isEmpty }
  }

  private func rows(_ sql: String, _ peer: AuthorityName, now: UnixTime, limit: Int) throws -> [OutboxRow] {
    try Row.fetchAll(
      db.cachedStatement(sql: sql), arguments: [peer.description, now, OutboxRow.longestWait, limit]
    ).map(OutboxRow.init)
  }

  /// Rows that fit, oldest first, after one.
  public func outbox(_ filter: OutboxFilter = OutboxFilter(), after sequence: Int64 = 0, limit: Int) throws
    -> [OutboxRow]
  {
    var sql = ["seq > ?"]
    var arguments: StatementArguments = [sequence]
    if let peer = filter.peer {
      sql.append("peer = ?")
      arguments += [peer.description]
    }
    if let state = filter.state {
      sql.append("state = ?")
      arguments += [state.rawValue]
    }
    // Word for word the condition of the index.
    if let isUndelivered = filter.isUndelivered {
      sql.append(isUndelivered ? "state <> 'delivered'" : "state = 'delivered'")
    }
    return try Row.fetchAll(
      db, sql: "SELECT * FROM outbox WHERE \(sql.joined(separator: " AND ")) ORDER BY seq LIMIT ?",
      arguments: arguments + [limit]
    ).map(OutboxRow.init)
  }

  /// All rows of one statement, one a peer.
  public func outbox(of entry: LogEntry) throws -> [OutboxRow] {
    try Row.fetchAll(db, sql: OutboxSQL.ofEntry, arguments: [blob(entry.bytes)]).map(OutboxRow.init)
  }

  /// What has not arrived, peer by peer; those that have everything do not appear.
  public func undelivered() throws -> [UndeliveredCount] {
    try Row.fetchAll(db, sql: OutboxSQL.undelivered).map { row in
      guard let peer = AuthorityName(row["peer"] as String) else { throw StoreError.damaged("an outbox row") }
      return UndeliveredCount(peer: peer, open: row["open"], refused: row["refused"], oldestSince: row["oldest"])
    }
  }
}

extension OutboxRow {
  /// Nothing waits longer than a day: a moment beyond that was written while the clock ran ahead.
  public static let longestWait: UnixTime = secondsPerDay

  /// Whether something waits until a moment.
  public static func waits(_ until: UnixTime, now: UnixTime) -> Bool {
    until > now && until <= now + longestWait
  }

  /// The moment itself, and one that has passed for one that no true clock wrote.
  public static func moment(_ until: UnixTime, now: UnixTime) -> UnixTime {
    until > now && !waits(until, now: now) ? 0 : until
  }
}
