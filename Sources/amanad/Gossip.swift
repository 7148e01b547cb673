import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// What is kept with an alarm about a log: enough that somebody who trusts neither of us can check it (docs/exchange.md).
struct LogEvidence: Sendable {
  /// Signed notes.
  let known: [UInt8]
  let new: [UInt8]?
  /// A receipt and the entry it is for, where the alarm is about one.
  var receipt: [UInt8]?
  var entry: LogEntry?
  /// What came as the proof between both notes.
  let proof: ConsistencyAnswer?

  init(known: [UInt8], new: [UInt8]?, receipt: [UInt8]? = nil, entry: LogEntry? = nil, proof: ConsistencyAnswer?) {
    self.known = known
    self.new = new
    self.receipt = receipt
    self.entry = entry
    self.proof = proof
  }

  func encoded() -> [UInt8] {
    CBOR.map(
      CBORMap(fields: [
        ("known", .bytes(known)), ("new", new.map(CBOR.bytes)), ("receipt", receipt.map(CBOR.bytes)),
        ("entry", entry.map { .bytes($0.bytes) }), ("proof", proof?.item),
      ])
    ).encoded()
  }
}

/// What peers' logs show of themselves, held against what was seen of them before (V20, V21, F14).
struct Gossip: Sendable {
  let office: Office
  let store: ReceiptStore
  let sequencer: Sequencer

  /// Where a proof must begin: the newest checkpoint of the peer's log that is linked to all before it.
  func known(of peer: Authority) async throws -> KnownLog {
    let note = try await store.read { try $0.newestProven(origin: $0.newestOrigin(of: peer)) }
    return KnownLog(size: try note.map { try SignedCheckpoint(decoding: $0).checkpoint.size } ?? 0)
  }

  /// Takes what a courier brought as a peer's newest checkpoint.
  func take(_ report: CheckpointReport, of peer: Authority) async throws {
    let signed: SignedCheckpoint
    do {
      signed = try LogVerifier(roster: office.roster).verify(checkpoint: report.note)
    } catch {
      throw Self.notGenuine
    }
    guard peer.owns(origin: signed.checkpoint.origin) else { throw Self.notGenuine }
    try await sequencer.submit { registrar in
      try registrar.transaction.noteContact(peer.name, at: registrar.now)
      try registrar.judge(report.note, signed.checkpoint, report.proof, of: peer.name)
    }
  }

  private static let notGenuine = Problem(
    status: 422, code: "checkpoint", title: "This is no checkpoint of that peer's log",
    detail: "the note is not signed by its checkpoint key", next: "ask the peer again; nothing was stored")

  /// Our newest published checkpoint.
  func ownCheckpoint() async throws -> [UInt8] {
    let origin = office.origin
    guard let note = try await store.read({ try $0.latestCheckpoint(origin: origin) }) else {
      throw Problem.nothingHere
    }
    return note
  }

  /// The proof between two sizes that are not beyond what we published.
  func ownConsistency(from old: UInt64, to new: UInt64) async throws -> ConsistencyAnswer {
    let origin = office.origin
    return try await store.read { reader in
      guard let note = try reader.latestCheckpoint(origin: origin),
        new <= (try SignedCheckpoint(decoding: note).checkpoint.size), old > 0, old <= new,
        let proof = try TileReader(source: reader).consistencyProof(from: old, to: new)
      else { throw Problem.nothingHere }
      return ConsistencyAnswer(from: old, to: new, path: proof.path.map(\.bytes))
    }
  }
}

extension ConsistencyAnswer {
  /// As the log room checks it; nil when a hash is none.
  var proof: ConsistencyProof? {
    let hashes = path.compactMap { TreeHash($0) }
    return hashes.count == path.count ? ConsistencyProof(oldSize: from, newSize: to, path: hashes) : nil
  }
}

extension Registrar {
  /// Judges a verified checkpoint that a peer shows as its newest, and keeps it.
  mutating func judge(_ note: [UInt8], _ new: Checkpoint, _ proof: ConsistencyAnswer?, of peer: AuthorityName) throws {
    let reader = transaction.reader
    let notes = try reader.checkpoints(
      origin: new.origin, sizes: Set([new.size, proof?.from].compactMap(\.self)))
    let kept = try notes.map { try SignedCheckpoint(decoding: $0).checkpoint }
    let knownNote = try reader.newestProven(origin: new.origin)
    let known = try knownNote.map { try SignedCheckpoint(decoding: $0).checkpoint }
    let verdict = LogChecks().judge(new, known: known, proof: proof?.proof, kept: kept)
    let links = [.first, .continues, .late].contains(verdict)
    try transaction.keep(checkpoint: note, new, seenAt: now, proven: links)
    if verdict == .continues { try endDoubts(about: new.origin) }
    try keepCosignatures(in: note)
    try holdAgainstEpoch(note, new, known: knownNote, of: peer)
    try hold(note, new, against: office.verifier.sealedLogs.seal(origin: new.origin))
    guard let alarm = verdict.violation else { return }
    // Of a fork the note that contradicts; of the rest the newest that is known.
    let twin = zip(notes, kept).first { $0.1.size == new.size && $0.1.root != new.root }?.0
    let evidence = LogEvidence(known: twin ?? knownNote ?? [], new: note, proof: proof)
    try raise(alarm: alarm, evidence: evidence.encoded())
    tell(ExchangeNews(.peerAlarm, peer, code: alarm.code.rawValue))
  }

  /// A checkpoint that came in a bundle: old ones are no rollback there, but two roots for one size are a fork.
  mutating func judge(carried note: [UInt8], _ new: Checkpoint) throws {
    if office.authority.owns(origin: new.origin) { return try hold(own: new, isSigned: true, evidence: note) }
    for known in try transaction.reader.checkpoints(origin: new.origin, sizes: [new.size]) {
      let old = try SignedCheckpoint(decoding: known).checkpoint
      guard let fork = LogChecks().fork(old, new) else { continue }
      try raise(alarm: fork, evidence: LogEvidence(known: known, new: note, proof: nil).encoded())
    }
    try transaction.keep(checkpoint: note, new, seenAt: now)
    try keepCosignatures(in: note)
    try hold(note, new, against: office.verifier.sealedLogs.seal(origin: new.origin))
  }

  /// A later tree is proven to continue all that was known: what looked like the past was the past. A fork stays one.
  func endDoubts(about origin: String) throws {
    let open = try transaction.reader.alarms().filter { $0.code == CheckCode.v20.rawValue }.map(\.detail)
    let going = open.filter { !LogVerdict.isDoubt($0, about: origin) }
    if going.count < open.count { try transaction.endAlarms(of: .v20, except: Set(going), at: now) }
  }
}
