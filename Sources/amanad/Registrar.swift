import COSE
import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// Why a statement was not registered.
struct RegistrationRefusal: Error {
  let violations: [Violation]
}

/// What registering a statement gave.
struct Registration: Sendable {
  let index: UInt64
  let statement: SignedStatement
  let flags: [Violation]
  /// Whether this log held it before.
  let wasKnown: Bool
}

/// Registers statements within one transaction: judged, appended, projected; the whole batch gets one root and one
/// checkpoint.
struct Registrar {
  let office: Office
  let transaction: StoreTransaction
  let now: UnixTime
  /// What to tell when the batch is on disk.
  var notes = BatchNotes()
  /// Why nothing may be registered behind this batch; nil while it may.
  var halting: String? {
    get { notes.halting }
    set { notes.halting = newValue }
  }
  private let cadence: Cadence
  private var nextIndex: UInt64

  init(office: Office, transaction: StoreTransaction, now: UnixTime, cadence: Cadence = .atOnce) throws {
    self.office = office
    self.transaction = transaction
    self.now = now
    self.cadence = cadence
    nextIndex = try transaction.reader.registered()
    // It may have been halted since this was asked for.
    if let root = try transaction.reader.stranger() { throw Problem.logHalted(root.sentence) }
  }

  /// Judges and appends one statement. A received one whose content is not here yet is judged without its lines.
  /// - Parameter isOutsideSeal: whether it is outside what was sealed when its log was restored (V21).
  /// - Throws: `RegistrationRefusal` when a check refuses it; nothing was written for it then.
  mutating func register(
    _ verified: VerifiedStatement, content: Content, stage: Proposal.Stage, arrival: Proposal.Arrival = .whole,
    isOutsideSeal: Bool = false
  ) throws -> Registration {
    let signed = verified.signed
    if let known = try transaction.reader.statement(entry: signed.entry) {
      // What it commits to and came without the first time is kept now.
      if stage == .received {
        let fitting = content.annexes.filter { signed.event.annexes.contains($0.reference) }
        try transaction.keep(content: Content(annexes: fitting), owner: signed.id.bytes)
      }
      return Registration(
        index: known.index, statement: signed, flags: try transaction.reader.flags(signed.id), wasKnown: true)
    }
    let verified = try verifiedInForce(verified)
    let isTwin = try transaction.reader.summary(signed.id) != nil
    var proposal = Proposal(
      verified, content: content, stage: stage, arrival: arrival, roster: office.roster, policy: office.policy,
      now: now)
    proposal.isOutsideSeal = isOutsideSeal
    proposal.codeBook = office.codeBook
    proposal.isUnderKnownRoster = try transaction.reader.knowsRoster(of: proposal)
    proposal.isBeyondSeal = try office.verifier.isBeyondSeal(
      signed, of: verified.issuer.name, isOwn: stage == .own, anchoredAt: verified.anchoredAt, transaction.reader)
    let judgement = try Judge().judge(proposal, in: transaction.reader)
    guard judgement.isRegistered else {
      BatchNotes.refused(verified, judgement.refusals)
      throw RegistrationRefusal(violations: judgement.refusals)
    }
    let index = try append(verified, lines: content.manifest?.lines.count ?? 0, stage: stage, isTwin: isTwin)
    try transaction.apply(judgement.effects, of: signed.id)
    try transaction.keep(linesOf: content.manifest, of: signed.id)
    try transaction.keep(flags: judgement.flags, of: signed.id)
    if !isTwin, let exposure = Doubts.Exposure(proposal) {
      try begin(doubtOf: signed.id, exposure, evidence: signed.attaching([]))
    }
    if stage == .received, arrival == .whole { try transaction.keep(content: content, owner: signed.id.bytes) }
    if !isTwin {
      if stage == .received, arrival == .whole { try note(keyViewIn: signed, content) }
      try follow(verified, content, stage: stage, arrival: arrival)
    }
    notes.add(verified, at: index, flags: judgement.flags)
    return Registration(index: index, statement: signed, flags: judgement.flags, wasKnown: false)
  }

  /// A roster may have been adopted since the statement was verified: then it must hold under that one too. So may a
  /// revocation list, which concerns those whose key a certificate is for.
  private func verifiedInForce(_ verified: VerifiedStatement) throws -> VerifiedStatement {
    if verified.roster == office.roster.digest, verified.path == nil { return verified }
    do throws(StatementRefusal) {
      return try office.verifier.verify(verified.signed, anchoredAt: verified.anchoredAt)
    } catch {
      if case .violation(let violation) = error { throw RegistrationRefusal(violations: [violation]) }
      throw RegistrationRefusal(violations: [Violation(.v13, error.description)])
    }
  }

  private mutating func append(_ verified: VerifiedStatement, lines: Int, stage: Proposal.Stage, isTwin: Bool) throws
    -> UInt64
  {
    let signed = verified.signed
    let index = nextIndex
    try transaction.append(
      StoredStatement(
        index: index, entry: signed.entry, id: signed.id, bytes: signed.attaching([]), isOwn: stage == .own,
        isEffective: !isTwin, summary: StatementSummary(verified, lines: lines), roster: office.roster.digest,
        policy: office.policy.digest, registeredAt: now))
    nextIndex += 1
    try transaction.keep(parties: signed.event.parties, of: signed.id)
    try transaction.keep(placeOf: signed.event, of: signed.id)
    try transaction.keep(inquiryOf: signed.event, of: signed.id)
    return index
  }

  /// What a statement makes necessary: its objects are kept or awaited, and whoever must have it gets it.
  private mutating func follow(
    _ verified: VerifiedStatement, _ content: Content, stage: Proposal.Stage, arrival: Proposal.Arrival
  ) throws {
    let isOurs = stage == .own || office.awaitsContent(of: verified.signed)
    if isOurs {
      try transaction.keep(objects: verified.event.objectReferences, of: verified.id)
      try transaction.cite(verified.event.references.map(\.statement))
    }
    if arrival == .awaited {
      if isOurs {
        try transaction.mark(incomplete: verified.id, at: now)
      } else {
        try transaction.mark(bare: verified.id)
      }
    }
    try transaction.note(movement: verified.event.recordID, at: now)
    if verified.event.type == .erased { try erase(verified) }
    if verified.event.isHold { try hold(verified) }
    try followEpochs(verified, stage)
    if stage == .own, verified.event.type == .rosterAdopted {
      try actOnSuccessions()
      try announceEpoch()
      try doubt()
      try judgeKeyViews()
      try judgeWitnessKeys()
    }
    try Dispatch(office: office, transaction: transaction, now: now).send(verified, content, stage: stage)
  }

  /// Raises an alarm about a statement that is not registered. An issuer can make as many as it likes, so of each check
  /// only its newest are kept.
  mutating func raise(refusal alarm: Violation, of signed: SignedStatement, by issuer: AuthorityName) throws {
    guard try transaction.raise(refusal: alarm, of: issuer, evidence: signed.attaching([]), at: now) else { return }
    notes.add(alarm: alarm, about: signed.id)
  }

  /// Raises an alarm with its evidence.
  mutating func raise(alarm: Violation, evidence: [UInt8], about statement: StatementID? = nil) throws {
    // The same bundle again raises nothing new.
    guard try transaction.raise(alarm: alarm, evidence: evidence, at: now) else { return }
    notes.add(alarm: alarm, about: statement)
  }

  /// Tells the event stream of something between us and a peer, when the batch is on disk.
  mutating func tell(_ news: ExchangeNews) { notes.add(news) }

  /// What stands in the way of a seal takes nothing from the batch.
  private mutating func sealWhenAnswered() throws {
    let before = self
    do { try transaction.nested { try sealIfAnswered() } } catch {
      self = before
      Logger.amanad.record(.internalError, "the restored log could not be sealed: \(error)", code: "log-epoch")
    }
  }

  private mutating func publish(_ leaves: [Publication.Leaf]) throws {
    notes.published =
      try Publishing(office: office, transaction: transaction, now: now).publish(leaves) ?? notes.published
  }

  /// Gives every statement on record its leaf in a tree that is empty, the one that opens its epoch the first.
  mutating func publishAnew(from opening: UInt64) throws {
    try publish(
      try transaction.reader.statements(from: opening, limit: 1).map {
        Publication.Leaf(entry: $0.entry, statement: $0.index)
      })
    var next: UInt64 = 0
    while next < nextIndex {
      let page = try transaction.reader.statements(from: next, limit: 2000)
      guard let last = page.last else { break }
      try publish(page.filter { $0.index != opening }.map { Publication.Leaf(entry: $0.entry, statement: $0.index) })
      next = last.index + 1
    }
  }

  /// Publishes what was registered, unless that waits for its moment.
  mutating func finish() throws {
    // What is registered by now gets its leaf in the next epoch.
    guard halting == nil else { return }
    if try transaction.reader.restoration() != nil { try sealWhenAnswered() }
    guard cadence == .atOnce else { return }
    let leaves = try transaction.reader.unpublished().map {
      Publication.Leaf(entry: $0.entry, statement: $0.index)
    }
    try publish(leaves)
  }

  /// Publishes a batch or several: what waits, and padding.
  mutating func publishBatch(_ batch: Int) throws {
    let pending = try transaction.reader.unpublishedShares().map {
      Publication.Pending(
        index: $0.index, entry: $0.entry, issuer: $0.issuer, isOwn: $0.isOwn,
        isOfLog: $0.isOwn && Lifecycle.row(for: $0.type)?.issuer == .log)
    }
    var generator = SystemRandomNumberGenerator()
    let leaves = try Publication.leaves(of: pending, batch: batch, using: &generator) {
      guard let entry = LogEntry(try randomBytes(LogEntry.byteCount)) else {
        throw StoreError.damaged("a padding entry")
      }
      return entry
    }
    try publish(leaves)
  }
}
