import COSE
public import Roster

/// V15 for the officers' keys: an authority's own key alone does not release anybody, so whoever has those may have done it.
extension StatementVerifier {
  /// The moment from which others may have so many of the keys that a statement was approved with that too few officers are
  /// left; nil when enough are left, or none are needed.
  public func approvalsExposedFrom(_ signed: SignedStatement) -> UnixTime? {
    let needed = Lifecycle.row(for: signed.event.type)?.officers ?? 0
    let given = signed.event.approvals.compactMap { try? Approval(decoding: $0) }.filter { $0.role == .officer }
    let holders = given.map { roster.holder(of: $0.keyID) }
    guard checks.applies(.v15), needed > 0, holders.contains(where: { $0?.record.exposedFrom != nil }) else {
      return nil
    }
    let draft = signed.approvedBytes
    var ends: [UInt64: UnixTime] = [:]
    for (approval, holder) in zip(given, holders) {
      guard let holder, let officer = holder.officer, sameBytes(holder.authority.uri, signed.issuer),
        approval.message.verify(with: holder.record.key, detached: draft[...]) == .valid
      else { continue }
      ends[officer.number] = max(ends[officer.number] ?? .min, holder.record.exposedFrom ?? .max)
    }
    // It could do without those whose keys were exposed first.
    let latest = ends.values.sorted(by: >)
    guard latest.count >= needed, latest[needed - 1] < .max else { return nil }
    return latest[needed - 1]
  }
}
