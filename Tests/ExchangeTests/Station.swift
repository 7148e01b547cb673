import ControlAPI
import Exchange
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// What a test sets otherwise.
struct Adjust: Sendable {
  let change: @Sendable (inout CourierSettings) -> Void
  static let nothing = Adjust { _ in }

  init(_ change: @escaping @Sendable (inout CourierSettings) -> Void) { self.change = change }
}

/// A running courier with a fake daemon behind it.
struct Station: Sendable {
  let identity: TestIdentity
  let daemon: FakeDaemon
  let courier: Courier
  let port: Int
  var url: String { "https://127.0.0.1:\(port)" }
  var peer: ExchangePeer { identity.peer(url: url) }

  /// Runs one until `body` is done, then stops it as systemd would.
  static func run<Value: Sendable>(
    _ identity: TestIdentity, daemon: FakeDaemon? = nil, adjust: Adjust = .nothing,
    _ body: @Sendable (Station) async throws -> Value
  ) async throws -> Value {
    let daemon = daemon ?? FakeDaemon(own: identity)
    return try await withFolder { folder in
      let path = "\(folder)/exchange.sock"
      let socket = try await FakeSocket(path: path) { await daemon.answer($0) }
      var settings = CourierSettings(
        exchangeSocket: path, host: "127.0.0.1", port: 0, identity: try identity.transport)
      settings.refresh = .milliseconds(50)
      adjust.change(&settings)
      let listening = Port()
      let courier = try Courier(settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { event in
        if case .listening(let port) = event { listening.value = port }
      }
      let group = ServiceGroup(
        configuration: .init(
          services: [.init(service: courier, successTerminationBehavior: .ignore)],
          logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }))
      async let running: Void = group.run()
      do {
        try await eventually("the courier listens") { listening.value != 0 }
        let station = Station(identity: identity, daemon: daemon, courier: courier, port: listening.value)
        let value = try await body(station)
        await group.triggerGracefulShutdown()
        try await running
        await socket.close()
        return value
      } catch {
        await group.triggerGracefulShutdown()
        try? await running
        await socket.close()
        throw error
      }
    }
  }

  /// Waits until the courier knows what its daemon says.
  func know(_ peers: [ExchangePeer], rosterVersion: UInt64 = 1) async throws {
    daemon.setPeers(peers, rosterVersion: rosterVersion)
    let before = daemon.look { $0.askedBy.filter { $0.hasPrefix("getPeers") }.count }
    try await eventually("the courier has asked for the peers again") {
      daemon.look { $0.askedBy.filter { $0.hasPrefix("getPeers") }.count } >= before + 2
    }
  }
}

private final class Port: Sendable {
  private let box = Mutex(0)
  var value: Int {
    get { box.withLock { $0 } }
    set { box.withLock { $0 = newValue } }
  }
}

/// Two couriers that know each other, each with a daemon of its own.
func withPair<Value: Sendable>(
  adjust: Adjust = .nothing,
  _ body: @Sendable (Station, Station) async throws -> Value
) async throws -> Value {
  let (left, right) = (try TestIdentity("IRQ/justice"), try TestIdentity("SYR/prisons"))
  return try await Station.run(left, adjust: adjust) { one in
    try await Station.run(right, adjust: adjust) { other in
      try await one.know([other.peer])
      try await other.know([one.peer])
      return try await body(one, other)
    }
  }
}
