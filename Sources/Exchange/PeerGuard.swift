import NIOCore
import NIOHTTP1
import NIOTLS

/// Stands before the HTTP handlers of a peer's connection and keeps its time: a head, a body or the reading of an answer
/// that takes too long ends it, and what is no HTTP gets a constant answer.
final class PeerGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Requests that may wait behind one that is being answered.
  private static let pipelined = 4

  private let limits: PeerLimits
  /// Whether each request whose answer is not written closes its connection.
  private var asked: [Bool] = []
  private var isReading = false
  private var isOver = false
  private var reading: Scheduled<Void>?
  private var writing: Scheduled<Void>?

  init(limits: PeerLimits) { self.limits = limits }

  func handlerRemoved(context: ChannelHandlerContext) { cancel() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { awaitHead(context) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    cancel()
    context.fireChannelInactive()
  }

  private func cancel() {
    reading?.cancel()
    writing?.cancel()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard asked.count < Self.pipelined else { return end(context) }
      isReading = true
      asked.append(!head.isKeepAlive)
      let length = head.headers.first(name: "content-length").flatMap { Int($0) }
      let bytes = min(length ?? PeerPath.largestBody, PeerPath.largestBody)
      reading = renewed(reading, context, limits.time(for: bytes)) { $0.end($1) }
    case .body: break
    case .end:
      isReading = false
      reading?.cancel()
      if asked.isEmpty { awaitHead(context) }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !isOver else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(var head):
      guard head.status.code >= 200, let closes = asked.first else { return context.write(data, promise: promise) }
      if closes { head.headers.replaceOrAdd(name: "connection", value: "close") }
      let bytes = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
      writing = renewed(writing, context, limits.time(for: bytes)) { $0.end($1) }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      let closes = asked.isEmpty || asked.removeFirst()
      let written = context.eventLoop.makePromise(of: Void.self)
      written.futureResult.cascade(to: promise)
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      written.futureResult.whenComplete { _ in
        let (own, context) = bound.value
        own.answered(context, closes: closes)
      }
      context.write(data, promise: written)
    }
  }

  /// The last byte of an answer has left.
  private func answered(_ context: ChannelHandlerContext, closes: Bool) {
    guard asked.isEmpty, !isOver else { return }
    writing?.cancel()
    if closes { return end(context) }
    // Whoever still sends what nobody reads any more has as long for it as for a head.
    awaitHead(context)
  }

  private func awaitHead(_ context: ChannelHandlerContext) {
    reading = renewed(reading, context, limits.headTime) { own, context in
      own.isReading || own.asked.isEmpty ? own.end(context) : ()
    }
  }

  private func renewed(
    _ old: Scheduled<Void>?, _ context: ChannelHandlerContext, _ time: Duration,
    _ work: @escaping @Sendable (PeerGuard, ChannelHandlerContext) -> Void
  ) -> Scheduled<Void> {
    old?.cancel()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    return context.eventLoop.scheduleTask(in: TimeAmount(time)) {
      let (own, context) = bound.value
      work(own, context)
    }
  }

  private func end(_ context: ChannelHandlerContext) {
    isOver = true
    cancel()
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Inside a body whoever reads it is told.
    guard let error = error as? HTTPParserError, !isReading else { return context.fireErrorCaught(error) }
    guard !isOver else { return }
    guard asked.isEmpty else { return end(context) }
    refuse(error == .headerOverflow ? .headTooLarge : .malformed, context)
  }

  private func refuse(_ answer: PeerAnswer, _ context: ChannelHandlerContext) {
    isOver = true
    cancel()
    var headers = HTTPHeaders([("connection", "close"), ("content-type", answer.mediaType)])
    headers.add(name: "content-length", value: String(answer.body.count))
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    let channel = context.channel
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    reading = renewed(nil, context, limits.headTime) { $0.end($1) }
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      bound.value.0.cancel()
      channel.close(promise: nil)
    }
  }
}
