import COSE
import ControlAPI
import Custody
import Foundation
import Logging
import OpenSSL
import Roster
import Synchronization
import TransparencyLog

/// Our log's head, kept outside the database and bound to this machine, so that a database that was put back from a backup
/// and a disk that was copied are noticed at start (V21, F14). It is written behind each commit and synced when a
/// run begins only: after a loss of power it may be older than the database, never newer than what was answered.
final class LogHead: Sendable {
  /// A head and the machine that it was written on.
  struct Record: Hashable {
    /// A digest of the machine's id; empty where it has none.
    let machine: String
    let checkpoint: Checkpoint
  }

  /// Two places are written in turn, so that a torn write leaves the other.
  private static let slotByteCount = 1024
  private static let mark = "amana-head-1"

  let path: String
  private let state: Mutex<State>

  private struct State {
    var handle: FileHandle?
    var sequence: UInt64 = 0
    var last: Checkpoint?
  }

  init(folder: String, name: String = "head") {
    path = "\(folder)/\(name)"
    state = Mutex(State())
    // What is written goes behind what is there.
    _ = read()
  }

  /// What reading the file came to.
  enum Reading: Hashable {
    case none
    /// Neither place of it can be read.
    case damaged
    case record(Record)
  }

  /// What the store says of it when it is there.
  static let kept = "kept"
  /// What the store says between a commit and the first head of this machine behind it.
  static var pending: String { "pending \(machine)" }

  /// What was written last.
  func read() -> Reading {
    guard FileManager.default.fileExists(atPath: path) else { return .none }
    let bytes = (try? readFile(path, limit: 2 * Self.slotByteCount)) ?? []
    let slots = stride(from: 0, to: bytes.count, by: Self.slotByteCount).compactMap {
      Self.decode(bytes[$0..<min($0 + Self.slotByteCount, bytes.count)])
    }
    guard let newest = slots.max(by: { $0.sequence < $1.sequence }) else { return .damaged }
    state.withLock { $0.sequence = max($0.sequence, newest.sequence) }
    return .record(newest.record)
  }

  /// Writes the first head of this run and waits until it is on disk, as it must be before the store relies on it.
  /// - Throws: `StartError` when it cannot be written.
  func begin(_ checkpoint: Checkpoint) throws {
    do {
      try state.withLock { state in
        try put(checkpoint, &state)
        try state.handle?.synchronize()
      }
      let folder = URL(filePath: path).deletingLastPathComponent().path
      guard let directory = FileHandle(forReadingAtPath: folder) else { throw StartError("\(folder) cannot be opened") }
      try directory.synchronize()
    } catch {
      throw StartError("\(path) cannot be written, so that a restored store would not be noticed: \(error)")
    }
  }

  /// Keeps what was signed and committed. A smaller tree of the same log is older and is not written.
  func write(_ checkpoint: Checkpoint) {
    state.withLock { state in
      if let last = state.last, sameBytes(last.origin, checkpoint.origin), last.size >= checkpoint.size { return }
      do { try put(checkpoint, &state) } catch {
        Logger.amanad.record(.internalError, "\(path) cannot be written: \(error)", code: "log-head")
      }
    }
  }

  private func put(_ checkpoint: Checkpoint, _ state: inout State) throws {
    let handle = try state.handle ?? open()
    state.handle = handle
    state.sequence += 1
    try handle.seek(toOffset: state.sequence % 2 * UInt64(Self.slotByteCount))
    try handle.write(contentsOf: Data(Self.encode(checkpoint, sequence: state.sequence)))
    state.last = checkpoint
  }

  private func open() throws -> FileHandle {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else { throw StartError("\(path) cannot be written") }
    return handle
  }

  private static func encode(_ checkpoint: Checkpoint, sequence: UInt64) -> [UInt8] {
    let text = "\(mark)\n\(sequence)\n\(machine)\n\(checkpoint.noteText)"
    let bytes = Array(text.utf8) + Array("\(hexadecimal(SHA256.hash(Array(text.utf8))))\n".utf8)
    return bytes + [UInt8](repeating: UInt8(ascii: "\n"), count: max(0, slotByteCount - bytes.count))
  }

  private static func decode(_ slot: ArraySlice<UInt8>) -> (sequence: UInt64, record: Record)? {
    let lines = String(decoding: slot, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 7, lines[0] == mark, let sequence = UInt64(lines[1]) else { return nil }
    let text = lines.prefix(6).joined(separator: "\n") + "\n"
    guard lines[6] == hexadecimal(SHA256.hash(Array(text.utf8))),
      let checkpoint = try? Checkpoint(noteText: lines[3...5].joined(separator: "\n") + "\n")
    else { return nil }
    return (sequence, Record(machine: String(lines[2]), checkpoint: checkpoint))
  }

  /// A digest of this machine's id (machine-id(5)), which itself is not to be shown; empty where there is none.
  static let machine: String = {
    for path in ["/etc/machine-id", "/var/lib/dbus/machine-id"] {
      guard let bytes = try? readFile(path, limit: 256) else { continue }
      let id = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      if !id.isEmpty { return hexadecimal(SHA256.hash(Array("amana-machine-1 \(id)".utf8))) }
    }
    return ""
  }()
}
