import ControlAPI
import Exchange
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Bytes on a connection to a courier as no HTTP client would send them.
final class RawPeer: Sendable {
  private let channel: any Channel
  private let received: Received

  fileprivate final class Received: Sendable {
    struct State {
      var bytes: [UInt8] = []
      var isClosed = false
      var error: String?
    }
    let state = Mutex(State())
  }

  /// - Parameter identity: nil presents no certificate.
  static func tls(
    _ station: Station, as identity: TestIdentity?, newest: TLSVersion = .tlsv13, readsNothing: Bool = false,
    from source: String = "127.0.0.1"
  ) async throws -> RawPeer {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configuration.minimumTLSVersion = .tlsv12
    configuration.maximumTLSVersion = newest
    if let identity {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(identity.certificatePEM).map {
        .certificate($0)
      }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: identity.keyPEM, format: .pem))
    }
    let context = try NIOSSLContext(configuration: configuration)
    return try await connect(station, context, readsNothing, source)
  }

  static func plain(_ station: Station, from source: String = "127.0.0.1") async throws -> RawPeer {
    try await connect(station, nil, false, source)
  }

  private static func connect(
    _ station: Station, _ context: NIOSSLContext?, _ readsNothing: Bool, _ source: String
  ) async throws -> RawPeer {
    let received = Received()
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.socketOption(.so_rcvbuf), value: readsNothing ? 4096 : 1 << 18)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
          }
          try channel.pipeline.syncOperations.addHandler(Collector(received))
        }
      }
      .bind(to: SocketAddress(ipAddress: source, port: 0))
      .connect(host: "127.0.0.1", port: station.port).get()
    return RawPeer(channel, received)
  }

  private init(_ channel: any Channel, _ received: Received) {
    self.channel = channel
    self.received = received
  }

  func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }
  func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }
  func close() async { try? await channel.close().get() }

  var bytes: [UInt8] { received.state.withLock { $0.bytes } }
  var text: String { String(decoding: bytes, as: UTF8.self) }
  var isClosed: Bool { received.state.withLock { $0.isClosed } }
  var error: String? { received.state.withLock { $0.error } }

  /// The status of the first answer, when it is here.
  var status: Int? {
    let line = text.prefix { $0 != "\r\n" && $0 != "\r" }
    return line.hasPrefix("HTTP/1.1 ") ? Int(line.dropFirst(9).prefix(3)) : nil
  }

  /// Waits for an answer, or the end without one.
  func answered() async throws -> Int? {
    try await eventually("an answer or the end of the connection") { status != nil || isClosed }
    return status
  }

  func ended() async throws { try await eventually("the end of the connection") { isClosed } }
}

private final class Collector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let received: RawPeer.Received

  init(_ received: RawPeer.Received) { self.received = received }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = Array(unwrapInboundIn(data).readableBytesView)
    received.state.withLock { $0.bytes += bytes }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    received.state.withLock { $0.error = "\(error)" }
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { received.state.withLock { $0.isClosed = true } }
}
