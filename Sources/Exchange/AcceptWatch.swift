import Logging
import NIOCore

/// Says that a connection could not be taken: no descriptor is free, or its peer was gone before. SwiftNIO then waits for a
/// second and goes on; without this nobody would know.
final class AcceptWatch: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.warning(
      "a connection could not be accepted: \(error); tried again in a second (see limits.connections, LimitNOFILE)")
    context.fireErrorCaught(error)
  }
}
