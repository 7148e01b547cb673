import GRDB

/// Statements, receipts, log, custody projection and drafts in one SQLite file (WAL, synchronous=FULL): whatever a
/// write returned is on disk.
public final class ReceiptStore: Sendable {
  private let pool: DatabasePool

  /// Opens or creates the store.
  /// - Throws: `StoreError` when it would not be durable or is newer than this program; GRDB's error otherwise.
  public init(path: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 8
    configuration.foreignKeysEnabled = true
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
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration(Migration001.name) { try Migration001.migrate($0) }
    migrator.registerMigration(Migration002.name) { try Migration002.migrate($0) }
    migrator.registerMigration(Migration003.name) { try Migration003.migrate($0) }
    migrator.registerMigration(Migration004.name) { try Migration004.migrate($0) }
    migrator.registerMigration(Migration005.name) { try Migration005.migrate($0) }
    return migrator
  }

  /// Reads a consistent snapshot; writers go on.
  public func read<Value: Sendable>(_ body: @Sendable (StoreReader) throws -> Value) async throws -> Value {
    try await pool.read { db in try body(StoreReader(db: db)) }
  }

  /// One transaction. When this returns, what it wrote is on disk; when it throws, nothing was written.
  public func write<Value: Sendable>(_ body: @Sendable (StoreTransaction) throws -> Value) async throws -> Value {
    try await pool.write { db in try body(StoreTransaction(db: db)) }
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
  public func close() throws { try pool.close() }
}
