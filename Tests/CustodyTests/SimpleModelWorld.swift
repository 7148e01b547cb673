import Custody
import Roster
import TestSupport

/// One random history: three authorities, perhaps a copy of one's log, or one that is put back from a backup, and a network
/// that loses, doubles and reorders. Each deed is drawn from a number of its own, so that a history can be shrunk.
final class ModelledWorld {
  let coalition: ModelledCoalition
  let seed: UInt64
  var pen: Pen
  var random: SeededGenerator
  var logs: [ModelledLog]
  /// Everything that has left its log, in the order in which it was written.
  private(set) var sent: [Told] = []
  private var written: [Int: Told] = [:]
  private var places: [StatementID: Int] = [:]
  /// When each statement says that it occurred.
  private(set) var order: [UInt64: Int64] = [:]
  private(set) var story: [String] = []
  /// Whether the story is told: it takes longer than to live it.
  private let isTold: Bool
  /// By how many minutes each log's clock is off.
  private(set) var clocks = [0, 0, 0, 0]
  /// Which log was copied, or put back from a backup, what that was, and who has answered it since.
  private(set) var backup: (log: Int, state: ModelledLog)?
  private(set) var opening: Told?
  private(set) var answered: Set<Int> = []
  /// Whether TUR has ended and IRQ acts in its place.
  private(set) var hasSuccession = false
  /// What the log that was put back has lost: nobody there knows that it signed this.
  private var lost: Set<Int> = []
  /// What a later roster says that others may have signed, and who has heard of it.
  private var doubts: [Told] = []
  private var doubters: Set<Int> = []

  init(seed: UInt64, isTold: Bool = false) throws {
    coalition = try .shared()
    (self.seed, self.isTold) = (seed, isTold)
    random = SeededGenerator(seed: seed)
    pen = Pen(coalition, SeededGenerator(seed: ~seed))
    logs = (0..<3).map { [coalition] in ModelledLog($0, of: coalition) }
  }

  var isForked: Bool { logs.count > 3 }
  private var isRestoring: Bool { opening != nil && logs[backup?.log ?? 0].isRestored }

  func chance(_ one: Int) -> Bool { Int.random(in: 1...one, using: &random) == 1 }
  func pick<Element>(_ from: [Element]) -> Element? { from.randomElement(using: &random) }
  func statement(_ id: StatementID) -> Told? { places[id].flatMap { written[$0] } }
  func tell(_ line: @autoclosure () -> String) { if isTold { story.append(line()) } }
  private func called(_ log: Int) -> String { "\(log == 3 ? "the copy of " : "")\(logs[log].name)" }

  /// A log signs a statement, and it leaves unless the log refuses it or crashes before.
  @discardableResult
  func sign(
    by log: Int, _ told: Told, _ words: [(SubjectReference, Word.What)] = [],
    _ after: [SubjectReference: StatementID] = [:]
  ) throws -> Told? {
    guard !chance(25) else {
      tell("\(called(log)) crashes before \(told.text) is committed")
      try logs[log].restart(self)
      return nil
    }
    let number = told.id.number
    order[number] = told.event.occurred.earliest
    told.words = words.map { subject, what in
      let isPaper = told.event.lateEntry != nil
      return (subject, Word(id: number, by: told.name, what: what, after: after[subject]?.number, isPaper: isPaper))
    }
    let cited = told.event.references.compactMap { places[$0.statement] }
    told.history =
      cited
      + sent.filter { earlier in
        logs[log].holds(earlier) && earlier.subjects.contains { told.subjects.contains($0) }
      }.map(\.number)
    tell("\(called(log)) signs \(told.text): \(told.words.map { "\($0.subject.short) \(Self.text($0.word))" })")
    guard try logs[log].hear(told, isOwn: true, self) else {
      tell("  and refuses it")
      return nil
    }
    sent.append(told)
    written[told.number] = told
    places[told.id] = told.number
    for other in logs.indices where other != log && !chance(3) { try bring(told, to: other) }
    return told
  }

  private static func text(_ word: Word) -> String {
    let after = word.after.map { " after \(ModelledLog.text($0))" } ?? ""
    guard let (round, heads, custodian) = word.settlement else { return "\(word.what)\(after)" }
    return "settled for \(custodian) over \(heads.sorted().map(ModelledLog.text)) in round \(round)"
  }

  /// Whether a statement lies outside the seal, as far as a peer can tell that has answered.
  private func isOutside(_ told: Told, at log: Int) -> Bool {
    guard let backup, answered.contains(log), lost.contains(told.number) else { return false }
    return !logs[backup.log].held.contains(told.number)
  }

  func deliver(_ told: Told, to log: Int) throws {
    guard told.number != opening?.number else { return }
    let isKnown = logs[log].held.contains(told.number)
    // A log that was put back hears what it lost from its peers' answers; later that is refused.
    if log == backup?.log, lost.contains(told.number), !isKnown, !isRestoring { return }
    // What arrives by a key that others may have is not registered (decision 23).
    if !isKnown, doubters.contains(log), doubts.contains(where: { $0 === told }) { return }
    tell("\(called(log)) hears \(told.text)")
    _ = try logs[log].hear(told, isOutside: isOutside(told, at: log), self)
  }

  /// Something arrives, with what its signer knew or without, or once more.
  func deliverSomething() throws {
    guard let told = pick(Array(sent.suffix(12))), let log = pick(Array(logs.indices)) else { return }
    if chance(2) { try bring(told, to: log) } else { try deliver(told, to: log) }
  }

  private func bring(_ told: Told, to log: Int) throws {
    for earlier in told.history where !logs[log].held.contains(earlier) {
      if let earlier = written[earlier] { try bring(earlier, to: log) }
    }
    try deliver(told, to: log)
  }

  func setClock(of log: Int) { clocks[log] = Int.random(in: -30...30, using: &random) }

  // MARK: Copies, backups, restarts

  func restart(_ log: Int) throws {
    tell("\(called(log)) starts again")
    try logs[log].restart(self)
  }

  func copy(_ log: Int) {
    guard !isForked, backup == nil else { return }
    tell("\(logs[log].name)'s log is copied")
    logs.append(logs[log])
  }

  func backUp(_ log: Int) {
    guard !isForked, backup == nil else { return }
    tell("\(logs[log].name)'s log is backed up")
    backup = (log, logs[log])
  }

  /// The disk is lost, and its backup put back; of what was under way, some never comes.
  func restore() throws {
    guard let backup, opening == nil else { return }
    let log = backup.log
    tell("\(logs[log].name)'s log is put back from its backup")
    logs[log] = backup.state
    let gone = sent.filter { $0.signer == log && !backup.state.held.contains($0.number) }
    lost = Set(gone.map(\.number))
    for told in gone where !logs.contains(where: { $0.held.contains(told.number) }) && chance(2) {
      sent.removeAll { $0 === told }
      written[told.number] = nil
      places[told.id] = nil
    }
    let told = pen.opening(by: log, clock: clocks[log])
    try logs[log].turn(told, isRestored: true, self)
    opening = told
  }

  /// A peer answers the new epoch with all that it holds.
  func answer(_ peer: Int) throws {
    guard let backup, let opening, isRestoring, peer != backup.log, !answered.contains(peer) else { return }
    tell("\(logs[peer].name) answers the new epoch of \(logs[backup.log].name)")
    _ = try logs[peer].hear(opening, self)
    for told in sent where logs[peer].holds(told) { try deliver(told, to: backup.log) }
    answered.insert(peer)
    guard answered.count == 2 else { return }
    tell("\(logs[backup.log].name)'s log is sealed")
    try logs[backup.log].turn(pen.sealing(by: backup.log, clock: clocks[backup.log]), isRestored: false, self)
  }

  // MARK: Successions and doubts

  /// TUR ends, and IRQ, to whom it hands all that it holds, acts in its place: who has heard of it follows the next roster.
  func succeed() throws {
    guard !hasSuccession else { return }
    tell("TUR/x ends, and IRQ/moj acts in its place")
    for told in sent where logs[2].held.contains(told.number) { try bring(told, to: 1) }
    hasSuccession = true
    try follow(1)
  }

  func follow(_ log: Int) throws {
    guard hasSuccession, logs[log].places.isEmpty else { return }
    tell("\(logs[log].name) follows the roster that says so")
    try logs[log].follow(self)
  }

  /// Whether an authority has ended, as far as anybody knows.
  func hasEnded(_ log: Int) -> Bool { hasSuccession && log == 2 }

  /// Others may have signed some of what one authority did lately; a log hears of it, or that it turned out otherwise.
  func suspect(_ log: Int) throws {
    if doubts.isEmpty {
      doubts = sent.suffix(8).filter { $0.signer == log && chance(2) }
    } else if chance(6) {
      tell("it was \(logs[doubts[0].signer].name) who signed all that")
      doubts = []
      doubters = []
      for log in logs.indices { try logs[log].doubt([], self) }
      return
    }
    try hearOfDoubts(Int.random(in: logs.indices, using: &random))
  }

  private func hearOfDoubts(_ log: Int) throws {
    guard !doubts.isEmpty, !doubters.contains(log) else { return }
    tell("\(called(log)) hears that others may have signed \(doubts.map(\.text))")
    doubters.insert(log)
    try logs[log].doubt(doubts, self)
  }

  // MARK: The end

  /// Everything is told to everybody: whoever has seen the same knows the same, and nothing has vanished.
  func converge() throws {
    for peer in 0...2 { try answer(peer) }
    for log in 0...2 { try follow(log) }
    if !doubts.isEmpty { for log in logs.indices { try logs[log].doubt([], self) } }
    (doubts, doubters) = ([], [])
    var isNew = true
    while isNew {
      isNew = false
      for log in logs.indices {
        for told in sent where !logs[log].holds(told) {
          try deliver(told, to: log)
          isNew = isNew || logs[log].holds(told)
        }
      }
    }
    try compareLogs(logs[backup.map { $0.log } ?? 0])
    for log in logs.indices { try logs[log].restart(self) }
  }

  private func compareLogs(_ final: ModelledLog) throws {
    for told in sent where !final.held.contains(told.number) && !lost.contains(told.number) {
      throw Disagreement(description: "\(final.name) never registers \(told.text)")
    }
    for log in logs {
      for told in sent where told.event.type.isRelease { try log.countLines(of: told, self) }
      for (subject, words) in final.words where Set(log.words[subject] ?? []) != Set(words) {
        throw Disagreement(description: "\(log.name) and \(final.name) hold other words about \(subject.short)")
      }
      for (subject, chain) in final.ledger.chains where !isAlike(chain, log.ledger.chain(subject)) {
        throw Disagreement(description: "\(log.name) and \(final.name) know another chain of \(subject.short)")
      }
    }
  }

  private func isAlike(_ one: ChainState, _ other: ChainState?) -> Bool {
    one.custodian == other?.custodian && one.phase == other?.phase && one.head == other?.head
      && one.heads == other?.heads && one.intake == other?.intake
  }
}
