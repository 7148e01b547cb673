import COSE
public import Custody
import GRDB
public import Roster
import Synchronization

/// Until when what is sealed beside statements is to be kept, as far as one process has read it: a statement never changes,
/// so each is decoded for it once. Of one store.
public final class RetentionTerms: Sendable {
  /// By place in the log; without end where nothing is sealed.
  private let ends = Mutex<[Int64: UnixTime]>([:])

  public init() {}

  fileprivate func end(of index: Int64, _ read: () throws -> UnixTime) throws -> UnixTime {
    if let known = ends.withLock({ $0[index] }) { return known }
    let end = try read()
    ends.withLock { $0[index] = end }
    return end
  }
}

/// The keys of content end with its retention, whether or not anybody signs an `erased` (decision 66).
extension StoreReader {
  /// Statements whose content is here and needs to be no more: all that is sealed beside them is past its `erase_after`, they
  /// were registered two years ago or longer, nothing that keeps an `erased` from being signed stands in the way, and
  /// nobody of them is in these authorities' hands. In the order of the log.
  /// - Parameter terms: what earlier looks have read.
  public func expired(at time: UnixTime, inHandsOf own: Set<AuthorityName>, knowing terms: RetentionTerms) throws
    -> [StatementID]
  {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT s.idx, s.id FROM statement s WHERE s.effective = 1 AND s.registered_at <= ?
        AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.statement = s.id)
        AND (EXISTS (SELECT 1 FROM content c WHERE c.owner = s.id) OR EXISTS (
          SELECT 1 FROM statement_object r JOIN object o ON o.id = r.object
          WHERE r.statement = s.id AND r.kind = 'ciphertext'))
        ORDER BY s.idx
        """, arguments: [time - ErasureObstacle.patience])
    var found: [StatementID] = []
    while let row = try rows.next() {
      let index: Int64 = row["idx"]
      guard let id = StatementID(row.blob("id")) else { throw StoreError.damaged("statement row \(index)") }
      guard try terms.end(of: index, { try retentionEnd(of: id) }) <= time else { continue }
      if try isFree(id, at: time, inHandsOf: own) { found.append(id) }
    }
    return found
  }

  /// The latest `erase_after` of what is sealed beside a statement.
  private func retentionEnd(of id: StatementID) throws -> UnixTime {
    guard let stored = try statement(id) else { return .max }
    return try SignedStatement(decoding: stored.bytes).event.sealed.map(\.eraseAfter.unix).max() ?? .max
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
