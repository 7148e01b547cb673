import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Where log lines go: to systemd's journal with their fields when standard error leads there, else to standard error.
final class Journal: Sendable {
  private static let path = "/run/systemd/journal/socket"

  private struct State {
    var level = Logger.Level.notice
    var channel: (any Channel)?
    /// Done when everything sent so far has left.
    var last: EventLoopFuture<Void>?
  }

  private let state = Mutex(State())

  /// One level for the whole daemon; it changes on reload.
  var level: Logger.Level {
    get { state.withLock { $0.level } }
    set { state.withLock { $0.level = newValue } }
  }

  /// Connects to the journal if standard error is its stream ($JOURNAL_STREAM, systemd.exec(5)).
  func connect() async {
    let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]?.split(separator: ":").last
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/2")
    guard let stream, own == "socket:[\(stream)]", FileManager.default.fileExists(atPath: Self.path) else { return }
    let group = MultiThreadedEventLoopGroup.singleton
    let channel = try? await DatagramBootstrap(group: group).connect(unixDomainSocketPath: Self.path).get()
    state.withLock { $0.channel = channel }
  }

  func write(_ level: Logger.Level, _ message: String, _ fields: [String: String]) {
    guard let channel = state.withLock({ $0.channel }),
      let address = try? SocketAddress(unixDomainSocketPath: Self.path)
    else { return Self.writePlain(level, message, fields) }
    let entry = JournalEntry(level: level, message: message, fields: fields)
    let sent = channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: entry.bytes)))
    sent.whenFailure { _ in Self.writePlain(level, message, fields) }
    state.withLock { $0.last = sent }
  }

  /// Returns when what was logged has left.
  func drain() async {
    let last = state.withLock { $0.last }
    try? await last?.get()
  }

  private static func writePlain(_ level: Logger.Level, _ message: String, _ fields: [String: String]) {
    let time = Date().formatted(.iso8601)
    let line = PlainLine.text(time: time, level: level, message: message, fields: fields)
    // A closed standard error is no reason to stop.
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }
}

/// swift-log's handler over the journal.
struct JournalHandler: LogHandler {
  let journal: Journal
  var metadata: Logger.Metadata = [:]

  /// The daemon's one level; a single logger has none of its own.
  var logLevel: Logger.Level {
    get { journal.level }
    set { journal.level = newValue }
  }

  init(journal: Journal) { self.journal = journal }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    journal.write(event.level, "\(event.message)", all.mapValues { "\($0)" })
  }
}
