import COSE
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Registers received statements within a batch, whichever way they came.
struct Reception {
  let office: Office

  /// What became of one.
  enum Result: Sendable {
    case registered(index: UInt64, flags: [Violation])
    case known(index: UInt64, flags: [Violation])
    case refused([Violation])
  }

  /// Looks at receipts that our own log's key signed, also beside what is refused: one of a root that this log never had
  /// says that it was restored or copied.
  private func look(atOwn receipts: [VerifiedReceipt], of entry: LogEntry, _ registrar: inout Registrar) throws {
    for receipt in receipts.map(\.receipt) where office.authority.owns(origin: receipt.origin) {
      guard let root = receipt.proof.root(from: entry.leafHash) else { continue }
      let signed = Checkpoint(origin: receipt.origin, size: receipt.proof.size, root: root)
      try registrar.hold(own: signed, isSigned: false, evidence: receipt.message.bytes)
    }
  }

  func take(_ candidate: Candidate, _ registrar: inout Registrar) throws -> Result {
    let signed = candidate.signed
    try look(atOwn: candidate.anchored.receipts, of: signed.entry, &registrar)
    if let why = registrar.halting { return .refused([Violation(.v21, why)]) }
    let reader = registrar.transaction.reader
    if candidate.statement.issuer.name == office.authority.name, try reader.summary(signed.id) == nil,
      try reader.restoration() == nil
    {
      // Signed with our key and unknown to our log: a lost record or a stolen key. Never registered in silence.
      let alarm =
        try reader.ownEpoch() == nil
        ? Violation(.v20, "\(signed.id) is signed by this authority but is not in its log")
        : Violation(
          .v21,
          "\(signed.id) is signed by this authority but lies outside what everybody answered when its log was restored: it "
            + "takes no effect")
      try registrar.raise(refusal: alarm, of: signed, by: office.authority.name)
      return .refused([alarm])
    }
    do {
      if try reader.statement(entry: signed.entry) == nil { return try register(candidate, &registrar) }
      return try know(candidate, &registrar)
    } catch let refusal as RegistrationRefusal {
      // The evidence is kept with the alarm, so that a refused statement does not vanish.
      for violation in refusal.violations.prefix(1) {
        let alarm = Violation(violation.code, "refused \(signed.id): \(violation.detail)")
        try registrar.raise(refusal: alarm, of: signed, by: candidate.statement.issuer.name)
      }
      try registrar.transaction.note(refused: signed.id)
      return .refused(refusal.violations)
    }
  }

  private func register(_ candidate: Candidate, _ registrar: inout Registrar) throws -> Result {
    let (signed, content) = (candidate.signed, candidate.content)
    let (issuer, reader) = (candidate.statement.issuer, registrar.transaction.reader)
    let isOutside = try reader.isOutsideSeal(
      signed.event.type, of: issuer, at: reader.registered(), candidate.anchored.receipts.map(\.receipt.origin))
    // Its lines count when it is known to be inside.
    let isWhole = try !isOutside && isWhole(candidate, reader)
    var problems = candidate.problems
    if isWhole { problems += try registrar.learn(candidate.history, in: signed.id) }
    let done = try registrar.register(
      candidate.statement, content: content, stage: .received, arrival: isWhole ? .whole : .awaited,
      isOutsideSeal: isOutside)
    if isOutside { try registrar.tell(outside: signed, of: issuer.name) }
    if issuer.name == office.authority.name {
      let back = Violation(.v21, "a partner handed it back after this log had been restored from a backup")
      try registrar.transaction.keep(flags: [back], of: signed.id)
    }
    if isWhole {
      try tell(problems, about: signed, &registrar)
      try Answering.answerVoidRecall(candidate.statement, done.flags, &registrar)
      try registrar.recallFollowers(of: signed.id)
    } else if !isOurs(candidate), candidate.content.manifest == nil {
      try registrar.recall(linesOf: signed)
    }
    // A twin may bring what the first one of it waits for.
    try settle(candidate, &registrar)
    return .registered(index: done.index, flags: try registrar.transaction.reader.flags(signed.id))
  }

  private func know(_ candidate: Candidate, _ registrar: inout Registrar) throws -> Result {
    let done = try registrar.register(candidate.statement, content: candidate.content, stage: .received)
    try settle(candidate, &registrar)
    return .known(index: done.index, flags: try registrar.transaction.reader.flags(candidate.signed.id))
  }

  /// Whether it can be judged with its lines now: to us, when every object is here too and everything opened.
  private func isWhole(_ candidate: Candidate, _ reader: StoreReader) throws -> Bool {
    guard candidate.isWhole, candidate.problems.isEmpty else { return false }
    return try !isOurs(candidate) || hasObjects(candidate.signed.event, reader)
  }

  /// Completes a statement on record with what came now, if that is all there is to come.
  private func settle(_ candidate: Candidate, _ registrar: inout Registrar) throws {
    let (signed, reader) = (candidate.signed, registrar.transaction.reader)
    // One that was for others when it came stays so, also where we act in their place since.
    if try reader.isBare(signed.id) {
      guard try !reader.isCompleted(signed.id), let manifest = candidate.content.manifest else { return }
      _ = try registrar.complete(signed.id, content: Content(manifest: manifest))
      return
    }
    guard isOurs(candidate) else { return }
    guard try reader.isIncomplete(signed.id), try hasObjects(signed.event, reader) else { return }
    guard candidate.isWhole || !candidate.problems.isEmpty, !candidate.isForOthers else { return }
    let problems = try candidate.problems + registrar.learn(candidate.history, in: signed.id)
    _ = try registrar.complete(signed.id, content: candidate.content, problems: problems)
  }

  private func hasObjects(_ event: Event, _ reader: StoreReader) throws -> Bool {
    // What an older statement has beside it travels in clear; its slots are in its content.
    try event.sealed.isEmpty || event.objects.allSatisfy { try reader.object($0.id) != nil }
  }

  private func isOurs(_ candidate: Candidate) -> Bool {
    office.awaitsContent(of: candidate.signed)
  }

  private func tell(_ problems: [Violation], about signed: SignedStatement, _ registrar: inout Registrar) throws {
    try registrar.transaction.keep(flags: problems, of: signed.id)
    for alarm in problems.alarms(in: signed.id) {
      try registrar.raise(alarm: alarm, evidence: signed.message.bytes, about: signed.id)
    }
  }

  /// Keeps the receipts of other logs. Only they say that something of ours has been delivered.
  /// - Returns: how many were new.
  func keepReceipts(_ receipts: [VerifiedReceipt], of entry: LogEntry, _ registrar: inout Registrar) throws -> Int {
    var new = 0
    for verified in receipts where !office.authority.owns(origin: verified.receipt.origin) {
      if try registrar.keep(verified, of: entry) { new += 1 }
    }
    return new
  }
}
