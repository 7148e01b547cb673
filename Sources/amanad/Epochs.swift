import COSE
import ControlAPI
import Custody
import Logging
import ReceiptStore
import Roster
import TransparencyLog

/// Begins a new epoch behind a log that was restored from a backup or copied: it never continues (custody.md, V21).
struct Epochs {
  let store: ReceiptStore
  let offices: OfficeInForce
  let head: LogHead
  /// Signed checkpoints of our own log that partners have kept.
  let notes: [SignedCheckpoint]

  /// Why this log cannot go on as it is; nil when it can.
  func problem() async throws -> String? {
    let (office, recorded) = (offices.current, try head.read())
    let (isKept, size) = try await store.read { (try $0.keepsHead(), try $0.size()) }
    if let problem = try Self.problem(recorded, office.origin, isKept: isKept, size: size, path: head.path) {
      return problem
    }
    for known in (recorded.map { [$0.checkpoint] } ?? []) + notes.map(\.checkpoint)
    where known.size > 0 {
      let name = office.authority
      guard let epoch = name.epoch(ofOrigin: known.origin), let own = name.epoch(ofOrigin: office.origin), epoch >= own
      else { continue }
      guard epoch == own else { return "a later epoch of this log is known, \(known.origin)" }
      let violation = try await store.read { reader in
        let tree = TileReader(source: reader)
        return try LogChecks().extends(known) { $0 <= size ? try tree.root(size: $0) : nil }
      }
      if let violation { return "\(violation.detail)" }
    }
    return nil
  }

  private static func problem(
    _ recorded: LogHead.Record?, _ origin: String, isKept: Bool, size: UInt64, path: String
  ) throws -> String? {
    guard let recorded else {
      return isKept && size > 0
        ? "\(path) is missing, which is kept beside the store and never copied with it: these data were copied or put back"
        : nil
    }
    guard recorded.machine == LogHead.machine else {
      return "this store was last used on another machine: it is a copy, and the other one may go on"
    }
    return nil
  }

  /// Seals the log at the highest head that is known here and opens the next epoch with all that is on record.
  func begin(for final: Office, by sequencer: Sequencer) async throws {
    let office = offices.current
    let recorded = try head.read()?.checkpoint
    let latest = try await store.read { try $0.latestCheckpoint(origin: office.origin) }
    let own = try latest.map { try SignedCheckpoint(decoding: $0).checkpoint }
    func rank(_ checkpoint: Checkpoint) -> (UInt64, UInt64) {
      (office.authority.epoch(ofOrigin: checkpoint.origin) ?? 0, checkpoint.size)
    }
    let known = ([own, recorded].compactMap(\.self) + notes.map(\.checkpoint)).filter { rank($0).0 > 0 }
    guard let highest = known.max(by: { rank($0) < rank($1) }) else {
      throw StartError("there is no log here that a new epoch could follow")
    }
    let next = office.with(origin: office.authority.origin(epoch: rank(highest).0 + 1))
    let parties = Set(next.peers.map(\.name) + final.peers.map(\.name)).sorted()
    guard parties.count <= 256 else { throw StartError("the roster lists more than 256 peers, who all must answer") }
    let follows = LogOpening.PriorLog(origin: highest.origin, size: highest.size, root: highest.root.bytes)
    try await sequencer.begin(next, follows: follows, parties: parties)
    Logger.amanad.notice(
      """
      the log \(highest.origin) is sealed at \(highest.size) entries; \(next.origin) follows it. What this authority held, had \
      released or was to answer is contested until \(parties.count) peers have answered: see amana status
      """)
  }
}

extension Office {
  /// A checkpoint of our own log that somebody has kept.
  /// - Throws: `StartError` when it is none, or not signed by a key of ours.
  func ownNote(in path: String) throws -> SignedCheckpoint {
    let bytes = try readFile(path, limit: 1 << 16)
    guard let signed = try? SignedCheckpoint(decoding: bytes), authority.owns(origin: signed.checkpoint.origin),
      signedCheckpoint(signed)
    else { throw StartError("\(path) holds no checkpoint of a log of \(authority.name), signed with its key") }
    return signed
  }
}

extension Problem {
  /// Nothing is registered any more.
  static func logHalted(_ why: String) -> Problem {
    Problem(
      status: 503, code: "log-halted", title: "This log does not go on", detail: why,
      next: "stop the daemon, find out which copy goes on, and see docs/operating.md, Backups; reading goes on")
  }
}

extension StoreReader {
  /// The origin of the newest epoch of an authority's log that is known.
  func newestOrigin(of authority: Authority) throws -> String {
    try epoch(of: authority.name)?.origin ?? authority.origin(epoch: 1)
  }
}

extension Registrar {
  /// Acts on what logs say of their epochs: ours, and those of peers.
  mutating func followEpochs(_ verified: VerifiedStatement, _ stage: Proposal.Stage) throws {
    switch (verified.event.type, stage) {
    case (.logOpened, _): try follow(opening: verified, isOwn: stage == .own)
    case (.logAnswered, .received): try follow(answer: verified)
    case (.logSealed, _):
      try transaction.sealEpochs(of: verified.issuer.name)
      if stage == .own { try transaction.sealChains() }
      try transaction.endAlarms(of: .v21, beginning: Self.restored(verified.issuer.name), at: now)
    default: break
    }
    if stage == .received, verified.event.type != .logAnswered { try sealIfAnswered() }
  }

  private static func restored(_ name: AuthorityName) -> String { "the log of \(name) was restored from a backup" }

  private mutating func follow(opening verified: VerifiedStatement, isOwn: Bool) throws {
    let (issuer, event) = (verified.issuer, verified.event)
    guard let log = event.log, let follows = log.follows, let epoch = issuer.epoch(ofOrigin: log.origin), epoch > 1
    else { return }
    if let known = try transaction.reader.epoch(origin: log.origin), known.opening != verified.id {
      let alarm = Violation(
        .v20, "\(issuer.name) opened the log \(log.origin) twice, by \(known.opening) and \(verified.id): it has forked"
      )
      let evidence = try [transaction.reader.statement(known.opening)?.bytes ?? [], verified.signed.attaching([])]
      return try raise(
        alarm: alarm, evidence: CBOR.array(evidence.map(CBOR.bytes)).encoded(), about: verified.id)
    }
    try transaction.keep(epoch: epoch, origin: log.origin, of: issuer.name, opening: verified.id, isOwn: isOwn)
    try endDoubts(about: follows.origin)
    if isOwn {
      try transaction.restoreChains(of: issuer.name)
      try sealIfAnswered()
    } else {
      try answer(verified, follows)
    }
  }

  // MARK: Of a peer's log

  /// How many statements one part of an answer cites, beside the one that it answers.
  static let citedByAnswer = 255

  /// Hands over all that is held here of a peer's restored log or was addressed to it, and says that this is all.
  private mutating func answer(_ opening: VerifiedStatement, _ follows: LogOpening.PriorLog) throws {
    let (asker, reader) = (opening.issuer.name, transaction.reader)
    guard asker != office.authority.name else { return }
    let note = try reader.latestCheckpoint(origin: follows.origin)
    let known = try note.map { try SignedCheckpoint(decoding: $0).checkpoint }
    if let known, known.size > follows.size {
      let alarm = Violation(
        .v21,
        "\(Self.restored(asker)) and follows \(follows.size) entries, of \(known.size) that are known here: what it lost is "
          + "handed back to it")
      try raise(alarm: alarm, evidence: note ?? [], about: opening.id)
    }
    let dispatch = Dispatch(office: office, transaction: transaction, now: now)
    let held = try Lineage(reader: reader).closure(of: reader.statements(concerning: asker))
      .filter { try !EventType.ofLog.contains($0.signed.event.type) && dispatch.needs(asker, $0) }.map(\.stored.id)
    let parts = max(1, (held.count + Self.citedByAnswer - 1) / Self.citedByAnswer)
    for part in 0..<parts {
      var event = try Genesis.logEvent(.logAnswered, office)
      event.to = asker
      let cited = held.dropFirst(part * Self.citedByAnswer).prefix(Self.citedByAnswer)
      event.references = [Reference(.answer, opening.id)] + cited.map { Reference(.held, $0) }
      event.logAnswer = LogAnswer(
        known: known.map { LogOpening.PriorLog(origin: $0.origin, size: $0.size, root: $0.root.bytes) },
        part: UInt64(part) + 1, parts: UInt64(parts))
      _ = try register(try Genesis.sign(event, office: office), content: Content(), stage: .own)
    }
  }

  /// Whoever shows the newest checkpoint of a log that another epoch follows runs a copy of it.
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
      "the log \(new.origin) was restored and \(newest.origin) follows it, and it goes on all the same, to \(new.size) "
        + "entries: somebody runs a copy of it")
    try raise(alarm: alarm, evidence: LogEvidence(known: knownNote ?? [], new: note, proof: nil).encoded())
    tell(ExchangeNews(.peerAlarm, peer, code: alarm.code.rawValue))
  }

  // MARK: Of our own log

  private mutating func follow(answer verified: VerifiedStatement) throws {
    let event = verified.event
    guard event.to == office.authority.name, let answer = event.logAnswer, let opening = event.reference(.answer) else {
      return
    }
    try transaction.keep(
      answer: verified.id, to: opening, by: verified.issuer.name, part: answer.part, of: answer.parts)
    try sealIfAnswered()
  }

  /// Seals the log before this epoch when everybody has answered what they hold of it, and all of that is here.
  mutating func sealIfAnswered() throws {
    guard let epoch = try transaction.reader.restoration(),
      let opening = try transaction.reader.statement(epoch.opening)
    else { return }
    let parts = try wholeAnswers(to: epoch.opening)
    let peers = Set(office.peers.map(\.name))
    let awaited = try SignedStatement(decoding: opening.bytes).event.parties.filter { name in
      peers.contains(name) && !parts.contains { $0.authority == name && $0.part == $0.parts }
    }
    let mark = Self.restored(office.authority.name)
    let alarms = awaited.map { "\(mark), and \($0) has not answered yet all that it holds of it" }
    let open = try transaction.reader.alarms().filter { $0.detail.hasPrefix(mark) }.map(\.detail)
    for detail in open where !alarms.contains(detail) {
      try transaction.end(alarm: detail, of: CheckCode.v21.rawValue, at: now)
    }
    for detail in alarms { try raise(alarm: Violation(.v21, detail), evidence: opening.bytes, about: epoch.opening) }
    guard awaited.isEmpty else { return }
    var event = try Genesis.logEvent(.logSealed, office)
    event.parties = try SignedStatement(decoding: opening.bytes).event.parties
    event.references = parts.filter { $0.part == $0.parts }.prefix(256).map { Reference(.answer, $0.statement) }
    _ = try register(try Genesis.sign(event, office: office), content: Content(), stage: .own)
  }

  /// The parts of answers of which all parts before them and everything they cite are here.
  private mutating func wholeAnswers(to opening: StatementID) throws -> [KeptLogAnswer] {
    let reader = transaction.reader
    var whole: [KeptLogAnswer] = []
    for answer in try reader.answers(to: opening) {
      var isWhole = answer.isWhole
      if !isWhole, let stored = try reader.statement(answer.statement) {
        let cited = try SignedStatement(decoding: stored.bytes).event.references
        isWhole = try cited.allSatisfy {
          try $0.relation != .held || reader.summary($0.statement) != nil && !reader.isIncomplete($0.statement)
        }
        if isWhole { try transaction.mark(wholeAnswer: answer.statement) }
      }
      if isWhole { whole.append(answer) }
    }
    let counts = Dictionary(grouping: whole, by: \.authority).mapValues { Set($0.map(\.part)).count }
    return whole.filter { $0.part < $0.parts || UInt64(counts[$0.authority] ?? 0) >= $0.parts }
  }

  /// Holds a root of our own log, signed with its key, against what this log has had.
  mutating func hold(own checkpoint: Checkpoint, evidence: [UInt8]) throws {
    let reader = transaction.reader
    let kept = try reader.checkpoints(origin: checkpoint.origin, sizes: [checkpoint.size])
    if try kept.contains(where: { try SignedCheckpoint(decoding: $0).checkpoint.root == checkpoint.root }) { return }
    if try reader.hasCheckpoint(origin: checkpoint.origin, root: checkpoint.root) { return }
    if try checkpoint.size <= reader.size(),
      try TileReader(source: reader).root(size: checkpoint.size) == checkpoint.root
    {
      return
    }
    stranger = checkpoint
    try raise(
      alarm: Violation(
        .v21,
        "the log \(checkpoint.origin) has signed a root at \(checkpoint.size) entries that is not here: it was restored from a "
          + "backup, or a copy of it runs"), evidence: evidence)
  }
}
