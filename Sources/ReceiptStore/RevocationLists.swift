import GRDB
public import OpenSSL
public import Roster

/// A revocation list that was fetched.
public struct FetchedList: Hashable, Sendable {
  public let url: String
  /// A former one says so of itself.
  public let list: RevocationList
  /// When it was first taken.
  public let at: UnixTime

  public init(url: String, list: RevocationList, at: UnixTime) {
    self.url = url
    self.list = list
    self.at = at
  }
}

extension StoreReader {
  /// The lists that were fetched: of each URL the newest, and former ones for what that leaves out.
  public func revocationLists() throws -> [FetchedList] {
    try Row.fetchAll(db, sql: "SELECT * FROM revocation_list ORDER BY url, former, id").map { row in
      guard let list = try? RevocationList(der: row.blob("bytes"), isFormer: row["former"]) else {
        throw StoreError.damaged("a revocation list")
      }
      return FetchedList(url: row["url"], list: list, at: row["at"])
    }
  }

  /// Our own statements about custody, from an index on, beside which no time stamp is kept.
  public func unstamped(from index: UInt64, limit: Int) throws -> [StoredStatement] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM statement s WHERE idx >= ? AND own = 1 AND effective = 1 AND kind IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM time_stamp t WHERE t.entry = s.entry) ORDER BY idx LIMIT ?
        """, arguments: [Int64(clamping: index), limit]
    ).map(StoredStatement.init)
  }
}

extension StoreReader {
  /// Statements beside which a time stamp is kept, the newest first.
  public func stamped(limit: Int) throws -> [(StoredStatement, token: [UInt8])] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT s.*, t.bytes AS token FROM time_stamp t JOIN statement s ON s.entry = t.entry
        ORDER BY s.idx DESC LIMIT ?
        """, arguments: [limit]
    ).map { (try StoredStatement($0), $0.blob("token")) }
  }
}

extension StoreTransaction {
  /// How many former lists of one URL are kept.
  public static let keptFormerLists = 16

  /// Keeps a newer list of a URL. The one before stays beside it where it says what the newer one leaves out.
  public func keep(_ new: FetchedList) throws {
    // The same list again is no former one of itself.
    try db.execute(
      sql: "DELETE FROM revocation_list WHERE url = ? AND bytes = ?", arguments: [new.url, blob(new.list.der)])
    let former = try reader.revocationLists().first { $0.url == new.url && !$0.list.isFormer }
    if let former, new.list.leavesOut(of: former.list) {
      try db.execute(sql: "UPDATE revocation_list SET former = 1 WHERE url = ? AND former = 0", arguments: [new.url])
      try db.execute(
        sql: """
          DELETE FROM revocation_list WHERE id IN (
            SELECT id FROM revocation_list WHERE url = ? AND former = 1 ORDER BY id DESC LIMIT -1 OFFSET ?)
          """, arguments: [new.url, Self.keptFormerLists])
    } else {
      try db.execute(sql: "DELETE FROM revocation_list WHERE url = ? AND former = 0", arguments: [new.url])
    }
    try db.execute(
      sql: "INSERT INTO revocation_list (url, bytes, former, at) VALUES (?, ?, 0, ?)",
      arguments: [new.url, blob(new.list.der), new.at])
  }

  /// Forgets the lists of URLs that nobody wants any more.
  /// - Returns: whether there were any.
  public func forgetLists(except urls: Set<String>) throws -> Bool {
    let gone = Set(try String.fetchAll(db, sql: "SELECT url FROM revocation_list")).subtracting(urls)
    for url in gone { try db.execute(sql: "DELETE FROM revocation_list WHERE url = ?", arguments: [url]) }
    return !gone.isEmpty
  }
}
