import Custody
import Foundation
import GRDB
import OpenSSL
import Roster

/// What is set right when a store is opened, before anything is answered.
extension DatabasePool {
  /// Forgets all that the content keys opened, if their file is gone. Statements, receipts and the log stay.
  func abandonContent(keysIn folder: String, objects: String) throws {
    let path = "\(folder)/\(ContentKeys.fileName)"
    guard !FileManager.default.fileExists(atPath: path) else { return }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: objects)) ?? [] {
      try FileManager.default.removeItem(atPath: "\(objects)/\(name)")
    }
    try write { try $0.execute(sql: "DELETE FROM content; DELETE FROM object; DELETE FROM meta WHERE key = 'keys'") }
  }

  /// Opens the file of keys that belongs to this store, or makes it for a store that has none.
  func openKeys(in folder: String) throws -> ContentKeys {
    let path = "\(folder)/\(ContentKeys.fileName)"
    guard FileManager.default.fileExists(atPath: folder) else { throw StoreError.noFile(path) }
    let known = try read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'keys'") }
    if let known {
      guard FileManager.default.fileExists(atPath: path) else { throw try keysMissing(path) }
      let keys = try ContentKeys(path: path)
      guard let store = try keys.store() else { throw try keysMissing(path) }
      guard store == known else { throw StoreError.keysOfAnother(path) }
      return keys
    }
    let keys = try ContentKeys(path: path)
    let name = try keys.store() ?? hexadecimal(randomBytes(16))
    try keys.set(store: name)
    try write { try $0.execute(sql: "INSERT INTO meta VALUES ('keys', ?)", arguments: [name]) }
    return keys
  }

  private func keysMissing(_ path: String) throws -> StoreError {
    .keysMissing(path, rows: try read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM content") ?? 0 })
  }

  /// Makes store and file of keys agree on what was erased, where a backup of one of them was put back.
  func reconcileErasures(_ keys: ContentKeys) throws {
    try write { db in
      let done =
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM erasure WHERE kind = 'content' AND done = 1") ?? 0
      let destroyed = try keys.destroyedCount(.content)
      // An older file of keys knows keys that were destroyed: they are destroyed again.
      if destroyed < done { try db.execute(sql: "UPDATE erasure SET done = 0 WHERE kind = 'content'") }
      if destroyed > done { try forgetDestroyed(keys, db) }
    }
  }

  /// A store that is older than the file of keys does not know what was erased since. Its content does not open; its objects,
  /// and the ages that the derived tables have of it, go again.
  private func forgetDestroyed(_ keys: ContentKeys, _ db: Database) throws {
    let new = try keys.destroyedOwners().filter { owner in
      try Bool.fetchOne(
        db.cachedStatement(sql: "SELECT NOT EXISTS (SELECT 1 FROM erasure WHERE kind = 'content' AND owner = ?)"),
        arguments: [blob(owner)]) ?? false
    }
    for owner in new {
      try db.execute(sql: "INSERT INTO erasure VALUES ('content', ?, 1)", arguments: [blob(owner)])
      try db.execute(sql: "DELETE FROM content WHERE owner = ?", arguments: [blob(owner)])
      try db.forgetAges(of: owner)
    }
    for owner in new {
      // Of those alone: an object that another statement commits to, whose content is here, stays.
      try db.execute(
        sql: """
          INSERT INTO erasure SELECT DISTINCT 'object', r.object, 0 FROM statement_object r
          WHERE r.statement = ? AND r.kind = 'ciphertext' AND NOT EXISTS (
            SELECT 1 FROM statement_object o WHERE o.object = r.object AND NOT EXISTS (
              SELECT 1 FROM erasure e WHERE e.kind = 'content' AND e.owner = o.statement))
          ON CONFLICT (kind, owner) DO UPDATE SET done = 0
          """, arguments: [blob(owner)])
    }
    try db.execute(
      sql: "DELETE FROM object WHERE id IN (SELECT owner FROM erasure WHERE kind = 'object' AND done = 0)")
  }

  /// Destroys the keys of what was erased.
  func finishErasures(_ keys: ContentKeys, _ objects: ObjectFiles) throws {
    let pending = try read { try Row.fetchAll($0, sql: "SELECT kind, owner FROM erasure WHERE done = 0") }
      .compactMap(ContentKeys.Name.init)
    if pending.isEmpty { return }
    try keys.change(adding: [:], destroying: pending.filter { $0.kind == .content })
    for name in pending where name.kind == .object { try objects.destroy(name.owner) }
    try write { db in for name in pending { try name.markErased(db) } }
  }

  /// Objects whose file is here and whose row is not, because the process ended between, get it; rows whose file is gone
  /// go. What was being written and has no name yet is removed, and parts as they were before senders had their own.
  func recover(_ objects: ObjectFiles) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: objects.folder)
    for name in names where name.hasSuffix(".new") || name.hasSuffix(".part") {
      try objects.discard("\(objects.folder)/\(name)")
    }
    let here = Set(names.filter { $0.utf8.count == 64 }.compactMap(decodeHexadecimal))
    try write { db in
      let known = Set(try Row.fetchAll(db, sql: "SELECT id FROM object").map { $0.blob("id") })
      for id in known.subtracting(here) {
        try db.execute(sql: "DELETE FROM object WHERE id = ?", arguments: [blob(id)])
      }
      for id in here.subtracting(known) {
        guard let size = try? objects.state(id, from: nil).size else { continue }
        try db.execute(
          sql: """
            INSERT INTO object VALUES (?1, COALESCE(
              (SELECT kind FROM statement_object WHERE object = ?1), 'ciphertext'), ?2, unixepoch())
            """, arguments: [blob(id), Int64(clamping: size)])
      }
    }
  }
}

extension KeySession {
  /// Just before the commit: new keys go to disk, and those that earlier transactions erased are destroyed.
  func settle(_ db: Database) throws {
    let old = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT kind, owner FROM erasure WHERE done = 0 AND kind = 'content' LIMIT 1000")
    ).compactMap(ContentKeys.Name.init).filter { !erased.contains($0) }
    try flush(destroying: old)
    for name in old { try name.markErased(db) }
  }
}

extension ContentKeys.Name {
  init?(_ row: Row) {
    guard let kind = Kind(rawValue: row["kind"]) else { return nil }
    self.init(kind: kind, owner: row.blob("owner"))
  }

  func markErased(_ db: Database) throws {
    try db.execute(
      sql: "UPDATE erasure SET done = 1 WHERE kind = ? AND owner = ?", arguments: [kind.rawValue, blob(owner)])
  }
}
