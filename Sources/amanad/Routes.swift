import ControlAPI
import Custody
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ReceiptStore
import Roster
import TransparencyLog

/// The operations of the control interface (docs/control-api.md).
struct Routes: Sendable {
  let office: Office
  let store: ReceiptStore
  let sequencer: Sequencer

  static let maximumRequest = 64 << 20

  private var drafts: Drafts { Drafts(office: office, store: store, sequencer: sequencer) }
  private var questions: Questions { Questions(office: office, store: store) }

  func router() -> Router<ControlContext> {
    let router = Router(context: ControlContext.self)
    router.get("/v1/status") { _, _ in try json(await questions.status()) }
    router.get("/v1/checkpoint") { _, _ in
      bytes(try await questions.checkpoint(), "text/plain; charset=utf-8")
    }
    router.get("/v1/roster") { _, _ in bytes(office.roster.bytes, "application/cose; cose-type=\"cose-sign\"") }
    addDrafts(to: router)
    addStatements(to: router)
    router.post("/v1/bundles") { request, _ in
      let body = try await body(request, limit: Bundle.maximumByteCount)
      return try json(await Importing(office: office, sequencer: sequencer).take(body))
    }
    router.get("/v1/bundle") { request, _ in try await exportBundle(request) }
    addMetrics(to: router)
    router.post("/v1/audit") { _, _ in try json(await Auditing(office: office, store: store).run()) }
    return router
  }

  private func addDrafts(to router: Router<ControlContext>) {
    router.get("/v1/drafts") { _, _ in try json(await drafts.open()) }
    router.post("/v1/drafts") { request, _ in
      let body = try await body(request, limit: Self.maximumRequest)
      return try json(await drafts.create(decode(DraftRequest.self, body), body: body), status: .created)
    }
    router.get("/v1/drafts/:id") { _, context in try json(await drafts.view(recordID(context))) }
    router.delete("/v1/drafts/:id") { _, context in
      try await drafts.discard(recordID(context))
      return Response(status: .noContent)
    }
    router.post("/v1/drafts/:id/approvals") { request, context in
      let approval = try decode(ApprovalRequest.self, await body(request, limit: 1 << 16))
      guard let bytes = decodeHexadecimal(approval.approval) else {
        throw badRequest("approval", "must be hexadecimal")
      }
      let user = try await context.peer().userID
      return try json(await drafts.approve(recordID(context), approval: bytes, user: user))
    }
  }

  private func addStatements(to router: Router<ControlContext>) {
    router.get("/v1/statements") { request, _ in
      let query = request.uri.queryParameters
      let from = query["from"].flatMap { UInt64($0) } ?? 0
      let limit = min(max(query["limit"].flatMap { Int($0) } ?? 100, 1), 1000)
      return try json(await questions.statements(prefix: query["prefix"].map(String.init), from: from, limit: limit))
    }
    router.get("/v1/statements/:id") { _, context in try json(await questions.statement(statementID(context))) }
    router.get("/v1/statements/:id/cose") { _, context in
      bytes(try await questions.transparent(statementID(context)), "application/cose; cose-type=\"cose-sign1\"")
    }
    router.get("/v1/statements/:id/receipt") { _, context in
      bytes(try await questions.receipt(statementID(context)), "application/cose; cose-type=\"cose-sign1\"")
    }
    router.get("/v1/statements/:id/lines") { _, context in try json(await questions.lines(statementID(context))) }
  }

  private func exportBundle(_ request: Request) async throws -> Response {
    let query = request.uri.queryParameters
    var to: AuthorityName?
    if let text = query["to"] {
      guard let name = AuthorityName(String(text)), office.roster.authority(name) != nil else {
        throw badRequest("to", "\"\(text)\" is no authority of the roster")
      }
      to = name
    }
    var record: RecordID?
    if let text = query["record"] {
      guard let id = RecordID(uuid: String(text)) else { throw badRequest("record", "must be a record's UUID") }
      record = id
    }
    return bytes(try await Exporting(office: office, store: store).bundle(to: to, record: record), Bundle.mediaType)
  }
}

private func recordID(_ context: ControlContext) throws -> RecordID {
  guard let id = context.parameters.get("id").flatMap({ RecordID(uuid: $0) }) else {
    throw badRequest("id", "must be a draft's UUID")
  }
  return id
}

private func statementID(_ context: ControlContext) throws -> StatementID {
  guard let id = context.parameters.get("id").flatMap({ StatementID(hex: $0) }) else {
    throw badRequest("id", "must be a statement's id, 64 hexadecimal digits")
  }
  return id
}

private func body(_ request: Request, limit: Int) async throws -> [UInt8] {
  do {
    return try await withDeadline(seconds: RequestDeadline.seconds) {
      Array(buffer: try await request.body.collect(upTo: limit))
    }
  } catch is NIOTooManyBytesError {
    throw Problem(
      status: 413, code: "too-large", title: "The request is too large",
      detail: "at most \(limit) bytes are taken here", next: "send less at once; nothing was stored")
  } catch let problem as Problem {
    throw problem
  } catch {
    throw Problem(
      status: 400, code: "truncated", title: "The request broke off", detail: "its body did not arrive whole",
      next: "send it again; nothing was stored")
  }
}

/// Gives up on a client that drips its request: an idle timeout alone never ends it.
private func withDeadline<Value: Sendable>(seconds: Int, _ work: @escaping @Sendable () async throws -> Value)
  async throws -> Value
{
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask(operation: work)
    group.addTask {
      try await Task.sleep(for: .seconds(seconds))
      throw Problem(
        status: 408, code: "timeout", title: "The request did not arrive in time",
        detail: "its body took longer than \(seconds) seconds", next: "send it again; nothing was stored")
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw CancellationError() }
    return first
  }
}

private func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) throws -> Value {
  do {
    return try StrictJSON.decode(type, from: body)
  } catch let error as RepeatedKey {
    throw Problem(
      status: 400, code: "duplicate-key", title: "The request has two readings", detail: "\(error)",
      next: "say it once; nothing was stored")
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
  case .dataCorrupted(let context): return "\(path(context)) is not readable JSON"
  @unknown default: return "the request is not readable JSON"
  }
}

private func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
  bytes(try encoded(value), "application/json", status: status)
}

private func encoded(_ value: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return [UInt8](try encoder.encode(value))
}

private func bytes(_ body: [UInt8], _ type: String, status: HTTPResponse.Status = .ok) -> Response {
  Response(
    status: status, headers: [.contentType: type, .contentLength: String(body.count)],
    body: .init(byteBuffer: ByteBuffer(bytes: body)))
}

/// The answer to a request that failed: problem+json, constant for what a stranger need not know.
func problemResponse(_ error: any Error) -> (response: Response, isInternal: Bool) {
  var problem = Problem(
    status: 500, code: "internal", title: "Something failed inside amanad", detail: "see its journal",
    next: "ask the administrator: journalctl -u amana")
  var isInternal = true
  if let known = error as? Problem {
    problem = known
    isInternal = false
  } else if let known = error as? HTTPError {
    problem = Problem(
      status: Int(known.status.code), code: "http-\(known.status.code)", title: known.status.reasonPhrase,
      detail: "no such operation, or it is not asked like this", next: "see docs/control-api.md")
    isInternal = false
  }
  return (bytes((try? encoded(problem)) ?? [], Problem.mediaType, status: .init(code: problem.status)), isInternal)
}
