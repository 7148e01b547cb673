import ControlAPI
import Exchange
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the settings, the key and the certificate again on SIGHUP, and asks amanad at once who is a peer. No connection
/// ends; what is broken leaves the old in force and is said aloud.
struct Reloading: Service {
  let signals: UnixSignalsSequence
  let sources: SettingsSources
  let directory: String
  /// Those of the start.
  let settings: Settings
  let courier: Courier
  let status: StatusText
  let logger: Logger

  func run() async throws {
    var current = settings
    for await _ in signals.cancelOnGracefulShutdown() { current = await reload(current) }
  }

  /// - Returns: the settings in force afterwards.
  private func reload(_ old: Settings) async -> Settings {
    await Systemd.notify(Systemd.reloading)
    var (current, done, problems): (Settings, [String], [String]) = (old, [], [])
    do {
      let new = try sources.read()
      let differing = new.differences(from: old, keys: SettingKey.courier)
      current = old.reloaded(to: new, keys: SettingKey.courier)
      LineLog.level = current.level
      let changed = differing.filter(\.isReloadable).map(\.name)
      if !changed.isEmpty { done.append("changed: \(changed.joined(separator: ", "))") }
      let late = differing.filter { !$0.isReloadable }.map(\.name)
      if !late.isEmpty { problems.append("\(late.joined(separator: ", ")) takes effect at a restart") }
    } catch {
      problems += error.mistakes.map(\.description) + ["the settings in force stay"]
    }
    do {
      let isOther = try await courier.reload(CourierSettings(current, directory: directory))
      if isOther { done.append("another key or certificate") }
    } catch {
      problems.append("\(error); the key and the certificate in force stay")
    }
    let what = done.isEmpty ? "nothing changed" : done.joined(separator: "; ")
    if problems.isEmpty { logger.notice("reloaded; \(what)") }
    for problem in problems { logger.error("reload: \(problem); \(what)") }
    await status.note(problems.first)
    await Systemd.notify("READY=1")
    return current
  }
}

extension Settings {
  /// What is logged.
  var level: Logger.Level { Logger.Level(rawValue: logLevel) ?? .notice }
}
