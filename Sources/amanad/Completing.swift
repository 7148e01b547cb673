import COSE
import Custody
import ReceiptStore
import Roster

/// Statements whose content comes after them.
extension Registrar {
  /// Judges a registered statement whose content has come, and applies what follows from its lines. What is wrong with it
  /// can refuse nothing any more: it is flagged, told with an alarm, and moves nobody.
  /// - Returns: nil when it was whole before.
  mutating func complete(_ id: StatementID, content: Content, problems: [Violation] = []) throws -> [Violation]? {
    let reader = transaction.reader
    let isBare = try reader.isBare(id)
    guard let stored = try reader.statement(id), try isBare || reader.isIncomplete(id), try !reader.isCompleted(id)
    else {
      return nil
    }
    guard try reader.isReady(SignedStatement(decoding: stored.bytes).event),
      try !reader.isOutsideSeal(stored, under: office.roster)
    else { return nil }
    var replay = Replay(office: office, reader: reader)
    guard let (anchored, judged) = try replay.proposal(of: stored, content, isBare ? .lines : .whole) else {
      throw StoreError.damaged("the roster or policy that \(id) was judged under")
    }
    var proposal = judged
    proposal.successions = office.roster.successions
    let judgement = try Judge().complete(proposal, in: reader)
    try transaction.apply(judgement.effects, of: id)
    try transaction.keep(linesOf: content.manifest, of: id)
    try transaction.keep(content: content, owner: id.bytes)
    let late = problems + judgement.refusals
    // What was found without its lines stands already.
    let known = Set(try reader.flags(id))
    try transaction.keep(flags: (late + judgement.flags).filter { !known.contains($0) }, of: id)
    try transaction.complete(id, at: now)
    try note(keyViewIn: anchored.statement.signed, content)
    try transaction.endAlarms(of: .v30, beginning: Self.unopened(id), at: now)
    try transaction.note(movement: stored.summary.recordID, at: now)
    if !isBare { tell(ExchangeNews(.arrived, stored.summary.issuer, statement: id)) }
    for alarm in late.alarms(in: id) { try raise(alarm: alarm, evidence: stored.bytes, about: id) }
    try Answering.answerVoidRecall(anchored.statement, judgement.flags, &self)
    try recallFollowers(of: id)
    return late + judgement.flags
  }

  /// Takes the lines of earlier statements from a history, before the statement that carries it is judged.
  /// - Returns: what in it is not what those statements commit to.
  mutating func learn(_ history: History, in holder: StatementID) throws -> [Violation] {
    var problems: [Violation] = []
    try transaction.cite(history.items.map(\.statement))
    for item in history.items {
      guard let stored = try transaction.reader.statement(item.statement) else {
        try transaction.keep(historyOf: item.statement, in: holder)
        continue
      }
      guard try transaction.reader.isBare(item.statement), try !transaction.reader.isCompleted(item.statement) else {
        continue
      }
      guard let manifest = history.manifest(of: try SignedStatement(decoding: stored.bytes)) else {
        problems.append(Violation(.v30, "its history holds another manifest of \(item.statement) than that commits to"))
        continue
      }
      if try complete(item.statement, content: Content(manifest: manifest)) == nil {
        try transaction.keep(historyOf: item.statement, in: holder)
      }
    }
    return problems
  }

  /// Completes bare answers that waited for the lines of a statement which are here now, or for its history.
  mutating func recallFollowers(of id: StatementID) throws {
    for waiting in try transaction.reader.bareAnswers(awaiting: id) { try recall(linesOf: waiting) }
  }

  /// Looks for the lines of a bare statement in the histories that came before it. One that holds other lines is asked
  /// once and never again.
  mutating func recall(linesOf signed: SignedStatement) throws {
    guard try transaction.reader.isReady(signed.event) else { return }
    for holder in try transaction.reader.histories(of: signed.id) {
      let annexes = try transaction.reader.content(owner: holder.bytes).annexes
      guard let annex = annexes.first(where: { $0.id == History.id }),
        let manifest = try? History(decoding: annex.content[...]).manifest(of: signed)
      else {
        // Before a holder is judged its history is not kept.
        let isKept = try transaction.reader.summary(holder) != nil && !transaction.reader.awaitsLines(holder)
        if isKept { try transaction.forget(historyOf: signed.id, in: holder) }
        continue
      }
      _ = try complete(signed.id, content: Content(manifest: manifest))
      return
    }
  }

  /// How the alarm of a statement begins whose payloads our key does not open.
  private static func unopened(_ id: StatementID) -> String { "\(id) stays incomplete: " }

  /// Says that payloads came which our key does not open. The statement waits until it can: at the next start the key
  /// that is then there is tried. The alarm ends when the statement is complete.
  mutating func tell(unopened opening: Opening, of signed: SignedStatement) throws {
    let names = opening.failures.filter(\.isForOthers).map { "\"\($0.payload)\"" }.joined(separator: ", ")
    let detail =
      "\(Self.unopened(signed.id))\(names) is not sealed to the key in seal.pem. If that key was changed, put the "
      + "old one back and start the daemon again; otherwise ask \(signed.issuer) to seal it to the key that the roster "
      + "lists"
    try raise(alarm: Violation(.v30, detail), evidence: signed.message.bytes, about: signed.id)
  }
}

extension StoreReader {
  /// Whether the lines that an answer speaks of are here: without them its effect would be lost for good.
  func isReady(_ event: Event) throws -> Bool {
    let needed =
      switch event.type {
      case .outcome: event.references.filter { $0.relation == .release }
      case .disputeResolved: event.references.filter { $0.relation == .head }
      default: [Reference]()
      }
    return try needed.allSatisfy { try summary($0.statement) != nil && !awaitsLines($0.statement) }
  }
}

extension [Violation] {
  /// What is wrong with a statement that is on record, one alarm a rule: a partner can make it wrong in every line, and each
  /// alarm keeps the statement as its evidence. The flags say all of it.
  func alarms(in id: StatementID) -> [Violation] {
    Dictionary(grouping: self, by: \.code).sorted { $0.key.rawValue < $1.key.rawValue }.map { code, found in
      let more = found.count > 1 ? " (and \(found.count - 1) more)" : ""
      return Violation(code, "in \(id): \(found.first?.detail ?? "")\(more)")
    }
  }
}
