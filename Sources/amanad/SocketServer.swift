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

/// Serves the sockets there are, control and exchange, each by its own responder, all within one set of limits.
struct SocketServer: Service {
  /// How long what was taken may go on after the stop; the unit's TimeoutStopSec is longer.
  static let drainLimit = Duration.seconds(20)

  let doors: [Door]
  let settings: LiveSettings
  let traffic: Traffic
  /// Called when requests are answered.
  let onReady: @Sendable () async -> Void
  let onStopping: @Sendable () async -> Void

  func run() async throws {
    let all = try await openAll()
    await withGracefulShutdownHandler {
      await onReady()
      await withDiscardingTaskGroup { tasks in
        for one in all { tasks.addTask { await serve(one) } }
      }
    } onGracefulShutdown: {
      traffic.stop()
      Task { await stop(all) }
    }
  }

  /// Every door, or none.
  private func openAll() async throws -> [Open] {
    var open: [Open] = []
    do {
      for door in doors {
        let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
        open.append(Open(door: door, quiescing: quiescing, server: try await bind(door, quiescing)))
      }
      return open
    } catch {
      for one in open { try? await one.server.executeThenClose { _ in } }
      throw error
    }
  }

  private func serve(_ open: Open) async {
    await withDiscardingTaskGroup { tasks in
      do {
        try await open.server.executeThenClose { inbound in
          for try await connection in inbound {
            let isTaken = traffic.beginConnection(limit: settings.current.connections)
            tasks.addTask { await isTaken ? hold(connection, open.door.responder) : refuse(connection) }
          }
        }
      } catch {
        Logger.amanad.record(.internalError, "a socket failed: \(error)")
      }
      // Whoever has not finished by now has had its time.
      if traffic.requests > 0 { tasks.cancelAll() }
    }
  }

  /// Who asks is known before the first request of a connection is read, and stays so.
  private func hold(_ connection: HTTP1Channel.Value, _ responder: any Responder) async {
    defer { traffic.endConnection() }
    do {
      let caller = try await Caller.at(connection.channel)
      guard let share = responder.share(of: caller, connections: settings.current.connections) else {
        return try await connection.executeThenClose { _, _ in }
      }
      guard traffic.beginConnection(of: caller.userID, limit: share) else { return await refuse(connection) }
      defer { traffic.endConnection(of: caller.userID) }
      if !caller.knowsGroups {
        Logger.amanad.notice("uid \(caller.userID) is in more groups than are read: none of them gives it a right")
      }
      await channel(responder, for: caller).handle(value: connection, logger: Logger.amanad)
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
  private func stop(_ all: [Open]) async {
    // Who connects from now on waits in the socket's queue: under systemd, for the next daemon.
    for open in all { try? await open.server.channel.setOption(.autoRead, value: false).get() }
    await onStopping()
    await traffic.drain(within: Self.drainLimit)
    for open in all { open.quiescing.initiateShutdown(promise: nil) }
  }

  private func channel(_ responder: any Responder, for caller: Caller?) -> HTTP1Channel {
    let traffic = traffic
    return HTTP1Channel(
      responder: { request, writer, channel in
        guard let caller else { return }
        guard traffic.beginRequest() else {
          var refusal = responder.marked(
            responder.refusing(.stopping).response(isHead: request.method == .head))
          refusal.headers[.connection] = "close"
          try await writer.write(response: refusal.head, body: refusal.body)
          // The connection ends with this answer.
          channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
          return
        }
        defer { traffic.endRequest(mayHaveChanged: request.method != .get) }
        let response = responder.marked(await responder.answer(request, caller, channel))
        try await writer.write(response: response.head, body: response.body)
      },
      configuration: .init(
        idleTimeout: .seconds(60),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 64)))
  }
}

extension SocketServer {
  private typealias Channels = NIOAsyncChannel<HTTP1Channel.Value, Never>

  /// A door that listens.
  private struct Open: Sendable {
    let door: Door
    let quiescing: ServerQuiescingHelper
    let server: Channels
  }

  /// Sets up the handlers of a connection, ours before those that know requests.
  private func setUp(_ channel: any Channel, _ child: HTTP1Channel, _ responder: any Responder)
    -> EventLoopFuture<HTTP1Channel.Value>
  {
    let seconds = responder.headSeconds
    return child.setup(channel: channel, logger: Logger.amanad).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
      try pipeline.addHandler(
        ConnectionGuard(headSeconds: seconds, restSeconds: 10, responder: responder, traffic: traffic),
        position: .before(codec))
      return value
    }
  }

  private func bind(_ door: Door, _ quiescing: ServerQuiescingHelper) async throws -> Channels {
    let responder = door.responder
    let child = channel(responder, for: nil)
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
        }
      }
    switch door.listening {
    case .descriptor(let descriptor):
      let server: Channels
      do { server = try await bootstrap.bind(descriptor) { setUp($0, child, responder) } } catch {
        throw StartError("what systemd handed over is no listening Unix stream socket (\(error)): correct amana.socket")
      }
      do { try await SocketPlace.check(inherited: server.channel) } catch {
        try? await server.executeThenClose { _ in }
        throw error
      }
      return server
    case .path(let path):
      try await SocketPlace(path: path, setting: door.setting).check()
      return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) {
        setUp($0, child, responder)
      }
    }
  }
}
