import GRDB
public import Roster
public import TransparencyLog

extension StoreTransaction {
  /// Makes what is on its way by wire due at once: to peers that somebody added, whatever they refused or could not be
  /// reached for. How long they wait after the next failure does not begin anew.
  /// - Returns: how many statements each peer is tried again for.
  public func retry(peer: AuthorityName?, entry: LogEntry?) throws -> [AuthorityName: Int] {
    var found: [AuthorityName: Int] = [:]
    for name in try reader.peers().map(\.authority) where peer == nil || peer == name {
      try db.execute(
        sql: "UPDATE outbox SET next_at = 0 WHERE state <> 'delivered' AND peer = ?1 AND entry = COALESCE(?2, entry)",
        arguments: [name.description, entry.map { blob($0.bytes) }])
      guard db.changesCount > 0 else { continue }
      found[name] = db.changesCount
      try hold(name, until: 0, failures: reader.contact(name).failures)
    }
    return found
  }
}
