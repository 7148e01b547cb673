public import Custody
import GRDB
public import Roster

/// The newest view of everybody's keys that a partner published.
public struct StoredKeyView: Hashable, Sendable {
  public let issuer: AuthorityName
  /// The message that brought it.
  public let statement: StatementID
  /// When its issuer signed that, and when it came to be read here.
  public let signedAt: UnixTime
  public let receivedAt: UnixTime
  /// As it was encoded (`KeyView`).
  public let bytes: [UInt8]

  public init(
    issuer: AuthorityName, statement: StatementID, signedAt: UnixTime, receivedAt: UnixTime, bytes: [UInt8]
  ) {
    self.issuer = issuer
    self.statement = statement
    self.signedAt = signedAt
    self.receivedAt = receivedAt
    self.bytes = bytes
  }

  fileprivate init(_ row: Row) throws {
    guard let issuer = AuthorityName(row["issuer"]), let id = StatementID(row.blob("statement")) else {
      throw StoreError.damaged("a view of the keys")
    }
    self.init(
      issuer: issuer, statement: id, signedAt: row["signed_at"], receivedAt: row["received_at"],
      bytes: row.blob("bytes"))
  }
}

extension StoreReader {
  /// The newest view of each issuer, by issuer.
  public func keyViews() throws -> [StoredKeyView] {
    try Row.fetchAll(db, sql: "SELECT * FROM key_view ORDER BY issuer").map { try StoredKeyView($0) }
  }

  /// Messages that bring a view which nobody has read yet, in the order of the log.
  public func dueKeyViews() throws -> [StatementID] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT d.statement FROM key_view_due d LEFT JOIN statement s ON s.id = d.statement AND s.effective = 1
        ORDER BY s.idx
        """
    ).compactMap { StatementID($0.blob("statement")) }
  }

  /// The adopted roster of a version, with its digest.
  public func roster(version: UInt64) throws -> (digest: [UInt8], bytes: [UInt8])? {
    guard let version = Int64(exactly: version) else { return nil }
    return try Row.fetchOne(db, sql: "SELECT digest, bytes FROM roster WHERE version = ?", arguments: [version])
      .map { ($0.blob("digest"), $0.blob("bytes")) }
  }

  /// How many rosters were adopted.
  public func rosterCount() throws -> Int { try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM roster") ?? 0 }
}

extension StoreTransaction {
  /// Notes that a message brings a view which is to be read.
  public func note(keyViewIn id: StatementID) throws {
    try db.execute(sql: "INSERT OR IGNORE INTO key_view_due VALUES (?)", arguments: [blob(id.bytes)])
  }

  /// The view that a message brings was read, or can't be.
  /// - Returns: whether it had been waited for.
  public func settle(keyViewIn id: StatementID) throws -> Bool {
    try db.execute(sql: "DELETE FROM key_view_due WHERE statement = ?", arguments: [blob(id.bytes)])
    return db.changesCount > 0
  }

  /// Forgets the view of an authority that has left. The message that brought it stays.
  public func drop(keyViewOf issuer: AuthorityName) throws {
    try db.execute(sql: "DELETE FROM key_view WHERE issuer = ?", arguments: [issuer.description])
  }

  /// Keeps a view in place of an older one of its issuer; of two signed in one second, the one that came later.
  /// - Returns: whether it is now the newest.
  @discardableResult
  public func keep(keyView view: StoredKeyView) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO key_view VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (issuer) DO UPDATE SET statement = excluded.statement, signed_at = excluded.signed_at,
          received_at = excluded.received_at, bytes = excluded.bytes
        WHERE excluded.signed_at >= key_view.signed_at
        """,
      arguments: [
        view.issuer.description, blob(view.statement.bytes), view.signedAt, view.receivedAt, blob(view.bytes),
      ])
    return db.changesCount > 0
  }
}
