import Roster
public import TransparencyLog

/// What a log's checkpoint says beside those known of it.
public enum LogVerdict: Hashable, Sendable {
  /// The first that is known of this log.
  case first
  /// Nothing new.
  case known
  /// A later tree that is proven to continue the known one.
  case continues
  /// A true state of the past that took its time to come: the known tree is later.
  case late
  /// A later tree that nobody has linked to the known one yet. It convicts nobody.
  case unlinked
  /// What came as the proof proves nothing. Proofs are not signed, so the log may be innocent of it.
  case unproven(Violation)
  /// A smaller tree is shown as the newest: a restored backup, or something on the way shows the past (F14).
  case rollback(Violation)
  /// Two roots for one size, both signed: the two notes convict the log before anybody.
  case fork(Violation)

  public var violation: Violation? {
    switch self {
    case .unproven(let violation), .rollback(let violation), .fork(let violation): violation
    case .first, .known, .continues, .late, .unlinked: nil
    }
  }
}

extension LogChecks {
  /// Judges a signed checkpoint.
  /// - Parameters:
  ///   - known: the newest that is proven to continue all before it.
  ///   - proof: what came as the proof of it.
  ///   - kept: the checkpoints kept of this log; only those of its size, and of the size from which the proof begins, are
  ///     looked at.
  public func judge(_ new: Checkpoint, known: Checkpoint?, proof: ConsistencyProof?, kept: [Checkpoint]) -> LogVerdict {
    guard checks.applies(.v20) else { return .continues }
    for other in kept + [known].compactMap({ $0 }) {
      if let fork = fork(other, new) { return .fork(fork) }
    }
    guard let known else { return .first }
    if new.size == known.size { return .known }
    return new.size > known.size ? later(new, known, proof, kept) : earlier(new, known, proof, kept)
  }

  private func later(_ new: Checkpoint, _ known: Checkpoint, _ proof: ConsistencyProof?, _ kept: [Checkpoint])
    -> LogVerdict
  {
    guard let proof else { return .unlinked }
    if proof.oldSize == known.size, proof.newSize == new.size, proof.holds(oldRoot: known.root, newRoot: new.root) {
      return .continues
    }
    // Asked for when less was known than now: true, and no link to what is known now.
    if holds(proof, to: new, from: kept) { return .unlinked }
    return .unproven(
      Violation(
        .v20,
        "the log \(new.origin) did not prove that its \(new.size) entries continue the \(known.size) known here: it has "
          + "forked, or the proof was altered on the way"))
  }

  private func earlier(_ new: Checkpoint, _ known: Checkpoint, _ proof: ConsistencyProof?, _ kept: [Checkpoint])
    -> LogVerdict
  {
    if holds(proof, to: new, from: kept) { return .late }
    return .rollback(
      Violation(
        .v20,
        "the log \(new.origin) shows \(new.size) entries and had \(known.size): it was restored from a backup, or "
          + "somebody on the way shows the past"))
  }

  private func holds(_ proof: ConsistencyProof?, to new: Checkpoint, from kept: [Checkpoint]) -> Bool {
    guard let proof, proof.newSize == new.size else { return false }
    return kept.contains { $0.size == proof.oldSize && proof.holds(oldRoot: $0.root, newRoot: new.root) }
  }

  /// Judges the root that a receipt proves against the checkpoints kept of its log. A receipt does not sign its size, so
  /// what differs convicts nobody: it names what to ask for.
  public func judge(receipt root: TreeHash, size: UInt64, origin: String, kept: [Checkpoint]) -> Violation? {
    guard checks.applies(.v20), !kept.contains(where: { $0.root == root }),
      let other = kept.first(where: { $0.size == size })
    else { return nil }
    return Violation(
      .v20,
      "a receipt of the log \(origin) and its checkpoint give two roots for size \(other.size): the log has forked, or "
        + "the receipt's position was altered on the way")
  }
}

extension LogVerdict {
  /// Whether an alarm's sentence is a doubt about this log, which a proof may end, and no conviction.
  public static func isDoubt(_ detail: String, about origin: String) -> Bool {
    ["did not prove that its", "shows"].contains { detail.hasPrefix("the log \(origin) \($0) ") }
  }
}
