public import Custody
import Foundation
import GRDB
public import Roster
public import TransparencyLog

/// What can be asked within one consistent snapshot.
public struct StoreReader: CustodyView, TileSource {
  let db: Database
  let session: KeySession

  public func chain(_ subject: SubjectReference) throws -> ChainState? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM chain WHERE subject = ?"), arguments: [blob(subject.bytes)]
    ).map(ChainState.init)
  }

  public func releaseLine(_ release: StatementID, _ line: Int) throws -> ReleaseLine? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM release_line WHERE release = ? AND line = ?"),
      arguments: [blob(release.bytes), line]
    ).map { try ReleaseLine($0) }
  }

  public func summary(_ id: StatementID) throws -> StatementSummary? { try statement(id)?.summary }

  /// What a statement on record says of whom it moves; nil where it is not here, or was erased.
  public func manifest(of id: StatementID) throws -> Manifest? { try content(owner: id.bytes).manifest }

  /// The envelope of a statement on record.
  public func event(of id: StatementID) throws -> Event? {
    try statement(id).map { try SignedStatement(decoding: $0.bytes).event }
  }

  /// Whether a statement is on record here and its lines are not.
  public func awaitsLines(_ id: StatementID) throws -> Bool {
    try isIncomplete(id) || isBare(id) && !isCompleted(id)
  }

  public func hashes(of tile: TileAddress) throws -> [TreeHash] {
    guard
      let stored = try Data.fetchOne(
        db.cachedStatement(sql: "SELECT hashes FROM tile WHERE level = ? AND idx = ?"),
        arguments: [tile.level, Int64(clamping: tile.index)])
    else { return [] }
    let bytes = [UInt8](stored)
    return stride(from: 0, to: bytes.count, by: 32).compactMap { TreeHash(bytes[$0..<min($0 + 32, bytes.count)]) }
  }

  /// The effective registration of a statement.
  public func statement(_ id: StatementID) throws -> StoredStatement? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM statement WHERE id = ? AND effective = 1"), arguments: [blob(id.bytes)]
    ).map(StoredStatement.init)
  }

  public func statement(entry: LogEntry) throws -> StoredStatement? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM statement WHERE entry = ?"), arguments: [blob(entry.bytes)]
    ).map(StoredStatement.init)
  }

  /// Statements in log order from an index on.
  public func statements(from index: UInt64, limit: Int) throws -> [StoredStatement] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM statement WHERE idx >= ? ORDER BY idx LIMIT ?",
      arguments: [Int64(clamping: index), limit]
    ).map(StoredStatement.init)
  }

  /// Receipts for an entry, our own first.
  public func receipts(_ entry: LogEntry) throws -> [(origin: String, bytes: [UInt8], issuedAt: UnixTime)] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM receipt WHERE entry = ? ORDER BY issued_at, origin"),
      arguments: [blob(entry.bytes)]
    ).map { ($0["origin"], $0.blob("bytes"), $0["issued_at"]) }
  }

  public func flags(_ id: StatementID) throws -> [Violation] {
    let flags = try Row.fetchAll(
      db, sql: "SELECT * FROM flag WHERE statement = ? ORDER BY seq", arguments: [blob(id.bytes)]
    ).compactMap { row in
      CheckCode(rawValue: row["code"]).map { Violation($0, line: row["line"], row["detail"]) }
    }
    return try flags
      + [doubtFlag(id)].compactMap(\.self).filter { doubt in
        doubt.code == .v15 || !flags.contains { $0.code == doubt.code }
      }
  }

  /// A doubt is a flag for as long as it lasts.
  private func doubtFlag(_ id: StatementID) throws -> Violation? {
    guard let time = try doubt(id) else { return nil }
    guard time != Self.sealedBefore else {
      return Violation(
        .v21,
        "its issuer's log has ended, and neither is its final checkpoint known to hold it nor anybody to have seen it before"
      )
    }
    let since = OffsetTime(unix: time)
    return Violation(
      .v15, "others may have its key, or its officers', since \(since), and nobody else is known to have seen it before"
    )
  }

  static let alarmsSQL = "SELECT code, detail, raised_at FROM alarm WHERE ended_at IS NULL ORDER BY id"

  /// Alarms that have not ended, oldest first.
  public func alarms() throws -> [(code: String, detail: String, raisedAt: UnixTime)] {
    try Row.fetchAll(db, sql: Self.alarmsSQL).map {
      ($0["code"], $0["detail"], $0["raised_at"])
    }
  }

  /// The signed note of the newest checkpoint of a log, as it was stored.
  public func latestCheckpoint(origin: String) throws -> [UInt8]? {
    try Row.fetchOne(
      db, sql: "SELECT note FROM checkpoint WHERE origin = ? ORDER BY size DESC LIMIT 1", arguments: [origin]
    )?.blob("note")
  }

  /// The same with the cosignatures that are kept of it, as it is handed out.
  public func shownCheckpoint(origin: String) throws -> [UInt8]? {
    try latestCheckpoint(origin: origin).map { try withCosignatures($0) }
  }

  /// When the newest checkpoint of a log was signed or first seen.
  public func latestCheckpointTime(origin: String) throws -> UnixTime? {
    try UnixTime.fetchOne(
      db, sql: "SELECT seen_at FROM checkpoint WHERE origin = ? ORDER BY size DESC LIMIT 1", arguments: [origin])
  }

  /// Every checkpoint kept of a log: notes, oldest first.
  public func checkpoints(origin: String) throws -> [[UInt8]] {
    try Row.fetchAll(
      db, sql: "SELECT note FROM checkpoint WHERE origin = ? ORDER BY size, root", arguments: [origin]
    ).map { $0.blob("note") }
  }

  /// Those of them that have one of these sizes.
  public func checkpoints(origin: String, sizes: Set<UInt64>) throws -> [[UInt8]] {
    try sizes.sorted().flatMap { size in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT note FROM checkpoint WHERE origin = ? AND size = ? ORDER BY root"),
        arguments: [origin, Int64(clamping: size)]
      ).map { $0.blob("note") }
    }
  }

  /// Whether a checkpoint with this root is kept of a log.
  public func hasCheckpoint(origin: String, root: TreeHash) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM checkpoint WHERE origin = ? AND root = ?)",
      arguments: [origin, blob(root.bytes)]) ?? false
  }

  /// Checkpoints of every log but ours, newest of each.
  public func latestCheckpoints(except origin: String) throws -> [[UInt8]] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT note FROM checkpoint AS c WHERE origin <> ?
        AND size = (SELECT MAX(size) FROM checkpoint WHERE origin = c.origin) ORDER BY origin
        """, arguments: [origin]
    ).map { try withCosignatures($0.blob("note")) }
  }

  public func roster(digest: [UInt8]) throws -> [UInt8]? {
    try Row.fetchOne(db, sql: "SELECT bytes FROM roster WHERE digest = ?", arguments: [blob(digest)])?.blob("bytes")
  }

  /// Whether a digest is that of an adopted roster which went before a version.
  public func hasRoster(digest: [UInt8], before version: UInt64) throws -> Bool {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM roster WHERE digest = ? AND version < ?"),
      arguments: [blob(digest), Int64(clamping: version)]) != nil
  }

  /// Every adopted roster, by version.
  /// - Parameter version: only those after it.
  public func rosters(after version: UInt64? = nil) throws -> [[UInt8]] {
    try Row.fetchAll(
      db, sql: "SELECT bytes FROM roster WHERE version > ? ORDER BY version",
      arguments: [version.map { Int64(clamping: $0) } ?? -1]
    ).map { $0.blob("bytes") }
  }

  public func policy(digest: [UInt8]) throws -> [UInt8]? {
    try Row.fetchOne(db, sql: "SELECT bytes FROM policy WHERE digest = ?", arguments: [blob(digest)])?.blob("bytes")
  }

  public func meta(_ key: String) throws -> String? {
    try String.fetchOne(db.cachedStatement(sql: "SELECT value FROM meta WHERE key = ?"), arguments: [key])
  }
}
