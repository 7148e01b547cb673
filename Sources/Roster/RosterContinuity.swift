import COSE
import OpenSSL

extension RosterBody {
  /// Why this is not the next version after the one in force, before anybody's signature is looked at.
  public func sequenceBreak(after old: VerifiedRoster) -> RosterBreak? {
    let before = old.body
    guard sameBytes(coalition, before.coalition), exercise == before.exercise else { return .anotherCoalition }
    if version < before.version { return .rollback(version: version, inForce: before.version) }
    if version == before.version {
      return .sameVersion(version, isFork: SHA256.hash(encoded()) != old.digest)
    }
    guard version - 1 == before.version else { return .versionsMissing(before.version + 1...version - 1) }
    guard previous == old.digest else { return .anotherHistory(version: version) }
    return nil
  }

  /// Everything in this version that the one before does not allow: what is listed once stays listed.
  public func breaks(after old: RosterBody) -> [RosterBreak] {
    (issuedAt < old.issuedAt ? [.issuedBefore] : []) + (isStaleWhenIssued(after: old) ? [.staleWhenIssued] : [])
      + memberBreaks(after: old) + authorityBreaks(after: old) + keyBreaks(after: old)
  }

  /// A key can be stolen while the holders do not meet: then its revocation is taken, and the freeze goes on.
  private func isStaleWhenIssued(after old: RosterBody) -> Bool {
    issuedAt >= nextUpdate && !(nextUpdate == old.nextUpdate && isEmergency(after: old))
  }

  private func memberBreaks(after old: RosterBody) -> [RosterBreak] {
    let members = Set(members.map(\.key))
    let holders = Set(root.holders.map { Array($0.holder.utf8) })
    return old.members.filter { !members.contains($0.key) }.map { .vanished(.member($0.key)) }
      + old.root.holders.filter { !holders.contains(Array($0.holder.utf8)) }.map { .vanished(.rootHolder($0.holder)) }
  }

  private func authorityBreaks(after old: RosterBody) -> [RosterBreak] {
    let new = Dictionary(authorities.map { ($0.name, $0) }) { first, _ in first }
    return old.authorities.flatMap { before -> [RosterBreak] in
      guard let now = new[before.name] else { return [.vanished(.authority(before.name))] }
      var found: [RosterBreak] = []
      if !sameBytes(now.uri, before.uri) { found.append(.changed(.authority(before.name), field: "uri")) }
      if let succeeds = before.succeeds, now.succeeds != succeeds {
        found.append(.changed(.authority(before.name), field: "succeeds"))
      }
      let numbers = Set(now.officers.map(\.number))
      return found
        + before.officers.filter { !numbers.contains($0.number) }.map { .vanished(.officer($0.number, before.name)) }
    }
  }

  private func keyBreaks(after old: RosterBody) -> [RosterBreak] {
    let new = Dictionary(listedKeys.map { ($0.record.kid, $0) }) { first, _ in first }
    return old.listedKeys.flatMap { before -> [RosterBreak] in
      guard let now = new[before.record.kid] else { return [.vanished(.key(before))] }
      var found = before.changedFields(in: now).map { RosterBreak.changed(.key(before), field: $0) }
      if now.record.notAfter < min(before.record.notAfter, issuedAt) { found.append(.cutShort(before)) }
      if !Set(now.record.revocations).isSuperset(of: before.record.revocations) {
        found.append(.revocationMissing(before))
      }
      return found
    }
  }
}

extension ListedKey {
  /// The fields that stay as they were first listed and do not.
  fileprivate func changedFields(in now: ListedKey) -> [String] {
    var fields: [String] = []
    if !isSameHolder(as: now) { fields.append("holder") }
    if now.record.purpose != record.purpose { fields.append("purpose") }
    if now.record.role != record.role { fields.append("role") }
    if now.record.notBefore != record.notBefore { fields.append("not_before") }
    if now.record.replaces != record.replaces { fields.append("replaces") }
    if now.record.link != record.link { fields.append("link") }
    return fields
  }

  /// Compares the names of root holders, which are free text, by their bytes.
  private func isSameHolder(as other: ListedKey) -> Bool {
    if case .root(let left) = holder, case .root(let right) = other.holder { return sameBytes(left, right) }
    return holder == other.holder
  }
}

extension RosterBody {
  /// Whether this differs from the version before by nothing but revocations that it adds to keys below the root, and
  /// perhaps by an earlier next update. Revocations of root keys need the whole threshold: otherwise one stolen root key could revoke all the others and end the coalition.
  public func isEmergency(after old: RosterBody) -> Bool {
    let before = Dictionary(old.listedKeys.map { ($0.record.kid, $0.record) }) { first, _ in first }
    func restored(_ records: [KeyRecord]) -> [KeyRecord] {
      records.map { record in
        guard let was = before[record.kid], Set(record.revocations).isSuperset(of: was.revocations) else {
          return record
        }
        return record.with(revocations: was.revocations)
      }
    }
    let restoredAuthorities = authorities.map { authority in
      authority.with(
        keys: restored(authority.keys), officers: authority.officers.map { $0.with(keys: restored($0.keys)) })
    }
    let undone = RosterBody(
      coalition: coalition, exercise: exercise, version: old.version, previous: old.previous, issuedAt: old.issuedAt,
      nextUpdate: nextUpdate <= old.nextUpdate ? old.nextUpdate : nextUpdate, root: root, members: members,
      authorities: restoredAuthorities, codeLists: codeLists)
    return undone.encoded() == old.encoded() && restoredAuthorities != authorities
  }
}
