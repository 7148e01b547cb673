import COSE
public import Custody
import GRDB
public import Roster

/// The keys of content end with its retention, whether or not anybody signs an `erased` (decision 66).
extension StoreReader {
  /// Statements whose content is here and needs to be no more: all that is sealed beside them is past its `erase_after`, they
  /// were registered two years ago or longer, nothing that keeps an `erased` from being signed stands in the way, and
  /// nobody of them is in these authorities' hands. In the order of the log.
  public func expired(at time: UnixTime, inHandsOf own: Set<AuthorityName>) throws -> [StatementID] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT * FROM statement s WHERE s.effective = 1 AND s.registered_at <= ?
        AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.statement = s.id)
        AND (EXISTS (SELECT 1 FROM content c WHERE c.owner = s.id) OR EXISTS (
          SELECT 1 FROM statement_object r JOIN object o ON o.id = r.object
          WHERE r.statement = s.id AND r.kind = 'ciphertext'))
        ORDER BY s.idx
        """, arguments: [time - ErasureObstacle.patience])
    var found: [StatementID] = []
    while let row = try rows.next() {
      let stored = try StoredStatement(row)
      let sealed = try SignedStatement(decoding: stored.bytes).event.sealed
      guard !sealed.isEmpty, sealed.allSatisfy({ $0.eraseAfter.unix <= time }) else { continue }
      if try isFree(stored.id, at: time, inHandsOf: own) { found.append(stored.id) }
    }
    return found
  }

  /// Whether nothing needs what stands beside a statement (any more, or again): see `expired`.
  fileprivate func isFree(_ id: StatementID, at time: UnixTime, inHandsOf own: Set<AuthorityName>) throws -> Bool {
    let obstacles = try obstacles(toErasing: id, at: time).filter { $0.until.map { $0 > time } ?? true }
    return try obstacles.isEmpty && !isHeld(anyOf: id, by: own)
  }

  /// Whether somebody of a statement is somebody's responsibility still. Who they are is not forgotten meanwhile.
  private func isHeld(anyOf id: StatementID, by own: Set<AuthorityName>) throws -> Bool {
    try subjects(of: id).contains { subject in
      guard let chain = try chain(subject), !chain.isEnded else { return false }
      return own.contains(chain.custodian) || !own.isDisjoint(with: chain.claimants ?? [])
    }
  }
}

extension StoreTransaction {
  /// Ends the content beside a statement whose retention is over: as `erase`, and by the statement's own word.
  public func expire(_ id: StatementID, at time: UnixTime) throws { try erase(id, by: id, at: time) }

  /// Ends it beside those of these statements, which `expired` has found, that nothing has come to need since.
  /// - Returns: those.
  public func expire(_ ids: some Sequence<StatementID>, at time: UnixTime, inHandsOf own: Set<AuthorityName>) throws
    -> [StatementID]
  {
    let free = try ids.filter { try reader.isFree($0, at: time, inHandsOf: own) }
    for id in free { try expire(id, at: time) }
    return free
  }
}

extension Erasure {
  /// Whether nobody signed an `erased`: the retention that the statement itself names is over.
  public func isExpiry(of id: StatementID) -> Bool { by == id }
}
