import ControlAPI
import Custody
import NIOHTTP1
import Roster

/// Brings one statement to one peer, from wherever an earlier attempt stopped: nothing of it is kept here, the peer says
/// how far it is. So a courier that dies at any moment loses nothing.
struct Delivery: Sendable {
  /// How often a peer that has everything is asked for its receipt before the daemon is told that it takes longer.
  static let polls = 3
  /// The longest wait for that within one attempt.
  static let longestWait: UInt64 = 5
  /// How often a peer may move an object's offset where it did not expect it.
  static let corrections = 8
  /// Objects that are brought at the same time: each is a way there and back, and over a satellite that takes long.
  static let objectsAtOnce = 4

  /// How it ended.
  struct Outcome: Sendable {
    var result: DeliveryReport.Result
    var receipt: [UInt8]?
    var code: String?
    var detail: String?
    var retryAfter: UInt64?
  }

  let statement: DueStatement
  let peer: AuthorityName
  let link: PeerLink
  let daemon: any ExchangeDaemon

  private var path: String { "/entries/" + Base64URL.encode(statement.entry) }

  func run() async throws(DaemonError) -> DeliveryReport {
    do {
      return try await attempt().report(on: statement, to: peer)
    } catch let failure as LinkFailure {
      return Outcome(failure).report(on: statement, to: peer)
    } catch let error as DaemonError {
      throw error
    } catch {
      throw .interrupted
    }
  }

  private func attempt() async throws -> Outcome {
    let known = statement.asksFirst ? try await asked() : nil
    let outcome = if let known { known } else { try await posted() }
    guard outcome.result == .pending else { return outcome }
    try await bringObjects()
    return try await polled(after: outcome)
  }

  /// What the peer says of the entry; nil when it does not know it.
  private func asked() async throws(LinkFailure) -> Outcome? {
    let answer = try await link.send(LinkRequest(.GET, path, headers: [("accept", "application/cose")]))
    switch answer.status {
    case 200: return try registered(answer)
    case 204, 202, 302: return Outcome(result: .pending, retryAfter: answer.retryAfter)
    case 404: return nil
    default: return try refusal(answer)
    }
  }

  private func posted() async throws(LinkFailure) -> Outcome {
    let headers: Fields = [("content-type", "application/cose"), ("accept", "application/cose")]
    let answer = try await link.send(
      LinkRequest(.POST, "/entries", headers: headers, body: statement.statement))
    switch answer.status {
    case 200, 201: return try registered(answer)
    case 202, 303, 302: return Outcome(result: .pending, retryAfter: answer.retryAfter)
    default: return try refusal(answer)
    }
  }

  private func registered(_ answer: LinkAnswer) throws(LinkFailure) -> Outcome {
    guard answer.mediaType == "application/cose", !answer.body.isEmpty, answer.body.count <= 1 << 14 else {
      throw LinkFailure(.http, "the peer's answer says it is registered and holds no receipt")
    }
    return Outcome(result: .registered, receipt: answer.body)
  }

  /// Only what the peer's daemon says with a code is its refusal; anything else is trouble on the way, and is tried
  /// again.
  private func refusal(_ answer: LinkAnswer) throws(LinkFailure) -> Outcome {
    guard [400, 403, 409, 422].contains(answer.status), let problem = answer.problem, let code = problem.code else {
      throw answer.failure
    }
    let detail = [problem.title, problem.detail].compactMap(\.self).joined(separator: ": ")
    return Outcome(result: .refused, code: code, detail: detail, retryAfter: answer.retryAfter)
  }

  private func polled(after first: Outcome) async throws -> Outcome {
    var wait = first.retryAfter
    for attempt in 0..<Self.polls {
      if let outcome = try await asked() {
        guard outcome.result == .pending else { return outcome }
        wait = outcome.retryAfter
      }
      guard attempt + 1 < Self.polls, (wait ?? 1) <= Self.longestWait else { break }
      try await Task.sleep(for: .seconds(Int64(wait ?? 1)))
    }
    return Outcome(
      result: .pending, code: "pending", detail: "the peer has it and has not given its receipt yet",
      retryAfter: wait)
  }
}

extension Delivery.Outcome {
  /// It did not get there.
  init(_ failure: LinkFailure) {
    self.init(result: .failed, code: failure.kind.rawValue, detail: failure.sentence, retryAfter: failure.retryAfter)
  }

  /// What the daemon is told of it.
  func report(on statement: DueStatement, to peer: AuthorityName) -> DeliveryReport {
    DeliveryReport(
      peer: peer, entry: statement.entry, result: result, receipt: receipt, code: code,
      detail: detail.map { plain($0, maximum: 500) }, retryAfter: retryAfter)
  }
}

/// Objects.
extension Delivery {
  private func bringObjects() async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for (index, object) in statement.objects.enumerated() {
        if index >= Self.objectsAtOnce { try await tasks.next() }
        tasks.addTask { try await bring(object) }
      }
      try await tasks.waitForAll()
    }
  }

  /// Where an object begins: at first it is taken for absent, and the answer to its first piece says if it is not.
  private func begun(_ path: String) async throws(LinkFailure) -> ObjectState? {
    guard statement.asksFirst else { return ObjectState(offset: 0, isWhole: false) }
    return try progress(try await link.send(LinkRequest(.HEAD, path)))
  }

  /// Sends what the peer lacks of an object, piece by piece.
  private func bring(_ object: ExchangeObject) async throws {
    let path = "/objects/" + hexadecimal(object.id)
    guard var state = try await begun(path) else { return }
    var corrections = 0
    while !state.isWhole, state.offset < object.size {
      let length = Int(min(UInt64(ExchangeOperation.pieceByteCount), object.size - state.offset))
      let bytes = try await daemon.objectBytes(object.id, to: peer, offset: state.offset, length: length)
      guard !bytes.isEmpty else {
        throw LinkFailure(.interrupted, "our own copy of what belongs to it ends before it should")
      }
      let expected = state.offset + UInt64(bytes.count)
      let headers: Fields = [
        ("content-type", "application/octet-stream"), (PeerRoutes.uploadOffset, String(state.offset)),
        (PeerRoutes.uploadLength, String(object.size)),
      ]
      let answer = try await link.send(LinkRequest(.PUT, path, headers: headers, body: bytes))
      guard let next = try progress(answer) else { return }
      if next.offset != expected, !next.isWhole { corrections += 1 }
      guard corrections <= Self.corrections else {
        throw LinkFailure(.http, "the peer's account of what it has of an object keeps changing")
      }
      state = next
    }
  }

  /// Where the peer is; nil when it waits for no such object.
  private func progress(_ answer: LinkAnswer) throws(LinkFailure) -> ObjectState? {
    switch answer.status {
    case 200, 204, 409:
      guard let offset = answer.headers.first(name: PeerRoutes.uploadOffset).flatMap({ decimal($0) }) else {
        throw LinkFailure(.http, "the peer does not say how much of an object it has")
      }
      return ObjectState(
        offset: offset, isWhole: answer.headers.first(name: PeerRoutes.uploadComplete) == "?1")
    case 404: return nil
    default: throw answer.failure
    }
  }
}
