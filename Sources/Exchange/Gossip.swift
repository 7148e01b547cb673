import ControlAPI
import NIOHTTP1
import Roster

/// Fetches what a peer's log published, and the proof that it continues what we know of it. Whether that is so, the
/// daemon judges.
struct Gossip: Sendable {
  let link: PeerLink
  let daemon: any ExchangeDaemon

  private var peer: AuthorityName { link.peer.authority }

  func run() async throws {
    let answer = try await link.send(LinkRequest(.GET, "/checkpoint", limit: 1 << 14))
    guard answer.status == 200 else { throw answer.failure }
    let known = try await daemon.knownLog(of: peer).size
    var proof: ConsistencyAnswer?
    if let size = NoteHead(answer.body)?.size, known > 0, size > known {
      proof = try? await consistency(known, size)
    }
    try await daemon.report(CheckpointReport(peer: peer, note: answer.body, proof: proof))
  }

  /// A proof that cannot be had is none: the daemon says so, and keeps the note.
  private func consistency(_ from: UInt64, _ to: UInt64) async throws -> ConsistencyAnswer {
    let answer = try await link.send(
      LinkRequest(.GET, "/consistency?from=\(from)&to=\(to)", limit: 1 << 13))
    guard answer.status == 200 else { throw answer.failure }
    return try ConsistencyAnswer(decoding: answer.body)
  }
}

/// The first two lines of a checkpoint, unverified: which log, how large it says it is.
struct NoteHead: Sendable, Hashable {
  let origin: String
  let size: UInt64

  init?(_ note: [UInt8]) {
    let lines = note.prefix(1 << 14).split(separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count == 3, let size = decimal(String(decoding: lines[1], as: UTF8.self)) else { return nil }
    origin = plain(String(decoding: lines[0], as: UTF8.self), maximum: 200)
    self.size = size
  }
}
