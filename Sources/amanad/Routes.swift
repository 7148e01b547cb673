import ControlAPI
import Custody
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OpenSSL
import ReceiptStore
import Roster
import Synchronization
import TransparencyLog

/// Answers the operations of the control interface (docs/control-api.yaml).
struct Routes: Sendable {
  private let offices: OfficeInForce
  var office: Office { offices.current }
  let store: ReceiptStore
  let sequencer: Sequencer
  let rights: RightsInForce
  private let limitsInForce: @Sendable () -> Limits
  let logger: Logger
  let idempotency: Idempotency
  let readLog: ReadLog
  let uploads: Uploads
  let peerTests: PeerTests
  let budget = BodyBudget()
  /// What reads the whole store is done one at a time, so that everybody else finds a reader.
  private let wholeStore = WholeStore()
  /// Told of every answer: what was asked, with which status, how long it took.
  var observe: @Sendable (ControlOperation?, Int, Duration) -> Void = { _, _, _ in }

  /// How long things may take, in seconds.
  struct Limits: Sendable {
    /// The head of a request, or the quiet between two.
    var head = 60
    var body = 120
    /// Making an answer; for what reads or writes everything six times as long.
    var answer = 300
  }

  init(
    offices: OfficeInForce, store: ReceiptStore, sequencer: Sequencer, rights: RightsInForce,
    uploads: Uploads, peerTests: PeerTests, limits: @escaping @Sendable () -> Limits = { Limits() }, logger: Logger
  ) {
    self.uploads = uploads
    self.peerTests = peerTests
    self.offices = offices
    self.store = store
    self.sequencer = sequencer
    self.rights = rights
    limitsInForce = limits
    self.logger = logger
    idempotency = Idempotency(store: store)
    readLog = ReadLog(store: store)
  }

  /// Those of this moment: a reload changes them.
  var limits: Limits { limitsInForce() }

  var drafts: Drafts { Drafts(office: office, store: store, sequencer: sequencer) }
  var receiving: Receiving { Receiving(office: office, store: store, sequencer: sequencer) }
  var questions: Questions { Questions(office: office, store: store) }
  var peers: Peers { Peers(office: office, store: store) }
  var messages: Messages { Messages(office: office, store: store, sequencer: sequencer, uploads: uploads) }

  private final class WholeStore: Sendable {
    let isTaken = Mutex(false)
  }

  /// A request with all that was checked of it.
  struct Call: Sendable {
    let operation: ControlOperation
    let id: String?
    let query: Query
    let caller: Caller
    let channel: any Channel
    let lastEventID: String?
    var body: [UInt8] = []
    /// A body that is taken as it comes.
    var upload: RequestBody?
    /// For a draft whose request names none.
    var draftID: RecordID?
  }

  /// Answers a request; nothing is thrown.
  func answer(_ request: Request, _ caller: Caller, _ channel: any Channel) async -> Response {
    let started = ContinuousClock.now
    var asked: ControlOperation?
    let reply: Reply
    switch ControlOperation.match(request.method.rawValue, request.uri.path) {
    case .nothing: reply = .problem(.noSuchPath)
    case .otherMethods(let methods): reply = .problem(.otherMethod(methods), allow: methods)
    case .operation(let operation, let id):
      asked = operation
      reply = await replying(operation, caller) { try await take(request, operation, id, caller, channel) }
    }
    observe(asked, reply.status.code, .now - started)
    return reply.response(isHead: request.method == .head)
  }

  private func replying(_ operation: ControlOperation, _ caller: Caller, _ work: () async throws -> Reply) async
    -> Reply
  {
    do { return try await work() } catch {
      let (problem, isInternal) = problem(error)
      if problem.code == Problem.keyUnavailableCode {
        logger.record(.keyUnavailable, "\(operation.rawValue): \(problem.detail)", code: problem.code)
      }
      if isInternal { logger.record(.internalError, "\(operation.rawValue): \(error)", code: problem.code) }
      if problem.code == "not-permitted" {
        logger.record(
          .rightRefused, "\(operation.rawValue) refused to uid \(caller.userID): no right to", code: problem.code,
          ["uid": String(caller.userID), "pid": String(caller.processID), "operation": operation.rawValue])
      }
      return .problem(problem)
    }
  }

  /// In this order: may they, what do they ask, do they understand the answer, what do they send.
  private func take(
    _ request: Request, _ operation: ControlOperation, _ id: String?, _ caller: Caller, _ channel: any Channel
  ) async throws -> Reply {
    let route = operation.route
    guard rights.rights.allows(route.right, caller) else { throw route.right.refusal }
    let query = try Query(request.uri.query, known: route.query)
    if route.method != .delete { try checkAccept(request, route.answers) }
    let eventID = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
    var call = Call(
      operation: operation, id: id, query: query, caller: caller, channel: channel, lastEventID: eventID)
    guard let rule = route.body else { return try await inTime(call) }
    if rule.isStreamed {
      call.upload = RequestBody(request: request, rule: rule, seconds: limits.body)
      return try await inTime(call)
    }
    let key = rule.takesKey ? try Idempotency.key(of: request) : nil
    return try await RequestBody(request: request, rule: rule, seconds: limits.body).read(budget) { body in
      call.body = body
      guard let key else { return try await inTime(call) }
      return try await once(key, call)
    }
  }

  private func once(_ key: String, _ call: Call) async throws -> Reply {
    let (operation, caller) = (call.operation, call.caller)
    let answer = try await idempotency.once(
      key, user: caller.userID, operation: operation, target: call.id ?? "", body: call.body
    ) { draftID in
      var call = call
      call.draftID = draftID
      let (known, final) = (self, call)
      let reply = await replying(operation, caller) { try await known.inTime(final) }
      return KeyedRequest.Answer(status: reply.status.code, mediaType: reply.mediaType, body: reply.body)
    }
    return Reply(answer)
  }

  private func inTime(_ call: Call) async throws -> Reply {
    let long: Set<ControlOperation> = [
      .runAudit, .importBundle, .importDraft, .exportBundle, .exportArchive, .sendMessage,
    ]
    let seconds = limits.answer * (long.contains(call.operation) ? 6 : 1)
    let late = Problem(
      status: 503, code: "took-too-long", title: "The answer took too long", detail: "over \(seconds) seconds",
      next: "ask again: what was stored is stored once")
    guard [.runAudit, .exportBundle, .exportArchive].contains(call.operation) else {
      return try await within(.seconds(seconds), else: late) { try await perform(call) }
    }
    let isFree = wholeStore.isTaken.withLock { isTaken in
      defer { isTaken = true }
      return !isTaken
    }
    guard isFree else {
      throw Problem(
        status: 503, code: "busy", title: "Another audit or export is under way",
        detail: "they read the whole store, one at a time", next: "ask again when it is done")
    }
    defer { wholeStore.isTaken.withLock { $0 = false } }
    return try await within(.seconds(seconds), else: late) { try await perform(call) }
  }

  private func checkAccept(_ request: Request, _ type: String) throws {
    let ranges = request.headers[values: .accept].flatMap { $0.split(separator: ",") }.map { range in
      range.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    }
    let plain = type.prefix { $0 != ";" }
    let group = "\(plain.prefix { $0 != "/" })/*"
    guard ranges.isEmpty || ranges.contains(where: { $0 == "*/*" || $0 == group || $0 == plain }) else {
      throw Problem.notAcceptable(type)
    }
  }
}
