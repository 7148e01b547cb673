import ControlAPI
import Exchange
import Logging
import ServiceLifecycle

/// Feeds systemd's watchdog while the courier's loop turns and its threads answer.
struct Watchdog: Service {
  let courier: Courier
  let interval: Duration

  func run() async {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        if await courier.isAlive() { await Systemd.notify("WATCHDOG=1") }
        try? await Task.sleep(for: interval / 3)
      }
    }
    await Systemd.notify("STOPPING=1\nSTATUS=stopping: what was taken is answered first")
  }
}

/// What `systemctl status amana-courier` says.
actor StatusText {
  private var port = ""
  private var peers = "amanad has not said yet who is a peer"
  private var trouble = ""

  func take(_ event: Courier.Event, _ logger: Logger) async {
    var ready = ""
    switch event {
    case .listening(let port):
      self.port = "port \(port)"
      ready = "READY=1\n"
      logger.notice("ready: peers are served on port \(port)")
    case .peers(let own, let count, let called): peers = "\(own): \(count) peers, \(called) of them with a URL"
    case .daemonAway(let why): peers = why
    }
    await show(ready)
  }

  /// What a reload could not take; nil when it took everything.
  func note(_ problem: String?) async {
    trouble = problem.map { "reload not taken whole: \($0); " } ?? ""
    await show("")
  }

  private func show(_ ready: String) async {
    await Systemd.notify("\(ready)STATUS=\(trouble)\(port), \(peers)")
  }
}
