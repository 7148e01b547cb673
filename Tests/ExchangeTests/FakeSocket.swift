import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A request as the fake daemon gets it.
struct FakeRequest: Sendable {
  let method: String
  let path: String
  let query: [String: String]
  let body: [UInt8]
}

/// What the fake daemon answers.
struct FakeReply: Sendable {
  var status = 200
  var mediaType = "application/cbor"
  var body: [UInt8] = []
  var headers: [(String, String)] = []
  /// Closes the connection after so many bytes of the body, whatever was announced.
  var cutAfter: Int?
  /// Sends so much of the body, and then nothing more.
  var stallAfter: Int?
  /// Written instead of any HTTP.
  var raw: [UInt8]?
}

/// An HTTP server with what a test wants answered.
struct FakeSocket: Sendable {
  private let channel: any Channel
  /// On loopback; 0 on a Unix socket.
  var port: Int { channel.localAddress?.port ?? 0 }

  /// One on a Unix socket.
  init(path: String, answer: @escaping @Sendable (FakeRequest) async -> FakeReply) async throws {
    channel = try await Self.bootstrap(nil, answer).bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
      .get()
  }

  /// One on a free port of loopback.
  init(tls: NIOSSLContext? = nil, answer: @escaping @Sendable (FakeRequest) async -> FakeReply) async throws {
    channel = try await Self.bootstrap(tls, answer).bind(host: "127.0.0.1", port: 0).get()
  }

  private static func bootstrap(
    _ tls: NIOSSLContext?, _ answer: @escaping @Sendable (FakeRequest) async -> FakeReply
  ) -> ServerBootstrap {
    ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(FakeHandler(answer: answer))
        }
      }
  }

  func close() async { try? await channel.close().get() }
}

private final class FakeHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: @Sendable (FakeRequest) async -> FakeReply
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(answer: @escaping @Sendable (FakeRequest) async -> FakeReply) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let part): body += part.readableBytesView
    case .end:
      guard let head else { return }
      let request = Self.request(head, body)
      let promise = context.eventLoop.makePromise(of: FakeReply.self)
      promise.completeWithTask { [answer] in await answer(request) }
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      promise.futureResult.whenSuccess { reply in
        let (own, context) = bound.value
        own.write(reply, context)
      }
    }
  }

  private static func request(_ head: HTTPRequestHead, _ body: [UInt8]) -> FakeRequest {
    let parts = head.uri.split(separator: "?", maxSplits: 1)
    var query: [String: String] = [:]
    for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
      query[sides[0]] = sides.count > 1 ? sides[1].removingPercentEncoding ?? "" : ""
    }
    return FakeRequest(
      method: head.method.rawValue, path: parts.first.map(String.init) ?? "", query: query, body: body)
  }

  private func write(_ reply: FakeReply, _ context: ChannelHandlerContext) {
    let body = reply.body.prefix(reply.cutAfter ?? reply.stallAfter ?? reply.body.count)
    if let raw = reply.raw {
      // Past the encoder, as it is.
      let encoder = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
      let channel = context.channel
      encoder?.writeAndFlush(NIOAny(ByteBuffer(bytes: raw))).whenComplete { _ in channel.close(promise: nil) }
      return
    }
    var headers = HTTPHeaders([("content-type", reply.mediaType)])
    if reply.status != 204 { headers.add(name: "content-length", value: String(reply.body.count)) }
    for (name, value) in reply.headers { headers.add(name: name, value: value) }
    let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    if reply.stallAfter != nil { return }
    if reply.cutAfter != nil { return context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}
