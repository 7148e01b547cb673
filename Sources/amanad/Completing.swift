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
    if isBare, try !isReady(SignedStatement(decoding: stored.bytes).event) { return nil }
    var replay = Replay(office: office, reader: reader)
    guard let (anchored, proposal) = try replay.proposal(of: stored, content, isBare ? .lines : .whole) else {
      throw StoreError.damaged("the roster or policy that \(id) was judged under")
    }
    let judgement = try Judge().complete(proposal, in: reader)
    try transaction.apply(judgement.effects)
    try transaction.keep(subjects: content.manifest?.subjects ?? [], of: id)
    try transaction.keep(content: content, owner: id.bytes)
    let late = problems + judgement.refusals
    try transaction.keep(flags: late + judgement.flags, of: id)
    try transaction.complete(id, at: now)
    if !isBare { tell(ExchangeNews(.arrived, stored.summary.issuer, statement: id)) }
    for violation in late {
      try raise(
        alarm: Violation(violation.code, "in \(id): \(violation.detail)"), evidence: stored.bytes, about: id)
    }
    try Answering.answerVoidRecall(anchored.statement, judgement.flags, &self)
    try recallFollowers(of: proposal.event)
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

  /// Whether the lines that an answer speaks of are here: without them its effect would be lost for good.
  private func isReady(_ event: Event) throws -> Bool {
    let needed =
      switch event.type {
      case .outcome: event.references.filter { $0.relation == .release }
      case .disputeResolved: event.references.filter { $0.relation == .head }
      default: [Reference]()
      }
    let reader = transaction.reader
    return try needed.allSatisfy { reference in
      let id = reference.statement
      guard try reader.summary(id) != nil else { return false }
      return try reader.isCompleted(id) || !reader.isBare(id) && !reader.isIncomplete(id)
    }
  }

  /// The answers of a record whose lines waited for those of the statement they answer.
  private mutating func recallFollowers(of event: Event) throws {
    guard event.type != .outcome else { return }
    for id in try transaction.reader.statements(record: event.recordID) {
      guard try transaction.reader.isBare(id), try !transaction.reader.isCompleted(id),
        let stored = try transaction.reader.statement(id)
      else { continue }
      try recall(linesOf: try SignedStatement(decoding: stored.bytes))
    }
  }

  /// Looks for the lines of a bare statement in the histories that came before it.
  mutating func recall(linesOf signed: SignedStatement) throws {
    for holder in try transaction.reader.histories(of: signed.id) {
      let annexes = try transaction.reader.content(owner: holder.bytes).annexes
      guard let annex = annexes.first(where: { $0.id == History.id }),
        let manifest = try? History(decoding: annex.content[...]).manifest(of: signed)
      else { continue }
      _ = try complete(signed.id, content: Content(manifest: manifest))
      return
    }
  }
}
