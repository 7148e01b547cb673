import Exchange
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// What systemd offers a service that listens by itself: a place to say how it goes, and a watchdog.
enum Systemd {
  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// How often the watchdog wants to hear of us (sd_watchdog_enabled(3)); nil when there is none.
  static func watchdogInterval() -> Duration? {
    guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else { return nil }
    if let owner = environment["WATCHDOG_PID"], Int32(owner) != ProcessInfo.processInfo.processIdentifier { return nil }
    return .microseconds(microseconds)
  }

  /// Sends one datagram to `$NOTIFY_SOCKET` (sd_notify(3)); without one, nothing happens.
  static func notify(_ state: String) async {
    guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") else { return }
    let group = MultiThreadedEventLoopGroup.singleton
    guard let channel = try? await DatagramBootstrap(group: group).connect(unixDomainSocketPath: path).get(),
      let address = try? SocketAddress(unixDomainSocketPath: path)
    else { return }
    try? await channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(string: state))).get()
    try? await channel.close().get()
  }
}

/// Feeds systemd's watchdog while the courier's loop turns and its threads answer.
struct Watchdog: Service {
  let courier: Courier
  let interval: Duration

  func run() async {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        if await courier.isAlive() { await Systemd.notify("WATCHDOG=1") }
        try? await Task.sleep(for: interval / 3)
      }
    }
    await Systemd.notify("STOPPING=1\nSTATUS=stopping: what was taken is answered first")
  }
}

/// What `systemctl status amana-courier` says.
actor StatusText {
  private var port = ""
  private var peers = "amanad has not said yet who is a peer"

  func take(_ event: Courier.Event, _ logger: Logger) async {
    var ready = ""
    switch event {
    case .listening(let port):
      self.port = "port \(port)"
      ready = "READY=1\n"
      logger.notice("ready: peers are served on port \(port)")
    case .peers(let own, let count, let called): peers = "\(own): \(count) peers, \(called) of them with a URL"
    case .daemonAway(let why): peers = why
    }
    await Systemd.notify("\(ready)STATUS=\(port), \(peers)")
  }
}
