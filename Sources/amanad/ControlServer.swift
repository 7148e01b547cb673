import ControlAPI
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTPTypesHTTP1
import NIOPosix
import Roster
import ServiceLifecycle

/// Serves the control interface on a Unix socket: one that systemd hands over, or one bound here.
struct ControlServer: Service {
  enum Listening: Sendable {
    case descriptor(CInt)
    case path(String)
  }

  /// How long what was taken may go on after the stop; the unit's TimeoutStopSec is longer.
  static let drainLimit = Duration.seconds(20)

  let routes: Routes
  let listening: Listening
  let settings: LiveSettings
  let traffic: Traffic
  /// Called when requests are answered.
  let onReady: @Sendable () async -> Void
  let onStopping: @Sendable () async -> Void

  func run() async throws {
    let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
    let server = try await bind(quiescing)
    await withGracefulShutdownHandler {
      await onReady()
      await serve(server)
    } onGracefulShutdown: {
      traffic.stop()
      Task { await stop(server.channel, quiescing) }
    }
  }

  private func serve(_ server: Channels) async {
    await withDiscardingTaskGroup { tasks in
      do {
        try await server.executeThenClose { inbound in
          for try await connection in inbound {
            let isTaken = traffic.beginConnection(limit: settings.current.connections)
            tasks.addTask { await isTaken ? hold(connection) : refuse(connection) }
          }
        }
      } catch {
        Logger.amanad.record(.internalError, "the control socket failed: \(error)")
      }
      // Whoever has not finished by now has had its time.
      if traffic.requests > 0 { tasks.cancelAll() }
    }
  }

  /// Who asks is known before the first request of a connection is read, and stays so.
  private func hold(_ connection: HTTP1Channel.Value) async {
    defer { traffic.endConnection() }
    do {
      let caller = try await Caller.at(connection.channel)
      // Nobody but root and the daemon's own user can take all connections there are.
      let share = routes.rights.rights.isOwn(caller) ? Int.max : max(1, settings.current.connections / 4)
      guard traffic.beginConnection(of: caller.userID, limit: share) else { return await refuse(connection) }
      defer { traffic.endConnection(of: caller.userID) }
      if !caller.knowsGroups {
        Logger.amanad.notice("uid \(caller.userID) is in more groups than are read: none of them gives it a right")
      }
      await channel(for: caller).handle(value: connection, logger: Logger.amanad)
    } catch {
      // Gone before it asked, or no Unix socket: nobody to answer.
      Logger.amanad.info("a connection was not taken: \(error)")
      try? await connection.executeThenClose { _, _ in }
    }
  }

  private func refuse(_ connection: HTTP1Channel.Value) async {
    Metrics.shared.count(.connectionsRefused)
    Logger.amanad.record(.connectionsFull, "a connection was closed: limits.connections are held")
    try? await connection.executeThenClose { _, _ in }
  }

  /// No new connections; what was taken is finished; everything else on open connections is told to come back.
  private func stop(_ server: any Channel, _ quiescing: ServerQuiescingHelper) async {
    // Who connects from now on waits in the socket's queue: under systemd, for the next daemon.
    try? await server.setOption(.autoRead, value: false).get()
    await onStopping()
    await traffic.drain(within: Self.drainLimit)
    quiescing.initiateShutdown(promise: nil)
  }

  private func channel(for caller: Caller?) -> HTTP1Channel {
    let (routes, traffic) = (routes, traffic)
    return HTTP1Channel(
      responder: { request, writer, channel in
        guard let caller else { return }
        guard traffic.beginRequest() else {
          var refusal = routes.marked(Reply.stopping.response(isHead: request.method == .head))
          refusal.headers[.connection] = "close"
          try await writer.write(response: refusal.head, body: refusal.body)
          // The connection ends with this answer.
          channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
          return
        }
        defer { traffic.endRequest(mayHaveChanged: request.method != .get) }
        let response = routes.marked(await routes.answer(request, caller, channel))
        try await writer.write(response: response.head, body: response.body)
      },
      configuration: .init(
        idleTimeout: .seconds(60),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 64)))
  }
}

extension ControlServer {
  private typealias Channels = NIOAsyncChannel<HTTP1Channel.Value, Never>

  /// Sets up the handlers of a connection, ours before those that know requests.
  private func setUp(_ channel: any Channel, _ child: HTTP1Channel) -> EventLoopFuture<HTTP1Channel.Value> {
    let (limits, isExercise) = (routes.limits, routes.office.roster.body.exercise)
    return child.setup(channel: channel, logger: Logger.amanad).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
      try pipeline.addHandler(
        ConnectionGuard(headSeconds: limits.head, restSeconds: 10, isExercise: isExercise, traffic: traffic),
        position: .before(codec))
      return value
    }
  }

  private func bind(_ quiescing: ServerQuiescingHelper) async throws -> Channels {
    let child = channel(for: nil)
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
        }
      }
    switch listening {
    case .descriptor(let descriptor):
      let server: Channels
      do { server = try await bootstrap.bind(descriptor) { setUp($0, child) } } catch {
        throw StartError("what systemd handed over is no listening Unix stream socket (\(error)): correct amana.socket")
      }
      do { try await SocketPlace.check(inherited: server.channel) } catch {
        try? await server.executeThenClose { _ in }
        throw error
      }
      return server
    case .path(let path):
      try await SocketPlace(path: path).check()
      return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) {
        setUp($0, child)
      }
    }
  }
}
