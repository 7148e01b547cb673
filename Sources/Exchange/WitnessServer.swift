import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTPTypesHTTP1
import NIOPosix
import NIOTLS
import Roster
import ServiceLifecycle
import Synchronization

/// Serves C2SP tlog-witness without TLS on loopback, and nothing else: for logs that are no peers, behind a web server or on
/// this machine. The specification knows no authentication of whoever asks; the checkpoint's signature says whose it is.
struct WitnessServer: Sendable {
  static let host = "127.0.0.1"
  /// Connections that are held at once; further ones are closed.
  static let connections = 64

  private typealias Channels = NIOAsyncChannel<HTTP1Channel.Value, Never>

  let port: Int
  let routes: PeerRoutes
  let limits: PeerLimits
  let logger: Logger
  /// All clients together may ask as often as one peer.
  private let bucket: TokenBuckets
  private let held = Held()

  init(port: Int, routes: PeerRoutes, limits: PeerLimits, logger: Logger) {
    self.port = port
    self.routes = routes
    self.limits = limits
    bucket = TokenBuckets(perSecond: limits.requestsPerSecond)
    self.logger = logger
  }

  func run() async throws {
    let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
    let server = try await bind(quiescing)
    logger.notice("witness: add-checkpoint is served on \(Self.host) port \(port), without TLS")
    try await withGracefulShutdownHandler {
      try await withThrowingDiscardingTaskGroup { tasks in
        try await server.executeThenClose { inbound in
          for try await value in inbound { tasks.addTask { await hold(value) } }
        }
        tasks.cancelAll()
      }
    } onGracefulShutdown: {
      quiescing.initiateShutdown(promise: nil)
    }
  }

  private func hold(_ value: HTTP1Channel.Value) async {
    guard held.begin(Self.connections) else {
      try? await value.executeThenClose { _, _ in }
      return
    }
    defer { held.end() }
    let (routes, bucket) = (routes, bucket)
    await PeerServer.http { request, writer, _ in
      if request.headers[.expect]?.lowercased() == "100-continue" {
        try await writer.writeInformationalHead(.init(status: .continue))
      }
      let answer = await routes.answer(openly: request, bucket)
      let response = answer.response(isHead: request.method == .head)
      try await writer.write(response: response.head, body: response.body)
    }.handle(value: value, logger: logger)
  }

  private func bind(_ quiescing: ServerQuiescingHelper) async throws -> Channels {
    let (limits, logger) = (limits, logger)
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 128)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            quiescing.makeServerChannelHandler(channel: channel), AcceptWatch(logger: logger),
          ])
        }
      }
    do {
      return try await bootstrap.bind(host: Self.host, port: port) { channel in
        PeerServer.http { _, _, _ in }.setup(channel: channel, logger: logger).flatMapThrowing { value in
          let pipeline = channel.pipeline.syncOperations
          let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
          let guarding = PeerGuard(limits: limits)
          try pipeline.addHandler(guarding, position: .before(codec))
          // Nothing is to be proven first: the first head is waited for from now on.
          pipeline.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: nil))
          return value
        }
      }
    } catch {
      throw CourierError("the witness cannot listen on \(Self.host) port \(port): \(error)")
    }
  }

  /// How many connections are held.
  private final class Held: Sendable {
    private let count = Mutex(0)

    func begin(_ most: Int) -> Bool {
      count.withLock { count in
        guard count < most else { return false }
        count += 1
        return true
      }
    }

    func end() { count.withLock { $0 -= 1 } }
  }
}

extension PeerRoutes {
  /// Whoever asks without a certificate: no authority has this name.
  private static let nobody = AuthorityName(member: "-", authority: "-")

  /// Answers somebody who has proven nothing: what C2SP tlog-witness has, and nothing else.
  func answer(openly request: Request, _ bucket: TokenBuckets) async -> PeerAnswer {
    guard let nobody = Self.nobody else { return .notFound }
    if let wait = bucket.take(nobody) { return .tooMany(wait) }
    do {
      let asked = try PeerRequest(request, from: nobody)
      switch asked.path {
      case .addCheckpoint, .witnessed: return try await answer(asked)
      default: return .notFound
      }
    } catch {
      return error
    }
  }
}
