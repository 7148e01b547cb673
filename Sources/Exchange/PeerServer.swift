import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTPTypesHTTP1
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// Serves peers over mutual TLS 1.3. A connection that has not proven a peer's certificate is never answered a request.
struct PeerServer: Sendable {
  /// A connection and whose certificate it will have proven.
  private struct Arrival: Sendable {
    let value: HTTP1Channel.Value
    let certificate: EventLoopFuture<[UInt8]>
  }

  private typealias Channels = NIOAsyncChannel<Arrival, Never>

  /// A socket that takes connections.
  private struct Listening: Sendable {
    let server: Channels
    let port: Int
    let quiescing: ServerQuiescingHelper
  }

  /// How long what was taken may go on after the stop.
  static let drainLimit = Duration.seconds(10)

  let host: String
  let port: Int
  let routes: PeerRoutes
  let limits: PeerLimits
  let logger: Logger
  /// Called with the port when peers are answered.
  let onReady: @Sendable (Int) async -> Void

  private var book: PeerBook { routes.book }

  /// How often it is tried to listen again, once a second, before whoever started this process must do it.
  static let openings = 60

  func run() async throws {
    var listening = try await open(port)
    try await withThrowingDiscardingTaskGroup { tasks in
      while true {
        await accept(listening, &tasks)
        if Task.isShuttingDownGracefully || Task.isCancelled { break }
        // Connections that are held go on meanwhile.
        logger.error("peers cannot be served on port \(listening.port) any more: it is opened again")
        guard let again = try await openAgain(listening.port) else { break }
        listening = again
      }
      let end = ContinuousClock.now + Self.drainLimit
      while book.connected > 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(50)) }
      tasks.cancelAll()
    }
  }

  private func open(_ port: Int) async throws -> Listening {
    let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
    let server = try await bind(port, quiescing)
    return Listening(server: server, port: server.channel.localAddress?.port ?? port, quiescing: quiescing)
  }

  /// - Returns: nil when it is told to stop meanwhile.
  private func openAgain(_ port: Int) async throws -> Listening? {
    for _ in 1..<Self.openings {
      try await Task.sleep(for: .seconds(1))
      if Task.isShuttingDownGracefully { return nil }
      do { return try await open(port) } catch { logger.error("\(error)") }
    }
    return try await open(port)
  }

  /// Takes connections until it is told to stop or the socket fails.
  private func accept(_ listening: Listening, _ tasks: inout ThrowingDiscardingTaskGroup<any Error>) async {
    do {
      try await withGracefulShutdownHandler {
        await onReady(listening.port)
        try await listening.server.executeThenClose { inbound in
          for try await arrival in inbound { tasks.addTask { await take(arrival) } }
        }
      } onGracefulShutdown: {
        listening.quiescing.initiateShutdown(promise: nil)
      }
    } catch {
      logger.error("the peer service's socket failed: \(error)")
    }
  }

  private func take(_ arrival: Arrival) async {
    let source = SourceNetwork(arrival.value.channel.remoteAddress)
    if let why = book.beginHandshake(from: source) { return await refuse(arrival.value, why) }
    await hold(arrival, from: source)
  }

  private func hold(_ arrival: Arrival, from source: SourceNetwork) async {
    let channel = arrival.value.channel
    let certificate: [UInt8]
    do {
      certificate = try await arrival.certificate.get()
    } catch {
      book.endHandshake(from: source)
      return await refuse(arrival.value, "\(error)")
    }
    book.endHandshake(from: source)
    do {
      let peer = try book.beginConnection(channel, certificate: certificate)
      defer { book.endConnection(channel, of: peer) }
      let routes = routes
      await Self.http { request, writer, _ in
        if request.headers[.expect]?.lowercased() == "100-continue" {
          try await writer.writeInformationalHead(.init(status: .continue))
        }
        let answer = await routes.answer(request, from: peer)
        // Until the end is written: that waits for all before it to have left.
        defer { withExtendedLifetime(answer.held) {} }
        let response = answer.response(isHead: request.method == .head)
        try await writer.write(response: response.head, body: response.body)
      }.handle(value: arrival.value, logger: logger)
    } catch {
      await refuse(arrival.value, "\(error)")
    }
  }

  private func refuse(_ value: HTTP1Channel.Value, _ why: String) async {
    let address = value.channel.remoteAddress.map { "\($0.ipAddress ?? "?")" } ?? "somebody"
    logger.info("a connection from \(address) was closed: \(why)")
    try? await value.executeThenClose { _, _ in }
  }
}

extension PeerServer {
  /// The HTTP of a connection, within the sizes that a head may have.
  static func http(_ responder: @escaping HTTPChannelHandler.Responder) -> HTTP1Channel {
    HTTP1Channel(
      responder: responder,
      configuration: .init(
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 16384, maxHeaderFieldCount: 64)))
  }

  private func setUp(_ channel: any Channel) -> EventLoopFuture<Arrival> {
    let (context, limits, logger) = (book.context, limits, logger)
    return channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(NIOSSLServerHandler(context: context))
      return try HandshakeWatch.add(to: channel, time: limits.handshakeTime)
    }.flatMap { certificate in
      Self.http { _, _, _ in }.setup(channel: channel, logger: logger).flatMapThrowing { value in
        let pipeline = channel.pipeline.syncOperations
        let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
        try pipeline.addHandler(PeerGuard(limits: limits), position: .before(codec))
        return Arrival(value: value, certificate: certificate)
      }
    }
  }

  private func bind(_ port: Int, _ quiescing: ServerQuiescingHelper) async throws -> Channels {
    let logger = logger
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 128)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            quiescing.makeServerChannelHandler(channel: channel), AcceptWatch(logger: logger),
          ])
        }
      }
    do {
      return try await bootstrap.bind(host: host, port: port) { setUp($0) }
    } catch {
      throw CourierError("the peer service cannot listen on \(host) port \(port): \(error)")
    }
  }
}
