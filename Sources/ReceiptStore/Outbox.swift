public import Custody
import GRDB
public import Roster
public import TransparencyLog

/// One statement on its way to one peer.
public struct OutboxRow: Sendable, Hashable {
  /// Where it stands. Only `delivered` is an end, until the peer begins a new epoch of its log: a courier can lie about a
  /// refusal.
  public enum State: String, Sendable, CaseIterable {
    /// The peer does not have it, as far as we know.
    case waiting
    /// The peer has it and waits for something that belongs to it.
    case pending
    /// We hold the peer's verified receipt.
    case delivered
    /// The peer did not register it, as its courier was told. It is tried again, seldom.
    case refused
  }

  /// The order in which it was first due, over all peers.
  public let sequence: Int64
  public let peer: AuthorityName
  public let entry: LogEntry
  public let record: RecordID
  public let state: State
  /// How often delivering it was tried.
  public let attempts: Int
  /// Not before this moment again.
  public let nextAt: UnixTime
  /// Since when it is due.
  public let since: UnixTime
  public let lastCode: String?
  public let lastDetail: String?
  public let lastAt: UnixTime?
  /// When it was written into a bundle, so that the peer may have it although we hold no receipt.
  public let carriedAt: UnixTime?
  public let deliveredAt: UnixTime?

  /// Whether the peer may have it already, so that asking first is cheaper than sending.
  public var mayHaveArrived: Bool { attempts > 0 || carriedAt != nil || state == .pending }
}

/// How one attempt to deliver ended.
public enum DeliveryOutcome: Sendable, Hashable {
  /// The peer's receipt is here and verified.
  case delivered
  /// The peer waits for something; ask again then.
  case pending(until: UnixTime)
  /// The peer does not register it. Asked again then, and nothing waits for it.
  case refused(until: UnixTime)
  /// It did not get there. Nothing behind it goes to this peer before then.
  case failed(until: UnixTime)
}

/// What is due again to a peer whose log was restored.
public enum Again: Sendable {
  case never, delivered, deliveredOrRefused
}

extension StoreTransaction {
  /// Makes a statement due to a peer, after all that is due to it already. What was due before keeps its place.
  /// - Parameter again: what the peer may have lost since.
  /// - Returns: whether it was not due before.
  @discardableResult
  public func enqueue(
    _ entry: LogEntry, record: RecordID, for peer: AuthorityName, at time: UnixTime,
    again: Again = .never
  ) throws -> Bool {
    try db.cachedStatement(
      sql: """
        INSERT INTO outbox (peer, entry, record, since) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (peer, entry) DO UPDATE SET state = 'waiting', attempts = 1, next_at = 0, delivered_at = NULL
        WHERE state = 'delivered' AND ?5 OR state = 'refused' AND ?6
        """
    ).execute(arguments: [
      peer.description, blob(entry.bytes), blob(record.bytes), time, again != .never, again == .deliveredOrRefused,
    ])
    return db.changesCount > 0
  }

  /// The same of a statement on record.
  @discardableResult
  public func enqueue(
    _ stored: StoredStatement, for peer: AuthorityName, at time: UnixTime, again: Again = .never
  ) throws -> Bool {
    try enqueue(stored.entry, record: stored.summary.recordID, for: peer, at: time, again: again)
  }

  /// Keeps how an attempt ended. What is delivered stays so, whatever is reported afterwards, and what was refused stays
  /// refused until the peer has it.
  /// - Returns: whether the row is now in another state than before; false for a row that does not exist.
  @discardableResult
  public func report(
    _ outcome: DeliveryOutcome, of entry: LogEntry, to peer: AuthorityName, code: String? = nil, detail: String? = nil,
    at time: UnixTime
  ) throws -> Bool {
    guard let row = try reader.outboxRow(entry, peer), row.state != .delivered else { return false }
    if outcome == .delivered { return try markDelivered(entry, to: peer, at: time) }
    let (state, next) = outcome.next(row)
    try db.execute(
      sql: """
        UPDATE outbox SET state = ?, next_at = ?, attempts = attempts + 1, last_code = ?, last_detail = ?, last_at = ?
        WHERE peer = ? AND entry = ?
        """,
      arguments: [state.rawValue, next, code, detail, time, peer.description, blob(entry.bytes)])
    return state != row.state
  }

  /// A receipt of this peer's log for this entry has been verified, however it came.
  /// - Returns: whether it was undelivered until now.
  @discardableResult
  public func markDelivered(_ entry: LogEntry, to peer: AuthorityName, at time: UnixTime) throws -> Bool {
    try db.execute(
      sql: """
        UPDATE outbox SET state = 'delivered', delivered_at = ?, last_at = ?, last_code = NULL, last_detail = NULL
        WHERE peer = ? AND entry = ? AND state <> 'delivered'
        """, arguments: [time, time, peer.description, blob(entry.bytes)])
    return db.changesCount > 0
  }

  /// These entries were written into a bundle for a peer. They stay due until its receipt is here.
  public func markCarried(_ entries: [LogEntry], to peer: AuthorityName, at time: UnixTime) throws {
    let update = try db.cachedStatement(sql: "UPDATE outbox SET carried_at = ? WHERE peer = ? AND entry = ?")
    for entry in entries { try update.execute(arguments: [time, peer.description, blob(entry.bytes)]) }
  }
}

extension DeliveryOutcome {
  /// The state and the next moment that an unfinished row has after this.
  fileprivate func next(_ row: OutboxRow) -> (OutboxRow.State, UnixTime) {
    switch self {
    case .delivered: (.delivered, row.nextAt)
    case .pending(let until): (.pending, until)
    case .refused(let until): (.refused, until)
    case .failed(let until): (row.state, until)
    }
  }
}

extension OutboxRow {
  init(_ row: Row) throws {
    guard let peer = AuthorityName(row["peer"] as String), let entry = LogEntry(row.blob("entry")),
      let record = RecordID(row.blob("record")), let state = State(rawValue: row["state"])
    else { throw StoreError.damaged("an outbox row") }
    self.init(
      sequence: row["seq"], peer: peer, entry: entry, record: record, state: state, attempts: row["attempts"],
      nextAt: row["next_at"], since: row["since"], lastCode: row["last_code"], lastDetail: row["last_detail"],
      lastAt: row["last_at"], carriedAt: row["carried_at"], deliveredAt: row["delivered_at"])
  }
}
