import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTPTypesHTTP1
import NIOPosix
import ServiceLifecycle

/// Serves the control interface on a Unix socket: one that systemd hands over, or one bound here.
struct ControlServer: Service {
  enum Listening: Sendable {
    case descriptor(CInt)
    case path(String)
  }

  let routes: Routes
  let listening: Listening
  let logger: Logger
  /// Called when requests are answered.
  let onReady: @Sendable () async -> Void
  let onStopping: @Sendable () async -> Void

  func run() async throws {
    let logger = logger
    let child = channel(for: nil)
    let group = MultiThreadedEventLoopGroup.singleton
    let quiescing = ServerQuiescingHelper(group: group)
    let server = try await bind(child, quiescing)
    await withGracefulShutdownHandler {
      await onReady()
      await withDiscardingTaskGroup { tasks in
        do {
          try await server.executeThenClose { inbound in
            for try await connection in inbound {
              tasks.addTask { await serve(connection) }
            }
          }
        } catch {
          logger.error("the control socket failed: \(error)")
        }
      }
    } onGracefulShutdown: {
      // Requests under way are finished; new connections are not taken.
      quiescing.initiateShutdown(promise: nil)
    }
    await onStopping()
  }

  /// Who asks is known before the first request of a connection is read, and stays so.
  private func serve(_ connection: HTTP1Channel.Value) async {
    do {
      let caller = try await Caller.at(connection.channel)
      if !caller.knowsGroups {
        logger.notice("uid \(caller.userID) is in more groups than are read: none of them gives it a right")
      }
      await channel(for: caller).handle(value: connection, logger: logger)
    } catch {
      // Gone before it asked, or no Unix socket: nobody to answer.
      logger.info("a connection was not taken: \(error)")
      try? await connection.executeThenClose { _, _ in }
    }
  }

  private func channel(for caller: Caller?) -> HTTP1Channel {
    let routes = routes
    return HTTP1Channel(
      responder: { request, writer, channel in
        guard let caller else { return }
        let response = await routes.answer(request, caller, channel)
        try await writer.write(response: response.head, body: response.body)
      },
      configuration: .init(
        idleTimeout: .seconds(60),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 64)))
  }

  /// Sets up the handlers of a connection, ours before those that know requests.
  private func setUp(_ channel: any Channel, _ child: HTTP1Channel) -> EventLoopFuture<HTTP1Channel.Value> {
    let limits = routes.limits
    return child.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
      try pipeline.addHandler(
        ConnectionGuard(headSeconds: limits.head, restSeconds: 10), position: .before(codec))
      return value
    }
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
      return try await bootstrap.bind(descriptor) { setUp($0, child) }
    case .path(let path):
      return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) {
        setUp($0, child)
      }
    }
  }
}
