import ControlAPI
import Custody
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// How much of all requests together is held in memory, so that many large ones at once are told to wait and the daemon
/// lives on.
final class BodyBudget: Sendable {
  private let left: Mutex<Int>

  init(_ bytes: Int = 1 << 30) { left = Mutex(bytes) }

  func take(_ count: Int) throws {
    let isTaken = left.withLock { left in
      guard left >= count else { return false }
      left -= count
      return true
    }
    guard isTaken else {
      throw Problem(
        status: 503, code: "busy", title: "Too much is being handed in at once",
        detail: "the requests under way fill the memory kept for them", next: "ask again in a few seconds")
    }
  }

  func giveBack(_ count: Int) { left.withLock { $0 += count } }
}

/// The body of a request, within its limits of type, size and time.
struct RequestBody: Sendable {
  let request: Request
  /// Nil when any type is taken.
  let mediaType: String?
  /// In bytes.
  let limit: Int
  let seconds: Int

  /// What its head says, when it says it.
  var length: UInt64? { request.headers[.contentLength].flatMap { UInt64($0) } }

  init(request: Request, mediaType: String?, limit: Int, seconds: Int) {
    self.request = request
    self.mediaType = mediaType
    self.limit = limit
    self.seconds = seconds
  }

  init(request: Request, rule: Route.Body, seconds: Int) {
    self.init(request: request, mediaType: rule.mediaType, limit: rule.limit, seconds: seconds)
  }

  /// Refuses what need not be read to be refused.
  private func checkHead() throws {
    let length = request.headers[.contentLength].flatMap { Int($0) }
    if let length, length > limit { throw tooLarge }
    guard length != 0, request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil else {
      return
    }
    let type = request.headers[.contentType].map { $0.prefix { $0 != ";" }.lowercased().filter { $0 != " " } }
    guard let mediaType, type != mediaType else { return }
    throw Problem(
      status: 415, code: "unsupported-media-type", title: "The request is of another type",
      detail: "here \(mediaType) is taken, named in Content-Type",
      next: "send it with Content-Type: \(mediaType); nothing was stored")
  }

  private var tooLarge: Problem {
    Problem(
      status: 413, code: "too-large", title: "The request is too large",
      detail: "at most \(limit) bytes are taken here", next: "send less at once; nothing was stored")
  }

  /// Reads all of it, then hands it on; its memory counts until that returns.
  func read<Value: Sendable>(_ budget: BodyBudget, _ use: ([UInt8]) async throws -> Value) async throws -> Value {
    try checkHead()
    let bytes = try await whole(budget)
    defer { budget.giveBack(bytes.count) }
    return try await use(bytes)
  }

  private func whole(_ budget: BodyBudget) async throws -> [UInt8] {
    let limit = limit
    let problem = tooLarge
    return try await within(.seconds(seconds), else: arrival) { [request] in
      var bytes: [UInt8] = []
      do {
        for try await part in request.body {
          guard bytes.count + part.readableBytes <= limit else { throw problem }
          try budget.take(part.readableBytes)
          bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
      } catch {
        budget.giveBack(bytes.count)
        if error is Problem || error is CancellationError { throw error }
        throw Self.brokenOff
      }
    }
  }

  /// Hands it on as it comes: nothing of it is held here.
  func stream(_ take: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
    try checkHead()
    let (limit, problem) = (limit, tooLarge)
    try await within(.seconds(seconds), else: arrival) { [request] in
      var count = 0
      var parts = request.body.makeAsyncIterator()
      while let part = try await Self.next(&parts) {
        count += part.readableBytes
        guard count <= limit else { throw problem }
        try await take(Array(part.readableBytesView))
      }
    }
  }

  private static func next(_ parts: inout Hummingbird.RequestBody.AsyncIterator) async throws -> ByteBuffer? {
    do { return try await parts.next() } catch let error as CancellationError { throw error } catch { throw brokenOff }
  }

  private static let brokenOff = Problem(
    status: 400, code: "truncated", title: "The request broke off", detail: "its body did not arrive whole",
    next: "send it again; nothing was stored")

  private var arrival: Problem {
    Problem(
      status: 408, code: "timeout", title: "The request did not arrive in time",
      detail: "its body took longer than \(seconds) seconds", next: "send it again; nothing was stored")
  }
}

/// Reads a request's JSON.
func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) throws -> Value {
  do {
    return try StrictJSON.decode(type, from: body)
  } catch let error as RefusedJSON {
    let isValue = [.forbiddenText, .tooLong].contains(error.reason)
    throw Problem(
      status: isValue ? 422 : 400, code: error.reason.rawValue, title: "The request is not taken as it is",
      detail: error.description, next: "correct it and ask again; nothing was stored")
  } catch let error as DecodingError {
    throw Problem(
      status: 400, code: "malformed", title: "The request is no JSON of the expected shape",
      detail: describe(error), next: "see docs/control-api.md; nothing was stored")
  }
}

/// Where and why JSON did not fit, without repeating what was sent.
private func describe(_ error: DecodingError) -> String {
  func path(_ context: DecodingError.Context) -> String {
    let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    return keys.isEmpty ? "the request" : keys.joined(separator: ".")
  }
  switch error {
  case .keyNotFound(let key, let context): return "\(path(context)) lacks \"\(key.stringValue)\""
  case .typeMismatch(_, let context): return "\(path(context)) has the wrong type"
  case .valueNotFound(_, let context): return "\(path(context)) is null"
  case .dataCorrupted(let context): return "\(path(context)) is not readable JSON, or a number is out of range"
  @unknown default: return "the request is not readable JSON"
  }
}
