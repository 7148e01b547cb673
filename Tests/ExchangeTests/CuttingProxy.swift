import NIOCore
import NIOPosix
import Synchronization

/// A link that breaks: passes bytes between a courier and a station, and cuts the connection after so many of them.
final class CuttingProxy: Sendable {
  private struct State {
    /// For the connections that come, in order; then none is cut.
    var cuts: [Int]
    var connections = 0
    var server: (any Channel)?
  }

  private let state: Mutex<State>
  let target: Int
  var port: Int { state.withLock { $0.server?.localAddress?.port ?? 0 } }
  var connections: Int { state.withLock { $0.connections } }

  /// - Parameter cuts: after how many bytes from the caller each connection ends.
  init(to target: Int, cuts: [Int]) async throws {
    self.target = target
    state = Mutex(State(cuts: cuts))
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.backlog, value: 64)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { [self] channel in accept(channel) }
      .bind(host: "127.0.0.1", port: 0).get()
    state.withLock { $0.server = server }
  }

  func close() async { try? await state.withLock { $0.server }?.close().get() }

  private func accept(_ caller: any Channel) -> EventLoopFuture<Void> {
    let cut = state.withLock { state in
      state.connections += 1
      return state.cuts.isEmpty ? nil : state.cuts.removeFirst()
    }
    return ClientBootstrap(group: caller.eventLoop)
      .connect(host: "127.0.0.1", port: target)
      .flatMap { station in
        caller.eventLoop.makeCompletedFuture {
          try caller.pipeline.syncOperations.addHandler(Pipe(to: station, cut: cut))
          try station.pipeline.syncOperations.addHandler(Pipe(to: caller, cut: nil))
        }
      }
      .flatMap { caller.setOption(.autoRead, value: true) }
  }
}

/// Passes what comes on one side to the other.
private final class Pipe: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let other: any Channel
  private var left: Int?

  init(to other: any Channel, cut: Int?) {
    self.other = other
    left = cut
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    if let left {
      let part = buffer.readSlice(length: min(left, buffer.readableBytes)) ?? ByteBuffer()
      self.left = left - part.readableBytes
      let channel = context.channel
      let other = other
      other.writeAndFlush(part).whenComplete { _ in
        guard left - part.readableBytes <= 0 else { return }
        other.close(promise: nil)
        channel.close(promise: nil)
      }
    } else {
      other.writeAndFlush(buffer, promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
