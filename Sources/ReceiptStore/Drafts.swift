public import Custody
import GRDB
public import Roster

/// An event that waits for approvals, frozen: recorded_at, roster and flags do not change any more.
public struct StoredDraft: Sendable {
  public let id: RecordID
  /// Digest of the request that made it, so that the same request finds it and another one is told. Zeros once its content
  /// is gone: whoever has the digest of one person's name could try names.
  public let request: [UInt8]
  /// Whether nobody knows any more what was asked: it was discarded, or the content of what it became was erased.
  public var isForgotten: Bool { request.allSatisfy { $0 == 0 } }
  /// The deterministic event map without approvals.
  public let event: [UInt8]
  /// How many officers must approve.
  public let officers: Int
  /// In what offices somebody must approve beside them.
  public let roles: [ApprovalRole]
  public let createdAt: UnixTime
  /// How many lines its manifest has; 0 for one that an older version drafted.
  public let lines: Int
  /// What it became.
  public let statement: StatementID?
  public let isDiscarded: Bool

  public init(
    id: RecordID, request: [UInt8], event: [UInt8], officers: Int, roles: [ApprovalRole] = [], createdAt: UnixTime,
    lines: Int = 0, statement: StatementID? = nil, isDiscarded: Bool = false
  ) {
    self.roles = roles
    self.lines = lines
    self.id = id
    self.request = request
    self.event = event
    self.officers = officers
    self.createdAt = createdAt
    self.statement = statement
    self.isDiscarded = isDiscarded
  }
}

/// An approval handed in for a draft.
public struct StoredApproval: Sendable {
  public let keyID: [UInt8]
  public let officer: UInt64
  public let bytes: [UInt8]
  /// The local user who handed it in.
  public let user: UInt32

  public init(keyID: [UInt8], officer: UInt64, bytes: [UInt8], user: UInt32) {
    self.keyID = keyID
    self.officer = officer
    self.bytes = bytes
    self.user = user
  }
}

extension StoreReader {
  public func draft(_ id: RecordID) throws -> StoredDraft? {
    try Row.fetchOne(db, sql: "SELECT * FROM draft WHERE id = ?", arguments: [blob(id.bytes)]).map(StoredDraft.init)
  }

  static let openDraftsSQL = """
    SELECT * FROM draft WHERE statement IS NULL AND discarded = 0 AND (created_at, id) > (?, ?)
    ORDER BY created_at, id LIMIT ?
    """
  static let openDraftCountSQL = "SELECT COUNT(*) FROM draft WHERE statement IS NULL AND discarded = 0"

  /// Drafts that wait for approvals, oldest first.
  /// - Parameter place: only those made after it, or in its second with a greater id.
  public func openDrafts(after place: (createdAt: UnixTime, id: RecordID)? = nil, limit: Int = 1000) throws
    -> [StoredDraft]
  {
    try Row.fetchAll(
      db.cachedStatement(sql: Self.openDraftsSQL),
      arguments: [place?.createdAt ?? .min, blob(place?.id.bytes ?? []), limit]
    ).map(StoredDraft.init)
  }

  /// How many drafts wait.
  public func openDraftCount() throws -> Int { try Int.fetchOne(db, sql: Self.openDraftCountSQL) ?? 0 }

  /// Approvals of a draft, sorted bytewise by kid, as they will stand in the statement.
  public func approvals(of draft: RecordID) throws -> [StoredApproval] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM approval WHERE draft = ? ORDER BY kid", arguments: [blob(draft.bytes)]
    ).map { row in
      StoredApproval(
        keyID: row.blob("kid"), officer: UInt64(bitPattern: row["officer"]), bytes: row.blob("bytes"),
        user: UInt32(truncatingIfNeeded: row["user"] as Int64))
    }
  }
}

extension StoreTransaction {
  public func keep(draft: StoredDraft) throws {
    try db.execute(
      sql: "INSERT INTO draft (id, request, event, officers, created_at, lines, roles) VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        blob(draft.id.bytes), blob(draft.request), blob(draft.event), draft.officers, draft.createdAt, draft.lines,
        draft.roles.map(\.rawValue).joined(separator: " "),
      ])
  }

  /// Keeps an approval; the first of a key stays.
  /// - Parameter replacing: whether one of the same key does not count any more and makes room.
  public func keep(approval: StoredApproval, of draft: RecordID, replacing: Bool = false) throws {
    if replacing {
      try db.execute(
        sql: "DELETE FROM approval WHERE draft = ? AND kid = ?",
        arguments: [blob(draft.bytes), blob(approval.keyID)])
    }
    try db.execute(
      sql: "INSERT OR IGNORE INTO approval VALUES (?, ?, ?, ?, ?)",
      arguments: [
        blob(draft.bytes), blob(approval.keyID), Int64(bitPattern: approval.officer), blob(approval.bytes),
        Int64(approval.user),
      ])
  }

  public func sign(draft: RecordID, as statement: StatementID) throws {
    try db.execute(
      sql: "UPDATE draft SET statement = ? WHERE id = ?", arguments: [blob(statement.bytes), blob(draft.bytes)])
    try move(contentOf: draft.bytes, to: statement)
  }

  public func discard(draft: RecordID) throws {
    try db.execute(
      sql: "UPDATE draft SET discarded = 1, request = zeroblob(32) WHERE id = ?", arguments: [blob(draft.bytes)])
    try destroy(contentOf: draft.bytes)
  }

  /// Forgets what was asked when a statement was drafted. What one message became is one statement or more.
  func forget(requestOf statement: StatementSummary) throws {
    try db.execute(
      sql: "UPDATE draft SET request = zeroblob(32) WHERE statement = ?", arguments: [blob(statement.id.bytes)])
    guard statement.type == .message else { return }
    try db.execute(
      sql: "UPDATE draft SET request = zeroblob(32) WHERE id = ?", arguments: [blob(statement.recordID.bytes)])
  }
}

extension StoredDraft {
  init(_ row: Row) throws {
    guard let id = RecordID(row.blob("id")) else { throw StoreError.damaged("a draft row") }
    self.init(
      id: id, request: row.blob("request"), event: row.blob("event"), officers: row["officers"],
      roles: (row["roles"] as String).split(separator: " ").compactMap { ApprovalRole(rawValue: String($0)) },
      createdAt: row["created_at"], lines: row["lines"],
      statement: row.optionalBlob("statement").flatMap { StatementID($0) },
      isDiscarded: row["discarded"])
  }
}
