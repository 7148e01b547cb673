import ControlAPI
import NIOHTTP1
import Roster

/// Has a witness cosign our newest checkpoint (C2SP tlog-witness, as a client). What it answers the daemon verifies.
struct WitnessAsking: Sendable {
  static let path = "/add-checkpoint"
  static let sizeType = "text/x.tlog.size"
  /// How often a witness may name another size to begin at: our checkpoints go on meanwhile, and so may others' requests.
  static let corrections = 3

  let link: PeerLink
  let daemon: any ExchangeDaemon

  private var peer: AuthorityName { link.peer.authority }

  func run() async throws {
    var old: UInt64?
    for _ in 0...Self.corrections {
      guard let ask = try await daemon.witnessAsk(of: peer, from: old) else { return }
      let answer = try await link.send(
        LinkRequest(.POST, Self.path, headers: [("content-type", "text/plain; charset=utf-8")], body: ask.body))
      switch answer.status {
      case 200: return try await daemon.report(CosignatureReport(peer: peer, size: ask.size, answer: answer.body))
      case 409: old = try size(answer)
      default: throw answer.failure
      }
    }
    throw LinkFailure(.http, "the witness keeps naming another size that it cosigned last")
  }

  /// The size that a witness says it cosigned last: a decimal number and a newline.
  private func size(_ answer: LinkAnswer) throws(LinkFailure) -> UInt64 {
    guard answer.mediaType == Self.sizeType, let size = WitnessAnswer.size(answer.body) else { throw answer.failure }
    return size
  }
}

/// What a witness says where it does not cosign (C2SP tlog-witness).
enum WitnessAnswer {
  /// A decimal number in its only form and a newline, and nothing else; nil for anything else.
  static func size(_ body: [UInt8]) -> UInt64? {
    guard body.last == 0x0a, body.count <= 21 else { return nil }
    return decimal(String(decoding: body.dropLast(), as: UTF8.self))
  }
}
