import ControlAPI
import NIOCore
import NIOHTTP1

/// Stands before the HTTP handlers of a connection and sees to what they do not: requests that are no HTTP get an answer
/// with a reason, a head that drips or never comes is given up, and a connection ends when its request said so.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// A request whose answer is not written whole.
  private struct Asked {
    let isOld: Bool
    let closes: Bool
  }

  private let headTime: TimeAmount
  /// How long what nobody reads may still be sent after its answer.
  private let restTime: TimeAmount
  private var asked: [Asked] = []
  private var isReading = false
  private var isOver = false
  private var deadline: Scheduled<Void>?
  private var waitingRefusal: Problem?

  private let responder: any Responder
  private let traffic: Traffic
  /// Requests of this connection whose answer has not left whole.
  private var unanswered = 0

  init(headSeconds: Int, restSeconds: Int, responder: any Responder, traffic: Traffic) {
    self.responder = responder
    self.traffic = traffic
    headTime = .seconds(Int64(headSeconds))
    restTime = .seconds(Int64(restSeconds))
  }

  func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { awaitHead(context) } }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func channelActive(context: ChannelHandlerContext) {
    awaitHead(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    for _ in 0..<unanswered { traffic.endAnswer() }
    unanswered = 0
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      deadline?.cancel()
      isReading = true
      unanswered += 1
      traffic.beginAnswer()
      asked.append(Asked(isOld: head.version.minor == 0, closes: !head.isKeepAlive))
    case .body: break
    case .end:
      isReading = false
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
      guard head.status.code >= 200, let first = asked.first else { return context.write(data, promise: promise) }
      if first.isOld { head.version = .http1_0 }
      if first.closes { head.headers.replaceOrAdd(name: "connection", value: "close") }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      let first = asked.isEmpty ? nil : asked.removeFirst()
      let written = context.eventLoop.makePromise(of: Void.self)
      written.futureResult.cascade(to: promise)
      written.futureResult.assumeIsolated().whenComplete { [self] _ in
        guard unanswered > 0 else { return }
        unanswered -= 1
        traffic.endAnswer()
      }
      context.write(data, promise: written)
      answered(context, closes: first?.closes ?? true, when: written.futureResult)
    }
  }

  private func answered(_ context: ChannelHandlerContext, closes: Bool, when written: EventLoopFuture<Void>) {
    guard asked.isEmpty else { return }
    if let refusal = waitingRefusal { return refuse(refusal, context) }
    if isReading {
      // Its answer is written and it is still sending: not for ever.
      schedule(restTime, context) { $0.close(promise: nil) }
    } else if closes {
      context.flush()
      close(context.channel, when: written)
    } else {
      // Whoever still reads the answer has not begun to be late with the next request.
      written.assumeIsolated().whenComplete { [self] _ in
        if asked.isEmpty, !isReading, !isOver, context.channel.isActive { awaitHead(context) }
      }
    }
  }

  /// Closing drops what the kernel has not yet taken, so it waits for the last byte.
  private func close(_ channel: any Channel, when written: EventLoopFuture<Void>) {
    written.whenComplete { _ in channel.close(promise: nil) }
  }

  private func awaitHead(_ context: ChannelHandlerContext) {
    schedule(headTime, context) { [self] in
      refuse(
        Problem(
          status: 408, code: "timeout", title: "The request did not arrive in time",
          detail: "its head took too long", next: "send it again; nothing was stored"), $0)
    }
  }

  private func schedule(
    _ time: TimeAmount, _ context: ChannelHandlerContext, _ work: @escaping (ChannelHandlerContext) -> Void
  ) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { work(context) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Inside a body whoever reads it is told, and answers.
    guard let error = error as? HTTPParserError, !isReading else { return context.fireErrorCaught(error) }
    guard !isOver else { return }
    let refusal = Self.refusal(error)
    if asked.isEmpty { refuse(refusal, context) } else { waitingRefusal = refusal }
  }

  private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
    guard !isOver else { return }
    isOver = true
    deadline?.cancel()
    let reply = responder.refusing(problem)
    var head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: problem.status),
      headers: [
        "content-type": reply.mediaType, "content-length": String(reply.body.count), "connection": "close",
      ])
    if responder.isExercise { head.headers.add(name: ControlResponse.exerciseHeader, value: "true") }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil)
    let written = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    close(context.channel, when: written.futureResult)
  }

  private static func refusal(_ error: HTTPParserError) -> Problem {
    switch error {
    case .headerOverflow:
      Problem(
        status: 431, code: "head-too-large", title: "The request's head is too large",
        detail: "at most 64 fields, 8192 bytes each, 16384 bytes together are taken",
        next: "send fewer and shorter header fields; nothing was stored")
    case .invalidEOFState:
      Problem(
        status: 400, code: "truncated", title: "The request broke off", detail: "its head did not arrive whole",
        next: "send it again; nothing was stored")
    case .invalidVersion:
      Problem(
        status: 505, code: "http-version", title: "This version of HTTP is not spoken here",
        detail: "HTTP/1.1 and HTTP/1.0 are", next: "ask with HTTP/1.1")
    default:
      Problem(
        status: 400, code: "not-http", title: "This is no HTTP request", detail: "it cannot be read as HTTP/1.1",
        next: "see docs/control-api.md for how to ask; nothing was stored")
    }
  }
}
