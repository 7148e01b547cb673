import Custody
import Logging
import ReceiptStore
import Roster
import TransparencyLog

extension Registrar {
  /// An opening of our own log that is not ours: an earlier run of it went on to there.
  mutating func hold(strangeOpening verified: VerifiedStatement) throws {
    guard let log = verified.event.log else { return }
    // It is the only entry of the tree of size 1.
    let first = Checkpoint(origin: log.origin, size: 1, root: verified.signed.entry.leafHash)
    try hold(own: first, isSigned: false, evidence: verified.signed.attaching([]))
  }

  mutating func follow(answer verified: VerifiedStatement) throws {
    let event = verified.event
    guard event.to == office.authority.name, let answer = event.logAnswer, let opening = event.reference(.answer) else {
      return
    }
    try transaction.keep(
      answer: verified.id, to: opening, by: verified.issuer.name, record: event.recordID, part: answer.part,
      of: answer.parts)
  }

  /// Makes our newest epoch due to every peer that may not have heard of it: whoever joined since too.
  mutating func announceEpoch() throws {
    guard let epoch = try transaction.reader.ownEpoch(),
      let opening = try transaction.reader.statement(epoch.opening)
    else { return }
    let receipts = try transaction.reader.receipts(opening.entry)
    for peer in office.peers where !receipts.contains(where: { peer.owns(origin: $0.origin) }) {
      try transaction.enqueue(opening, for: peer.name, at: now)
    }
  }

  /// Seals the log before this epoch when everybody has answered what they hold of it, and all of that is here.
  mutating func sealIfAnswered() throws {
    let reader = transaction.reader
    guard let epoch = try reader.restoration(), let opening = try reader.statement(epoch.opening) else { return }
    let event = try SignedStatement(decoding: opening.bytes).event
    let answers = try wholeAnswers(to: opening)
    let answered = Set(answers.map(\.authority))
    let awaited = Set(event.parties.compactMap(inPlace)).subtracting(answered).sorted()
    let mark = Self.restored(office.authority.name)
    let alarms = awaited.map { "\(mark), and \($0) has not answered yet all that it holds of it" }
    for detail in try reader.alarms().map(\.detail) where detail.hasPrefix(mark) && !alarms.contains(detail) {
      try transaction.end(alarm: detail, of: CheckCode.v21.rawValue, at: now)
    }
    for detail in alarms { try raise(alarm: Violation(.v21, detail), evidence: opening.bytes, about: epoch.opening) }
    guard awaited.isEmpty else { return }
    var sealed = try Genesis.logEvent(.logSealed, office)
    sealed.parties = event.parties
    sealed.references =
      [Reference(.basis, epoch.opening)] + answers.prefix(255).map { Reference(.answer, $0.statement) }
    _ = try register(try Genesis.sign(sealed, office: office), content: Content(), stage: .own)
  }

  /// Who must answer for a party today: itself or whoever acts in its place; nil when it has departed and nobody does.
  private func inPlace(of party: AuthorityName) -> AuthorityName? {
    let name = office.roster.successions.current(party)
    guard name != office.authority.name, let authority = office.roster.authority(name), authority.status != .departed
    else { return nil }
    return name
  }

  /// The last parts of answers of which every part, and everything that they cite, is here.
  private mutating func wholeAnswers(to opening: StoredStatement) throws -> [KeptLogAnswer] {
    let answers = try transaction.reader.answers(to: opening.id)
    let whole = try answers.filter { answer in
      if answer.isWhole { return true }
      guard try isWhole(answer, opening.index) else { return false }
      try transaction.mark(wholeAnswer: answer.statement)
      return true
    }
    return Dictionary(grouping: whole) { Answer(authority: $0.authority, record: $0.record, parts: $0.parts) }
      .filter { UInt64(Set($0.value.map(\.part)).count) == $0.key.parts }
      .compactMap { answer, parts in parts.first { $0.part == answer.parts } }
      .sorted { $0.statement < $1.statement }
  }

  /// What the parts of one answer have in common.
  private struct Answer: Hashable {
    let authority: AuthorityName
    let record: RecordID
    let parts: UInt64
  }

  private func isWhole(_ answer: KeptLogAnswer, _ openedAt: UInt64) throws -> Bool {
    let reader = transaction.reader
    guard let stored = try reader.statement(answer.statement) else { return false }
    return try SignedStatement(decoding: stored.bytes).event.references.allSatisfy { reference in
      guard reference.relation == .held else { return true }
      guard let cited = try reader.statement(reference.statement) else {
        return try reader.isRefusedSinceRestored(reference.statement)
      }
      if try !reader.isIncomplete(cited.id) { return true }
      // What was here before the new epoch only its issuer can bring the rest of; what does not open nobody can.
      return try cited.index < openedAt && cited.summary.issuer != answer.authority
        || reader.missingObjects(of: cited.id).isEmpty
    }
  }
}
