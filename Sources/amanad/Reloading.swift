import ControlAPI
import Custody
import Logging
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
  let office: Office
  let journal: Journal
  let status: StatusLine
  /// Puts what was read into force elsewhere.
  let adopt: @Sendable (Settings) throws -> Void

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() { await reload() }
  }

  private func reload() async {
    await Systemd.notify(Systemd.reloading)
    var problems = [trustProblem()].compactMap(\.self)
    var done = "nothing changed"
    do {
      let new = try sources.read()
      try adopt(new)
      let (changed, needRestart) = settings.adopt(new)
      journal.level = Logger.Level(rawValue: settings.current.logLevel) ?? .notice
      if !changed.isEmpty { done = "changed: \(changed.joined(separator: ", "))" }
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

  /// What keeps the trust on disk from being the one in force. A second roster is not in this version, so nothing of it
  /// can be adopted while running.
  private func trustProblem() -> String? {
    do {
      let other = try Office.open(directory: directory)
      let isSame =
        other.authority.name == office.authority.name && other.roster.digest == office.roster.digest
        && other.policy.digest == office.policy.digest
      return isSame ? nil : "authority.json or roster.cose has changed, which takes effect at a restart"
    } catch {
      return "\(error); the roster and keys in force stay"
    }
  }
}
