import ControlAPI
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOPosix
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
    let answering = RequestAnswering(responder: routes.router().buildResponder(), settings: settings, traffic: traffic)
    let child = HTTP1Channel(
      responder: { try await answering.answer($0, $1, $2) },
      configuration: .init(
        idleTimeout: .seconds(60),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 64)))
    let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
    let server = try await bind(child, quiescing)
    await withGracefulShutdownHandler {
      await onReady()
      await serve(server, child)
    } onGracefulShutdown: {
      traffic.stop()
      Task { await stop(server.channel, quiescing) }
    }
  }

  private func serve(_ server: Channels, _ child: HTTP1Channel) async {
    await withDiscardingTaskGroup { tasks in
      do {
        try await server.executeThenClose { inbound in
          for try await connection in inbound {
            let isTaken = traffic.beginConnection(limit: settings.current.connections)
            tasks.addTask { await isTaken ? hold(connection, child) : refuse(connection) }
          }
        }
      } catch {
        Logger.amanad.record(.internalError, "the control socket failed: \(error)")
      }
      // Whoever has not finished by now has had its time.
      if traffic.requests > 0 { tasks.cancelAll() }
    }
  }

  private func hold(_ connection: HTTP1Channel.Value, _ child: HTTP1Channel) async {
    await child.handle(value: connection, logger: Logger.amanad)
    traffic.endConnection()
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

  private typealias Channels = NIOAsyncChannel<HTTP1Channel.Value, Never>

  private func bind(_ child: HTTP1Channel, _ quiescing: ServerQuiescingHelper) async throws -> Channels {
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
      do { server = try await bootstrap.bind(descriptor) { child.setup(channel: $0, logger: Logger.amanad) } } catch {
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
        child.setup(channel: $0, logger: Logger.amanad)
      }
    }
  }
}
