import ControlAPI
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOPosix
import Roster
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
    let responder = routes.router().buildResponder()
    let logger = logger
    let isExercise = routes.office.roster.body.exercise
    let child = HTTP1Channel(
      responder: { request, writer, channel in
        let context = ControlContext(source: .init(channel: channel, logger: logger))
        var response = await Self.respond(to: request, context, responder, logger)
        // Every answer says it, errors too, so that no screen can miss it.
        if isExercise, let name = HTTPField.Name(ControlResponse.exerciseHeader) { response.headers[name] = "true" }
        let body = try await writer.writeHead(response.head)
        try await response.body.write(body)
      },
      configuration: .init(
        idleTimeout: .seconds(60),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 64)))
    let group = MultiThreadedEventLoopGroup.singleton
    let quiescing = ServerQuiescingHelper(group: group)
    let server = try await bind(child, quiescing)
    await withGracefulShutdownHandler {
      await onReady()
      await withDiscardingTaskGroup { tasks in
        do {
          try await server.executeThenClose { inbound in
            for try await connection in inbound {
              tasks.addTask { await child.handle(value: connection, logger: logger) }
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

  private typealias Channels = NIOAsyncChannel<HTTP1Channel.Value, Never>

  private func bind(_ child: HTTP1Channel, _ quiescing: ServerQuiescingHelper) async throws -> Channels {
    let logger = logger
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
      return try await bootstrap.bind(descriptor) { child.setup(channel: $0, logger: logger) }
    case .path(let path):
      return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) {
        child.setup(channel: $0, logger: logger)
      }
    }
  }

  private static func respond(
    to request: Request, _ context: ControlContext, _ responder: some HTTPResponder<ControlContext>, _ logger: Logger
  ) async -> Response {
    do {
      let response = try await responder.respond(to: request, context: context)
      // The router answers an unknown path by itself; people get the same shape as for any other error.
      guard response.status == .notFound, response.headers[.contentType] == nil else { return response }
      return problemResponse(HTTPError(.notFound)).response
    } catch {
      let (response, isInternal) = problemResponse(error)
      if isInternal { logger.error("\(request.method) \(request.uri.path): \(error)") }
      return response
    }
  }
}
