import COSE
import ControlAPI
import HTTPTypes
import HummingbirdCore
import Logging
import Roster

/// Answers a peer: SCRAPI and what stands beside it (docs/peer-service.md). What it carries is opaque here; the daemon
/// says what each peer may have.
struct PeerRoutes: Sendable {
  static let uploadOffset = "upload-offset"
  static let uploadLength = "upload-length"
  static let uploadComplete = "upload-complete"
  static let rosterVersion = "amana-roster-version"

  let daemon: any ExchangeDaemon
  let book: PeerBook
  let buckets: TokenBuckets
  let memory: MemoryShare
  /// Whether clients of SCRAPI's drafts 4 to 10 are served: 303 and 302 where later ones say 202 and 204.
  let legacyRedirects: Bool
  /// Where the daemon keeps its log as files; nil where none are handed out.
  var tilesDirectory: String?
  let logger: Logger

  /// Where a statement's receipt is asked for.
  func location(_ entry: [UInt8]) -> String {
    let url = book.known?.own.url ?? ""
    return (url.hasSuffix("/") ? String(url.dropLast()) : url) + "/entries/"
      + (legacyRedirects ? DecimalLocator.encode(entry) : Base64URL.encode(entry))
  }

  func answer(_ request: Request, from peer: AuthorityName) async -> PeerAnswer {
    if let wait = buckets.take(peer) { return .tooMany(wait) }
    do {
      return try await answer(try PeerRequest(request, from: peer))
    } catch {
      return error
    }
  }

  func answer(_ request: PeerRequest) async throws(PeerAnswer) -> PeerAnswer {
    switch request.path {
    case .entries:
      return try await request.withBody(memory) { (bytes) async throws(PeerAnswer) in
        try await takeEntry(bytes, from: request.peer)
      }
    case .entry(let id): return try await entry(id, for: request.peer)
    case .notAnEntry: throw .invalidLocator
    case .keys: return try await relayed(DaemonQuestion(.getKeys), "application/cbor")
    case .key(let kid): return try await key(kid)
    case .object(let id):
      guard request.method == "PUT" else { return try await objectState(id, for: request.peer) }
      let place = try UploadPlace(request)
      return try await request.withBody(memory, keepsBeginning: true) { (bytes) async throws(PeerAnswer) in
        try await takeObject(bytes, id, at: place, from: request.peer)
      }
    case .checkpoint: return try await checkpoint()
    case .consistency: return try await consistency(request)
    case .feed: return try await feed(request)
    case .addCheckpoint:
      return try await request.withBody(memory) { (bytes) async throws(PeerAnswer) in try await addCheckpoint(bytes) }
    case .witnessed(let hash):
      return try await relayed(
        DaemonQuestion(.getWitnessed, id: hash), "text/plain; charset=utf-8", further: [("cache-control", "no-store")])
    case .tile(let file, let epoch): return try tile(file, epoch)
    case .slots(let id):
      return try await relayedLarge(
        DaemonQuestion(.getSlots, id: id, query: [("peer", request.peer.description)]), "application/octet-stream")
    }
  }

  /// What the daemon says, or the constant answer for what it cannot say.
  func asked<Value>(_ work: () async throws(DaemonError) -> Value) async throws(PeerAnswer) -> Value {
    do {
      return try await work()
    } catch {
      throw refusal(error)
    }
  }

  private func refusal(_ error: DaemonError) -> PeerAnswer {
    if case .refused(let status, let problem) = error, [400, 403, 404, 409, 413, 422, 429].contains(status) {
      if status == 404 { return .notFound }
      return .problem(
        status == 422 ? 400 : status, problem?.title ?? "Rejected", problem?.detail ?? "The request was not accepted",
        code: problem?.code)
    }
    logger.warning("a peer was told to come back: \(error)")
    return .daemonAway
  }

  /// Bytes of the daemon's that go on to the peer as they are.
  private func relayed(
    _ question: DaemonQuestion, _ mediaType: String, further: [(name: String, value: String)] = []
  ) async throws(PeerAnswer) -> PeerAnswer {
    let answer = try await asked { () async throws(DaemonError) in
      let answer = try await daemon.ask(question, within: .seconds(60))
      guard answer.status == 200 else {
        throw .refused(status: answer.status, ConciseProblem(foreign: answer.body))
      }
      return answer
    }
    return PeerAnswer(status: 200, mediaType: mediaType, body: answer.body, further: further)
  }

  /// The same where it may be large: it takes its share of memory before it is asked for, and as much as it has bytes
  /// until it is written, however slowly the peer reads.
  private func relayedLarge(_ question: DaemonQuestion, _ mediaType: String) async throws(PeerAnswer) -> PeerAnswer {
    guard let held = MemoryHold(question.answerLimit, of: memory) else { throw .busy }
    var answer = try await relayed(question, mediaType)
    held.shrink(to: answer.body.count)
    answer.held = held
    return answer
  }

  /// One key of the set, by its identifier.
  private func key(_ kid: [UInt8]) async throws(PeerAnswer) -> PeerAnswer {
    let all = try await relayed(DaemonQuestion(.getKeys), "application/cbor")
    let keys = (try? CBOR.decode(all.body[...]))?.array ?? []
    guard let key = keys.first(where: { $0.map?[2]?.bytes == kid }) else { throw .noSuchKey }
    return PeerAnswer(status: 200, mediaType: "application/cbor", body: key.encoded())
  }

  private func checkpoint() async throws(PeerAnswer) -> PeerAnswer {
    let version = book.known?.rosterVersion ?? 0
    return try await relayed(
      DaemonQuestion(.getCheckpoint), "text/plain; charset=utf-8",
      further: [(Self.rosterVersion, String(version)), ("cache-control", "no-store")])
  }

  private func consistency(_ request: PeerRequest) async throws(PeerAnswer) -> PeerAnswer {
    guard let from = request.query["from"], let to = request.query["to"], from <= to else { throw .malformed }
    return try await relayed(
      DaemonQuestion(.getConsistency, query: [("from", String(from)), ("to", String(to))]), "application/cbor")
  }

  private func feed(_ request: PeerRequest) async throws(PeerAnswer) -> PeerAnswer {
    let query = [
      (name: "peer", value: request.peer.description), (name: "after", value: String(request.query["after"] ?? 0)),
      // The daemon ends a page sooner where its envelopes are large.
      (name: "limit", value: String(min(max(request.query["limit"] ?? 16, 1), 16))),
    ]
    return try await relayedLarge(DaemonQuestion(.getFeed, query: query), "application/cbor")
  }
}
