import Custody
import Foundation
import GRDB
import OpenSSL

/// The keys of what is encrypted at rest, one an owner, in an SQLite file of their own, so that no backup of the database
/// brings back what was erased. A key is on disk before what needs it; a destroyed one leaves its owner's name behind.
final class ContentKeys: Sendable {
  /// Whose key it is.
  struct Name: Hashable, Sendable {
    enum Kind: String, Sendable {
      /// What stands beside a statement or a draft, by its id.
      case content
      /// The bytes of an object. Its key stands under the mark in its file; only an erasure names the object's id.
      case object
    }

    let kind: Kind
    let owner: [UInt8]
  }

  /// What is known of a key.
  enum Standing: Sendable, Equatable {
    case known([UInt8])
    /// Erased: what it was for is gone for good, and on purpose.
    case destroyed
    case unknown
  }

  static let fileName = "content-keys.sqlite"

  private let queue: DatabaseQueue

  /// Opens or makes the file.
  init(path: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA secure_delete = ON; PRAGMA synchronous = FULL")
      let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode = TRUNCATE") ?? "none"
      guard journal == "truncate" else { throw StoreError.notDurable(synchronous: 2, journal: journal) }
    }
    queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { db in
      try db.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
          CREATE TABLE IF NOT EXISTS key (
            kind TEXT NOT NULL, owner BLOB NOT NULL, bytes BLOB, PRIMARY KEY (kind, owner)
          ) STRICT, WITHOUT ROWID;
          """)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  /// Which store these keys belong to; nil in a new file.
  func store() throws -> String? {
    try queue.read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'store'") }
  }

  func set(store name: String) throws {
    try queue.write { try $0.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('store', ?)", arguments: [name]) }
  }

  func standing(_ name: Name) throws -> Standing {
    try queue.read { db in
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT bytes FROM key WHERE kind = ? AND owner = ?"),
        arguments: [name.kind.rawValue, blob(name.owner)])
      guard let row else { return .unknown }
      return row.optionalBlob("bytes").map { .known($0) } ?? .destroyed
    }
  }

  /// Adds keys and destroys others in one transaction, on disk when this returns. No key is ever replaced, and an owner
  /// whose content was destroyed stays so; an object's mark is random and never comes back.
  func change(adding new: [Name: [UInt8]], destroying old: [Name] = []) throws {
    if new.isEmpty && old.isEmpty { return }
    try queue.write { db in
      for (name, key) in new {
        try db.execute(
          sql: "INSERT OR IGNORE INTO key VALUES (?, ?, ?)",
          arguments: [name.kind.rawValue, blob(name.owner), blob(key)])
      }
      for name in old where name.kind == .object {
        try db.execute(sql: "DELETE FROM key WHERE kind = 'object' AND owner = ?", arguments: [blob(name.owner)])
      }
      for name in old where name.kind == .content {
        try db.execute(
          sql: "INSERT INTO key VALUES (?, ?, NULL) ON CONFLICT (kind, owner) DO UPDATE SET bytes = NULL",
          arguments: [name.kind.rawValue, blob(name.owner)])
      }
    }
  }

  /// How many of a kind are destroyed.
  func destroyedCount(_ kind: Name.Kind) throws -> Int {
    try queue.read { db in
      try Int.fetchOne(
        db, sql: "SELECT COUNT(*) FROM key WHERE kind = ? AND bytes IS NULL", arguments: [kind.rawValue]) ?? 0
    }
  }

  /// Whose content was destroyed.
  func destroyedOwners() throws -> [[UInt8]] {
    try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT owner FROM key WHERE kind = 'content' AND bytes IS NULL ORDER BY owner")
        .map { $0.blob("owner") }
    }
  }

  func close() throws { try queue.close() }
}

/// The keys within one read or one transaction: new ones wait until just before the commit, all in one write.
final class KeySession {
  let keys: ContentKeys
  private var new: [ContentKeys.Name: [UInt8]] = [:]
  /// Owners that this transaction erases: their keys go after the commit.
  private(set) var erased: Set<ContentKeys.Name> = []
  /// Whether they should go at once and not with the next transaction.
  private(set) var isUrgent = false

  init(_ keys: ContentKeys) { self.keys = keys }

  func standing(_ name: ContentKeys.Name) throws -> ContentKeys.Standing {
    if let key = new[name] { return .known(key) }
    return try keys.standing(name)
  }

  /// The owner's key, made now if it has none; nil when it was destroyed.
  func keyForWriting(_ name: ContentKeys.Name) throws -> [UInt8]? {
    switch try standing(name) {
    case .known(let key): return key
    case .destroyed: return nil
    case .unknown:
      let key = try AtRest.newKey()
      new[name] = key
      return key
    }
  }

  func erase(_ name: ContentKeys.Name, urgent: Bool) {
    erased.insert(name)
    isUrgent = isUrgent || urgent
  }

  /// Writes what is new; destroys what earlier transactions erased.
  func flush(destroying old: [ContentKeys.Name]) throws {
    try keys.change(adding: new, destroying: old)
    new = [:]
  }
}
