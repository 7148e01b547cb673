import COSE
public import Roster

/// V15 for the officers' keys: an authority's own key alone does not release anybody, so whoever has those may have done it.
extension StatementVerifier {
  /// The moment from which others may have so many of the keys that a statement was approved with that too few officers are
  /// left; nil when enough are left, or none are needed.
  public func approvalsExposedFrom(_ signed: SignedStatement) -> UnixTime? {
    let needed = Lifecycle.row(for: signed.event.type)?.officers ?? 0
    guard checks.applies(.v15), needed > 0,
      let earliest = roster.authority(uri: signed.issuer)?.officers.flatMap(\.keys).compactMap(\.exposedFrom).min()
    else { return nil }
    let given = signed.event.approvals.compactMap { try? Approval(decoding: $0) }.filter { $0.role == .officer }
    let draft = signed.approvedBytes
    var ends: [UInt64: UnixTime] = [:]
    for approval in given {
      guard let holder = roster.holder(of: approval.keyID), let officer = holder.officer,
        holder.record.standing(at: signed.issuedAt) == .valid || holder.record.exposedFrom != nil,
        sameBytes(holder.authority.uri, signed.issuer),
        approval.message.verify(with: holder.record.key, detached: draft[...]) == .valid
      else { continue }
      ends[officer.number] = max(ends[officer.number] ?? .min, holder.record.exposedFrom ?? .max)
    }
    // It could do without those whose keys were exposed first.
    let latest = ends.values.sorted(by: >)
    // Where too few are there at all, whoever has such a key may have left it out.
    guard latest.count >= needed else { return earliest }
    return latest[needed - 1] < .max ? latest[needed - 1] : nil
  }
}
