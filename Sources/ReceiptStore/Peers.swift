import Custody
import GRDB
public import Roster

/// A peer that somebody added: where its courier is found.
public struct StoredPeer: Sendable, Hashable {
  public let authority: AuthorityName
  public let url: String
  public let addedAt: UnixTime
  /// The local user who added it.
  public let addedBy: UInt32

  public init(authority: AuthorityName, url: String, addedAt: UnixTime, addedBy: UInt32) {
    self.authority = authority
    self.url = url
    self.addedAt = addedAt
    self.addedBy = addedBy
  }
}

/// How exchanging with an authority went lately, added as a peer or not.
public struct PeerContact: Sendable, Hashable {
  /// Nothing is sent to it before this moment.
  public let holdUntil: UnixTime
  /// How often in a row it could not be reached.
  public let failures: Int
  /// When it was reached or reached us last.
  public let lastAt: UnixTime?
  /// The report of the last test, as it was handed in.
  public let test: [UInt8]?
  public let testedAt: UnixTime?

  public init(holdUntil: UnixTime, failures: Int, lastAt: UnixTime?, test: [UInt8]?, testedAt: UnixTime?) {
    self.holdUntil = holdUntil
    self.failures = failures
    self.lastAt = lastAt
    self.test = test
    self.testedAt = testedAt
  }
}

extension StoreReader {
  /// Every peer that was added, by name.
  public func peers() throws -> [StoredPeer] {
    try Row.fetchAll(db, sql: "SELECT * FROM peer ORDER BY authority").map(StoredPeer.init)
  }

  public func peer(_ authority: AuthorityName) throws -> StoredPeer? {
    try Row.fetchOne(db, sql: "SELECT * FROM peer WHERE authority = ?", arguments: [authority.description])
      .map(StoredPeer.init)
  }

  /// Zeros and nils for an authority that was never in contact.
  public func contact(_ authority: AuthorityName) throws -> PeerContact {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM contact WHERE authority = ?"), arguments: [authority.description])
    return PeerContact(
      holdUntil: row?["hold_until"] ?? 0, failures: row?["failures"] ?? 0, lastAt: row?["last_at"],
      test: row?.optionalBlob("test"), testedAt: row?["tested_at"])
  }
}

extension StoreTransaction {
  /// Adds a peer, or gives it another URL.
  public func add(peer: StoredPeer) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO peer VALUES (?, ?, ?, ?)",
      arguments: [peer.authority.description, peer.url, peer.addedAt, Int64(peer.addedBy)])
  }

  /// What is due to it stays due, and is sent when it is added again.
  /// - Returns: whether there was one.
  @discardableResult
  public func remove(peer authority: AuthorityName) throws -> Bool {
    try db.execute(sql: "DELETE FROM peer WHERE authority = ?", arguments: [authority.description])
    return db.changesCount > 0
  }

  /// A peer could not be reached: nothing is sent to it before then.
  public func hold(_ authority: AuthorityName, until time: UnixTime, failures: Int) throws {
    try db.execute(
      sql: """
        INSERT INTO contact (authority, hold_until, failures) VALUES (?, ?, ?)
        ON CONFLICT (authority) DO UPDATE SET hold_until = excluded.hold_until, failures = excluded.failures
        """, arguments: [authority.description, time, failures])
  }

  /// A peer was reached, or reached us: whatever held it back is over.
  public func noteContact(_ authority: AuthorityName, at time: UnixTime) throws {
    try db.execute(
      sql: """
        INSERT INTO contact (authority, last_at) VALUES (?, ?)
        ON CONFLICT (authority) DO UPDATE SET hold_until = 0, failures = 0, last_at = excluded.last_at
        """, arguments: [authority.description, time])
  }

  /// Keeps the report of the last test of a peer.
  public func keep(test report: [UInt8], of authority: AuthorityName, at time: UnixTime) throws {
    try db.execute(
      sql: """
        INSERT INTO contact (authority, test, tested_at) VALUES (?, ?, ?)
        ON CONFLICT (authority) DO UPDATE SET test = excluded.test, tested_at = excluded.tested_at
        """, arguments: [authority.description, blob(report), time])
  }
}

extension StoredPeer {
  init(_ row: Row) throws {
    guard let authority = AuthorityName(row["authority"] as String) else { throw StoreError.damaged("a peer's row") }
    self.init(
      authority: authority, url: row["url"], addedAt: row["added_at"],
      addedBy: UInt32(truncatingIfNeeded: row["added_by"] as Int64))
  }
}
