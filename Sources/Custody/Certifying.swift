public import Roster

extension ChainState {
  /// Every statement that its state follows from: each step, and each signature under a settlement, the last ones too.
  /// Which of two signatures came last their ids do not say.
  public var evidence: Set<StatementID> {
    Set(steps.map(\.id) + resolutions.map(\.id) + heads + [head, source])
  }
}

/// Why a log must not certify yet where somebody is: what it would say may be wrong already, as far as it can tell.
public enum CertificateObstacle: Hashable, Sendable {
  /// The log was restored and does not know yet what it lost, and somebody else had the person before.
  case restored(custodian: AuthorityName)
  /// Nobody is known to have taken the person in: an incident tells of them, and whoever signed it may never have had them.
  case neverTakenIn(author: AuthorityName)
  /// The receiver has answered, and what it says of the person is not here.
  case unread(answer: StatementID, release: StatementID, receiver: AuthorityName)
  /// What befell the person on the road of a release that nobody has answered yet.
  case befell(Occurrence.What, statement: StatementID, release: StatementID, receiver: AuthorityName)
}

extension CustodyView {
  /// Why this log must not certify yet where a chain stands; nil when it may.
  /// - Parameter told: the statements that say what befell that person, in the order of the log.
  public func obstacle(toCertifying chain: ChainState, told: [StatementID]) throws -> CertificateObstacle? {
    // What it holds, had released or was to answer is contested; what somebody else held it may have taken over and lost.
    if chain.contest == nil, let log = try restoredLog(), !chain.successions.areOne(chain.custodian, log) {
      return .restored(custodian: chain.custodian)
    }
    guard chain.isBegun else { return .neverTakenIn(author: chain.custodian) }
    guard let open = chain.openRelease, let release = try summary(open.statement) else { return nil }
    if let answer = try awaitedAnswers(of: open.statement).first(where: { chain.successions.areOne($0.issuer, open.to) }
    ) {
      return .unread(answer: answer.id, release: release.id, receiver: open.to)
    }
    let carriers = try carriers(of: release, under: chain.successions) ?? []
    var found: CertificateObstacle?
    for id in told {
      guard let occurrence = try occurrence(id, chain.subject), occurrence.release == release.id,
        let issuer = try summary(id)?.issuer,
        IncidentChecks.counts(occurrence.what, by: issuer, on: release, carriers, chain.successions)
      else { continue }
      let obstacle = CertificateObstacle.befell(
        occurrence.what, statement: id, release: release.id, receiver: open.to)
      switch occurrence.what.effect {
      case .end: return obstacle
      case .suspend: found = obstacle
      case .resume: found = nil
      default: break
      }
    }
    return found
  }
}
