import ControlAPI
import Custody
import Logging
import ReceiptStore
import Roster
import ServiceLifecycle

/// Looks regularly at what is due, and raises or ends its alarms (V19). Nothing is returned or moved by time alone.
struct Timers: Service {
  let store: ReceiptStore
  /// How long it is between two looks: overdue.scan-seconds.
  let settings: LiveSettings
  let offices: OfficeInForce

  func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat {
        do { try await look() } catch {
          Logger.amanad.record(.internalError, "the timers could not look at what is due: \(error)")
        }
        do { try await Widening(store: store, settings: settings, offices: offices).look() } catch {
          Logger.amanad.record(.internalError, "the feed could not be widened: \(error)")
        }
        try? await Task.sleep(for: .seconds(settings.current.overdueScanSeconds))
      } while !Task.isCancelled
    }
  }

  /// One look: an alarm for each release that is overdue now, an end to those of releases that are answered.
  func look() async throws {
    let now = currentTime()
    // In a quiet daemon no keyed request comes to clear them away.
    let oldest = now - Idempotency.keptSeconds
    if try await store.read({ try $0.keepsKeys(before: oldest) }) {
      try await store.write { try $0.forgetKeys(before: oldest) }
    }
    let alarms = try await store.read { TimerChecks().alarms(try $0.overdueReleases(at: now)) }
    let open = try await store.read { Set(try $0.alarms().filter { $0.code == CheckCode.v19.rawValue }.map(\.detail)) }
    let details = Set(alarms.map(\.detail))
    guard details != open else { return }
    let new = try await store.write { transaction in
      try transaction.endAlarms(of: .v19, except: details, at: now)
      return try alarms.filter { try transaction.raise(alarm: $0, evidence: nil, at: now) }
    }
    for alarm in new {
      Logger.amanad.record(.alarmRaised, "alarm \(alarm)", code: alarm.code.rawValue)
    }
  }
}
