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
  /// Whether everybody has answered what they hold of the log before it.
  public let isSealed: Bool
}

/// A part of an answer to a log's new epoch.
public struct KeptLogAnswer: Sendable, Hashable {
  public let statement: StatementID
  public let authority: AuthorityName
  public let part: UInt64
  public let parts: UInt64
  /// Whether all that it cites is here.
  public let isWhole: Bool
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

  /// Everybody has answered what they hold of the logs before an authority's newest epoch.
  public func sealEpochs(of authority: AuthorityName) throws {
    try db.execute(sql: "UPDATE log_epoch SET sealed = 1 WHERE authority = ?", arguments: [authority.description])
  }

  /// Keeps a part of an answer; the same again changes nothing.
  public func keep(
    answer: StatementID, to opening: StatementID, by authority: AuthorityName, part: UInt64, of parts: UInt64
  ) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO log_answer (statement, opening, authority, part, parts) VALUES (?, ?, ?, ?, ?)",
      arguments: [
        blob(answer.bytes), blob(opening.bytes), authority.description, Int64(clamping: part), Int64(clamping: parts),
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
  public func restoreChains(of authority: AuthorityName) throws { try change { $0.restoring(authority) } }

  /// Everybody has answered: what is contested only for that is so no more.
  public func sealChains() throws { try change { $0.sealing() } }

  /// From now on the log's head is kept beside the store.
  public func keepHead() throws {
    if try !reader.keepsHead() { try set("head", "kept") }
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
  /// Whether the log's head is kept beside the store.
  public func keepsHead() throws -> Bool { try meta("head") != nil }

  public func restoredLog() throws -> AuthorityName? { try restoration()?.authority }

  /// Our newest epoch, as long as not everybody has answered what they hold of the log before it; else nil.
  public func restoration() throws -> LogEpoch? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM log_epoch WHERE own = 1 AND sealed = 0 ORDER BY epoch DESC LIMIT 1")
    ).map(LogEpoch.init)
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
      guard let statement = StatementID(row.blob("statement")), let name = AuthorityName(row["authority"] as String)
      else { throw StoreError.damaged("an answer to a new epoch") }
      return KeptLogAnswer(
        statement: statement, authority: name, part: UInt64(clamping: row["part"] as Int64),
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
      isSealed: row["sealed"])
  }
}
