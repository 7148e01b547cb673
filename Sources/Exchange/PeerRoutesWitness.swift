import ControlAPI
import Logging

/// C2SP tlog-witness: who asks is of no account, for the checkpoint's signature says whose it is. So nothing of the peer
/// goes to the daemon, and the daemon's statuses come back as they are.
extension PeerRoutes {
  func addCheckpoint(_ body: [UInt8]) async throws(PeerAnswer) -> PeerAnswer {
    let answer = try await asked { () async throws(DaemonError) in
      try await daemon.ask(DaemonQuestion(.addCheckpoint, body: body), within: .seconds(60))
    }
    switch answer.status {
    case 200: return PeerAnswer(status: 200, mediaType: "text/plain; charset=utf-8", body: answer.body)
    case 409 where WitnessAnswer.size(answer.body) != nil:
      return PeerAnswer(status: 409, mediaType: WitnessAsking.sizeType, body: answer.body)
    case 400, 403, 404, 413, 422:
      let problem = ConciseProblem(foreign: answer.body)
      return .problem(
        answer.status, "Not cosigned", "This witness does not cosign that checkpoint", code: problem?.code)
    default:
      logger.warning("a log was told to come back: amanad answered \(answer.status)")
      throw .daemonAway
    }
  }
}
