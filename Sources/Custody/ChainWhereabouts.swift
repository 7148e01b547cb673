import Roster

extension ChainState {
  /// The step by which its custodian took them in last, its own intake or acceptance: the place of that statement is the
  /// last that is known of them. Nil where no such step of the custodian's is known here.
  public var takenIn: StatementID? {
    steps.filter { step in
      (step.effect == .intake || step.effect == .answer(.accepted)) && !step.isDoubted
        && successions.current(step.issuer) == custodian
    }.max { ($0.earliest, $0.id) < ($1.earliest, $1.id) }?.id
  }

  /// Whether it is known from its beginning and nobody contests it.
  public var isUnbroken: Bool { intake != nil && contest == nil }
}
