import Custody
import GRDB
public import Roster
public import TransparencyLog

extension StoreTransaction {
  /// Keeps a checkpoint's signed note, the first for each origin, size and root.
  /// - Parameter proven: whether a consistency proof links it to what was proven before, or nothing was known before.
  public func keep(checkpoint note: [UInt8], _ checkpoint: Checkpoint, seenAt: UnixTime, proven: Bool = false) throws {
    try db.execute(
      sql: """
        INSERT INTO checkpoint (origin, size, root, note, seen_at, proven) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (origin, size, root) DO UPDATE SET proven = 1 WHERE excluded.proven = 1
        """,
      arguments: [
        checkpoint.origin, Int64(clamping: checkpoint.size), blob(checkpoint.root.bytes), blob(note), seenAt, proven,
      ])
  }
}

extension StoreReader {
  /// The signed note of the newest checkpoint of a log that proofs link to the first one seen.
  public func newestProven(origin: String) throws -> [UInt8]? {
    try Row.fetchOne(
      db, sql: "SELECT note FROM checkpoint WHERE origin = ? AND proven = 1 ORDER BY size DESC LIMIT 1",
      arguments: [origin]
    )?.blob("note")
  }

  /// What an alarm was raised with; nil when there is no such alarm or it has no evidence.
  public func evidence(ofAlarm violation: String, detail: String) throws -> [UInt8]? {
    try Row.fetchOne(
      db, sql: "SELECT evidence FROM alarm WHERE code = ? AND detail = ?", arguments: [violation, detail]
    )?.optionalBlob("evidence")
  }
}
