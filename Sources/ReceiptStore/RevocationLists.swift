import Custody
import GRDB
public import OpenSSL

/// A revocation list that was fetched.
public struct FetchedList: Hashable, Sendable {
  public let url: String
  /// A former one says so of itself.
  public let list: RevocationList

  public init(url: String, list: RevocationList) {
    self.url = url
    self.list = list
  }
}

extension StoreReader {
  /// The lists that were fetched: of each URL the newest, and former ones for what that leaves out.
  /// - Parameter url: of this one alone.
  public func revocationLists(of url: String? = nil) throws -> [FetchedList] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM revocation_list WHERE url = ?1 OR ?1 IS NULL ORDER BY url, former, id", arguments: [url]
    ).map { row in
      guard let list = try? RevocationList(der: row.blob("bytes"), isFormer: row["former"]) else {
        throw StoreError.damaged("a revocation list")
      }
      return FetchedList(url: row["url"], list: list)
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
    let kept = try reader.revocationLists(of: new.url).map(\.list)
    // The same list again is no former one of itself.
    let former = try Self.former(kept.filter { $0.der != new.list.der }, beside: new.list, most)
    for list in kept where !former.contains(list) {
      try db.execute(
        sql: "DELETE FROM revocation_list WHERE url = ? AND bytes = ?", arguments: [new.url, blob(list.der)])
    }
    try db.execute(sql: "UPDATE revocation_list SET former = 1 WHERE url = ?", arguments: [new.url])
    try db.execute(
      sql: "INSERT INTO revocation_list (url, bytes, former) VALUES (?, ?, 0)",
      arguments: [new.url, blob(new.list.der)])
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
  public func forgetLists(except urls: Set<String>) throws {
    let gone = Set(try String.fetchAll(db, sql: "SELECT url FROM revocation_list")).subtracting(urls)
    for url in gone { try db.execute(sql: "DELETE FROM revocation_list WHERE url = ?", arguments: [url]) }
  }
}
