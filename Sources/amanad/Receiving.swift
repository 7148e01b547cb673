import COSE
import ControlAPI
import Custody
import Logging
import ReceiptStore
import Roster
import TransparencyLog

/// Takes what a peer hands in, one statement or one object at a time, in any order and as often as it likes: each has its
/// effect once.
struct Receiving: Sendable {
  let office: Office
  let store: ReceiptStore
  let sequencer: Sequencer
  /// How many statements of one peer are kept that concern nobody here and that nothing here builds on.
  var uncitedLimit = 10_000

  /// Registers a statement from the wire. What belongs to it follows as objects.
  func take(_ bytes: [UInt8], from peer: AuthorityName) async throws -> EntryAnswer {
    let now = currentTime()
    let signed: SignedStatement
    do { signed = try SignedStatement(decoding: bytes) } catch {
      return refused(nil, error.reason.rawValue, "the statement cannot be read")
    }
    let anchored: AnchoredStatement
    let (receipts, stamp) = (valid(signed, from: peer), validTimeStamp(signed, from: peer))
    let seenAt = try await seen([signed], by: now).first ?? now
    do throws(StatementRefusal) {
      anchored = try office.verifier.verify(signed, verified: receipts, timeStamp: stamp, seenAt: seenAt)
    } catch {
      try await noteRefused(signed)
      if case .violation(let violation) = error, violation.code == .v15 {
        // On record it is in doubt already, and its sender is told what became of it.
        if let known = try await answer(signed.entry, for: peer) { return known }
        _ = try await sequencer.submit { try $0.keep(doubtful: signed, violation) }
      }
      return refused(
        signed, error.code, error == .notVerifiableHere ? error.description : "the statement is not genuine")
    }
    let (reception, office, limit) = (Reception(office: office), office, uncitedLimit)
    let result = try await sequencer.submit { registrar -> Reception.Result? in
      let reader = registrar.transaction.reader
      let isNew = try reader.summary(signed.id) == nil
      let concerns = office.isNamed(in: signed.event.addressees) || !isNew
      guard try concerns || reader.uncitedCount(from: peer) < limit else {
        try registrar.transaction.note(refused: signed.id)
        return nil
      }
      // It reached us, so whatever held back what is due to it is over.
      try registrar.transaction.noteContact(peer, at: now)
      let result = try reception.take(Candidate(anchored), &registrar)
      if case .refused = result { return result }
      if !concerns { try registrar.transaction.mark(uncited: signed.id, from: peer) }
      try registrar.transaction.keep(arrival: Arrival(entry: signed.entry, peer: peer, door: .wire, at: now))
      _ = try reception.keepReceipts(receipts, of: signed.entry, &registrar)
      if let stamp { try registrar.keep(stamp, of: signed) }
      if case .registered = result {
        let isWhole = try !registrar.transaction.reader.isIncomplete(signed.id)
        registrar.tell(ExchangeNews(isWhole ? .arrived : .incomplete, peer, statement: signed.id))
      }
      return result
    }
    var isNew = false
    switch result {
    case nil: return refused(signed, "limit", "too many statements that concern nobody here")
    case .refused(let violations):
      return refused(signed, violations.first?.code.rawValue ?? "refused", "a rule refuses it")
    case .registered: isNew = true
    case .known: break
    }
    // One that is known is completed by what comes: told of again, only what failed with everything here is tried.
    if try await store.read({ try $0.isIncomplete(signed.id) }) { try await complete(signed.id) }
    if isNew { try await wake() }
    // Whoever hands it in does not wait for an answer that may be long.
    if isNew, signed.event.type == .logOpened { Task { await epochAnswering.answer() } }
    return try await answer(signed.entry, for: peer) ?? refused(signed, "not-found", "it is not here")
  }

  /// When each statement had come here first: one that is on record stays valid whatever became of its key since (F20).
  func seen(_ statements: [SignedStatement], by now: UnixTime) async throws -> [UnixTime] {
    let entries = statements.map(\.entry)
    return try await store.read { reader in
      try entries.map { min(try reader.statement(entry: $0)?.registeredAt ?? now, now) }
    }
  }

  /// What becomes of an entry that a peer handed in or that names it; nil for any other.
  func answer(_ entry: LogEntry, for peer: AuthorityName) async throws -> EntryAnswer? {
    let origin = office.origin
    return try await store.read { reader in
      guard let stored = try reader.statement(entry: entry) else { return nil }
      let signed = try SignedStatement(decoding: stored.bytes)
      let mayAsk =
        try stored.summary.issuer == peer || signed.event.addressees.contains(peer)
        || reader.arrivals(of: entry).contains { $0.peer == peer }
      guard mayAsk else { return nil }
      guard try !reader.isIncomplete(stored.id) else {
        return EntryAnswer(
          status: .pending, entry: entry.bytes, missing: try reader.missingObjects(of: stored.id).map(\.object))
      }
      // Without one it waits for the log's next publication.
      guard let own = try reader.receipts(entry).first(where: { $0.origin == origin }) else {
        return EntryAnswer(status: .pending, entry: entry.bytes)
      }
      return EntryAnswer(status: .registered, entry: entry.bytes, receipt: own.bytes)
    }
  }

  /// An object is here whole: statements for which it was the last one missing are completed.
  func objectArrived(_ id: [UInt8]) async throws {
    for statement in try await store.read({ try $0.statements(awaiting: id) }) { try await complete(statement) }
  }

  /// A receipt came for an entry: it may have been all that a statement waited for.
  func entryReceipted(_ bytes: [UInt8]) async throws {
    let id = try await store.read { reader in
      try LogEntry(bytes).flatMap { try reader.statement(entry: $0)?.id }.flatMap { id in
        try reader.isIncomplete(id) ? id : nil
      }
    }
    if let id { try await complete(id) }
  }

  /// Goes on where an earlier run of the daemon stopped. One that cannot be completed holds up no other.
  func resume() async throws {
    for (statement, _) in try await store.read({ try $0.incompleteStatements(limit: .max) }) {
      do { try await complete(statement) } catch { Self.note(error, statement) }
    }
    await keyViews.look()
  }

  var epochAnswering: EpochAnswering { EpochAnswering(store: store, sequencer: sequencer, office: office) }

  /// What is not genuine here has come all the same, where our log awaits what others hold of it.
  private func noteRefused(_ signed: SignedStatement) async throws {
    guard try await store.read({ try $0.restoration() }) != nil else { return }
    try await sequencer.submit { try $0.transaction.note(refused: signed.id) }
  }

  /// Opens what has arrived of an incomplete statement, if that is everything, and judges it; then whatever waited for
  /// its lines. One at a time: each may hold its payloads in memory.
  func complete(_ id: StatementID) async throws {
    try await sequencer.completing.take {
      guard try await completeInTurn(id) else { return }
      try await completeWaiting()
      await keyViews.look()
    }
  }

  private var keyViews: KeyViews { KeyViews(office: office, store: store, sequencer: sequencer) }

  /// Completes what speaks of lines that are here now.
  func wake() async throws {
    try await sequencer.completing.take {
      try await completeWaiting()
      await keyViews.look()
    }
  }

  private func completeWaiting() async throws {
    var isProgress = true
    while isProgress {
      isProgress = false
      for id in try await store.read({ try $0.incompleteAnswers() }) {
        do { if try await completeInTurn(id) { isProgress = true } } catch { Self.note(error, id) }
      }
    }
  }

  private static func note(_ error: any Error, _ id: StatementID) {
    Logger.amanad.record(
      .internalError, "\(id) cannot be completed: \(error)", code: "incomplete", ["statement": id.description])
  }

  /// - Returns: whether it was completed.
  private func completeInTurn(_ id: StatementID) async throws -> Bool {
    let stored = try await store.read { reader -> StoredStatement? in
      guard try reader.isIncomplete(id), try reader.missingObjects(of: id).isEmpty else { return nil }
      return try reader.statement(id)
    }
    guard let stored else { return false }
    let signed = try SignedStatement(decoding: stored.bytes)
    // An older one has nothing sealed: what stands beside it comes in a bundle.
    guard !signed.event.sealed.isEmpty, try await store.read({ try $0.isReady(signed.event) }) else { return false }
    guard await !sequencer.completing.isUnopened(id) else { return false }
    let (opening, oversize) = try await open(signed)
    guard !opening.isForOthers else {
      await sequencer.completing.note(unopened: id)
      try await sequencer.submit { try $0.tell(unopened: opening, of: signed) }
      return false
    }
    var clear = Content()
    if let root = signed.event.slotsRoot, let bytes = try await Objects(store: store).read(root) {
      clear.slots = Slots.split(bytes)
    }
    let slots = clear.slots
    return try await sequencer.submit { registrar -> Bool in
      var content = opening.content
      content.slots = slots
      let problems =
        try oversize + opening.failures.map { Violation(.v30, $0.description) }
        + registrar.learn(opening.history, in: id)
      return try registrar.complete(id, content: content, problems: problems) != nil
    }
  }

  /// What our key opens, and what is too large to be tried.
  private func open(_ signed: SignedStatement) async throws -> (Opening, [Violation]) {
    var found: [[UInt8]: [UInt8]] = [:]
    var oversize: [Violation] = []
    for kind in PayloadKind.openedAtOnce {
      guard let digest = signed.event.sealed(kind)?.ciphertextDigest else { continue }
      let size = try await store.read { try $0.object(digest)?.size } ?? 0
      guard size <= kind.largestCiphertext else {
        oversize.append(
          Violation(.v30, "the sealed payload \"\(kind.id)\" has \(size) bytes, more than any that is opened"))
        continue
      }
      found[digest] = try await Objects(store: store).read(digest)
    }
    let ciphertexts = found
    return (office.opening(of: signed) { ciphertexts[$0] }, oversize)
  }

  /// Keeps the objects that came with statements.
  func keep(_ objects: [Sealing.Object]) async throws { try await Objects(store: store).keep(objects) }

  /// Receipts that hold. One that does not is named in the journal and takes nothing from the statement.
  private func valid(_ signed: SignedStatement, from peer: AuthorityName) -> [VerifiedReceipt] {
    let logs = LogVerifier(roster: office.roster)
    return signed.receipts.compactMap { receipt in
      do throws(ProofRefusal) { return try logs.verify(receipt: receipt, for: signed.entry) } catch {
        Logger.amanad.record(
          .statementRefused, "a receipt that \(peer) attached does not hold: \(error)", code: "receipt",
          record: signed.event.recordID.uuid, ["statement": signed.id.description, "peer": peer.description])
        return nil
      }
    }
  }

  /// A time stamp that holds. One that does not is named in the journal and takes nothing from the statement.
  private func validTimeStamp(_ signed: SignedStatement, from peer: AuthorityName) -> VerifiedTimeStamp? {
    guard let bytes = signed.timeStamp else { return nil }
    do throws(ProofRefusal) {
      return try TimeStampVerifier(roster: office.roster, revocations: office.revocations).verify(bytes, for: signed)
    } catch {
      Logger.amanad.record(
        .statementRefused, "the time stamp that \(peer) attached does not hold: \(error)", code: "time-stamp",
        record: signed.event.recordID.uuid, ["statement": signed.id.description, "peer": peer.description])
      return nil
    }
  }

  private func refused(_ signed: SignedStatement?, _ code: String, _ title: String) -> EntryAnswer {
    EntryAnswer(
      status: .refused, entry: signed?.entry.bytes ?? [UInt8](repeating: 0, count: 32), code: code, title: title)
  }
}
