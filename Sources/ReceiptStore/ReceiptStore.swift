import Foundation
import GRDB
import OpenSSL
public import Roster

/// Statements, receipts, log, custody projection and drafts in one SQLite file (WAL, synchronous=FULL): whatever a
/// write returned is on disk. Beside it the content keys, in a file of their own, and the folder of objects.
public final class ReceiptStore: Sendable {
  private let pool: DatabasePool
  private let keys: ContentKeys
  /// The bytes of sealed payloads and slot lists.
  public let objects: ObjectStore

  /// Opens or creates the store.
  /// - Parameters:
  ///   - keysDirectory: where `content-keys.sqlite` is kept; the folder of `path` when nil.
  ///   - acceptsLostContent: goes on where the file of content keys is gone: what they opened is forgotten.
  ///   - progress: told how many of how many rows are encrypted that an earlier version kept in clear.
  /// - Throws: `StoreError` when it would not be durable, is newer than this program, or its content keys are not there;
  ///   GRDB's error otherwise.
  public init(
    path: String, keysDirectory: String? = nil, acceptsLostContent: Bool = false,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 8
    configuration.foreignKeysEnabled = true
    // What is erased or corrected of the derived tables (an age, above all) does not stay in free pages.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
    pool = try DatabasePool(path: path, configuration: configuration)
    // A pool sets NORMAL after its own preparation, so FULL is set last and read back.
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      let (synchronous, journal) = try Self.durability(db)
      guard synchronous == 2, journal == "wal" else {
        throw StoreError.notDurable(synchronous: synchronous, journal: journal)
      }
    }
    let migrator = Self.migrator
    if try pool.read(migrator.hasBeenSuperseded) { throw StoreError.newerSchema }
    try migrator.migrate(pool)
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let keysFolder = keysDirectory ?? folder
    if acceptsLostContent { try pool.abandonContent(keysIn: keysFolder, objects: "\(folder)/objects") }
    keys = try pool.openKeys(in: keysFolder)
    objects = try ObjectStore(folder: "\(folder)/objects", keys: keys)
    try ClearContent.encrypt(pool, keys: keys, progress: progress)
    try pool.reconcileErasures(keys)
    try pool.finishErasures(keys, objects.files)
    try pool.recover(objects.files)
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration(Migration001.name) { try Migration001.migrate($0) }
    migrator.registerMigration(Migration002.name) { try Migration002.migrate($0) }
    migrator.registerMigration(Migration003.name) { try Migration003.migrate($0) }
    migrator.registerMigration(Migration004.name) { try Migration004.migrate($0) }
    migrator.registerMigration(Migration005.name) { try Migration005.migrate($0) }
    migrator.registerMigration(Migration006.name) { try Migration006.migrate($0) }
    migrator.registerMigration(Migration007.name) { try Migration007.migrate($0) }
    migrator.registerMigration(Migration008.name) { try Migration008.migrate($0) }
    migrator.registerMigration(Migration009.name) { try Migration009.migrate($0) }
    migrator.registerMigration(Migration010.name) { try Migration010.migrate($0) }
    migrator.registerMigration(Migration011.name) { try Migration011.migrate($0) }
    migrator.registerMigration(Migration012.name) { try Migration012.migrate($0) }
    migrator.registerMigration(Migration013.name) { try Migration013.migrate($0) }
    migrator.registerMigration(Migration014.name) { try Migration014.migrate($0) }
    migrator.registerMigration(Migration015.name) { try Migration015.migrate($0) }
    migrator.registerMigration(Migration016.name) { try Migration016.migrate($0) }
    migrator.registerMigration(Migration017.name) { try Migration017.migrate($0) }
    migrator.registerMigration(Migration018.name) { try Migration018.migrate($0) }
    migrator.registerMigration(Migration019.name) { try Migration019.migrate($0) }
    migrator.registerMigration(Migration020.name) { try Migration020.migrate($0) }
    migrator.registerMigration(Migration021.name) { try Migration021.migrate($0) }
    migrator.registerMigration(Migration022.name) { try Migration022.migrate($0) }
    migrator.registerMigration(Migration023.name) { try Migration023.migrate($0) }
    migrator.registerMigration(Migration024.name) { try Migration024.migrate($0) }
    migrator.registerMigration(Migration025.name) { try Migration025.migrate($0) }
    migrator.registerMigration(Migration026.name) { try Migration026.migrate($0) }
    migrator.registerMigration(Migration027.name) { try Migration027.migrate($0) }
    return migrator
  }

  /// Reads a consistent snapshot; writers go on.
  public func read<Value: Sendable>(_ body: @Sendable (StoreReader) throws -> Value) async throws -> Value {
    let keys = keys
    return try await pool.read { db in try body(StoreReader(db: db, session: KeySession(keys))) }
  }

  /// One transaction. When this returns, what it wrote is on disk; when it throws, nothing was written.
  public func write<Value: Sendable>(_ body: @Sendable (StoreTransaction) throws -> Value) async throws -> Value {
    let keys = keys
    let (value, isUrgent) = try await pool.write { db in
      let session = KeySession(keys)
      let value = try body(StoreTransaction(db: db, session: session))
      try session.settle(db)
      return (value, session.isUrgent)
    }
    // It is committed. Keys that outlive this are destroyed with the next write, or when the store is opened.
    if isUrgent { try? await objects.change { [pool] in try pool.finishErasures(keys, $0) } }
    return value
  }

  /// Verifies an object of which every byte is here, and says so to those who wait for it.
  /// - Throws: `ObjectRefusal`, as `ObjectStore.finish` does.
  public func finish(
    object id: [UInt8], from sender: ObjectSender, as kind: StoredObject.Kind, at time: UnixTime
  ) async throws -> StoredObject {
    let object = try await objects.finish(id, from: sender, as: kind)
    try await write { try $0.keep(object: object, at: time) }
    return object
  }

  /// What SQLite promises on the connection that writes: synchronous 2 (FULL) and the journal "wal", or it was not
  /// opened.
  public func durability() async throws -> (synchronous: Int, journal: String) {
    try await pool.writeWithoutTransaction(Self.durability)
  }

  private static func durability(_ db: Database) throws -> (synchronous: Int, journal: String) {
    let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
    return (synchronous, try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "none")
  }

  /// Closes every connection; nothing may be asked afterwards.
  public func close() throws {
    try pool.close()
    try keys.close()
  }
}
