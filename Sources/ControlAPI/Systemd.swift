import Foundation
import NIOCore
import NIOPosix

/// What systemd offers a service: a place to say how it goes, and a watchdog. Both are documented as stable protocols.
public enum Systemd {
  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// How often the watchdog wants to hear of us (sd_watchdog_enabled(3)); nil when there is none.
  public static func watchdogInterval() -> Duration? {
    guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else { return nil }
    if let owner = environment["WATCHDOG_PID"], Int32(owner) != ProcessInfo.processInfo.processIdentifier { return nil }
    return .microseconds(microseconds)
  }

  /// What a reload begins with: systemd wants to know when, by the clock that never jumps.
  public static var reloading: String { "RELOADING=1\nMONOTONIC_USEC=\(NIODeadline.now().uptimeNanoseconds / 1000)" }

  /// Sends one datagram to `$NOTIFY_SOCKET` (sd_notify(3)); without one, nothing happens.
  public static func notify(_ state: String) async {
    guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") else { return }
    let group = MultiThreadedEventLoopGroup.singleton
    guard let channel = try? await DatagramBootstrap(group: group).connect(unixDomainSocketPath: path).get(),
      let address = try? SocketAddress(unixDomainSocketPath: path)
    else { return }
    try? await channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(string: state))).get()
    try? await channel.close().get()
  }
}
