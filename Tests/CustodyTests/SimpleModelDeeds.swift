import Custody
import Roster
import TestSupport

/// What authorities do in a random history. Most of it is rightful; what is not is refused by their own logs, or signed by
/// a copy of one.
extension ModelledWorld {
  private func party(_ log: Int) -> Party { logs[log].office.party }
  private func ledger(_ log: Int) -> Ledger { logs[log].office.ledger }
  private func chain(_ log: Int, _ subject: SubjectReference) -> ChainState? { ledger(log).chain(subject) }

  private func intakes(_ log: Int) -> [Told] {
    sent.compactMap { told[$0] }.filter { $0.act.event.type == .intake && logs[log].held.contains($0.id) }
  }

  /// People of one intake, of those whom a condition holds.
  private func people(_ log: Int, _ holds: (ChainState) -> Bool) -> (source: Act, subjects: [SubjectReference])? {
    let found = intakes(log).compactMap { intake -> (source: Act, subjects: [SubjectReference])? in
      let subjects = intake.act.subjects.filter { chain(log, $0).map(holds) ?? false }
      return subjects.isEmpty ? nil : (intake.act, subjects.filter { _ in !chance(3) })
    }
    return pick(found.filter { !$0.subjects.isEmpty })
  }

  private func heads(_ log: Int, _ subjects: [SubjectReference]) -> [SubjectReference: StatementID] {
    Dictionary(uniqueKeysWithValues: subjects.compactMap { subject in chain(log, subject).map { (subject, $0.head) } })
  }

  /// Releases that a log holds, and that somebody could answer or recall.
  private func releases(_ log: Int, _ holds: (Told) -> Bool) -> [Told] {
    sent.compactMap { told[$0] }.filter {
      $0.act.event.type.isRelease && logs[log].held.contains($0.id) && !logs[log].outside.contains($0.id) && holds($0)
    }
  }

  /// Mostly those with a line that has no answer yet.
  private func waiting(_ log: Int, _ releases: [Told]) -> [Told] {
    guard !chance(6) else { return releases }
    return releases.filter { release in ledger(log).releaseLines(of: release.id).contains { $0.answer == nil } }
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
    default: try deliverSomething()
    }
  }

  /// A third of the worlds has a copied log, in a third one is put back from its backup, and in a third one ends.
  private func breakDown(_ log: Int) throws {
    switch scribe.random.seed % 3 {
    case 0: copy(log)
    case 1: if backup == nil { backUp(log) } else if chance(3) { try restore() }
    default: if chance(2) { try succeed() } else { try follow(log) }
    }
  }

  /// Who could receive somebody.
  private func others(_ log: Int) -> [Int] {
    [0, 1, 2].filter { party($0).name != party(log).name && (!hasEnded($0) || logs[log].places.isEmpty) }
  }

  /// Whether a name is a log's, or that of one in whose place it acts.
  private func isOf(_ log: Int, _ name: AuthorityName?) -> Bool {
    name.map { logs[log].areOne($0.description, logs[log].name) } ?? false
  }

  /// Whoever can does it.
  private func attempt(_ deed: (Int) throws -> Told?) throws {
    for log in logs.indices.shuffled(using: &random) where try !hasEnded(log) && deed(log) != nil { return }
  }

  @discardableResult
  func intake(by log: Int) throws -> Told? {
    // Now and then somebody who is in custody already, as far as others know.
    let known = Array(Set(told.values.flatMap(\.act.subjects)).sorted().prefix(2))
    let subjects =
      known.isEmpty || !chance(3)
      ? (0..<Int.random(in: 1...2, using: &random)).map { _ in
        SubjectReference(unchecked: random.bytes(16))
      } : known
    return try sign(by: log, Dictionary(uniqueKeysWithValues: subjects.map { ($0, .intake) })) {
      try scribe.intake(by: party(log), subjects: subjects)
    }
  }

  private func release(by log: Int) throws -> Told? {
    let name = party(log).name
    let isHonest = !chance(8)
    guard let (source, subjects) = people(log, { !isHonest || $0.custodian == name && $0.claimants == nil }),
      let to = pick(others(log))
    else { return nil }
    return try sign(by: log, what(subjects, .release(to: party(to).name.description)), heads(log, subjects)) {
      try scribe.handover(.release, of: source, only: subjects, from: party(log), to: party(to), in: ledger(log))
    }
  }

  private func what(_ subjects: [SubjectReference], _ what: Word.What) -> [SubjectReference: Word.What] {
    Dictionary(uniqueKeysWithValues: subjects.map { ($0, what) })
  }

  private func outcome(by log: Int) throws -> Told? {
    guard let release = pick(waiting(log, releases(log) { isOf(log, $0.act.event.to) })) else { return nil }
    let lines = release.act.lines.filter { _ in !chance(3) }
    if chance(6) { return try endOnTheRoad(release, lines.map(\.index), by: log) }
    let codes: [(OutcomeCode, Word.What)] = [
      (.accepted, .accepted), (.accepted, .accepted), (.refused, .refused), (.missing, .missing),
    ]
    let answers = lines.compactMap { line in pick(codes).map { (line, $0) } }
    guard !answers.isEmpty else { return nil }
    let words = answers.compactMap { answer in answer.0.leaf.subject.map { ($0, answer.1.1) } }
    return try sign(by: log, Dictionary(uniqueKeysWithValues: words), after(release)) {
      try scribe.outcome(of: release.act, answers.map { ($0.0.index, $0.1.0) }, by: party(log))
    }
  }

  private func after(_ release: Told) -> [SubjectReference: StatementID] {
    Dictionary(uniqueKeysWithValues: release.act.subjects.map { ($0, release.id) })
  }

  /// A death on the road is a statement of its own, which the outcome cites.
  private func endOnTheRoad(_ release: Told, _ lines: [Int], by log: Int) throws -> Told? {
    let subjects = release.act.lines.filter { lines.contains($0.index) }.compactMap(\.leaf.subject)
    guard !subjects.isEmpty else { return nil }
    let death = try sign(by: log, [:]) {
      try scribe.incident(.death, of: subjects, by: party(log), in: ledger(log), road: release.act)
    }
    guard let death else { return nil }
    return try sign(by: log, what(subjects, .ended), after(release)) {
      try scribe.ended(lines, of: release.act, by: death.act, party(log))
    }
  }

  private func recall(by log: Int) throws -> Told? {
    let name = party(log).name
    if chance(2), let release = pick(waiting(log, releases(log) { $0.act.event.from == name })) {
      return try sign(by: log, [:]) { try scribe.recall(of: release.act, by: party(log)) }
    }
    // It may come before what it recalls.
    let recalls = sent.compactMap { told[$0] }.filter { $0.act.event.type == .recall && isOf(log, $0.act.event.to) }
    guard let recall = pick(recalls.filter { logs[log].held.contains($0.id) }),
      let release = recall.act.event.reference(.release).flatMap({ told[$0] })
    else { return nil }
    guard !chance(5) else {
      return try sign(by: log, [:]) {
        try scribe.answer(.recallRefused, to: recall.act, of: release.act, by: party(log))
      }
    }
    let lines = release.act.lines.filter { _ in !chance(3) }
    guard !lines.isEmpty else { return nil }
    return try sign(by: log, what(lines.compactMap(\.leaf.subject), .recalled), after(release)) {
      try scribe.answer(.recallAgreed, to: recall.act, of: release.act, lines.map(\.index), by: party(log))
    }
  }

  /// What was refused or recalled goes to somebody else who agrees.
  private func redirect(by log: Int) throws -> Told? {
    let name = party(log).name
    let back = people(log) { chain in
      chain.custodian == name && chain.phase == .held
        && sent.contains {
          $0 == chain.head && [.outcome, .recallAgreed].contains(told[$0]?.act.event.type)
        }
    }
    guard let (source, subjects) = back, let to = pick(others(log)) else { return nil }
    let offer = try sign(by: log, [:]) {
      try scribe.handover(.offer, of: source, only: subjects, from: party(log), to: party(to), in: ledger(log))
    }
    guard let offer else { return nil }
    try deliver(offer.id, to: to)
    guard let agreement = try sign(by: to, [:], write: { try scribe.agreement(to: offer.act, by: party(to)) }) else {
      return nil
    }
    try deliver(agreement.id, to: log)
    let answers = Set(heads(log, subjects).values).compactMap { told[$0]?.act }
    let citing = [Reference(.offerAgreed, agreement.id)] + answers.map { Reference(.answer, $0.id) }
    return try sign(by: log, what(subjects, .release(to: party(to).name.description)), heads(log, subjects)) {
      try scribe.handover(
        .redirect, of: source, only: subjects, from: party(log), to: party(to), in: ledger(log), citing: citing)
    }
  }

  private func incident(by log: Int) throws -> Told? {
    let name = party(log).name
    guard let (_, subjects) = people(log, { $0.custodian == name && ($0.openRelease == nil || chance(4)) }) else {
      return nil
    }
    let codes: [(IncidentCode, Word.What?)] = [
      (.escape, .gone), (.missing, .gone), (.found, .found), (.found, .found), (.hospital, nil), (.death, .over),
      (.birth, nil),
    ]
    guard !chance(6), let (code, effect) = pick(codes) else {
      return try sign(by: log, what(subjects, .over), heads(log, subjects)) {
        try scribe.liberty(of: subjects, .refused, by: party(log), in: ledger(log), offices: [(.witness, 5)])
      }
    }
    return try sign(by: log, effect.map { what(subjects, $0) } ?? [:], heads(log, subjects)) {
      try scribe.incident(code, of: subjects, by: party(log), in: ledger(log))
    }
  }

  /// A party signs the end of a contest; most name the same custodian.
  private func resolve(by log: Int) throws -> Told? {
    guard let (source, subjects) = people(log, { $0.contest != nil }), let subject = subjects.first,
      let contest = chain(log, subject)?.contest,
      let custodian = chance(5) ? pick(contest.parties) : contest.parties.first
    else { return nil }
    if chance(8) {
      return try sign(by: log, [:]) {
        try scribe.dispute(.disputed, of: source, ledger(log), by: party(log), only: [subject])
      }
    }
    let settlement = Word.What.resolved(
      round: Int(contest.round), heads: Set(contest.heads.map(\.description)), custodian: custodian.description)
    return try sign(by: log, [subject: settlement]) {
      try scribe.dispute(
        .disputeResolved, of: source, ledger(log), custodian: custodian, by: party(log), only: [subject])
    }
  }

  private func close(by log: Int) throws -> Told? {
    let name = party(log).name
    guard let release = pick(releases(log) { [$0.act.event.from, $0.act.event.to].contains(name) }) else { return nil }
    let lines = ledger(log).releaseLines(of: release.id)
    let answers = Set(lines.compactMap(\.answer?.statement)).compactMap { told[$0]?.act }
    let first = ledger(log).closings(of: release.id).first { $0.issuer != name }.flatMap { told[$0.statement]?.act }
    guard lines.allSatisfy({ $0.answer != nil }) else { return nil }
    return try sign(by: log, [:]) { try scribe.closed(release.act, citing: answers, after: first, by: party(log)) }
  }
}
