import ControlAPI
import Custody
import Hummingbird
import Logging
import NIOCore
import ReceiptStore
import ServiceLifecycle
import Synchronization

/// GET /v1/events: server-sent events (WHATWG HTML) of what changes. Statements come from the store by log index, each
/// exactly once in order, however often a client comes back; drafts and alarms tell how things stand.
struct EventStream: Sendable {
  let questions: Questions
  let drafts: Drafts
  let changes: Changes
  let channel: any Channel
  let logger: Logger
  /// Whether the caller still has the right: a reload may have taken it.
  let isAllowed: @Sendable () -> Bool
  /// Whether the caller may see what is said of single lines.
  let seesLines: @Sendable () -> Bool
  static let heartbeat = Duration.seconds(15)
  /// How long a client may leave what it was sent unread.
  static let patience = Duration.seconds(30)

  /// - Parameter from: the first log index to tell; nil begins with what is registered from now on.
  func reply(from: UInt64?) async throws -> Reply {
    guard let listener = changes.listen() else {
      throw Problem(
        status: 503, code: "too-many-listeners", title: "Too many listen already",
        detail: "at most \(Changes.maximumListeners) connections are told of changes",
        next: "close one that is not needed, or ask /v1/statements now and then")
    }
    let size = try await questions.size()
    let start = min(from ?? size, size)
    return Reply(
      mediaType: ControlOperation.streamEvents.route.answers,
      stream: .init { writer in
        var telling = Telling(stream: self, next: start)
        try await telling.run(listener, &writer)
        try await writer.finish(nil)
      })
  }
}

/// One client being told.
private struct Telling {
  let stream: EventStream
  var next: UInt64
  /// Alarms that were told and have not ended.
  var alarms: Set<StatusView.Alarm> = []
  let pace = Pace()

  init(stream: EventStream, next: UInt64) {
    self.stream = stream
    self.next = next
  }

  mutating func run(_ listener: Changes.Listener, _ writer: inout any ResponseBodyWriter) async throws {
    let watching = Task { [pace, stream] in
      while true {
        try await Task.sleep(for: EventStream.heartbeat)
        listener.tick()
        if pace.isStuck(longerThan: EventStream.patience) {
          stream.logger.notice("a listener of events left what it was sent unread and was cut off")
          stream.channel.close(promise: nil)
        }
      }
    }
    defer { watching.cancel() }
    // Whoever is gone makes room at once.
    stream.channel.closeFuture.whenComplete { _ in listener.end() }
    let isStopping = Mutex(false)
    let channel = stream.channel
    try await withGracefulShutdownHandler {
      // What waits and what is alarming is told first: a client that was away may have missed it.
      try await write(": amana\nretry: 2000\n\n", &writer)
      try await tellDrafts(&writer)
      try await tellStored(&writer)
      var isAllowed = true
      for await change in listener.changes {
        isAllowed = stream.isAllowed()
        guard isAllowed else { break }
        try await tell(change, &writer)
      }
      let reason = !isAllowed ? "not-permitted" : isStopping.withLock { $0 } ? "stopping" : "too-slow"
      try await write("event: end\ndata: {\"reason\":\"\(reason)\"}\n\n", &writer)
    } onGracefulShutdown: {
      isStopping.withLock { $0 = true }
      listener.end()
      // Whoever does not read must not hold up the stop.
      channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
    }
  }

  /// A page at a time: each may be long.
  private func tellDrafts(_ writer: inout any ResponseBodyWriter) async throws {
    var place: DraftPlace?
    repeat {
      let page = try await stream.drafts.open(after: place, limit: 100)
      for draft in page.views { try await tell(draft, &writer) }
      place = page.next
    } while place != nil
  }

  private func tell(_ draft: DraftView, _ writer: inout any ResponseBodyWriter) async throws {
    try await write(event("draft", stream.seesLines() ? draft : draft.withoutLines), &writer)
  }

  private mutating func tell(_ change: Changes.Change, _ writer: inout any ResponseBodyWriter) async throws {
    switch change {
    case .grown: try await tellStored(&writer)
    case .draft(let view): try await tell(view, &writer)
    case .exchange(let news): try await write(event(news.event.rawValue, news), &writer)
    case .quiet:
      try await write(": still here\n\n", &writer)
      // An alarm may begin or end by the clock alone.
      try await tellStored(&writer)
    }
  }

  private mutating func tellStored(_ writer: inout any ResponseBodyWriter) async throws {
    while true {
      let page = try await stream.questions.changes(from: next, limit: 100)
      for view in page.statements {
        let shown = stream.seesLines() ? view : view.withoutLines
        try await write(event("statement", shown, id: view.index), &writer)
        next = view.index + 1
      }
      if page.statements.isEmpty { return try await tell(page.alarms, &writer) }
    }
  }

  private mutating func tell(_ now: [StatusView.Alarm], _ writer: inout any ResponseBodyWriter) async throws {
    for alarm in now where !alarms.contains(alarm) { try await write(event("alarm", alarm), &writer) }
    for alarm in alarms.subtracting(now) { try await write(event("alarm-ended", alarm), &writer) }
    alarms = Set(now)
  }

  private func event(_ name: String, _ value: some Encodable, id: UInt64? = nil) throws -> String {
    // This JSON has no line break, so it is one data line.
    let data = String(decoding: try encoded(value), as: UTF8.self)
    return "\(id.map { "id: \($0)\n" } ?? "")event: \(name)\ndata: \(data)\n\n"
  }

  /// Waits while the client does not read.
  private func write(_ text: String, _ writer: inout any ResponseBodyWriter) async throws {
    pace.begin()
    defer { pace.end() }
    try await writer.write(ByteBuffer(string: text))
  }
}

/// Since when a write waits.
private final class Pace: Sendable {
  private let since = Mutex<ContinuousClock.Instant?>(nil)

  func begin() { since.withLock { $0 = .now } }
  func end() { since.withLock { $0 = nil } }
  func isStuck(longerThan limit: Duration) -> Bool { since.withLock { $0.map { .now - $0 > limit } ?? false } }
}
