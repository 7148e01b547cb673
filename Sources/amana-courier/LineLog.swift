import Foundation
import Logging
import Synchronization

/// One line an event on standard error; under systemd with the level that the journal reads off a line's beginning
/// (sd-daemon(3)). Names of persons, keys and what is carried never stand in it: the courier does not know them.
struct LineLog: LogHandler {
  private static let current = Mutex(Logger.Level.notice)
  static var level: Logger.Level {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  private static let isJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level {
    get { Self.level }
    set { Self.level = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let head =
      Self.isJournal
      ? "<\(Self.priority(event.level))>" : "\(Date().formatted(.iso8601)) \(event.level) amana-courier: "
    // A closed standard error is no reason to stop.
    try? FileHandle.standardError.write(contentsOf: Data("\(head)\(Self.printable("\(event.message)"))\n".utf8))
  }

  /// Nobody's value begins a line of its own or turns the terminal's.
  private static func printable(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }.joined()
  }

  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
