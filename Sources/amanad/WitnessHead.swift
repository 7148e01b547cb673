import COSE
import Custody
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// What our witness has cosigned, counted in a file beside the store as the log's head is: a store that was put back from a
/// backup would cosign a second time, for a fork, what it has forgotten. Its keys cosign nothing any more then; one that
/// the roster lists in their place does.
struct WitnessHead: Sendable {
  /// Why a key cosigns nothing, for whoever runs the daemon.
  static let spent =
    "the witness key may have cosigned what is not on record here, for this store was restored or copied: rotate it "
    + "(amana key rotate witness), and have the new one listed"

  private let file: LogHead

  init(folder: String) { file = LogHead(folder: folder, name: "witness-head") }

  private static func mark(_ count: UInt64) -> Checkpoint { Checkpoint(origin: "witness", size: count, root: .empty) }

  /// Keeps that so many cosignatures were given and committed.
  func write(_ count: UInt64) { file.write(Self.mark(count)) }

  /// Whether more was cosigned than the store knows of.
  private func isBehind(_ count: UInt64, _ state: String?) -> Bool {
    if state == LogHead.pending { return false }
    switch file.read() {
    case .record(let record): return record.machine != LogHead.machine || record.checkpoint.size > count
    case .damaged: return true
    case .none: return state != nil
    }
  }

  /// From now on the count is kept. Where the store is behind it, the keys that are here cosign nothing any more.
  func keep(_ store: ReceiptStore, keys: [[UInt8]]) async throws {
    let (count, state) = try await store.read { (try $0.cosignedCount(), try $0.witnessHeadState()) }
    if isBehind(count, state) { try await store.write { try $0.spend(witnessKeys: keys) } }
    if state != LogHead.kept { try await store.write { try $0.set(witnessHeadState: LogHead.pending) } }
    // Before it is on disk nothing may rely on it.
    try file.begin(Self.mark(count))
    if state != LogHead.kept { try await store.write { try $0.set(witnessHeadState: LogHead.kept) } }
  }

  static let alarm = Violation(.v21, spent)
}

extension Registrar {
  /// Where we are named as a witness, the alarm about a key that cosigns nothing lasts until another one is in use.
  mutating func judgeWitnessKeys() throws {
    let kid = office.witnessKeys?.current(at: now).publicKey.thumbprint
    let isSpent = try kid.map { try transaction.reader.spentWitnessKeys().contains($0) } ?? false
    if isSpent, office.isWitness {
      try raise(alarm: WitnessHead.alarm, evidence: [])
    } else {
      try transaction.end(alarm: WitnessHead.alarm.detail, of: WitnessHead.alarm.code.rawValue, at: now)
    }
  }
}
