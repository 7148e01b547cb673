import COSE

/// What an authority may do.
public enum Power: String, Sendable, CaseIterable { case release, accept, carry }

/// One thing in which a roster differs from the version before it.
public enum RosterChange: Hashable, Sendable {
  case admitted(RosterSubject)
  case status(RosterSubject, from: Participation, to: Participation)
  /// Its names or its country code.
  case renamed(RosterSubject)
  case role(AuthorityName, from: AuthorityRole, to: AuthorityRole)
  case power(AuthorityName, Power, isGranted: Bool)
  case level(AuthorityName, from: UInt64, to: UInt64)
  case kinds(AuthorityName, added: [String], removed: [String])
  case sites(AuthorityName, added: [String], removed: [String])
  case anchors(AuthorityName)
  case succession(AuthorityName, of: AuthorityName)
  case witnesses(AuthorityName, added: [AuthorityName], removed: [AuthorityName])
  /// Nil where nobody witnesses.
  case quorum(AuthorityName, from: UInt64?, to: UInt64?)
  case officerRoles(UInt64, AuthorityName, [String])
  case keyEnd(ListedKey, from: UnixTime, to: UnixTime)
  case revoked(ListedKey, Revocation)
  case certificate(ListedKey)
  case threshold(from: UInt64, to: UInt64)
  case emergencyThreshold(from: UInt64, to: UInt64)
  case codeList(String, from: String?, to: String?)
  case nextUpdate(from: UnixTime, to: UnixTime)
  /// The order of a list, or another way to write the same, and nothing else that is told here.
  case arrangement
}

extension RosterBody {
  /// What a first version changes: everybody and everything that it begins with, as if a roster without them came before.
  /// Who must sign stands beside the signatures.
  public var beginnings: [RosterChange] {
    let nobody = RosterBody(
      coalition: coalition, exercise: exercise, version: 0, previous: nil, issuedAt: issuedAt, nextUpdate: nextUpdate,
      root: RosterRoot(threshold: root.threshold, emergencyThreshold: root.emergencyThreshold, holders: []),
      members: [], authorities: [])
    return changes(after: nobody)
  }

  /// Every change since the version before, but for its number, its date and the digest it cites; another order of
  /// lists only where nothing else changed. What is lost is no change but a break (`breaks(after:)`).
  public func changes(after old: RosterBody) -> [RosterChange] {
    let found =
      rootChanges(old) + memberChanges(old) + authorities.flatMap { $0.changes(in: old) } + keyChanges(old)
      + codeListChanges(old)
      + (nextUpdate == old.nextUpdate ? [] : [.nextUpdate(from: old.nextUpdate, to: nextUpdate)])
    guard found.isEmpty, breaks(after: old).isEmpty else { return found }
    let dated = RosterBody(
      coalition: old.coalition, exercise: old.exercise, version: version, previous: previous, issuedAt: issuedAt,
      nextUpdate: nextUpdate, root: old.root, members: old.members, authorities: old.authorities,
      codeLists: old.codeLists)
    return dated.encoded() == encoded() ? [] : [.arrangement]
  }

  private func rootChanges(_ old: RosterBody) -> [RosterChange] {
    var found: [RosterChange] = []
    for holder in root.holders {
      guard let before = old.root.holders.first(where: { sameBytes($0.holder, holder.holder) }) else {
        found += admission(of: .rootHolder(holder.holder), holder.status)
        continue
      }
      if before.status != holder.status {
        found.append(.status(.rootHolder(holder.holder), from: before.status, to: holder.status))
      }
    }
    if root.threshold != old.root.threshold {
      found.append(.threshold(from: old.root.threshold, to: root.threshold))
    }
    if root.emergencyThreshold != old.root.emergencyThreshold {
      found.append(.emergencyThreshold(from: old.root.emergencyThreshold, to: root.emergencyThreshold))
    }
    return found
  }

  private func memberChanges(_ old: RosterBody) -> [RosterChange] {
    members.flatMap { member -> [RosterChange] in
      guard let before = old.members.first(where: { $0.key == member.key }) else {
        return admission(of: .member(member.key), member.status)
      }
      var found: [RosterChange] = []
      if before.status != member.status {
        found.append(.status(.member(member.key), from: before.status, to: member.status))
      }
      let isRenamed = before.iso3 != member.iso3 || !sameNames(before.names, member.names)
      return found + (isRenamed ? [.renamed(.member(member.key))] : [])
    }
  }

  private func keyChanges(_ old: RosterBody) -> [RosterChange] {
    let known = Dictionary(old.listedKeys.map { ($0.record.kid, $0.record) }) { first, _ in first }
    return listedKeys.flatMap { key -> [RosterChange] in
      let record = key.record
      let before = known[record.kid]
      var found: [RosterChange] = before == nil ? [.admitted(.key(key))] : []
      if let before, before.notAfter != record.notAfter {
        found.append(.keyEnd(key, from: before.notAfter, to: record.notAfter))
      }
      if let before, before.certificate != record.certificate { found.append(.certificate(key)) }
      let revoked = record.revocations.filter { before?.revocations.contains($0) != true }
      return found + revoked.map { .revoked(key, $0) }
    }
  }

  private func codeListChanges(_ old: RosterBody) -> [RosterChange] {
    Set(codeLists.keys).union(old.codeLists.keys).sorted().compactMap { name in
      let (from, to) = (old.codeLists[name], codeLists[name])
      return from.map { Array($0.utf8) } == to.map { Array($0.utf8) } ? nil : .codeList(name, from: from, to: to)
    }
  }
}

/// Whoever comes in takes part, unless it is said otherwise.
private func admission(of subject: RosterSubject, _ status: Participation) -> [RosterChange] {
  [.admitted(subject)] + (status == .active ? [] : [.status(subject, from: .active, to: status)])
}

extension Competence {
  /// May do nothing, for nobody.
  fileprivate static var none: Competence {
    Competence(kinds: [], sites: [], mayRelease: false, mayAccept: false, mayCarry: false, level: 0)
  }
}

/// Compares by the bytes that are signed: an order of languages is none, and another normal form is another name.
private func sameNames(_ left: [String: String], _ right: [String: String]) -> Bool {
  namesItem(left).encoded() == namesItem(right).encoded()
}

extension Authority {
  fileprivate func changes(in old: RosterBody) -> [RosterChange] {
    guard let before = old.authorities.first(where: { $0.name == name }) else {
      // What it may do is granted with its admission: whoever signs that is told it.
      var found = admission(of: .authority(name), status) + competenceChanges(.none)
      found += officers.flatMap { admission(of: .officer($0.number, name), $0.status) }
      if anchors != Anchors.none { found.append(.anchors(name)) }
      if let succeeds { found.append(.succession(name, of: succeeds.predecessor)) }
      return found + witnessChanges(nil)
    }
    var found: [RosterChange] = []
    if before.status != status { found.append(.status(.authority(name), from: before.status, to: status)) }
    if !sameNames(before.names, names) { found.append(.renamed(.authority(name))) }
    if before.role != role { found.append(.role(name, from: before.role, to: role)) }
    if before.anchors != anchors { found.append(.anchors(name)) }
    if before.succeeds == nil, let succeeds { found.append(.succession(name, of: succeeds.predecessor)) }
    return found + competenceChanges(before.competence) + officers.flatMap { officerChanges($0, before) }
      + witnessChanges(before.witnessing)
  }

  private func witnessChanges(_ before: Witnessing?) -> [RosterChange] {
    let (old, new) = (before?.witnesses ?? [], witnessing?.witnesses ?? [])
    let (added, removed) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
    let named: [RosterChange] =
      added.isEmpty && removed.isEmpty ? [] : [.witnesses(name, added: added, removed: removed)]
    return before?.quorum == witnessing?.quorum
      ? named : named + [.quorum(name, from: before?.quorum, to: witnessing?.quorum)]
  }

  private func competenceChanges(_ before: Competence) -> [RosterChange] {
    let powers: [(Power, Bool, Bool)] = [
      (.release, before.mayRelease, competence.mayRelease), (.accept, before.mayAccept, competence.mayAccept),
      (.carry, before.mayCarry, competence.mayCarry),
    ]
    var found: [RosterChange] = powers.filter { $0.1 != $0.2 }.map { .power(name, $0.0, isGranted: $0.2) }
    if before.level != competence.level { found.append(.level(name, from: before.level, to: competence.level)) }
    func difference(_ old: [String], _ new: [String]) -> (added: [String], removed: [String])? {
      let (added, removed) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
      return added.isEmpty && removed.isEmpty ? nil : (added, removed)
    }
    if let kinds = difference(before.kinds, competence.kinds) {
      found.append(.kinds(name, added: kinds.added, removed: kinds.removed))
    }
    if let sites = difference(before.sites, competence.sites) {
      found.append(.sites(name, added: sites.added, removed: sites.removed))
    }
    return found
  }

  private func officerChanges(_ officer: Officer, _ authority: Authority) -> [RosterChange] {
    guard let before = authority.officers.first(where: { $0.number == officer.number }) else {
      return admission(of: .officer(officer.number, name), officer.status)
    }
    var found: [RosterChange] = []
    if before.status != officer.status {
      found.append(.status(.officer(officer.number, name), from: before.status, to: officer.status))
    }
    if before.roles != officer.roles { found.append(.officerRoles(officer.number, name, officer.roles)) }
    return found
  }
}
