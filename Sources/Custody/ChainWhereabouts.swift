public import Roster

extension ChainState {
  /// The step by which its custodian took them in last, its own intake or acceptance: the place of that statement is the
  /// last that is known of them. Nil where no such step of the custodian's is known here.
  public var takenIn: StatementID? { takenIn(by: custodian) }

  /// The step by which somebody took them in last, who may claim them still where the chain is contested. What builds on
  /// another came after it, whatever the clocks said; only among those that compete they decide.
  public func takenIn(by authority: AuthorityName) -> StatementID? {
    let taken = steps.filter { step in
      (step.effect == .intake || step.effect == .answer(.accepted)) && !step.isDoubted
        && !unfitting.contains(step.id) && successions.current(step.issuer) == authority
    }
    guard taken.count > 1 else { return taken.first?.id }
    let before = statements(before: taken)
    return taken.filter { !before.contains($0.id) }.max { ($0.earliest, $0.id) < ($1.earliest, $1.id) }?.id
  }

  /// What these build on, and what that builds on, as far as it is known.
  private func statements(before later: [Step]) -> Set<StatementID> {
    let previous = Dictionary(steps.map { ($0.id, [$0.previous].compactMap(\.self)) }) { first, _ in first }
    let settled = Dictionary(resolutions.map { ($0.id, $0.heads) }) { first, _ in first }
    var (found, open) = (Set<StatementID>(), later.compactMap(\.previous))
    while let next = open.popLast() {
      guard found.insert(next).inserted else { continue }
      open += previous[next] ?? settled[next] ?? []
    }
    return found
  }

  /// Whether somebody is known to have taken them in, or to have handed them over. An incident alone says who signed it, and
  /// not that they ever had them.
  public var isBegun: Bool {
    steps.contains { step in
      switch step.effect {
      case .intake, .release, .answer: true
      case .end, .suspend, .resume: false
      }
    }
  }

  /// Whether it is known from its beginning and nobody contests it.
  public var isUnbroken: Bool { intake != nil && contest == nil }

  /// Whose log was restored, where that alone is why the line is contested: then nobody has to settle it, and it is so
  /// until everybody has answered what they hold of that log.
  public var onlyRestored: AuthorityName? {
    isOnlyRestored ? restored.map { successions.current($0.authority) } : nil
  }

  /// Where the last transition is a settlement, every signature under it that is known here.
  public var settlement: [StatementID] {
    guard let last = resolutions.first(where: { $0.id == head }) else { return [] }
    return resolutions.filter { one in
      one.round == last.round && !Set(one.heads).isDisjoint(with: last.heads)
        && successions.areOne(one.custodian, last.custodian)
    }.map(\.id)
  }
}
