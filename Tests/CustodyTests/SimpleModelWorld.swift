import COSE
import Custody
import Roster
import TestSupport
import Testing
import TransparencyLog

/// One random history: three authorities, perhaps a copy of one's log, or one that is put back from a backup, and a network
/// that loses, doubles and reorders. Each deed is drawn from a number of its own, so that a history can be shrunk.
final class ModelledWorld {
  let coalition: Coalition
  let scribe: Scribe
  var random: SeededGenerator
  var logs: [ModelledLog]
  /// Everything that has left its log.
  private(set) var told: [StatementID: Told] = [:]
  private(set) var sent: [StatementID] = []
  /// When each statement says that it occurred.
  private(set) var order: [String: Int] = [:]
  private(set) var story: [String] = []
  /// How far each log's clock is off.
  private var clocks = [0, 0, 0, 0] as [Int64]
  /// Which log was copied, or put back from a backup, what that was, and who has answered it since.
  var backup: (log: Int, state: ModelledLog)?
  private(set) var opening: Told?
  private(set) var answered: Set<Int> = []
  /// The roster by which TUR has ended and IRQ acts in its place.
  private var next: VerifiedRoster?
  /// What the log that was put back has lost: nobody there knows that it signed this.
  private var lost: Set<StatementID> = []

  init(_ random: SeededGenerator) throws {
    coalition = try .shared()
    scribe = Scribe(coalition, seed: random.seed)
    self.random = random
    logs = [coalition.syr, coalition.irq, coalition.tur].map { [coalition] in ModelledLog($0, of: coalition) }
  }

  var isForked: Bool { logs.count > 3 }
  var isRestoring: Bool { opening != nil && logs[backup?.log ?? 0].isRestored }

  func chance(_ one: Int) -> Bool { Int.random(in: 1...one, using: &random) == 1 }
  func pick<Element>(_ from: [Element]) -> Element? { from.randomElement(using: &random) }

  /// A log signs a statement, and it leaves unless the log refuses it or crashes before.
  @discardableResult
  func sign(
    by log: Int, _ words: [SubjectReference: Word.What], _ after: [SubjectReference: StatementID] = [:],
    write: () throws -> Act
  ) throws -> Told? {
    let clock = scribe.clock
    scribe.clock += clocks[log]
    let act = try write()
    scribe.clock = clock + 60
    guard !chance(25) else {
      story.append("\(logs[log].name) crashes before \(act.event.type.rawValue) \(act.id.short) is committed")
      return nil
    }
    order[act.id.description] = Int(act.event.occurred.earliest)
    let name = logs[log].name
    let said = Dictionary(
      uniqueKeysWithValues: words.map { subject, what in
        let after = after[subject]?.description
        return (subject, Word(id: act.id.description, by: name, what: what, after: after))
      })
    let people = Set(act.subjects)
    let history = sent.filter { id in
      logs[log].held.contains(id) && !logs[log].outside.contains(id)
        && told[id].map { !people.isDisjoint(with: $0.act.subjects) } ?? false
    }
    let new = try Told(act, by: logs[log], log, words: said, history: history)
    let whom = said.map { "\($0.short) \($1.what) after \($1.after?.prefix(6) ?? "-")" }.sorted()
    story.append("\(log == 3 ? "the copy of " : "")\(name) signs \(act.event.type.rawValue) \(act.id.short): \(whom)")
    guard try logs[log].hear(new, isOwn: true, order) else {
      story.append("  and refuses it")
      return nil
    }
    told[act.id] = new
    sent.append(act.id)
    for other in logs.indices where other != log && !chance(3) { try bring(act.id, to: other) }
    return new
  }

  /// Whether a statement lies outside the seal, as far as a peer can tell that has answered.
  private func isOutside(_ said: Told, at log: Int) -> Bool {
    guard let backup, answered.contains(log), lost.contains(said.id) else { return false }
    return !logs[backup.log].held.contains(said.id)
  }

  func deliver(_ id: StatementID, to log: Int) throws {
    guard let said = told[id], said.id != opening?.id else { return }
    // A log that was put back hears what it lost from its peers' answers; later that is refused.
    if log == backup?.log, lost.contains(id), !logs[log].held.contains(id), !isRestoring { return }
    story.append("\(logs[log].name)\(log == 3 ? "'s copy" : "") hears \(said.text)")
    _ = try logs[log].hear(said, isOutside: isOutside(said, at: log), order)
  }

  /// Something arrives, with what its signer knew or without, or once more.
  func deliverSomething() throws {
    guard let id = pick(Array(sent.suffix(12))), let log = pick(Array(logs.indices)) else { return }
    if !chance(4) { try bring(id, to: log) } else { try deliver(id, to: log) }
  }

  private func bring(_ id: StatementID, to log: Int) throws {
    let cited = told[id]?.act.event.references.map(\.statement) ?? []
    for earlier in cited + (told[id]?.history ?? []) where !logs[log].held.contains(earlier) {
      try bring(earlier, to: log)
    }
    try deliver(id, to: log)
  }

  func setClock(of log: Int) { clocks[log] = Int64.random(in: -1800...1800, using: &random) }

  // MARK: Copies and backups

  func copy(_ log: Int) {
    guard !isForked, backup == nil else { return }
    story.append("\(logs[log].name)'s log is copied")
    logs.append(logs[log])
  }

  func backUp(_ log: Int) {
    guard !isForked, backup == nil else { return }
    story.append("\(logs[log].name)'s log is backed up")
    backup = (log, logs[log])
  }

  /// The disk is lost, and its backup put back; of what was under way, some never comes.
  func restore() throws {
    guard let backup, opening == nil else { return }
    let (log, earlier) = (backup.log, logs[backup.log])
    story.append("\(earlier.name)'s log is put back from its backup")
    logs[log] = backup.state
    lost = Set(sent.filter { told[$0]?.signer == log && !backup.state.held.contains($0) })
    for id in lost where !logs.indices.contains(where: { logs[$0].held.contains(id) }) && chance(2) {
      sent.removeAll { $0 == id }
      told[id] = nil
    }
    let act = try scribe.opening(by: logs[log].office.party)
    let said = try Told(act, by: logs[log], log)
    logs[log].isRestored = true
    _ = try logs[log].hear(said, isOwn: true, order)
    for subject in logs[log].words.keys { try logs[log].compare(subject, order) }
    opening = said
  }

  /// A peer answers the new epoch with all that it holds.
  func answer(_ peer: Int) throws {
    guard let backup, let opening, isRestoring, peer != backup.log, !answered.contains(peer) else { return }
    story.append("\(logs[peer].name) answers the new epoch of \(logs[backup.log].name)")
    _ = try logs[peer].hear(opening, order)
    for id in sent where logs[peer].held.contains(id) && !logs[peer].outside.contains(id) {
      try deliver(id, to: backup.log)
    }
    answered.insert(peer)
    guard answered.count == 2 else { return }
    story.append("\(logs[backup.log].name)'s log is sealed")
    logs[backup.log].isRestored = false
    let log = logs[backup.log]
    let seal = try Told(scribe.sealing(opening.act, by: log.office.party), by: log, backup.log)
    _ = try logs[backup.log].hear(seal, isOwn: true, order)
    for subject in logs[backup.log].words.keys { try logs[backup.log].compare(subject, order) }
  }

  // MARK: Successions

  /// TUR ends, and IRQ, to whom it hands all that it holds, acts in its place: who has heard of it follows the next roster.
  func succeed() throws {
    guard next == nil else { return }
    story.append("TUR/x ends, and IRQ/moj acts in its place")
    for id in sent where logs[2].held.contains(id) { try bring(id, to: 1) }
    let note = try TestLog(coalition.tur, []).checkpoint().encoded()
    next = try coalition.roster(
      ending: coalition.tur, followedBy: coalition.irq, note: note, since: Coalition.start - 3600)
    try follow(1)
  }

  func follow(_ log: Int) throws {
    guard let next, logs[log].places.isEmpty else { return }
    story.append("\(logs[log].name) follows the roster that says so")
    try logs[log].follow(next, [logs[2].name: logs[1].name], order)
  }

  /// Whether an authority has ended, as far as anybody knows.
  func hasEnded(_ log: Int) -> Bool { next != nil && log == 2 }

  // MARK: The end

  /// Everything is told to everybody: whoever has seen the same knows the same, and nothing has vanished.
  func converge() throws {
    for peer in 0...2 { try answer(peer) }
    for log in 0...2 { try follow(log) }
    var isNew = true
    while isNew {
      isNew = false
      for log in logs.indices {
        for id in sent where !logs[log].held.contains(id) || logs[log].outside.contains(id) {
          try deliver(id, to: log)
          isNew = isNew || logs[log].held.contains(id) && !logs[log].outside.contains(id)
        }
      }
    }
    let final = logs[backup.map { $0.log } ?? 0]
    for id in sent where !final.held.contains(id) && !lost.contains(id) {
      throw Disagreement(description: "\(final.name) never registers \(id.short)")
    }
    for log in logs {
      for (subject, words) in final.words where log.words[subject] != words {
        throw Disagreement(description: "\(log.name) and \(final.name) hold other words about \(subject.short)")
      }
      for (subject, chain) in final.office.ledger.chains where !isAlike(chain, log.office.ledger.chain(subject)) {
        throw Disagreement(description: "\(log.name) and \(final.name) know another chain of \(subject.short)")
      }
    }
  }

  private func isAlike(_ one: ChainState, _ other: ChainState?) -> Bool {
    one.custodian == other?.custodian && one.phase == other?.phase && one.head == other?.head
      && one.heads == other?.heads && one.intake == other?.intake
  }
}
