import ControlAPI
import Custody
import ReceiptStore
import Roster
import ServiceLifecycle
import Synchronization

/// What `systemctl status amana` says: who it is, what it holds, what waits. Told again after a change.
final class StatusLine: Service {
  private struct State {
    var note: String?
    var told = ""
  }

  private let office: Office
  private let store: ReceiptStore
  private let traffic: Traffic
  private let settings: LiveSettings
  private let state = Mutex(State())

  init(office: Office, store: ReceiptStore, traffic: Traffic, settings: LiveSettings) {
    self.office = office
    self.store = store
    self.traffic = traffic
    self.settings = settings
  }

  /// Something that stands before the figures until it is withdrawn, e.g. that a reload was refused.
  func note(_ text: String?) async {
    state.withLock { $0.note = text }
    await tell()
  }

  func run() async {
    await cancelWhenGracefulShutdown { [self] in
      var seen = traffic.changes
      var scanned = ContinuousClock.now
      while !Task.isCancelled {
        // At most once in two seconds, however much is going on.
        try? await Task.sleep(for: .seconds(2))
        let scan = Duration.seconds(settings.current.overdueScanSeconds)
        if traffic.changes != seen || scanned.duration(to: .now) >= scan {
          (seen, scanned) = (traffic.changes, .now)
          await tell()
        }
      }
    }
  }

  /// Sends the line if it differs from the last one.
  func tell() async {
    guard let figures = try? await figures() else { return }
    let (text, isNew) = state.withLock { state in
      let text = [state.note, figures].compactMap(\.self).joined(separator: " — ")
      defer { state.told = text }
      return (text, text != state.told)
    }
    if isNew { await Systemd.notify("STATUS=\(text)") }
  }

  private func figures() async throws -> String {
    let office = office
    return try await store.read { reader in
      let counts = try reader.custodyCounts()
      let own = office.authority.name.description
      let held = counts.filter { $0.phase == "held" && $0.custodian == own }.map(\.lines).reduce(0, +)
      let inTransit = counts.filter { $0.phase == "released" }.map(\.lines).reduce(0, +)
      let overdue = try reader.overdue(at: currentTime())
      let prefix = office.roster.body.exercise ? "EXERCISE, " : ""
      let text = [
        "\(prefix)\(own): \(try reader.registered()) entries", "\(held) held", "\(inTransit) in transit",
        "\(overdue) overdue", "\(try reader.openDraftCount()) drafts wait", "\(try reader.alarms().count) alarms",
      ]
      return text.joined(separator: ", ")
    }
  }
}
