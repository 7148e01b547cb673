import ControlAPI
import Logging
import ReceiptStore
import ServiceLifecycle

/// Feeds systemd's watchdog, and only after the store has answered: a read, and an empty piece of work that went
/// through the sequencer and a transaction. A daemon that hangs anywhere on that way is started again.
struct Watchdog: Service {
  let store: ReceiptStore
  let sequencer: Sequencer
  let interval: Duration

  func run() async {
    // Three times in an interval, so that a slow answer is not taken for none.
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await feed()
        try? await Task.sleep(for: interval / 3)
      }
    }
  }

  private func feed() async {
    do {
      _ = try await store.read { try $0.size() }
      // A log that is halted for good is read on, and hangs nowhere.
      if !sequencer.isHalted { _ = try await sequencer.submit { _ in true } }
      await Systemd.notify("WATCHDOG=1")
    } catch {
      Logger.amanad.record(.storeUnanswered, "the store did not answer, so the watchdog is not fed: \(error)")
    }
  }
}
