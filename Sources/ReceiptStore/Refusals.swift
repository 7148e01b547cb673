public import Custody
import GRDB
public import Roster

/// Alarms about statements that were refused: whoever has a key of the roster can make any number of them.
extension StoreTransaction {
  /// How many of one issuer and one check are kept each, with the bytes that gave rise to it.
  public static let keptRefusals = 256

  /// Raises an alarm about a statement of an issuer. Beyond `keptRefusals` the oldest goes, and one alarm says how many
  /// went.
  /// - Returns: whether it was new, or had ended and begins again.
  public func raise(refusal violation: Violation, of issuer: AuthorityName, evidence: [UInt8], at time: UnixTime) throws
    -> Bool
  {
    guard try raise(alarm: violation, evidence: evidence, at: time) else { return false }
    let (code, name) = (violation.code.rawValue, issuer.description)
    try db.execute(
      sql: "UPDATE alarm SET issuer = ? WHERE code = ? AND detail = ?", arguments: [name, code, violation.detail])
    try db.execute(
      sql: """
        DELETE FROM alarm WHERE id IN (
          SELECT id FROM alarm WHERE issuer = ? AND code = ? AND gone IS NULL ORDER BY id DESC LIMIT -1 OFFSET ?)
        """, arguments: [name, code, Self.keptRefusals])
    if db.changesCount > 0 { try count(db.changesCount, goneOf: name, code, at: time) }
    return true
  }

  private func count(_ more: Int, goneOf issuer: String, _ code: String, at time: UnixTime) throws {
    let known = try Row.fetchOne(
      db, sql: "SELECT id, gone FROM alarm WHERE issuer = ? AND code = ? AND gone IS NOT NULL",
      arguments: [issuer, code])
    let gone = (known?["gone"] ?? 0) + more
    let detail =
      "refused more of \(issuer) than are kept: its newest \(Self.keptRefusals) stand here, \(gone) older ones are only "
      + "counted"
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO alarm (id, code, detail, raised_at, issuer, gone) VALUES (?, ?, ?, ?, ?, ?)
        """, arguments: [known?["id"] as Int64?, code, detail, time, issuer, gone])
  }
}
