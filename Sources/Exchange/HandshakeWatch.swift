import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind TLS and tells whose certificate a connection has proven; one that does not prove any in time is closed.
final class HandshakeWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// No certificate was proven.
  enum Failure: Error, CustomStringConvertible {
    case timeout, closed
    case tls(any Error)

    var description: String {
      switch self {
      case .timeout: "the TLS handshake took too long"
      case .closed: "it was closed before it had proven whose it is"
      case .tls(let error): "TLS: \(error)"
      }
    }
  }

  private let time: TimeAmount
  private let proven: EventLoopPromise<[UInt8]>
  private var isDone = false
  private var deadline: Scheduled<Void>?

  private init(time: Duration, proven: EventLoopPromise<[UInt8]>) {
    self.time = TimeAmount(time)
    self.proven = proven
  }

  /// - Returns: the leaf certificate that will have been proven, DER.
  static func add(to channel: any Channel, time: Duration) throws -> EventLoopFuture<[UInt8]> {
    let proven = channel.eventLoop.makePromise(of: [UInt8].self)
    do {
      try channel.pipeline.syncOperations.addHandler(HandshakeWatch(time: time, proven: proven))
    } catch {
      proven.fail(error)
      throw error
    }
    return proven.futureResult
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: time) {
      let (watch, context) = bound.value
      watch.fail(.timeout, context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { fail(.closed, context) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent, !isDone {
      let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
      guard let certificate else { return fail(.closed, context) }
      isDone = true
      deadline?.cancel()
      proven.succeed(certificate)
    }
    if event is ChannelShouldQuiesceEvent { fail(.closed, context) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !isDone { return fail(.tls(error), context) }
    context.fireErrorCaught(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.closed, context)
    context.fireChannelInactive()
  }

  private func fail(_ failure: Failure, _ context: ChannelHandlerContext) {
    guard !isDone else { return }
    isDone = true
    deadline?.cancel()
    proven.fail(failure)
    context.close(promise: nil)
  }
}
