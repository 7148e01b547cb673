import Custody
import GRDB
public import Roster
public import TransparencyLog

extension StoreTransaction {
  /// Keeps a proof that leads from an entry to the final checkpoint of a log that ended; the same again changes nothing.
  /// - Returns: whether it was new.
  @discardableResult
  public func keep(sealed entry: LogEntry, by proof: InclusionProof) throws -> Bool {
    guard let size = Int64(exactly: proof.size), let leaf = Int64(exactly: proof.index) else { return false }
    try db.execute(
      sql: "INSERT OR IGNORE INTO sealed_entry VALUES (?, ?, ?, ?)",
      arguments: [blob(entry.bytes), size, leaf, blob(proof.path.flatMap(\.bytes))])
    return db.changesCount > 0
  }

  /// Lets others act in the place of those who ended, on every chain.
  public func follow(_ successions: Successions) throws { try change { $0.under(successions) } }
}

extension StoreReader {
  /// The proofs kept that an entry lies within final checkpoints.
  public func sealedProofs(of entry: LogEntry) throws -> [InclusionProof] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM sealed_entry WHERE entry = ?"), arguments: [blob(entry.bytes)]
    ).map { row in
      let bytes = row.blob("path")
      let hashes = stride(from: 0, to: bytes.count, by: TreeHash.byteCount).compactMap {
        TreeHash(Array(bytes[$0..<min($0 + TreeHash.byteCount, bytes.count)]))
      }
      guard hashes.count * TreeHash.byteCount == bytes.count else {
        throw StoreError.damaged("a proof of a sealed log")
      }
      return InclusionProof(
        size: UInt64(clamping: row["size"] as Int64), index: UInt64(clamping: row["leaf"] as Int64), path: hashes)
    }
  }
}
