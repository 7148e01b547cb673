import ControlAPI
import Custody
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ReceiptStore
import Roster

/// Answers the operations of the exchange interface (docs/exchange.md). Whoever asks is a courier: it may lie about
/// everything, so nothing it says is believed that no signature proves.
struct ExchangeRoutes: Responder {
  let offices: OfficeInForce
  let store: ReceiptStore
  let sequencer: Sequencer
  let user: ExchangeUser
  let settings: LiveSettings
  let peerTests: PeerTests
  let fetches: Fetches
  let transfers = ObjectTransfers()
  let offers = ExchangeOffers()
  let budget = BodyBudget(256 << 20)

  init(
    offices: OfficeInForce, store: ReceiptStore, sequencer: Sequencer, user: ExchangeUser, settings: LiveSettings,
    peerTests: PeerTests, fetches: Fetches
  ) {
    self.fetches = fetches
    self.offices = offices
    self.store = store
    self.sequencer = sequencer
    self.user = user
    self.settings = settings
    self.peerTests = peerTests
  }

  var office: Office { offices.current }
  var receiving: Receiving {
    Receiving(
      office: office, store: store, sequencer: sequencer, uncitedLimit: settings.current.uncitedLimit)
  }
  var fetching: Fetching {
    Fetching(offices: offices, store: store, sequencer: sequencer, settings: settings.current, fetches: fetches)
  }
  var headSeconds: Int { settings.current.limits.head }
  var isExercise: Bool { office.roster.body.exercise }

  func share(of caller: Caller, connections: Int) -> Int? {
    guard user.admits(caller) else {
      Metrics.shared.count(.exchangeStrangers)
      Logger.amanad.record(
        .rightRefused, "the exchange socket is closed to uid \(caller.userID)", code: "not-permitted",
        ["uid": String(caller.userID), "pid": String(caller.processID), "operation": "exchange"])
      return nil
    }
    return max(1, connections / 4)
  }

  /// A request with all that was checked of it.
  struct Call: Sendable {
    let operation: ExchangeOperation
    /// 32 bytes where the path has one.
    let id: [UInt8]
    let query: Query
    let channel: any Channel
    var body: [UInt8] = []
  }

  func answer(_ request: Request, _ caller: Caller, _ channel: any Channel) async -> Response {
    let started = ContinuousClock.now
    var reply = refusing(.noSuchExchange)
    var name = "none"
    if let (operation, id) = ExchangeOperation.match(request.method.rawValue, request.uri.path) {
      name = operation.rawValue
      do { reply = try await take(request, operation, id ?? [], channel) } catch {
        let (problem, isInternal) = problem(error)
        if problem.code == Problem.keyUnavailableCode {
          Logger.amanad.record(.keyUnavailable, "exchange \(name): \(problem.detail)", code: problem.code)
        }
        if isInternal { Logger.amanad.record(.internalError, "exchange \(name): \(error)", code: problem.code) }
        reply = refusing(problem)
      }
    }
    Metrics.shared.count(.requests, "operation", "exchange/\(name)", "class", "\(reply.status.code / 100)xx")
    Metrics.shared.observe(
      .requestSeconds, (ContinuousClock.now - started).inSeconds, "operation", "exchange/\(name)")
    return reply.response(isHead: false)
  }

  func refusing(_ problem: Problem) -> Reply {
    Reply(
      status: .init(code: problem.status), mediaType: ConciseProblem.mediaType,
      body: ConciseProblem(code: problem.code, title: problem.title, detail: problem.detail).encoded())
  }

  private func take(_ request: Request, _ operation: ExchangeOperation, _ id: [UInt8], _ channel: any Channel)
    async throws -> Reply
  {
    let route = operation.route
    let query = try Query(request.uri.query, known: route.query)
    let call = Call(operation: operation, id: id, query: query, channel: channel)
    let limits = settings.current.limits
    let late = Problem(
      status: 503, code: "took-too-long", title: "The answer took too long", detail: "over \(limits.answer) seconds",
      next: "ask again: what was stored is stored once")
    guard route.limit > 0 else {
      return try await within(.seconds(limits.answer), else: late) { try await perform(call) }
    }
    let body = RequestBody(request: request, mediaType: nil, limit: route.limit, seconds: limits.body)
    return try await body.read(budget) { body in
      var filled = call
      filled.body = body
      let final = filled
      return try await within(.seconds(limits.answer), else: late) { try await perform(final) }
    }
  }
}

extension Problem {
  /// The same for every path that is none here, those of the control interface among them.
  static let noSuchExchange = Problem(
    status: 404, code: "no-such-path", title: "There is nothing here", detail: "no operation has this method and path",
    next: "see docs/exchange.md for what there is")

  /// The same for an authority that is not listed, not active, or ourselves.
  static let noSuchPeer = Problem(
    status: 404, code: "no-such-peer", title: "There is no such peer", detail: "no active authority has this name",
    next: "ask for the peers again")

  /// The same whether it is not here or not for whoever asks.
  static let nothingHere = Problem(
    status: 404, code: "not-found", title: "There is nothing here", detail: "nothing under this id is for this peer",
    next: "ask again later")
}
