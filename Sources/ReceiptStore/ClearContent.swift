import GRDB

/// Encrypts what earlier versions kept in clear: batch by batch, and begun again where it was when the process ends. Then
/// the file is written anew without what was deleted.
enum ClearContent {
  private static let batch = 200
  private static let batchByteCount = 32 << 20

  static func encrypt(_ pool: DatabasePool, keys: ContentKeys, progress: (Int, Int) -> Void) throws {
    if try pool.read({ try $0.tableExists("content_clear") }) {
      let total = try pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM content_clear") ?? 0 }
      var done = 0
      while done < total {
        let count = try pool.write { try encryptBatch($0, keys: keys) }
        guard count > 0 else { break }
        done += count
        progress(done, total)
      }
      try pool.write { db in
        try db.execute(sql: "DROP TABLE content_clear")
        if total > 0 { try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('rewrite', '1')") }
      }
    }
    try rewriteIfNeeded(pool)
  }

  private static func encryptBatch(_ db: Database, keys: ContentKeys) throws -> Int {
    let session = KeySession(keys)
    let transaction = StoreTransaction(db: db, session: session)
    let ids = try Int64.fetchAll(db, sql: "SELECT rowid FROM content_clear LIMIT ?", arguments: [batch])
    var (done, byteCount) = (0, 0)
    for id in ids where byteCount < batchByteCount {
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM content_clear WHERE rowid = ?", arguments: [id]) else {
        continue
      }
      let (owner, part) = (row.blob("owner"), ContentPart(clear: row))
      if let key = try session.keyForWriting(.content(owner)) { try transaction.keep(part, owner: owner, key: key) }
      try db.execute(sql: "DELETE FROM content_clear WHERE rowid = ?", arguments: [id])
      (done, byteCount) = (done + 1, byteCount + part.bytes.count)
    }
    try session.flush(destroying: [])
    return done
  }

  /// Deleted rows stay readable in free pages and in the WAL until both are written anew.
  private static func rewriteIfNeeded(_ pool: DatabasePool) throws {
    guard try pool.read({ try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'rewrite'") }) != nil else {
      return
    }
    try pool.vacuum()
    _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try pool.write { try $0.execute(sql: "DELETE FROM meta WHERE key = 'rewrite'") }
  }
}
