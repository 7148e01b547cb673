import Foundation
import Synchronization

/// A running amana-courier.
final class Courier {
  let command: Command
  let port: Int

  /// - Parameters:
  ///   - place: the network namespace it runs in and its address there; nil: this one, on loopback.
  ///   - descriptors: how many it may open.
  init(
    _ authority: TestAuthority, port: Int, exchange: String, place: (namespace: String, address: String)? = nil,
    _ extra: [String] = [], environment: [String: String] = [:], descriptors: Int? = nil
  ) throws {
    self.port = port
    let settings =
      [
        "exchange.socket=\(exchange)", "listen.address=\(place?.address ?? "127.0.0.1")", "listen.port=\(port)",
        "peers.refresh-seconds=1",
      ] + extra
    let arguments = ["--directory", authority.folder] + settings.flatMap { ["--set", $0] }
    if let place {
      command = try Command(
        "ip", ["netns", "exec", place.namespace, "\(Command.binaries)/amana-courier"] + arguments,
        logs: authority.logs)
    } else if let descriptors {
      command = try Command(
        "prlimit", ["--nofile=\(descriptors):\(descriptors)", "\(Command.binaries)/amana-courier"] + arguments,
        environment: environment, logs: authority.logs)
    } else {
      command = try Command("amana-courier", arguments, environment: environment, logs: authority.logs)
    }
    Running.shared.add(command)
  }

  /// Waits until it listens.
  func ready() throws -> Courier {
    poll { command.errors.contains("ready: ") || !command.isRunning }
    guard command.isRunning else { throw Stopped("amana-courier did not start: \(command.errors)") }
    return self
  }

  func crash() { command.kill() }
}

/// Ports below those that the kernel gives by itself, each given once in this process.
enum Port {
  private static let next = Mutex(Int.random(in: 20_000...26_000))

  static func free() -> Int {
    next.withLock { port in
      port += 1
      return port
    }
  }
}
