import Foundation
import Glibc

/// Tests/Network/faults.py: a proxy that harms what passes.
final class Faults {
  private let command: Command

  /// Between the couriers: bytes of a TCP connection are harmed.
  init(port: Int, to target: Int, share: Double, seed: Int, logs: String) throws {
    command = try Self.start(
      ["bytes", "--listen", "127.0.0.1:\(port)", "--to", "127.0.0.1:\(target)"], share, seed, logs)
  }

  /// Between a courier and its daemon: whole requests and replies are harmed.
  init(socket: String, to target: String, share: Double, seed: Int, logs: String) throws {
    command = try Self.start(["http", "--listen", socket, "--to", target], share, seed, logs)
  }

  /// Stands on many links at once: "bytes" between couriers, "http" between couriers and their daemons.
  init(_ mode: String, _ links: [(listen: String, to: String)], share: Double, seed: Int, logs: String) throws {
    command = try Self.start(
      [mode] + links.flatMap { ["--listen", $0.listen, "--to", $0.to] }, share, seed, logs)
  }

  private static func start(_ mode: [String], _ share: Double, _ seed: Int, _ logs: String) throws -> Command {
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Network/faults.py").path
    let command = try Command(
      Command.python, [script] + mode + ["--share", "\(share)", "--seed", "\(seed)"], logs: logs)
    Running.shared.add(command)
    poll { command.output.contains("ready") || !command.isRunning }
    guard command.isRunning else { throw Stopped("faults.py did not start: \(command.errors)") }
    return command
  }

  /// From now on everything passes unharmed.
  func cease() { command.signal(SIGUSR1) }

  /// How often it did what.
  func stop() throws -> [String: Int] {
    command.signal(SIGTERM)
    let answer = try command.finished()
    return try JSONDecoder().decode([String: Int].self, from: Data((answer.lines.last ?? "").utf8))
  }
}
