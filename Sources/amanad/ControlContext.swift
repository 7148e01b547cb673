import Hummingbird
import Logging
import NIOCore

/// Who asks, as the kernel says it (SO_PEERCRED). The process id is for logs only: it may have been reused.
struct PeerCredentials: Sendable {
  let processID: Int32
  let userID: UInt32
  let groupID: UInt32
}

/// A request on the control socket, with its channel, from which the peer's credentials come.
struct ControlContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// The local user at the other end.
  func peer() async throws -> PeerCredentials {
    guard let provider = channel as? any SocketOptionProvider, channel.localAddress?.protocol == .unix else {
      throw StartError("the peer's credentials are known on a Unix socket only")
    }
    let credentials: PeerCredentials = try await provider.unsafeGetSocketOption(
      level: .socket, name: .init(rawValue: 17)
    ).get()
    return credentials
  }
}
