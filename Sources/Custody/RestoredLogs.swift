public import Roster

extension ChainState {
  /// The chain where an authority's log was restored: contested while it is in that authority's hands, or released by or
  /// to it. What the log had done next may be lost (custody.md, The serialization rule; V21).
  /// - Returns: nil when that changes nothing.
  public func restoring(_ authority: AuthorityName) -> ChainState? {
    let concerned = contest?.parties ?? [custodian, openRelease?.to].compactMap(\.self)
    guard restored == nil, concerned.contains(successions.current(authority)) else { return nil }
    // The last transition that all agree on: where it is contested already, that may end by itself.
    let signed = resolutions.filter { $0.issuer == authority }.map(\.id).sorted()
    return with(restored: RestoredLog(authority: authority, after: head, signed: signed))
  }

  /// The same behind an earlier restoration, sealed or not; nil when that changes nothing.
  public func restoringAnew(_ authority: AuthorityName) -> ChainState? {
    let sealed = sealing()
    return (sealed ?? self).restoring(authority) ?? sealed
  }

  /// Whether it is contested only because a log was restored.
  var isOnlyRestored: Bool { contest != nil && known.contest == nil }

  /// Its state as far as it is known: where it is contested only because a log was restored, without that.
  public var known: ChainState {
    guard contest != nil, let sealed = sealing(), sealed.contest == nil else { return self }
    return sealed
  }

  /// The chain where everybody has answered what they hold of the restored log; nil when that changes nothing.
  public func sealing() -> ChainState? {
    restored == nil ? nil : with(restored: nil)
  }

  private func with(restored: RestoredLog?) -> ChainState? {
    ChainState(
      subject: subject, kind: kind, steps: steps, resolutions: resolutions, successions: successions,
      restored: restored)
  }
}

extension LogChecks {
  /// V21: a new epoch of a log is its own, and follows an earlier one of the same authority.
  static func opensRestored(_ proposal: Proposal) -> [Violation] {
    guard proposal.event.type == .logOpened else { return [] }
    let issuer = proposal.issuer
    guard let log = proposal.event.log, let epoch = issuer.epoch(ofOrigin: log.origin) else {
      return [Violation(.v21, "it opens no log of \(issuer.name)")]
    }
    guard let follows = log.follows else {
      return epoch == 1 ? [] : [Violation(.v21, "epoch \(epoch) of a log follows an earlier one, and it names none")]
    }
    guard let earlier = issuer.epoch(ofOrigin: follows.origin), earlier < epoch else {
      return [
        Violation(.v21, "the log \(log.origin) does not follow \(follows.origin): that is no earlier one of its own")
      ]
    }
    return []
  }
}

extension LogChecks {
  /// V21: that somebody is gone, of whom our restored log does not know yet whether its lost part had handed them over.
  static func lostSight(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.stage != .received else { return [] }
    return try proposal.occurrences.compactMap { line in
      guard line.occurrence.what.effect == .suspend, let chain = try view.chain(line.subject),
        let restored = chain.restored, chain.contest != nil
      else { return nil }
      return Violation(
        .v21, line: line.index,
        "the log of \(restored.authority) was restored from a backup, and its lost part may have handed them over: unless "
          + "you know that they are gone, wait for its log-sealed, when every peer has answered")
    }
  }
}

extension Ledger {
  /// Follows what the log says of itself: that a new epoch follows a restored one, and that it is sealed.
  mutating func followEpoch(_ proposal: Proposal) {
    guard proposal.stage == .own else { return }
    switch proposal.event.type {
    case .logOpened where proposal.event.log?.follows != nil:
      restored = proposal.issuer.name
      change { $0.restoringAnew(proposal.issuer.name) }
    case .logSealed:
      restored = nil
      change { $0.sealing() }
    default: break
    }
  }
}
