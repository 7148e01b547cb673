import Roster

/// Where the steps known of one line lead: a function of the set alone, so that logs that know the same steps agree, in
/// whatever order they heard of them.
struct ChainDerivation {
  private(set) var custodian: AuthorityName
  private(set) var head: StatementID
  private(set) var phase = ChainState.Phase.held
  private(set) var intake: StatementID?
  private(set) var source: StatementID
  private(set) var line: Int
  /// The last step on which all agree: what the next one cites.
  private var tip: StatementID
  private var remaining: [StatementID: Step]
  private let successors: [StatementID: [Step]]
  private let resolutions: [Resolution]
  /// Signatures under settlements by each last step that they cite.
  private let signatures: [StatementID: [StatementID]]
  private var settled: Set<StatementID> = []
  private let known: Set<StatementID>
  /// What the first step known builds on, though it is not here itself; where it is, that step.
  private let beginning: StatementID
  /// Last steps over which somebody with a part in the chain has signed.
  private let cited: Set<StatementID>
  /// Late entries from paper that do not fit, and what disclaims them: they are heard, and decide and contest nothing.
  private(set) var unfitting: Set<StatementID> = []
  /// Everybody who has a part in some step.
  private let everybody: Set<AuthorityName>
  /// The release that waits for its answer.
  private var waiting: Step?
  private let restored: RestoredLog?
  /// Whether nobody knows what a restored log did after the tip, or before it.
  private var isLost = false
  /// Whether others may have signed its beginning (V15), and nobody has settled it since: nothing goes on from there by itself.
  private var isUnsure = false

  /// - Returns: nil when no step can begin a chain.
  init?(
    _ steps: [Step], _ resolutions: [Resolution], _ successions: Successions, _ restored: RestoredLog? = nil
  ) {
    self.restored = restored.map { log in
      RestoredLog(authority: successions.current(log.authority), after: log.after, signed: log.signed)
    }
    // Whoever ended is spoken of as who acts in its place now.
    let steps = successions.isEmpty ? steps : steps.map { $0.under(successions) }
    let resolutions = successions.isEmpty ? resolutions : resolutions.map { $0.under(successions) }
    let known = Set(steps.map(\.id))
    self.known = known
    let everybody = Set(steps.flatMap(\.parties))
    self.everybody = everybody
    cited = Set(resolutions.filter { everybody.contains($0.issuer) }.flatMap(\.heads))
    let roots = steps.filter { step in step.previous.map { !known.contains($0) } ?? true }
    guard let root = roots.min(by: Self.begins) else { return nil }
    custodian = root.issuer
    beginning = root.previous ?? root.id
    tip = beginning
    head = tip
    (source, line) = (root.id, root.line)
    intake = nil
    remaining = Dictionary(steps.map { ($0.id, $0) }) { first, _ in first }
    successors = Dictionary(grouping: steps.filter { $0.previous != nil }, by: { $0.previous ?? $0.id })
    self.resolutions = resolutions
    signatures = Dictionary(grouping: resolutions.flatMap { one in one.heads.map { ($0, one.id) } }) { $0.0 }
      .mapValues { $0.map(\.1) }
    noteLoss()
    if root.effect == .intake { consume(root) }
    walk()
  }

  /// An intake begins a chain before a release whose history is not known; then the earlier one does.
  private static func begins(_ left: Step, _ right: Step) -> Bool {
    let (first, second) = (left.effect == .intake ? 0 : 1, right.effect == .intake ? 0 : 1)
    return (first, left.earliest, left.id) < (second, right.earliest, right.id)
  }

  private mutating func walk() {
    while true {
      let next = competing()
      if remaining.isEmpty { break }
      if next.count == 1, isRightful(next[0]) {
        consume(next[0])
      } else if !settle() {
        phase = .contested(contest(Array(remaining.values)))
        return
      }
    }
    // What all have signed counts, also where nothing competes any more: a doubt ended, or a restored log was sealed.
    while settle() {}
    // What is lost concerns those alone who would hold it, or whom the restored log would have to answer.
    let mayBeGone = isLost && phase != .ended && [custodian, open?.to].contains(restored?.authority)
    if isUnsure || mayBeGone { phase = .contested(contest([])) }
  }

  private var open: ChainState.OpenRelease? { if case .released(let release) = phase { release } else { nil } }

  /// Whether the one who signed a step could, and surely did.
  private func isRightful(_ step: Step) -> Bool { !isUnsure && !step.isDoubted && decides(step) }

  /// Whether it was for the one who signed a step to decide it: the custodian releases, ends and suspends, the receiver
  /// answers its open release. Nothing follows an end.
  private func decides(_ step: Step) -> Bool {
    switch step.effect {
    case .intake: false
    case .release, .end, .suspend, .resume: open == nil && phase != .ended && step.issuer == custodian
    case .answer: open?.statement == step.previous && step.issuer == open?.to
    }
  }

  private mutating func consume(_ step: Step) {
    remaining[step.id] = nil
    tip = step.id
    noteLoss()
    switch step.effect {
    case .intake:
      intake = step.id
      head = step.id
      isUnsure = step.isDoubted
    case .release(let to, let acceptBy):
      phase = .released(.init(statement: step.id, line: step.line, to: to, acceptBy: acceptBy))
      (source, line) = (step.id, step.line)
      waiting = step
    case .answer(let code):
      head = step.id
      waiting = nil
      phase = Self.phase(after: code)
      if code == .accepted { custodian = step.issuer }
    case .end: pass(step, .ended)
    case .suspend: pass(step, .suspended)
    case .resume: pass(step, .held)
    }
  }

  private static func phase(after code: AnswerCode) -> ChainState.Phase {
    switch code {
    case .missing: .missing
    case .ended: .ended
    case .accepted, .refused, .recalled, .resolved: .held
    }
  }

  private mutating func pass(_ step: Step, _ next: ChainState.Phase) {
    head = step.id
    phase = next
  }

  private mutating func noteLoss() { if tip == restored?.after { isLost = true } }

  // MARK: Late entries

  /// The steps that build on the last one, without late entries that do not fit there.
  private mutating func competing() -> [Step] {
    let next = (successors[tip] ?? []).filter { remaining[$0.id] != nil }
    guard next.contains(where: \.isLateEntry) else { return next }
    let paper = next.filter { isUnfitting($0, among: next) }
    for step in paper {
      let gone = descendants(of: step.id).union([step.id])
      unfitting.formUnion(gone)
      remaining = remaining.filter { !gone.contains($0.key) }
      // What a restored log did after it, it did after the last step that counts.
      if let after = restored?.after, gone.contains(after) { isLost = true }
    }
    return next.filter { !unfitting.contains($0.id) }
  }

  /// Whether a late entry does not fit: it was not for its signer to decide, or it competes with a step on which others than
  /// its signer rely by now. Of two that may both have been first, neither is set aside.
  private func isUnfitting(_ step: Step, among next: [Step]) -> Bool {
    guard !stands(step) else { return false }
    return !decides(step)
      || next.contains { other in
        other.id != step.id && !other.isDoubted && decides(other)
          && descendants(of: other.id).contains { isWord(remaining[$0], ofOtherThan: step.issuer) }
      }
  }

  private func isWord(_ step: Step?, ofOtherThan issuer: AuthorityName) -> Bool {
    step.map { !$0.isLateEntry && !$0.isDoubted && $0.issuer != issuer } ?? false
  }

  /// Whether a step counts though paper came first. Who says that somebody is there stays answerable for them, and so does
  /// whoever holds or went on by what paper says; what its parties signed about is settled by them alone.
  private func stands(_ step: Step) -> Bool {
    if !step.isLateEntry || step.effect == .intake || step.effect == .resume || cited.contains(step.id) { return true }
    var (open, seen) = ([step.id], Set<StatementID>())
    while let next = open.popLast() {
      for later in successors[next] ?? [] where seen.insert(later.id).inserted {
        if later.effect == .answer(.accepted) || cited.contains(later.id) { return true }
        if !later.isLateEntry && !later.effect.disclaims || later.effect == .resume { return true }
        open.append(later.id)
      }
    }
    return false
  }

  // MARK: Contests

  /// Takes the first round in which every party signed the same, over all that is not built on that very settlement.
  private mutating func settle() -> Bool {
    let signedRounds = rounds(over: Set(remaining.keys))
    // A late entry over which nobody signed neither makes nor breaks a round. Nothing below changes who that is.
    let standing = signedRounds.isEmpty ? [] : remaining.values.filter { stands($0) }
    for signed in signedRounds {
      // Who is no party neither makes nor breaks a round.
      let built = signed.reduce(into: Set<StatementID>()) { $0.formUnion(descendants(of: $1.id)) }
      let parties = self.parties(of: standing.filter { !built.contains($0.id) })
      let round = signed.filter { parties.contains($0.issuer) }
      guard Set(round.map(\.issuer)) == Set(parties), let last = last(of: round, among: signed) else { continue }
      let after = descendants(of: last)
      let contested = standing.filter { !after.contains($0.id) }
      guard let custodian = round.first?.custodian, parties.contains(custodian),
        self.parties(of: contested) == parties, round.count == parties.count,
        agree(round, heads(of: contested))
      else { continue }
      self.custodian = custodian
      head = last
      tip = last
      phase = .held
      waiting = nil
      isUnsure = false
      // What it signed anew since it was restored is its word on where the line stands; others' signatures are not.
      if let restored, parties.contains(restored.authority) {
        isLost = round.contains { restored.signed.contains($0.id) }
      }
      noteLoss()
      settled.formUnion(signed.map(\.id))
      unfitting.formUnion(Set(remaining.keys).subtracting(after).subtracting(standing.map(\.id)))
      remaining = remaining.filter { after.contains($0.key) }
      return true
    }
    return false
  }

  /// One signature a party, surely its own, the same custodian, and the heads that compete now. One that all have agreed on
  /// since, a settlement too, as when a doubt ended, competes no more.
  private func agree(_ round: [Resolution], _ heads: [StatementID]) -> Bool {
    let past = known.union(settled).union([beginning]).subtracting(remaining.keys).subtracting([tip])
    return Set(round.map(\.issuer)).count == round.count && Set(round.map(\.custodian)).count <= 1
      && round.allSatisfy { !$0.isDoubted && $0.heads.filter { !past.contains($0) } == heads }
  }

  /// The signature that the next step builds on: the last of the round, or where the custodian built on that of somebody
  /// who was a party then, that one.
  private func last(of round: [Resolution], among signed: [Resolution]) -> StatementID? {
    guard let last = round.map(\.id).max(), successors[last] == nil, let custodian = round.first?.custodian else {
      return round.map(\.id).max()
    }
    let built = signed.filter { one in
      everybody.contains(one.issuer) && one.custodian == custodian
        && successors[one.id]?.contains { $0.issuer == custodian } ?? false
    }
    return built.map(\.id).max() ?? last
  }

  /// What was signed about these steps, by round from 1 on without a gap.
  private func rounds(over contested: Set<StatementID>) -> [[Resolution]] {
    let later = resolutions.filter { !settled.contains($0.id) }
      .reduce(into: Set<StatementID>()) { $0.formUnion(descendants(of: $1.id)) }
    // What is built on a settlement is in dispute by itself, in rounds of its own.
    let about = resolutions.filter { one in
      !settled.contains(one.id) && one.heads.contains { $0 == tip || contested.contains($0) && !later.contains($0) }
    }
    let byRound = Dictionary(grouping: about, by: \.round)
    var found: [[Resolution]] = []
    while let next = byRound[UInt64(found.count) + 1] { found.append(next) }
    return found
  }

  /// The steps left that build on a statement, or on a settlement of what does.
  private func descendants(of id: StatementID) -> Set<StatementID> {
    var (found, signed) = (Set<StatementID>(), Set<StatementID>())
    var open = [id]
    while let next = open.popLast() {
      for step in successors[next] ?? [] where remaining[step.id] != nil && found.insert(step.id).inserted {
        open.append(step.id)
      }
      open += (signatures[next] ?? []).filter { signed.insert($0).inserted }
    }
    return found
  }

  private func heads(of steps: [Step]) -> [StatementID] {
    var heads = Set(steps.map(\.id)).subtracting(steps.compactMap(\.previous))
    // What all agree on competes too, unless somebody rightfully went on from it.
    if !steps.contains(where: { $0.previous == tip && isRightful($0) }) { heads.insert(tip) }
    return heads.count > LineSchema.maximumHeads ? named(of: heads, steps) : heads.sorted()
  }

  /// Of more last steps than a line of a settlement can name, as many as it can, of everybody in turn: whoever signs one
  /// after another hides nobody else's behind them, and keeps nobody from settling. The rest falls with them.
  private func named(of heads: Set<StatementID>, _ steps: [Step]) -> [StatementID] {
    let competing = Dictionary(grouping: steps.filter { heads.contains($0.id) }) { $0.issuer }
    let queues = competing.sorted { $0.key < $1.key }.map { $0.value.map(\.id).sorted() }
    var named = heads.contains(tip) ? [tip] : []
    for turn in 0..<LineSchema.maximumHeads {
      named += queues.compactMap { turn < $0.count ? $0[turn] : nil }.prefix(LineSchema.maximumHeads - named.count)
    }
    return named.sorted()
  }

  private func parties(of steps: [Step]) -> [AuthorityName] {
    Set([custodian] + [open?.to].compactMap { $0 } + steps.flatMap(\.parties)).sorted()
  }

  private func contest(_ steps: [Step]) -> Contest {
    let (heads, parties) = (heads(of: steps), parties(of: steps))
    let rounds = rounds(over: Set(steps.map(\.id))).map { $0.filter { parties.contains($0.issuer) } }
    let current = rounds.firstIndex { agree($0, heads) } ?? rounds.count
    return Contest(
      heads: heads, parties: parties, round: UInt64(current) + 1,
      signed: current < rounds.count ? rounds[current].sorted { $0.id < $1.id } : [],
      releases: (steps.filter(\.isRelease) + [waiting].compactMap { $0 }).sorted { $0.id < $1.id })
  }
}
