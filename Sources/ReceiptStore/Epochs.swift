public import Custody
import GRDB
public import Roster
public import TransparencyLog

/// A later epoch of a log, which follows one that was restored from a backup.
public struct LogEpoch: Sendable, Hashable {
  public let authority: AuthorityName
  /// Counted from 1; those kept here begin at 2.
  public let epoch: UInt64
  public let origin: String
  /// The statement that opened it.
  public let opening: StatementID
  /// Whether it is one of our own log.
  public let isOwn: Bool
  /// Whether everybody has answered what they hold of the log before it.
  public let isSealed: Bool
}

/// A part of an answer to a log's new epoch.
public struct KeptLogAnswer: Sendable, Hashable {
  public let statement: StatementID
  public let authority: AuthorityName
  /// The record that all parts of one answer have in common.
  public let record: RecordID
  public let part: UInt64
  public let parts: UInt64
  /// Whether all that it cites is here.
  public let isWhole: Bool
}

/// A root that our log's key signed and our log never had: it was restored or copied.
public struct StrangeRoot: Sendable, Hashable {
  static let key = "stranger"
  public let checkpoint: Checkpoint
  /// Whether its size is signed too: a receipt signs its root alone.
  public let isSigned: Bool

  public init(checkpoint: Checkpoint, isSigned: Bool) {
    self.checkpoint = checkpoint
    self.isSigned = isSigned
  }
}

extension StoreTransaction {
  /// Keeps that a log has begun a new epoch. The first statement that opens it counts.
  public func keep(
    epoch: UInt64, origin: String, of authority: AuthorityName, opening: StatementID, isOwn: Bool
  ) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO log_epoch (authority, epoch, origin, statement, own) VALUES (?, ?, ?, ?, ?)",
      arguments: [authority.description, Int64(clamping: epoch), origin, blob(opening.bytes), isOwn])
  }

  /// Everybody has answered what they hold of the logs before the epoch that a statement opened.
  public func seal(epochOf opening: StatementID) throws {
    try db.execute(sql: "UPDATE log_epoch SET sealed = 1 WHERE statement = ?", arguments: [blob(opening.bytes)])
  }

  /// Our log is sealed: what was refused since it was restored is of no use any more.
  public func forgetRefused() throws { try db.execute(sql: "DELETE FROM log_refused") }

  /// We have answered the epoch that a statement opened.
  public func mark(answered opening: StatementID) throws {
    try db.execute(sql: "UPDATE log_epoch SET answered = 1 WHERE statement = ?", arguments: [blob(opening.bytes)])
  }

  /// Remembers that a statement was refused while our log awaits what others hold of it: it has come.
  public func note(refused id: StatementID) throws {
    guard try reader.restoration() != nil else { return }
    try db.execute(
      sql: "INSERT OR IGNORE INTO log_refused SELECT ? WHERE (SELECT COUNT(*) FROM log_refused) < 100000",
      arguments: [blob(id.bytes)])
  }

  /// Keeps a part of an answer; the same again changes nothing.
  public func keep(
    answer: StatementID, to opening: StatementID, by authority: AuthorityName, record: RecordID, part: UInt64,
    of parts: UInt64
  ) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO log_answer VALUES (?, ?, ?, ?, ?, ?, 0)",
      arguments: [
        blob(answer.bytes), blob(opening.bytes), authority.description, blob(record.bytes), Int64(clamping: part),
        Int64(clamping: parts),
      ])
  }

  /// All that a part of an answer cites is here.
  public func mark(wholeAnswer statement: StatementID) throws {
    try db.execute(sql: "UPDATE log_answer SET whole = 1 WHERE statement = ?", arguments: [blob(statement.bytes)])
  }

  /// Ends our log as it stands: its leaves are kept beside it, and the tree is empty for the next epoch.
  public func endLog(origin: String) throws {
    try db.execute(
      sql: "INSERT INTO ended_leaf SELECT ?, idx, entry FROM leaf WHERE idx < ?",
      arguments: [origin, Int64(clamping: try reader.size())])
    // Leaves are for ever within an epoch; this is where one ends.
    try db.releaseForEver("leaf")
    try db.execute(sql: "DELETE FROM leaf; DELETE FROM tile")
    try db.keepForEver("leaf", taken: "idx = NEW.idx OR entry = NEW.entry OR statement = NEW.statement")
  }

  /// Our log was restored: whatever it holds, had released or was to answer is contested until others have answered.
  public func restoreChains(of authority: AuthorityName) throws { try change { $0.restoringAnew(authority) } }

  /// Everybody has answered: what is contested only for that is so no more.
  public func sealChains() throws { try change { $0.sealing() } }

  /// Remembers a root that our log's key signed and our log never had: until another epoch begins nothing goes on.
  public func keep(stranger root: StrangeRoot) throws {
    let checkpoint = root.checkpoint
    try set(
      StrangeRoot.key,
      [root.isSigned ? "1" : "0", checkpoint.origin, "\(checkpoint.size)", hexadecimal(checkpoint.root.bytes)]
        .joined(separator: "\n"))
  }

  /// Another epoch begins.
  public func forgetStranger() throws {
    try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [StrangeRoot.key])
  }

  /// Changes every chain for which there is another.
  func change(_ other: (ChainState) -> ChainState?) throws {
    var changed: [ChainState] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM chain")
    while let row = try rows.next() { if let chain = try other(ChainState(row)) { changed.append(chain) } }
    for chain in changed { try chain.upsert(db) }
  }
}

extension StoreReader {
  /// A root that our log's key signed and our log never had; nil while there is none.
  public func stranger() throws -> StrangeRoot? {
    guard let parts = try meta(StrangeRoot.key)?.split(separator: "\n"), parts.count == 4, let size = UInt64(parts[2]),
      let root = decodeHexadecimal(parts[3]).flatMap({ TreeHash($0) })
    else { return nil }
    return StrangeRoot(
      checkpoint: Checkpoint(origin: String(parts[1]), size: size, root: root), isSigned: parts[0] == "1")
  }

  /// The newest epochs of other logs that we have not answered; older ones of the same log are over.
  public func unansweredEpochs() throws -> [LogEpoch] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM log_epoch e WHERE own = 0 AND answered = 0
        AND epoch = (SELECT MAX(epoch) FROM log_epoch WHERE authority = e.authority) ORDER BY authority
        """
    ).map(LogEpoch.init)
  }

  /// Whether a statement was refused since our log was restored.
  public func isRefusedSinceRestored(_ id: StatementID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM log_refused WHERE statement = ?)"),
      arguments: [blob(id.bytes)]) ?? false
  }

  /// Everything on record that an authority signed, is named in, or was shown, in the order of the log.
  public func statements(heldOf name: AuthorityName) throws -> [StatementID] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT id FROM statement WHERE effective = 1 AND (
          issuer = ?1 OR from_authority = ?1 OR to_authority = ?1 OR id IN (SELECT statement FROM party WHERE authority = ?1)
          OR entry IN (SELECT entry FROM feed WHERE peer = ?1))
        ORDER BY idx
        """, arguments: [name.description]
    ).compactMap { StatementID($0.blob("id")) }
  }

  /// Whose log this is, where it was restored and not everybody has answered yet; else nil.
  public func restoredLog() throws -> AuthorityName? { try restoration()?.authority }

  /// Our newest epoch, as long as not everybody has answered what they hold of the log before it; else nil.
  public func restoration() throws -> LogEpoch? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT * FROM log_epoch WHERE own = 1 AND sealed = 0
          AND epoch = (SELECT MAX(epoch) FROM log_epoch WHERE own = 1)
          """)
    ).map(LogEpoch.init)
  }

  /// The newest epoch of our own log; nil while that is its first.
  public func ownEpoch() throws -> LogEpoch? {
    try Row.fetchOne(db, sql: "SELECT * FROM log_epoch WHERE own = 1 ORDER BY epoch DESC LIMIT 1").map(LogEpoch.init)
  }

  /// The newest epoch of an authority's log that is known; nil while that is its first.
  public func epoch(of authority: AuthorityName) throws -> LogEpoch? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM log_epoch WHERE authority = ? ORDER BY epoch DESC LIMIT 1"),
      arguments: [authority.description]
    ).map(LogEpoch.init)
  }

  /// The epoch that a log's origin names, where a statement opened it.
  public func epoch(origin: String) throws -> LogEpoch? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM log_epoch WHERE origin = ?"), arguments: [origin]
    ).map(LogEpoch.init)
  }

  /// The parts of answers to a new epoch.
  public func answers(to opening: StatementID) throws -> [KeptLogAnswer] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM log_answer WHERE opening = ? ORDER BY authority, part", arguments: [blob(opening.bytes)]
    ).map { row in
      guard let statement = StatementID(row.blob("statement")), let name = AuthorityName(row["authority"] as String),
        let record = RecordID(row.blob("record"))
      else { throw StoreError.damaged("an answer to a new epoch") }
      return KeptLogAnswer(
        statement: statement, authority: name, record: record, part: UInt64(clamping: row["part"] as Int64),
        parts: UInt64(clamping: row["parts"] as Int64), isWhole: row["whole"])
    }
  }

  /// The origins of our logs that ended.
  public func endedLogs() throws -> [String] {
    try String.fetchAll(db, sql: "SELECT DISTINCT origin FROM ended_leaf ORDER BY origin")
  }

  /// The entries of a log of ours that ended, in its order, from one on.
  public func endedLeaves(origin: String, from index: UInt64, limit: Int) throws -> [LogEntry] {
    try Row.fetchAll(
      db, sql: "SELECT entry FROM ended_leaf WHERE origin = ? AND idx >= ? ORDER BY idx LIMIT ?",
      arguments: [origin, Int64(clamping: index), limit]
    ).map { row in
      guard let entry = LogEntry(row.blob("entry")) else { throw StoreError.damaged("a leaf of an ended log") }
      return entry
    }
  }
}

extension LogEpoch {
  init(_ row: Row) throws {
    guard let authority = AuthorityName(row["authority"] as String), let opening = StatementID(row.blob("statement"))
    else { throw StoreError.damaged("an epoch of a log") }
    self.init(
      authority: authority, epoch: UInt64(clamping: row["epoch"] as Int64), origin: row["origin"], opening: opening,
      isOwn: row["own"], isSealed: row["sealed"])
  }
}
