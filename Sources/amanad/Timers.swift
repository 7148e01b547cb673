import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster
import ServiceLifecycle

/// Looks regularly at what is due (V19) and at what ends soon (V11, V13), and raises or ends its alarms. Nothing is
/// returned or moved by time alone.
struct Timers: Service {
  let store: ReceiptStore
  /// How long it is between two looks: overdue.scan-seconds.
  let settings: LiveSettings
  let offices: OfficeInForce
  let fetches: Fetches
  let sequencer: Sequencer

  func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat {
        do { try await look() } catch {
          Logger.amanad.record(.internalError, "the timers could not look at what is due: \(error)")
        }
        do { try await Widening(store: store, settings: settings, offices: offices).look() } catch {
          Logger.amanad.record(.internalError, "the feed could not be widened: \(error)")
        }
        await EpochAnswering(store: store, sequencer: sequencer, office: offices.current).answer()
        try? await Task.sleep(for: .seconds(settings.current.overdueScanSeconds))
      } while !Task.isCancelled
    }
  }

  /// One look: an alarm for each release that is overdue now and for each key and the roster that end soon, an end to
  /// those of which that is no longer so.
  func look() async throws {
    let now = currentTime()
    // In a quiet daemon no keyed request comes to clear them away.
    let oldest = now - Idempotency.keptSeconds
    if try await store.read({ try $0.keepsKeys(before: oldest) }) {
      try await store.write { try $0.forgetKeys(before: oldest) }
    }
    let office = offices.current
    let late = try await store.read { reader in
      let asked = try reader.inquiries(concerning: office.places, isOpen: true, under: office.roster.successions)
      return TimerChecks().alarms(try reader.overdueReleases(at: now))
        + TimerChecks().alarms(asked.map(\.inquiry), at: now)
    }
    try await raise(late, of: [.v19], at: now)
    let ending = ExpiryChecks().alarms(of: office.authority, in: office.roster, at: now)
    try await raise(ending, of: [.v11, .v13], beginning: ExpiryChecks.mark, at: now)
    fetches.adopt(settings.current, of: office)
    let kept = office.fetched.filter { !$0.list.isFormer }
    let fetched = FetchChecks().alarms(
      lists: fetches.lists(kept: Dictionary(kept.map { ($0.url, $0.list.nextUpdate) }) { first, _ in first }),
      timeStamps: fetches.timeStamps, at: now)
    try await raise(fetched, of: [.v13], beginning: FetchChecks.mark, at: now)
  }

  /// Raises what is new and ends what is over, among the alarms of these rules that begin so.
  private func raise(_ alarms: [Violation], of codes: [CheckCode], beginning mark: String = "", at now: UnixTime)
    async throws
  {
    let open = try await store.read { reader in
      try reader.alarms().filter { alarm in codes.contains { $0.rawValue == alarm.code } }
    }
    let (going, told) = (Set(alarms.map(\.detail)), open.filter { $0.detail.hasPrefix(mark) })
    guard Set(told.map(\.detail)) != going else { return }
    let new = try await store.write { transaction in
      for alarm in told where !going.contains(alarm.detail) {
        try transaction.end(alarm: alarm.detail, of: alarm.code, at: now)
      }
      return try alarms.filter { try transaction.raise(alarm: $0, evidence: nil, at: now) }
    }
    for alarm in new {
      Logger.amanad.record(.alarmRaised, "alarm \(alarm)", code: alarm.code.rawValue)
    }
  }
}
