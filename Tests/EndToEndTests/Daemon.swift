import Foundation
import Glibc

/// A running amanad.
final class Daemon {
  let command: Command
  private let authority: TestAuthority

  init(_ authority: TestAuthority, _ extra: [String], _ environment: [String: String]) throws {
    self.authority = authority
    command = try Command(
      "amanad", ["--directory", authority.folder] + extra, environment: environment, logs: authority.logs)
    Running.shared.add(command)
  }

  var isReady: Bool { command.errors.contains("ready: ") }

  /// Waits until it answers.
  func ready() throws -> Daemon {
    poll { isReady || !command.isRunning }
    guard isReady, command.isRunning else { throw Stopped("amanad did not start: \(command.errors)") }
    return self
  }

  func crash() { command.kill() }

  /// SIGTERM, and waits for the end.
  @discardableResult
  func stop() throws -> Answer {
    command.signal(SIGTERM)
    return try command.finished()
  }
}

/// Every daemon and listener that tests started, so that none outlives its test.
final class Running: @unchecked Sendable {
  // The lock guards the list.
  static let shared = Running()
  private let lock = NSLock()
  private var commands: [Command] = []

  func add(_ command: Command) { lock.withLock { commands.append(command) } }

  func killAll() {
    let all = lock.withLock {
      defer { commands = [] }
      return commands
    }
    for command in all { command.kill() }
  }
}
