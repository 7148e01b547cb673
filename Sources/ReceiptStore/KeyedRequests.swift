public import Custody
import GRDB
public import Roster

/// A request that a client sent under a key of its own, so that it can be sent again with one effect and one answer.
public struct KeyedRequest: Sendable {
  /// What was answered.
  public struct Answer: Sendable {
    public let status: Int
    public let mediaType: String
    public let body: [UInt8]

    public init(status: Int, mediaType: String, body: [UInt8]) {
      self.status = status
      self.mediaType = mediaType
      self.body = body
    }
  }

  public let user: UInt32
  public let key: String
  public let operation: String
  /// Digest of what was asked.
  public let request: [UInt8]
  /// The draft's id, when the client left the choice to us.
  public let draft: RecordID
  public let createdAt: UnixTime
  /// Nil while it is not answered, or when the daemon ended before it was.
  public let answer: Answer?

  public init(
    user: UInt32, key: String, operation: String, request: [UInt8], draft: RecordID, createdAt: UnixTime,
    answer: Answer? = nil
  ) {
    self.user = user
    self.key = key
    self.operation = operation
    self.request = request
    self.draft = draft
    self.createdAt = createdAt
    self.answer = answer
  }
}

extension StoreReader {
  /// Whether requests are kept that are older than this.
  public func keepsKeys(before oldest: UnixTime) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM idempotency WHERE created_at < ?)", arguments: [oldest])
      ?? false
  }
}

extension StoreTransaction {
  /// Forgets requests that are older than this.
  public func forgetKeys(before oldest: UnixTime) throws {
    try db.execute(sql: "DELETE FROM idempotency WHERE created_at < ?", arguments: [oldest])
  }

  /// The request that this user sent under this key before, or this one, kept now. Those older than `oldest` are gone.
  public func begin(_ request: KeyedRequest, forgetting oldest: UnixTime) throws -> KeyedRequest {
    try forgetKeys(before: oldest)
    let known = try Row.fetchOne(
      db, sql: "SELECT * FROM idempotency WHERE user = ? AND key = ?", arguments: [Int64(request.user), request.key])
    if let known { return try KeyedRequest(known) }
    try db.execute(
      sql: """
        INSERT INTO idempotency (user, key, operation, request, draft, created_at) VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        Int64(request.user), request.key, request.operation, blob(request.request), blob(request.draft.bytes),
        request.createdAt,
      ])
    return request
  }

  /// Keeps what a request was answered.
  public func finish(_ request: KeyedRequest, _ answer: KeyedRequest.Answer) throws {
    try db.execute(
      sql: "UPDATE idempotency SET status = ?, media_type = ?, answer = ? WHERE user = ? AND key = ?",
      arguments: [answer.status, answer.mediaType, blob(answer.body), Int64(request.user), request.key])
  }
}

extension KeyedRequest {
  init(_ row: Row) throws {
    guard let draft = RecordID(row.blob("draft")) else { throw StoreError.damaged("a keyed request") }
    let status: Int? = row["status"]
    self.init(
      user: UInt32(truncatingIfNeeded: row["user"] as Int64), key: row["key"], operation: row["operation"],
      request: row.blob("request"), draft: draft, createdAt: row["created_at"],
      answer: status.map { Answer(status: $0, mediaType: row["media_type"] ?? "", body: row.blob("answer")) })
  }
}
