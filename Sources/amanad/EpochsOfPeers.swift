import COSE
import Custody
import Logging
import ReceiptStore
import Roster
import TransparencyLog

extension StoreReader {
  /// The origin of the newest epoch of a log that is known: by the statement that opened it, or by a checkpoint.
  func newestOrigin(of authority: Authority) throws -> String {
    var epoch = try epoch(of: authority.name)?.epoch ?? 1
    while try newestProven(origin: authority.origin(epoch: epoch + 1)) != nil { epoch += 1 }
    return authority.origin(epoch: epoch)
  }

  /// Whether one of these receipts is of the newest epoch of an authority's log that is known: a log that was restored since
  /// may have lost what it gave an earlier receipt for.
  func hasOfNewestEpoch(_ origins: some Sequence<String>, _ authority: Authority) throws -> Bool {
    let newest = try epoch(of: authority.name)?.epoch ?? 1
    return origins.contains { authority.epoch(ofOrigin: $0).map { $0 >= newest } ?? false }
  }
}

extension StoreReader {
  /// Whether a step came here after its issuer's log had been restored, and the epoch that followed is not known to hold
  /// it: then it lies outside what everybody had answered, and never took effect (custody.md, The serialization rule).
  /// - Parameters:
  ///   - index: its place in the order of registration.
  ///   - origins: whose receipts for it are known.
  func isOutsideSeal(_ type: EventType, of issuer: Authority, at index: UInt64, _ origins: [String]) throws -> Bool {
    guard Lifecycle.row(for: type)?.isTransition == true, let epoch = try epoch(of: issuer.name, before: index),
      !epoch.isOwn
    else { return false }
    return !origins.contains { issuer.epoch(ofOrigin: $0).map { $0 >= epoch.epoch } ?? false }
  }

  /// The same of a statement on record.
  func isOutsideSeal(_ stored: StoredStatement, under roster: VerifiedRoster) throws -> Bool {
    guard !stored.isOwn, let issuer = roster.authority(stored.summary.issuer) else { return false }
    return try isOutsideSeal(
      stored.summary.type, of: issuer, at: stored.index, receipts(stored.entry).map(\.origin))
  }
}

extension Registrar {
  /// How the alarm about a statement outside what was sealed begins.
  private static func outside(_ id: StatementID) -> String { "\(id) lies outside what was sealed" }

  /// Tells that a statement is on record and moves nobody.
  mutating func tell(outside signed: SignedStatement, of issuer: AuthorityName) throws {
    let detail =
      "\(Self.outside(signed.id)) when the log of \(issuer) was restored: it moves nobody. Call them: who was handed over by "
      + "it is released anew"
    try raise(alarm: Violation(.v21, detail), evidence: signed.message.bytes, about: signed.id)
  }

  /// A receipt may show that a statement is in the epoch that followed: what was held back of it counts now.
  mutating func bringInside(_ entry: LogEntry) throws {
    let reader = transaction.reader
    guard let stored = try reader.statement(entry: entry), try reader.awaitsLines(stored.id),
      try reader.epoch(of: stored.summary.issuer) != nil, try !reader.isOutsideSeal(stored, under: office.roster)
    else { return }
    try transaction.endAlarms(of: .v21, beginning: Self.outside(stored.id), at: now)
    if try reader.isBare(stored.id) { try recall(linesOf: SignedStatement(decoding: stored.bytes)) }
  }

  /// Acts on what logs say of their epochs: ours, and those of peers.
  mutating func followEpochs(_ verified: VerifiedStatement, _ stage: Proposal.Stage) throws {
    let isOurs = verified.issuer.name == office.authority.name
    switch verified.event.type {
    case .logOpened where isOurs && stage == .received: try hold(strangeOpening: verified)
    case .logOpened: try follow(opening: verified, isOwn: stage == .own)
    case .logAnswered where stage == .received && !isOurs: try follow(answer: verified)
    case .logSealed where stage == .own || !isOurs: try follow(sealing: verified, isOwn: stage == .own)
    default: break
    }
  }

  /// What every alarm about a restored log begins with.
  static func restored(_ name: AuthorityName) -> String { "the log of \(name) was restored from a backup" }

  private mutating func follow(opening verified: VerifiedStatement, isOwn: Bool) throws {
    let (issuer, reader) = (verified.issuer, transaction.reader)
    guard let log = verified.event.log, let follows = log.follows, let epoch = issuer.epoch(ofOrigin: log.origin),
      let earlier = issuer.epoch(ofOrigin: follows.origin), earlier < epoch, epoch < 1 << 32
    else { return }
    if let known = try reader.epoch(origin: log.origin) { return try tell(twice: verified, known, log.origin) }
    // One that comes late is over.
    if let newest = try reader.epoch(of: issuer.name), newest.epoch > epoch { return }
    try transaction.keep(epoch: epoch, origin: log.origin, of: issuer.name, opening: verified.id, isOwn: isOwn)
    try endDoubts(about: follows.origin)
    guard !isOwn else {
      try transaction.restoreChains(of: issuer.name)
      return
    }
    let note = try reader.latestCheckpoint(origin: follows.origin)
    let known = try note.map { try SignedCheckpoint(decoding: $0).checkpoint.size } ?? 0
    guard known > follows.size else { return }
    let alarm = Violation(
      .v21,
      "\(Self.restored(issuer.name)) and follows \(follows.size) entries, of \(known) that are known here: what it lost is "
        + "handed back to it")
    try raise(alarm: alarm, evidence: note ?? [], about: verified.id)
  }

  /// Two openings of one log are a fork, and both are kept. Whoever opened it again learns of the first.
  private mutating func tell(twice verified: VerifiedStatement, _ known: LogEpoch, _ origin: String) throws {
    guard known.opening != verified.id, let first = try transaction.reader.statement(known.opening) else { return }
    let alarm = Violation(
      .v20,
      "\(verified.issuer.name) opened the log \(origin) twice, by \(known.opening) and \(verified.id): it has forked")
    let evidence = CBOR.array([.bytes(first.bytes), .bytes(verified.signed.attaching([]))]).encoded()
    try raise(alarm: alarm, evidence: evidence, about: verified.id)
    guard verified.issuer.name != office.authority.name else { return }
    try transaction.enqueue(
      first, for: verified.issuer.name, at: now, again: .deliveredOrRefused)
  }

  private mutating func follow(sealing verified: VerifiedStatement, isOwn: Bool) throws {
    guard let opening = verified.event.reference(.basis),
      let epoch = try transaction.reader.epoch(of: verified.issuer.name), epoch.opening == opening
    else { return }
    try transaction.seal(epochOf: opening)
    if isOwn {
      try transaction.sealChains()
      try transaction.forgetRefused()
    }
    try transaction.endAlarms(of: .v21, beginning: Self.restored(verified.issuer.name), at: now)
  }

  /// Whoever shows more of a log than anybody had before another epoch followed it may run a copy of it.
  mutating func holdAgainstEpoch(
    _ note: [UInt8], _ new: Checkpoint, known knownNote: [UInt8]?, of peer: AuthorityName
  ) throws {
    guard let newest = try transaction.reader.epoch(of: peer), !sameBytes(newest.origin, new.origin),
      let authority = office.roster.authority(peer), let epoch = authority.epoch(ofOrigin: new.origin),
      epoch < newest.epoch
    else { return }
    let known = try knownNote.map { try SignedCheckpoint(decoding: $0).checkpoint.size } ?? 0
    guard new.size > known else { return }
    let alarm = Violation(
      .v21,
      "the log \(new.origin) was restored and \(newest.origin) follows it, and it is shown with \(new.size) entries, more than "
        + "were known: either that comes late, or somebody runs a copy of it")
    try raise(alarm: alarm, evidence: LogEvidence(known: knownNote ?? [], new: note, proof: nil).encoded())
    tell(ExchangeNews(.peerAlarm, peer, code: alarm.code.rawValue))
  }

  /// Registers one part of the answer to a peer's new epoch, which makes what it cites due to that peer.
  mutating func answer(_ epoch: LogEpoch, _ held: some Collection<StatementID>, _ part: LogAnswer, record: RecordID)
    throws
  {
    var event = try Genesis.logEvent(.logAnswered, office)
    event.recordID = record
    event.to = epoch.authority
    event.references = [Reference(.answer, epoch.opening)] + held.map { Reference(.held, $0) }
    event.logAnswer = part
    _ = try register(try Genesis.sign(event, office: office), content: Content(), stage: .own)
    if part.part == part.parts { try transaction.mark(answered: epoch.opening) }
  }
}

/// Answers peers' new epochs: hands over all that is held here of the log before, and says that this is all. One part at a
/// time, so that a long history holds up nobody.
struct EpochAnswering: Sendable {
  let store: ReceiptStore
  let sequencer: Sequencer
  let office: Office

  /// How many statements one part of an answer cites, beside the one that it answers.
  static let citedByPart = 255

  /// Answers whatever has no answer yet. What stands in the way of one is tried again at the timers' next look.
  func answer() async {
    do {
      try await sequencer.answering.take {
        for epoch in try await store.read({ try $0.unansweredEpochs() }) {
          do { try await answer(epoch) } catch { Self.note(error, epoch.origin) }
        }
      }
    } catch { Self.note(error, "of others") }
  }

  private static func note(_ error: any Error, _ which: String) {
    Logger.amanad.record(
      .internalError, "the new epoch \(which) could not be answered: \(error)", code: "log-epoch")
  }

  private func answer(_ epoch: LogEpoch) async throws {
    let (held, known) = try await store.read { reader in
      (try self.held(of: epoch, reader), try self.known(of: epoch, reader))
    }
    let parts = max(1, (held.count + Self.citedByPart - 1) / Self.citedByPart)
    let record = try newRecordID()
    for part in 0..<parts {
      let cited = Array(held.dropFirst(part * Self.citedByPart).prefix(Self.citedByPart))
      let answer = LogAnswer(known: known, part: UInt64(part) + 1, parts: UInt64(parts))
      try await sequencer.submit { try $0.answer(epoch, cited, answer, record: record) }
    }
  }

  /// What is on record that the peer signed, is named in or was told of, and that the new epoch has no receipt for.
  private func held(of epoch: LogEpoch, _ reader: StoreReader) throws -> [StatementID] {
    try reader.statements(heldOf: epoch.authority).filter { id in
      guard let stored = try reader.statement(id), !EventType.ofOneLog.contains(stored.summary.type),
        try !reader.isOutsideSeal(stored, under: office.roster)
      else { return false }
      return try office.canHelp(epoch.authority, stored, SignedStatement(decoding: stored.bytes), reader)
    }
  }

  /// The newest checkpoint seen of the log that it follows.
  private func known(of epoch: LogEpoch, _ reader: StoreReader) throws -> LogOpening.PriorLog? {
    guard let opening = try reader.statement(epoch.opening),
      let follows = try SignedStatement(decoding: opening.bytes).event.log?.follows,
      let note = try reader.latestCheckpoint(origin: follows.origin)
    else { return nil }
    let known = try SignedCheckpoint(decoding: note).checkpoint
    return LogOpening.PriorLog(origin: known.origin, size: known.size, root: known.root.bytes)
  }
}
