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
    if let stranger = try await store.read({ try $0.stranger() }) { return stranger.sentence }
    if let problem = try await problemOfHead() { return problem }
    let known = [recorded].compactMap(\.self) + notes.map(\.checkpoint)
    for checkpoint in known where checkpoint.size > 0 {
      if let problem = try await problem(of: checkpoint) { return problem }
    }
    return nil
  }

  /// What the head says of a log of ours.
  private var recorded: Checkpoint? { if case .record(let record) = head.read() { record.checkpoint } else { nil } }

  private func problemOfHead() async throws -> String? {
    let keeping = try await store.read { try $0.headState() }
    // Stopped between its commit and its first head: only the database knows of it yet.
    if keeping == LogHead.pending { return nil }
    switch head.read() {
    case .record(let record) where record.machine == LogHead.machine: return nil
    case .record: return "this store was last used on another machine: it is a copy, and the other one may go on"
    case .damaged: return "\(head.path) is damaged, so nobody can say whether this log is whole"
    case .none where keeping == nil: return nil
    case .none:
      return
        "\(head.path) is missing, which is kept beside the store and never copied with it: these data were copied or put back"
    }
  }

  private func problem(of known: Checkpoint) async throws -> String? {
    let office = offices.current
    guard let epoch = office.authority.epoch(ofOrigin: known.origin),
      let own = office.authority.epoch(ofOrigin: office.origin), epoch >= own
    else { return nil }
    guard epoch == own else { return "a later epoch of this log is known, \(known.origin)" }
    return try await store.read { reader in
      try LogChecks().extends(known) { try reader.publishedRoot(at: $0) }?.detail
    }
  }

  /// Seals the log at the highest head that is known here and opens the next epoch with all that is on record.
  func begin(for final: Office, by sequencer: Sequencer) async throws {
    let office = offices.current
    let (latest, stranger) = try await store.read {
      (try $0.latestCheckpoint(origin: office.origin), try $0.stranger())
    }
    let own = try latest.map { try SignedCheckpoint(decoding: $0).checkpoint }
    func epoch(_ checkpoint: Checkpoint) -> UInt64 { office.authority.epoch(ofOrigin: checkpoint.origin) ?? 0 }
    // A receipt does not sign its size, so it names an epoch and no head.
    let signed = (stranger?.isSigned ?? false) ? stranger?.checkpoint : nil
    let known = ([own, recorded, signed].compactMap(\.self) + notes.map(\.checkpoint)).filter { epoch($0) > 0 }
    guard let highest = known.max(by: { (epoch($0), $0.size) < (epoch($1), $1.size) }) else {
      throw StartError("there is no log here that a new epoch could follow")
    }
    let last = max(epoch(highest), stranger.map { epoch($0.checkpoint) } ?? 0)
    let next = office.with(origin: office.authority.origin(epoch: last + 1))
    let parties = Set(next.peers.map(\.name) + final.peers.map(\.name)).sorted()
    guard parties.count <= 256 else { throw StartError("the roster lists more than 256 peers, who all must answer") }
    let follows = LogOpening.PriorLog(origin: highest.origin, size: highest.size, root: highest.root.bytes)
    try await sequencer.begin(next, signedBy: final, follows: follows, parties: parties)
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

extension StrangeRoot {
  /// What is wrong, for whoever runs the daemon.
  var sentence: String {
    let place = isSigned ? " at \(checkpoint.size) entries" : ""
    return
      "the log \(checkpoint.origin) has signed a root\(place) that is not here: it was restored from a backup, or a copy of "
      + "it runs"
  }
}

extension Registrar {
  /// Holds a root of our own log, signed with its key, against what this log has had. One that it never had ends it: from
  /// this transaction on nothing is registered.
  /// - Parameter isSigned: whether its size is signed too, as in a checkpoint, and not in a receipt.
  mutating func hold(own checkpoint: Checkpoint, isSigned: Bool, evidence: [UInt8]) throws {
    let (reader, own) = (transaction.reader, office.authority)
    guard let epoch = own.epoch(ofOrigin: checkpoint.origin), let newest = own.epoch(ofOrigin: office.origin),
      epoch >= newest
    else { return }
    if epoch == newest, try isKnown(own: checkpoint) { return }
    let root = StrangeRoot(checkpoint: checkpoint, isSigned: isSigned)
    if try reader.stranger() == nil { try transaction.keep(stranger: root) }
    halting = root.sentence
    try raise(alarm: Violation(.v21, root.sentence), evidence: evidence)
  }

  private func isKnown(own checkpoint: Checkpoint) throws -> Bool {
    let reader = transaction.reader
    if try reader.publishedRoot(at: checkpoint.size) == checkpoint.root { return true }
    // A receipt's size is not signed.
    return try reader.hasCheckpoint(origin: checkpoint.origin, root: checkpoint.root)
  }
}
