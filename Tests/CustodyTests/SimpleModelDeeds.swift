import COSE
import Custody
import Roster
import TestSupport

/// What authorities do in a random history. Most of it is rightful; what is not is refused by their own logs, or signed by
/// a copy of one.
extension ModelledWorld {
  private func name(_ log: Int) -> AuthorityName { logs[log].name }
  private func chain(_ log: Int, _ subject: SubjectReference) -> ChainState? { logs[log].ledger.chain(subject) }

  /// People of one intake, of those whom a condition holds.
  private func people(_ log: Int, _ holds: (ChainState) -> Bool) -> [SubjectReference] {
    var found: [[SubjectReference]] = []
    for intake in sent where intake.event.type == .intake && logs[log].held.contains(intake.number) {
      let subjects = intake.subjects.filter { chain(log, $0).map(holds) ?? false }
      if !subjects.isEmpty { found.append(subjects) }
    }
    return (pick(found) ?? []).filter { _ in !chance(3) }
  }

  private func heads(_ log: Int, _ subjects: [SubjectReference]) -> [SubjectReference: StatementID] {
    Dictionary(uniqueKeysWithValues: subjects.compactMap { subject in chain(log, subject).map { (subject, $0.head) } })
  }

  /// Releases that a log holds, and that somebody could answer or recall; mostly those with a line that has no answer yet.
  private func release(_ log: Int, isAny: Bool = false, _ holds: (Event) -> Bool) -> Told? {
    let found = sent.filter { $0.event.type.isRelease && logs[log].holds($0) && holds($0.event) }
    guard !isAny else { return pick(found) }
    return pick(
      found.filter { release in
        logs[log].ledger.releaseLines(of: release.id).contains { $0.answer == nil }
      })
  }

  func act(by number: UInt64) throws {
    random = .init(seed: number)
    let log = Int.random(in: 0...2, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<2: try attempt(intake)
    case 2..<19: try attempt(release)
    case 19..<39: try attempt(outcome)
    case 39..<47: try attempt(recall)
    case 47..<52: try attempt(redirect)
    case 52..<59: try attempt(incident)
    case 59..<73: try attempt(resolve)
    case 73..<76: try attempt(close)
    case 76..<82: try breakDown(log)
    case 82..<85: try answer(log)
    case 85..<86: setClock(of: log)
    case 86..<87: try restart(Int.random(in: logs.indices, using: &random))
    default: try deliverSomething()
    }
  }

  /// A quarter of the worlds has a copied log, in a quarter one is put back from its backup, in a quarter one ends, and in a
  /// quarter others may have somebody's key.
  private func breakDown(_ log: Int) throws {
    switch seed % 4 {
    case 0: copy(log)
    case 1: if backup == nil { backUp(log) } else if chance(3) { try restore() }
    case 2: if chance(2) { try succeed() } else { try follow(log) }
    default: try suspect(log)
    }
  }

  /// Who could receive somebody.
  private func others(_ log: Int) -> [Int] {
    [0, 1, 2].filter { name($0) != name(log) && (!hasEnded($0) || logs[log].places.isEmpty) }
  }

  /// Whether a name is a log's, or that of one in whose place it acts.
  private func isOf(_ log: Int, _ name: AuthorityName?) -> Bool {
    name.map { logs[log].areOne($0, logs[log].name) } ?? false
  }

  /// Whoever can does it.
  private func attempt(_ deed: (Int) throws -> Told?) throws {
    for log in logs.indices.shuffled(using: &random) where try !hasEnded(log) && deed(log) != nil { return }
  }

  @discardableResult
  func intake(by log: Int) throws -> Told? {
    // Now and then somebody who is in custody already, as far as others know.
    let known = sent.first { $0.event.type == .intake }?.subjects ?? []
    let subjects =
      known.isEmpty || !chance(3) ? (0..<Int.random(in: 1...2, using: &random)).map { _ in pen.subject() } : known
    let told = pen.intake(by: log, as: logs[log].party, clock: clocks[log], subjects)
    return try sign(by: log, told, subjects.map { ($0, .intake) })
  }

  private func what(_ subjects: [SubjectReference], _ what: Word.What) -> [(SubjectReference, Word.What)] {
    subjects.map { ($0, what) }
  }

  private func release(by log: Int) throws -> Told? {
    let (name, isHonest) = (name(log), !chance(12))
    let subjects = people(log) {
      !isHonest || $0.custodian == name && ($0.phase == .held || $0.phase == .missing)
    }
    guard !subjects.isEmpty, let to = pick(others(log)) else { return nil }
    let heads = heads(log, subjects)
    let told = pen.handover(.release, of: subjects, heads, by: log, as: logs[log].party, clock: clocks[log], to: to)
    return try sign(by: log, told, what(subjects, .release(to: self.name(to))), heads)
  }

  private func after(_ release: Told) -> [SubjectReference: StatementID] {
    Dictionary(uniqueKeysWithValues: release.subjects.map { ($0, release.id) })
  }

  private func outcome(by log: Int) throws -> Told? {
    guard let release = release(log, isAny: chance(6), { isOf(log, $0.to) }) else { return nil }
    let lines = release.lines.filter { _ in !chance(3) }
    guard !lines.isEmpty else { return nil }
    if chance(6) { return try endOnTheRoad(release, lines, by: log) }
    let codes: [(OutcomeCode, Word.What)] = [
      (.accepted, .accepted), (.accepted, .accepted), (.refused, .refused), (.missing, .missing),
    ]
    let answers = lines.map { line in (line, codes[Int.random(in: 0..<4, using: &random)]) }
    let told = pen.outcome(
      of: release, answers.map { ($0.0.index, $0.1.0) }, by: log, as: logs[log], clock: clocks[log])
    return try sign(by: log, told, answers.map { ($0.0.subject, $0.1.1) }, after(release))
  }

  /// A death on the road is a statement of its own, which the outcome cites.
  private func endOnTheRoad(_ release: Told, _ lines: [(index: Int, subject: SubjectReference)], by log: Int) throws
    -> Told?
  {
    let subjects = lines.map(\.subject)
    let incident = pen.incident(
      .death, of: subjects, heads(log, subjects), by: log, as: logs[log], clock: clocks[log], road: release)
    guard let death = try sign(by: log, incident) else { return nil }
    let told = pen.outcome(
      of: release, lines.map { ($0.index, .ended) }, by: log, as: logs[log], clock: clocks[log], citing: death)
    return try sign(by: log, told, what(subjects, .ended), after(release))
  }

  private func recall(by log: Int) throws -> Told? {
    let name = name(log)
    if chance(2), let release = release(log, isAny: chance(6), { $0.from == name }) {
      return try sign(by: log, pen.recall(of: release, by: log, as: logs[log], clock: clocks[log]))
    }
    // It may come before what it recalls.
    let recalls = sent.filter {
      $0.event.type == .recall && isOf(log, $0.event.to) && logs[log].held.contains($0.number)
    }
    guard let recall = pick(recalls), let release = recall.event.reference(.release).flatMap(statement) else {
      return nil
    }
    let agrees = !chance(5)
    let lines = release.lines.filter { _ in !chance(3) }
    guard !lines.isEmpty else { return nil }
    let told = pen.answer(
      agrees ? .recallAgreed : .recallRefused, to: recall, of: release, lines.map(\.index), by: log, as: logs[log],
      clock: clocks[log])
    return try sign(by: log, told, agrees ? what(lines.map(\.subject), .recalled) : [], after(release))
  }

  /// What was refused or recalled goes to somebody else who agrees.
  private func redirect(by log: Int) throws -> Told? {
    let name = name(log)
    let subjects = people(log) { chain in
      chain.custodian == name && chain.phase == .held
        && [.outcome, .recallAgreed].contains(statement(chain.head)?.event.type)
    }
    guard !subjects.isEmpty, let to = pick(others(log)) else { return nil }
    let heads = heads(log, subjects)
    let (party, clock) = (logs[log].party, clocks[log])
    let offered = pen.handover(.offer, of: subjects, heads, by: log, as: party, clock: clock, to: to)
    guard let offer = try sign(by: log, offered) else { return nil }
    try deliver(offer, to: to)
    guard let agreement = try sign(by: to, pen.agreement(to: offer, by: to, clock: clocks[to])) else { return nil }
    try deliver(agreement, to: log)
    let answers = Set(heads.values).sorted().map { Reference(.answer, $0) }
    let told = pen.handover(
      .redirect, of: subjects, heads, by: log, as: party, clock: clock, to: to,
      citing: [Reference(.offerAgreed, agreement.id)] + answers)
    return try sign(by: log, told, what(subjects, .release(to: self.name(to))), heads)
  }

  private func incident(by log: Int) throws -> Told? {
    let name = name(log)
    let subjects = people(log) { $0.custodian == name && ($0.openRelease == nil || chance(4)) }
    guard !subjects.isEmpty else { return nil }
    let heads = heads(log, subjects)
    let codes: [(IncidentCode, Word.What?)] = [
      (.escape, .gone), (.missing, .gone), (.found, .found), (.found, .found), (.hospital, nil), (.death, .over),
      (.birth, nil),
    ]
    guard !chance(6), let (code, effect) = pick(codes) else {
      return try sign(
        by: log, pen.liberty(of: subjects, heads, by: log, as: logs[log].party, clock: clocks[log]),
        what(subjects, .over), heads)
    }
    let told = pen.incident(code, of: subjects, heads, by: log, as: logs[log], clock: clocks[log])
    return try sign(by: log, told, effect.map { what(subjects, $0) } ?? [], heads)
  }

  /// A party signs the end of a contest; most name the same custodian.
  private func resolve(by log: Int) throws -> Told? {
    guard let subject = people(log, { $0.contest != nil }).first, let chain = chain(log, subject),
      let contest = chain.contest, let custodian = chance(5) ? pick(contest.parties) : contest.parties.first
    else { return nil }
    let isSettling = !chance(8)
    let told = pen.dispute(
      isSettling ? .disputeResolved : .disputed, chain, custodian: custodian, by: log, as: logs[log].party,
      clock: clocks[log])
    let heads = Set(contest.heads.map(\.number))
    let settlement = Word.What.resolved(round: Int(contest.round), heads: heads, custodian: custodian)
    return try sign(by: log, told, isSettling ? [(subject, settlement)] : [])
  }

  private func close(by log: Int) throws -> Told? {
    let name = name(log)
    guard let release = release(log, isAny: true, { [$0.from, $0.to].contains(name) }) else { return nil }
    let answers = logs[log].ledger.releaseLines(of: release.id).map(\.answer?.statement)
    let first = logs[log].ledger.closings(of: release.id).first { $0.issuer != name }?.statement
    guard !answers.contains(nil) else { return nil }
    let cited = Set(answers.compactMap { $0 }).sorted()
    return try sign(
      by: log, pen.closed(release, citing: cited, after: first, by: log, as: logs[log], clock: clocks[log]))
  }
}
