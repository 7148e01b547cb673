import Foundation
import NIOCore
import NIOPosix

/// What systemd offers a service: sockets, and a place to say how it goes. Both are documented as stable.
enum Systemd {
  /// The one socket handed over, if any (sd_listen_fds(3)).
  static func inheritedSocket() throws -> CInt? {
    let environment = ProcessInfo.processInfo.environment
    guard let count = environment["LISTEN_FDS"].flatMap({ Int($0) }), count > 0 else { return nil }
    guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == ProcessInfo.processInfo.processIdentifier else {
      return nil
    }
    guard count == 1 else { throw StartError("systemd handed over \(count) sockets; amana.socket must name one") }
    return 3
  }

  /// Sends one datagram to `$NOTIFY_SOCKET` (sd_notify(3)); without one, nothing happens.
  static func notify(_ state: String) async {
    guard let path = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"], path.hasPrefix("/") else { return }
    let group = MultiThreadedEventLoopGroup.singleton
    guard let channel = try? await DatagramBootstrap(group: group).connect(unixDomainSocketPath: path).get(),
      let address = try? SocketAddress(unixDomainSocketPath: path)
    else { return }
    try? await channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(string: state))).get()
    try? await channel.close().get()
  }
}
