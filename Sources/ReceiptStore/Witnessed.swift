import Custody
import GRDB
import OpenSSL
public import Roster
public import TransparencyLog

/// What this authority cosigned last of a log.
public struct WitnessedLog: Sendable, Hashable {
  public let tree: TreeState
  /// The checkpoint with the log's signature and ours.
  public let note: [UInt8]
  public let cosignedAt: UnixTime
}

/// A witness's verified cosignature of a checkpoint.
public struct KeptCosignature: Sendable, Hashable {
  public let witness: AuthorityName
  public let line: NoteSignature
  /// By the witness's own clock, in seconds since 1970.
  public let at: UnixTime

  public init(witness: AuthorityName, line: NoteSignature, at: UnixTime) {
    self.witness = witness
    self.line = line
    self.at = at
  }
}

extension StoreTransaction {
  static let cosignedCountKey = "witness-count"
  static let spentKey = "witness-spent"
  static let witnessHeadKey = "witness-head"

  /// Keeps what is cosigned of a log from now on. The schema refuses whatever goes back.
  /// - Returns: how often this store has cosigned anything.
  public func keep(witnessed checkpoint: Checkpoint, note: [UInt8], at time: UnixTime) throws -> UInt64 {
    guard let size = Int64(exactly: checkpoint.size) else { throw StoreError.damaged("a tree beyond 2^63 leaves") }
    let root = blob(checkpoint.root.bytes)
    try db.execute(
      sql: "UPDATE witnessed SET size = ?, root = ?, note = ?, cosigned_at = ? WHERE origin = ?",
      arguments: [size, root, blob(note), time, checkpoint.origin])
    if db.changesCount == 0 {
      try db.execute(
        sql: "INSERT INTO witnessed VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          checkpoint.origin, blob(SHA256.hash(Array(checkpoint.origin.utf8))), size, root, blob(note), time,
        ])
    }
    let known = try reader.cosignedCount()
    let count = known < .max ? known + 1 : known
    try set(cosignedCount: count)
    return count
  }

  /// Keeps a witness's cosignature of a checkpoint: of each witness one, and with another key the newer one.
  /// - Returns: whether it was new.
  @discardableResult
  public func keep(cosignature: KeptCosignature, of checkpoint: Checkpoint) throws -> Bool {
    guard let size = Int64(exactly: checkpoint.size) else { return false }
    try db.execute(
      sql: """
        INSERT INTO cosignature VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (origin, size, root, witness) DO UPDATE SET
          name = excluded.name, key_hash = excluded.key_hash, signature = excluded.signature,
          cosigned_at = excluded.cosigned_at
        WHERE key_hash <> excluded.key_hash OR name <> excluded.name
        """,
      arguments: [
        checkpoint.origin, size, blob(checkpoint.root.bytes), cosignature.witness.description, cosignature.line.name,
        blob(cosignature.line.keyHash), blob(cosignature.line.signature), cosignature.at,
      ])
    return db.changesCount > 0
  }

  /// These keys may have cosigned what this store does not know of, and cosign nothing any more.
  public func spend(witnessKeys kids: [[UInt8]]) throws {
    let all = try reader.spentWitnessKeys().union(kids).map { hexadecimal($0) }.sorted()
    try set(Self.spentKey, all.joined(separator: " "))
  }

  /// Of a store that is behind: as many as may have been given.
  public func set(cosignedCount count: UInt64) throws { try set(Self.cosignedCountKey, String(count)) }

  /// What is known of the count that is kept beside the store.
  public func set(witnessHeadState: String) throws { try set(Self.witnessHeadKey, witnessHeadState) }
}

extension StoreReader {
  /// Asked with every status: read backwards from the newest, whatever was cosigned in years.
  static let cosignedByManySQL = """
    SELECT size, root FROM cosignature WHERE origin = ? GROUP BY size, root HAVING COUNT(*) >= ?
    ORDER BY size DESC, root DESC LIMIT ?
    """

  /// What was cosigned last of a log; nil when nothing ever was.
  public func witnessed(origin: String) throws -> WitnessedLog? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM witnessed WHERE origin = ?"), arguments: [origin]
    ).map(WitnessedLog.init)
  }

  /// The same by SHA-256 of the origin.
  public func witnessed(hash: [UInt8]) throws -> WitnessedLog? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM witnessed WHERE hash = ?"), arguments: [blob(hash)]
    ).map(WitnessedLog.init)
  }

  /// How often this store has cosigned anything.
  /// - Throws: `StoreError.damaged` where the count cannot be read: one that began again would hide that a store was copied.
  public func cosignedCount() throws -> UInt64 {
    guard let text = try meta(StoreTransaction.cosignedCountKey) else { return 0 }
    guard let count = UInt64(text), count < .max else { throw StoreError.damaged("how often it has cosigned") }
    return count
  }

  /// The keys that cosign nothing any more.
  public func spentWitnessKeys() throws -> Set<[UInt8]> {
    Set((try meta(StoreTransaction.spentKey) ?? "").split(separator: " ").compactMap { decodeHexadecimal($0) })
  }

  /// What is known of the count that is kept beside the store; nil while none ever was.
  public func witnessHeadState() throws -> String? { try meta(StoreTransaction.witnessHeadKey) }

  /// The cosignatures that are kept of a checkpoint, by witness.
  public func cosignatures(of checkpoint: Checkpoint) throws -> [KeptCosignature] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT * FROM cosignature WHERE origin = ? AND size = ? AND root = ? ORDER BY witness"),
      arguments: [checkpoint.origin, Int64(clamping: checkpoint.size), blob(checkpoint.root.bytes)]
    ).map(KeptCosignature.init)
  }

  /// The checkpoints of a log that so many witnesses at least have cosigned, newest first; their cosignatures are read with
  /// `cosignatures(of:)`.
  public func cosigned(origin: String, byAtLeast count: UInt64, limit: Int) throws -> [Checkpoint] {
    try Row.fetchAll(
      db.cachedStatement(sql: Self.cosignedByManySQL), arguments: [origin, Int64(clamping: count), limit]
    ).map { try Self.checkpoint($0, of: origin) }
  }

  /// The checkpoints of a log that cover a leaf and that anybody has cosigned, the smallest first.
  public func cosigned(origin: String, covering leaf: UInt64, limit: Int) throws -> [Checkpoint] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT size, root FROM cosignature WHERE origin = ? AND size > ? GROUP BY size, root
          ORDER BY size, root LIMIT ?
          """), arguments: [origin, Int64(clamping: leaf), limit]
    ).map { try Self.checkpoint($0, of: origin) }
  }

  private static func checkpoint(_ row: Row, of origin: String) throws -> Checkpoint {
    guard let root = TreeHash(row.blob("root")) else { throw StoreError.damaged("a cosignature") }
    return Checkpoint(origin: origin, size: UInt64(clamping: row["size"] as Int64), root: root)
  }

  /// The largest size of a log's checkpoints that a witness has cosigned; 0 when none is known.
  public func cosignedSize(origin: String, by witness: AuthorityName) throws -> UInt64 {
    UInt64(
      clamping: try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT MAX(size) FROM cosignature WHERE origin = ? AND witness = ?"),
        arguments: [origin, witness.description]) ?? 0)
  }

  /// The signed note of a checkpoint that is kept here, with the cosignatures that are; nil where it is not.
  public func note(of checkpoint: Checkpoint) throws -> [UInt8]? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT note FROM checkpoint WHERE origin = ? AND size = ? AND root = ?"),
      arguments: [checkpoint.origin, Int64(clamping: checkpoint.size), blob(checkpoint.root.bytes)]
    ).map { try withCosignatures($0.blob("note")) }
  }

  /// A checkpoint's note with the cosignatures that are kept of it, as many as a note takes.
  func withCosignatures(_ note: [UInt8]) throws -> [UInt8] {
    guard let signed = try? SignedCheckpoint(decoding: note) else { return note }
    let kept = try cosignatures(of: signed.checkpoint).map(\.line)
    let room = SignedNote.maximumSignatureCount - signed.note.signatures.count
    let new = kept.filter { line in
      !signed.note.signatures.contains { $0.isOfSameKey(as: line) }
    }
    guard !new.isEmpty, let whole = try? signed.note.adding(Array(new.prefix(room))) else { return note }
    return whole.encoded()
  }
}

extension WitnessedLog {
  init(_ row: Row) throws {
    guard let root = TreeHash(row.blob("root")) else { throw StoreError.damaged("what was cosigned of a log") }
    self.init(
      tree: TreeState(size: UInt64(clamping: row["size"] as Int64), root: root), note: row.blob("note"),
      cosignedAt: row["cosigned_at"])
  }
}

extension KeptCosignature {
  init(_ row: Row) throws {
    guard let witness = AuthorityName(row["witness"] as String),
      let line = NoteSignature(name: row["name"], keyHash: row.blob("key_hash"), signature: row.blob("signature"))
    else { throw StoreError.damaged("a cosignature") }
    self.init(witness: witness, line: line, at: row["cosigned_at"])
  }
}
