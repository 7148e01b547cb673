import ControlAPI
import Custody
import HTTPTypes
import Logging
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// Witnesses the logs that the roster assigns to us (C2SP tlog-witness): judged and written in the sequencer's transaction,
/// and answered when that is on disk. So no two cosignatures for forking checkpoints are ever given, whoever asks at the
/// same time, and wherever the process ends.
struct Witness: Sendable {
  let office: Office
  let store: ReceiptStore
  let sequencer: Sequencer

  /// The answer to add-checkpoint, with the statuses of the specification.
  func add(_ body: [UInt8]) async throws -> Reply {
    do {
      let request = try WitnessRequest(decoding: body)
      // Whatever no key of the log signed is not worth a transaction.
      _ = try office.verified(request, at: currentTime())
      return try await cosign(request)
    } catch let refusal as WitnessRefusal {
      return Self.reply(refusal)
    }
  }

  private func cosign(_ request: WitnessRequest) async throws -> Reply {
    switch try await sequencer.submit({ registrar in try registrar.cosign(request) }) {
    case .cosigned(let line):
      let checkpoint = request.checkpoint.checkpoint
      Logger.amanad.info("cosigned \(checkpoint.origin) at \(checkpoint.size) entries")
      return Reply(mediaType: "text/plain; charset=utf-8", body: Cosignatures.encode([line]))
    case .refused(let refusal): return Self.reply(refusal)
    }
  }

  /// The newest checkpoint that we cosigned of a log, by SHA-256 of its origin.
  func newest(of hash: [UInt8]) async throws -> Reply {
    guard let log = try await store.read({ try $0.witnessed(hash: hash) }) else { throw Problem.nothingHere }
    return Reply(mediaType: "text/plain; charset=utf-8", body: log.note)
  }

  static func reply(_ refusal: WitnessRefusal) -> Reply {
    if case .conflict(let size) = refusal {
      return Reply(
        status: .init(code: refusal.status), mediaType: "text/x.tlog.size", body: Array("\(size)\n".utf8))
    }
    return Reply(
      status: .init(code: refusal.status), mediaType: ConciseProblem.mediaType,
      body: ConciseProblem(code: refusal.code, title: "Not cosigned", detail: nil).encoded())
  }
}

/// What came of judging a request.
enum Cosigning: Sendable {
  case cosigned(NoteSignature)
  case refused(WitnessRefusal)
}

extension Registrar {
  /// Judges a request by what was cosigned last of its log, and cosigns it. What convicts the log is kept, whether it is
  /// cosigned or not.
  mutating func cosign(_ request: WitnessRequest) throws -> Cosigning {
    do {
      // Another roster may have come into force since it was looked at.
      let verified = try office.verified(request, at: now)
      let last = try transaction.reader.witnessed(origin: verified.checkpoint.origin)
      if try keepFork(verified, last) { return .refused(.otherRoot) }
      try verified.judge(after: last?.tree)
      return .cosigned(try cosign(verified, after: last))
    } catch let refusal as WitnessRefusal {
      return .refused(refusal)
    }
  }

  private mutating func cosign(_ request: VerifiedWitnessRequest, after last: WitnessedLog?) throws -> NoteSignature {
    guard let key = office.witnessKeys?.current(at: now),
      let record = office.authority.keys.first(where: { $0.purpose == .witness && $0.key == key.publicKey }),
      record.standing(at: now) == .valid
    else { throw Problem.cosignsNothing("no witness key of ours is here that the roster says is valid") }
    guard try !transaction.reader.spentWitnessKeys().contains(record.kid) else {
      throw Problem.cosignsNothing(WitnessHead.spent)
    }
    // A clock that was set back must not make a later checkpoint the earlier one.
    let time = max(now, last?.cosignedAt ?? 1)
    let line = try request.cosignature(at: UInt64(clamping: time), name: office.authority.witnessKeyName, key: key)
    let note = try request.note(with: line).encoded()
    notes.cosigned = try transaction.keep(witnessed: request.checkpoint, note: note, at: time)
    return line
  }

  /// Keeps both notes where this log's key signed two roots for one size: what was cosigned, or what was seen of it.
  private mutating func keepFork(_ request: VerifiedWitnessRequest, _ last: WitnessedLog?) throws -> Bool {
    let new = request.checkpoint
    let seen = try transaction.reader.checkpoints(origin: new.origin, sizes: [new.size])
    for known in [last?.note].compactMap(\.self) + seen {
      let old = try SignedCheckpoint(decoding: known).checkpoint
      guard let fork = LogChecks().fork(old, new) else { continue }
      let note = try request.note().encoded()
      try transaction.keep(checkpoint: note, new, seenAt: now)
      try raise(alarm: fork, evidence: LogEvidence(known: known, new: note, proof: nil).encoded())
      if let log = office.witnessed(origin: new.origin) {
        tell(ExchangeNews(.peerAlarm, log.name, code: fork.code.rawValue))
      }
      return true
    }
    return false
  }
}

extension Problem {
  /// Whoever asks comes back later, or asks another witness.
  static func cosignsNothing(_ why: String) -> Problem {
    Problem(
      status: 503, code: "no-witness-key", title: "This witness cosigns nothing at present", detail: why,
      next: "see docs/trust.md, Witnesses")
  }
}
