import Custody
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
  /// How many former lists of one URL are kept, and how many bytes of them.
  public static let keptFormerLists = 64
  public static let keptFormerBytes = 64 << 20

  /// Keeps a newer list of a URL. Those before stay beside it as far as they say what neither it nor others of them say.
  /// - Parameter most: how many former ones may stay.
  /// - Throws: `RevocationListCheck.Refusal.full` when more would have to: nothing is forgotten that may be a compromise.
  public func keep(_ new: FetchedList, formerAtMost most: Int = keptFormerLists) throws {
    let kept = try reader.revocationLists().filter { $0.url == new.url }.map(\.list)
    // The same list again is no former one of itself.
    let former = try Self.former(kept.filter { $0.der != new.list.der }, beside: new.list, most)
    for list in kept where !former.contains(list) {
      try db.execute(
        sql: "DELETE FROM revocation_list WHERE url = ? AND bytes = ?", arguments: [new.url, blob(list.der)])
    }
    try db.execute(sql: "UPDATE revocation_list SET former = 1 WHERE url = ?", arguments: [new.url])
    try db.execute(
      sql: "INSERT INTO revocation_list (url, bytes, former, at) VALUES (?, ?, 0, ?)",
      arguments: [new.url, blob(new.list.der), new.at])
  }

  /// Those of the lists that go on to count. Where there are too many, only what may be a compromise is worth the place.
  private static func former(_ lists: [RevocationList], beside newest: RevocationList, _ most: Int) throws
    -> [RevocationList]
  {
    var former = lists
    for onlyExposing in [false, true] {
      for list in former {
        let others = former.filter { $0 != list }
        if !list.saysMore(than: others + [newest], onlyExposing: onlyExposing) { former = others }
      }
      if former.count <= most, former.map(\.der.count).reduce(0, +) <= keptFormerBytes { return former }
    }
    throw RevocationListCheck.Refusal.full
  }

  /// Forgets the lists of URLs that nobody wants any more.
  /// - Returns: whether there were any.
  public func forgetLists(except urls: Set<String>) throws -> Bool {
    let gone = Set(try String.fetchAll(db, sql: "SELECT url FROM revocation_list")).subtracting(urls)
    for url in gone { try db.execute(sql: "DELETE FROM revocation_list WHERE url = ?", arguments: [url]) }
    return !gone.isEmpty
  }
}
