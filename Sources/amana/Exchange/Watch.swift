import ArgumentParser
import ControlAPI
import Foundation
import Glibc

/// Follows what happens.
struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Follow live what is registered, drafted, delivered, received and alarming, one line an event.",
    discussion: """
      Goes on where it stopped when the daemon was away, so that no statement is missed. Ends when its output is closed or \
      with Ctrl-C, exit code 0.
      """)
  @Option(
    name: .long, help: "Begin with the statement of this log index. Default: with what is registered from now on.")
  var from: UInt64?
  @ArgumentParser.Flag(name: .long, help: "Print JSON, one document a line: amana.watch of docs/json.md.") var json =
    false
  @OptionGroup var connection: Connection

  func run() async throws {
    _ = signal(SIGINT) { _ in _exit(0) }
    await PipeReader.whenGone { _exit(0) }
    let session = connection.session
    let watching = Watching(language: session.language, json: json, from: from)
    var isLost = false
    while true {
      do {
        let path = await watching.path
        try await session.download(path) { try await watching.take($0) }
        await watching.begin()
      } catch is WatchEnd {
        return
      } catch let failure as CommandFailure {
        // Only one that was there before is waited for.
        guard await watching.hasBegun, failure.code == Exit.cannotTell else { throw failure }
      }
      if await watching.hasComeBack { isLost = false }
      if !isLost { printError([say(.watchLost, in: session.language)]) }
      isLost = true
      try await Task.sleep(for: .seconds(2))
    }
  }
}

/// Nobody reads any more.
private struct WatchEnd: Error {}

/// Reads events and tells them.
private actor Watching {
  private let language: Language
  private let json: Bool
  private var next: UInt64?
  private var feed = EventFeed()
  private(set) var hasBegun = false
  private(set) var hasComeBack = false

  init(language: Language, json: Bool, from: UInt64?) {
    self.language = language
    self.json = json
    next = from
  }

  /// Where the next connection goes on.
  var path: String {
    (feed, hasComeBack) = (EventFeed(), false)
    return "/v1/events" + (next.map { "?from=\($0)" } ?? "")
  }

  func begin() { hasBegun = true }

  func take(_ bytes: [UInt8]) throws {
    (hasBegun, hasComeBack) = (true, true)
    guard let events = feed.take(bytes) else {
      throw CommandFailure(Exit.doesNotHold, say(.answerUnknown, in: language))
    }
    for event in events { try tell(event) }
    if Screen.isClosed { throw WatchEnd() }
  }

  private func tell(_ event: EventFeed.Event) throws {
    if let id = event.id.flatMap({ UInt64($0) }), id < .max { next = id + 1 }
    guard event.name != "end" else {
      guard event.data.contains("\"not-permitted\"") else { return }
      throw CommandFailure(Exit.doesNotHold, say(.problemNotPermitted, in: language))
    }
    guard let line = WatchLine(event) else { return }
    if json { return try printJSONLine(.watch, line) }
    print(line.sentence(in: language))
  }
}
