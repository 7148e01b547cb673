import Roster
public import TransparencyLog

/// V20 and V23: what must hold of logs and of what is kept.
public struct LogChecks: Sendable {
  let checks: Checks

  public init(checks: Checks = .all) { self.checks = checks }

  /// Two signed checkpoints of one log: the same size must have the same root.
  public func fork(_ known: Checkpoint, _ new: Checkpoint) -> Violation? {
    guard checks.applies(.v20), sameBytes(known.origin, new.origin), known.size == new.size, known.root != new.root
    else { return nil }
    return Violation(.v20, "the log \(new.origin) signed two different roots for size \(new.size): it has forked")
  }

  /// Two entries at one index of one log, each proven under a checkpoint that it signed.
  public func fork(_ origin: String, at index: UInt64, _ known: LogEntry, _ new: LogEntry) -> Violation? {
    guard checks.applies(.v20), known != new else { return nil }
    return Violation(.v20, "the log \(origin) signed two different entries at index \(index): it has forked")
  }

  /// A log recomputed from its entries must reach every checkpoint it ever signed.
  /// - Parameter rootAt: the root over the first `size` entries, or nil when there are fewer.
  public func extends(_ signed: Checkpoint, rootAt: (UInt64) throws -> TreeHash?) rethrows -> Violation? {
    guard checks.applies(.v20) else { return nil }
    guard let root = try rootAt(signed.size) else {
      return Violation(.v20, "the log is shorter than the \(signed.size) entries it signed: a copy or an old backup")
    }
    return root == signed.root
      ? nil : Violation(.v20, "the first \(signed.size) entries no longer give the root that was signed for them")
  }

  /// What is stored must hash to what the log recorded.
  public func kept(_ statement: SignedStatement, entry: LogEntry, id: StatementID) -> Violation? {
    guard checks.applies(.v23), statement.entry != entry || statement.id != id else { return nil }
    return Violation(.v23, "the stored bytes are not those that were registered as \(id)")
  }
}
