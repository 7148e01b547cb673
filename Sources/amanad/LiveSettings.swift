import ControlAPI
import Synchronization

/// The settings in force, which a reload replaces while requests go on.
final class LiveSettings: Sendable {
  private let box: Mutex<Settings>

  init(_ settings: Settings) { box = Mutex(settings) }

  var current: Settings { box.withLock { $0 } }

  /// Takes over what can change while running.
  /// - Returns: the keys that changed, and those that changed in vain until the next start.
  func adopt(_ new: Settings) -> (changed: [String], needRestart: [String]) {
    box.withLock { current in
      let differing = new.differences(from: current)
      current = current.reloaded(to: new)
      return (
        differing.filter(\.isReloadable).map(\.name), differing.filter { !$0.isReloadable }.map(\.name)
      )
    }
  }
}

extension Settings {
  /// The body's time is set; a head has half of it.
  var limits: Routes.Limits { Routes.Limits(head: max(requestSeconds / 2, 1), body: requestSeconds) }
}
