import Foundation
import Glibc
import Synchronization

/// Where everything that the command says goes out: standard output, and standard error when it fails. In an exercise the
/// banner comes before the first line of either, whichever subcommand runs.
enum Screen {
  private struct State {
    var isExercise = false
    /// Not yet shown.
    var banner: String?
    var isClosed = false
    var isBroken = false
    /// Stand in for descriptors 0 to 2 that we were started without.
    var standIns: [FileHandle] = []

    mutating func takeBanner() -> String? {
      defer { banner = nil }
      return banner
    }

    mutating func put(_ text: String) { put(Data(text.utf8)) }

    mutating func put(_ data: Data) {
      do { try FileHandle.standardOutput.write(contentsOf: data) } catch {
        isBroken = errno != EPIPE
        isClosed = true
      }
    }
  }

  private static let state = Mutex(State())

  /// What was learned makes this an exercise's screen.
  static func beginExercise(in language: Language) {
    state.withLock { state in
      if !state.isExercise { state.banner = say(.exerciseBanner, in: language) }
      state.isExercise = true
    }
  }

  static var isExercise: Bool { state.withLock { $0.isExercise } }

  /// Whether output was lost for another reason than that its reader had enough.
  static var isBroken: Bool { state.withLock { $0.isBroken } }

  /// Nobody reads any more, so there is no use in asking on.
  static var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Nobody signs what they were not shown: not where it could not be written either.
  static func demandReader(in language: Language) throws {
    let isRead = state.withLock { state in
      !state.isClosed && !state.standIns.contains { $0.fileDescriptor == STDOUT_FILENO }
    }
    guard isRead else { throw CommandFailure(Exit.usage, say(.outputUnread, in: language)) }
  }

  /// A reader who leaves early must not kill us half way; and a descriptor that we were started without must not become
  /// a socket's, or what is printed would go to the daemon.
  static func open() {
    _ = signal(SIGPIPE, SIG_IGN)
    state.withLock { state in
      while let handle = FileHandle(forUpdatingAtPath: "/dev/null"), handle.fileDescriptor <= STDERR_FILENO {
        state.standIns.append(handle)
      }
    }
  }

  /// Whatever came into a line from outside, nothing of it steers the terminal.
  static func write(_ text: String) {
    let text = harmless(text)
    state.withLock { state in
      guard !state.isClosed else { return }
      if let banner = state.takeBanner() { state.put(banner + "\n") }
      state.put(text)
    }
  }

  /// JSON holds the word itself: no banner before it.
  static func writeDocument(_ text: String) {
    state.withLock { state in
      _ = state.takeBanner()
      state.put(text)
    }
  }

  /// Bytes of somebody's file: nothing of ours before them.
  /// - Returns: whether anybody still reads.
  static func write(bytes: Data) -> Bool {
    state.withLock { state in
      _ = state.takeBanner()
      if !state.isClosed { state.put(bytes) }
      return !state.isClosed
    }
  }

  static func writeError(_ text: String) {
    let text = harmless(text)
    state.withLock { state in
      let banner = state.takeBanner().map { $0 + "\n" } ?? ""
      try? FileHandle.standardError.write(contentsOf: Data((banner + text).utf8))
    }
  }
}

/// Prints a line. It stands before the standard library's in this room, so that no subcommand can miss the banner.
func print(_ line: String) { Screen.write(line + "\n") }

func printError(_ lines: [String]) {
  guard lines.contains(where: { !$0.isEmpty }) else { return }
  Screen.writeError(lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n")
}

/// Lines as a terminal may show them: of control characters only the ends of lines and tabs stay.
func harmless(_ lines: String) -> String {
  guard lines.unicodeScalars.contains(where: { !isHarmless($0) }) else { return lines }
  return String(String.UnicodeScalarView(lines.unicodeScalars.map { isHarmless($0) ? $0 : "\u{fffd}" }))
}

private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
  scalar == "\n" || scalar == "\t" || isPrintable(scalar)
}
