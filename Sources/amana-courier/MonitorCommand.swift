import ArgumentParser
import Exchange
import Foundation
import Roster

/// Watches logs for an observer, who needs no key and no daemon.
struct MonitorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Watch a coalition's logs without a key, and raise alarms with proofs.",
    discussion: """
      Each URL is where a log's files are handed out (C2SP tlog-tiles): the prefix under which `checkpoint` and `tile/…` lie. \
      Every new entry is hashed and must lead to the root that the log's key, as the Roster lists it, signed; what was seen \
      before must be continued. Statements come by --envelopes, and with --certificate from the feeds of couriers. \
      docs/monitor.md says what is found and what the report holds.

      Exit codes: 0 nothing was found wrong, 1 an alarm stands, 2 wrong usage, or nothing can be kept on this machine, 3 a place, or \
      a file of --envelopes, could not be looked at (what was seen before is kept, and everything else is looked at).
      """)

  @Argument(help: "Where logs are handed out: http or https.") var urls: [String] = []
  @Option(name: .long, help: "The coalition's Roster, which you have compared by its digest. Read again at each look.")
  var roster: String
  @Option(name: .long, help: "A folder of its own for what is seen: copies of the logs, statements, alarms.")
  var state: String
  @Option(name: .long, help: "The report, JSON; texts and proofs are written beside it.") var report: String
  @Option(name: .long, help: "A bundle, statement or signed note, a folder of them, or a URL of one. May be repeated.")
  var envelopes: [String] = []
  @Option(name: .long, help: "Our transport certificate, PEM, where the Roster names us: couriers are asked too.")
  var certificate: String?
  @Option(name: .long, help: "Its key, PEM.") var key: String?
  @ArgumentParser.Flag(name: .long, help: "Look once and stop (the default).") var once = false
  @Option(name: .long, help: "Look again after so many seconds, until it is stopped.") var every: Int?
  @Option(name: .long, help: "Raise an alarm when a log has had no new entry for so many seconds.")
  var stillAfter: Int64?
  @Option(name: .long, help: "How many seconds witnesses and logs may take before an alarm is raised.")
  var grace: Int64 = 3600
  @Option(name: .long, help: "How many seconds the log of one place may take at one look, and its feed as long again.")
  var patience = 600
  @Option(name: .long, help: "The language of what is printed: en or ar.") var lang: String?

  func validate() throws {
    guard !urls.isEmpty || !envelopes.isEmpty else { throw ValidationError("name a URL, or --envelopes") }
    guard urls.allSatisfy(Monitor.isPlace) else {
      throw ValidationError("a URL is http or https, without user, query and fragment, of at most 400 bytes")
    }
    guard Set(urls).count == urls.count else { throw ValidationError("a URL is named twice") }
    guard (certificate == nil) == (key == nil) else { throw ValidationError("--certificate and --key go together") }
    guard !(once && every != nil) else { throw ValidationError("--once and --every exclude each other") }
    guard every.map({ (1...2_592_000).contains($0) }) ?? true else {
      throw ValidationError("--every is 1 to 2592000 seconds")
    }
    guard stillAfter.map({ $0 > 0 }) ?? true, grace >= 0, (1...86_400).contains(patience) else {
      throw ValidationError("--still-after is at least 1, --grace at least 0, --patience 1 to 86400")
    }
    guard lang.map({ MonitorLanguage(rawValue: $0) != nil }) ?? true else {
      throw ValidationError("--lang is en or ar")
    }
  }

  private var language: MonitorLanguage {
    if let lang { return MonitorLanguage(rawValue: lang) ?? .en }
    let environment = ProcessInfo.processInfo.environment
    let named = ["AMANA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first {
      !$0.isEmpty
    }
    return named?.prefix { $0.isLetter }.lowercased() == "ar" ? .ar : .en
  }

  func run() async throws {
    var code: Int32 = 0
    repeat {
      do {
        let now = UnixTime(Date().timeIntervalSince1970)
        let report = try await Monitor(settings()).look(under: trusted(), at: now)
        try FileHandle.standardOutput.write(contentsOf: Data(report.text(language).utf8))
        code = report.exitCode
      } catch {
        try? FileHandle.standardError.write(contentsOf: Data("amana-courier monitor: \(error)\n".utf8))
        code = 2
      }
      guard let every else { throw ExitCode(code) }
      try await Task.sleep(for: .seconds(every))
    } while !Task.isCancelled
  }

  private func settings() throws -> MonitorSettings {
    var settings = MonitorSettings(urls: urls, state: state, report: report)
    settings.envelopes = envelopes
    settings.stillAfter = stillAfter
    settings.grace = grace
    settings.patience = .seconds(patience)
    if let certificate, let key {
      settings.identity = try TransportIdentity(
        certificatePEM: read(certificate, 1 << 16), keyPEM: read(key, 1 << 16))
    }
    return settings
  }

  /// Whoever names the roster has compared its digest.
  private func trusted() throws -> VerifiedRoster {
    let bytes = try read(roster, 64 << 20)
    do { return try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes)) } catch {
      throw StartError("\(roster) is no roster that can be trusted: \(error)")
    }
  }

  private func read(_ path: String, _ limit: Int) throws -> [UInt8] {
    guard let handle = FileHandle(forReadingAtPath: path), let data = try handle.read(upToCount: limit + 1),
      !data.isEmpty, data.count <= limit
    else { throw StartError("\(path) cannot be read, is empty or is too large") }
    try handle.close()
    return [UInt8](data)
  }
}
