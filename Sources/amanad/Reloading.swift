import ControlAPI
import Custody
import Logging
import OpenSSL
import Roster
import ServiceLifecycle
import UnixSignals

/// Reads the configuration, the roster and `authority.json` again on SIGHUP. No request is dropped; a broken file
/// leaves the old one in force and is said aloud.
struct Reloading: Service {
  let signals: UnixSignalsSequence
  let sources: SettingsSources
  let settings: LiveSettings
  let directory: String
  let offices: OfficeInForce
  let sequencer: Sequencer
  let journal: Journal
  let status: StatusLine
  /// Puts what was read into force elsewhere.
  let adopt: @Sendable (Settings) throws -> Void

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() { await reload() }
  }

  private func reload() async {
    await Systemd.notify(Systemd.reloading)
    let trust = await takeTrust()
    var problems = [trust.problem].compactMap(\.self)
    var done = trust.done ?? "nothing changed"
    do {
      let new = try sources.read()
      try adopt(new)
      let (changed, needRestart) = settings.adopt(new)
      journal.level = Logger.Level(rawValue: settings.current.logLevel) ?? .notice
      if !changed.isEmpty {
        done = ([trust.done].compactMap(\.self) + ["changed: \(changed.joined(separator: ", "))"]).joined(
          separator: "; ")
      }
      if !needRestart.isEmpty { problems.append("\(needRestart.joined(separator: ", ")) takes effect at a restart") }
    } catch {
      done = "the configuration in force stays"
      problems += (error as? SettingsError)?.mistakes.map(\.description) ?? ["\(error)"]
    }
    if problems.isEmpty {
      Logger.amanad.record(.reloaded, "reloaded; \(done)")
    } else {
      for problem in problems { Logger.amanad.record(.reloadFailed, "reload: \(problem); \(done)") }
    }
    await status.note(problems.first.map { "reload not taken whole: \($0)\(Self.more(problems.count))" })
    await Systemd.notify("READY=1")
  }

  private static func more(_ count: Int) -> String { count > 1 ? " (and \(count - 1) more, see the journal)" : "" }

  /// Adopts the next roster that an administrator has pinned, if it follows the one in force by its own rules: the next
  /// version, signed by enough holders under the old root and the new. Anything else keeps the old one.
  private func takeTrust() async -> (problem: String?, done: String?) {
    let old = offices.current
    do {
      let new = try Office.open(directory: directory)
      guard new.hasSameFootingAs(old) else {
        return ("authority.json or a key has changed, which takes effect at a restart", nil)
      }
      guard new.roster.digest != old.roster.digest else {
        guard new.hasOtherCertificates(than: old) else { return (nil, nil) }
        offices.replace(new)
        return (nil, "certificates and revocation lists read anew")
      }
      _ = try VerifiedRoster.verify(new.roster.bytes, following: old.roster)
      try await sequencer.adopt(new)
      return (nil, "roster version \(new.roster.body.version) adopted")
    } catch {
      return ("\(error); the roster and keys in force stay", nil)
    }
  }
}

extension Office {
  /// Whether another office differs in its roster alone.
  fileprivate func hasSameFootingAs(_ other: Office) -> Bool {
    authority.name == other.authority.name && authority.uri == other.authority.uri
      && policy.digest == other.policy.digest && roster.body.exercise == other.roster.body.exercise
      && statementKey.publicKey == other.statementKey.publicKey && receiptKey.publicKey == other.receiptKey.publicKey
      && checkpointKey.publicKey == other.checkpointKey.publicKey && sealKey.publicKey == other.sealKey.publicKey
  }
}
