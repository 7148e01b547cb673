import ControlAPI
import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// SIGHUP: configuration and roster are read again, and nobody notices who was asking.
  @Suite struct ReloadTests {
    private struct Reloaded {
      let syr: TestAuthority
      let systemd: Listener
      let daemon: Daemon
      var file: String { "\(syr.folder)/amanad.json" }

      init(_ world: World) throws {
        syr = world.syr
        systemd = try Listener(world)
        daemon = try syr.daemon(environment: ["NOTIFY_SOCKET": systemd.socket]).ready()
        #expect(systemd.hears("READY=1"))
      }

      /// Hangs up and waits until systemd would know that the reload is over.
      func reload(_ text: String) throws {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let before = systemd.lines.filter { $0 == "READY=1" }.count
        daemon.command.signal(SIGHUP)
        let systemd = systemd
        #expect(poll { systemd.lines.filter { $0 == "READY=1" }.count > before }, "\(systemd.lines)")
      }
    }

    @Test("The log level changes; a broken file keeps the old one, is told and mended")
    func level() async throws {
      try await World.run(starts: false) { world in
        let running = try Reloaded(world)
        let (daemon, systemd) = (running.daemon, running.systemd)
        try running.reload(#"{"log": {"level": "debug"}}"#)
        #expect(poll { daemon.command.errors.contains("reloaded; changed: log.level event=reloaded") })
        let begun = try #require(systemd.lines.first { $0.hasPrefix("RELOADING=1") })
        #expect(begun.wholeMatch(of: /RELOADING=1 \| MONOTONIC_USEC=[0-9]+/) != nil)
        try running.reload("{\n\"log\": {\"level\": \"loud\"}}")
        #expect(poll { daemon.command.errors.contains("amanad.json line 2: log.level: \"loud\" is not allowed") })
        #expect(systemd.hears("STATUS=reload not taken whole: "))
        #expect(try await running.syr.status().size == 3)
        try running.reload(#"{"log": {"level": "error"}}"#)
        let last = systemd.lines.last { $0.hasPrefix("STATUS=") }
        #expect(last?.hasPrefix("STATUS=SYR/prisons") == true, "\(systemd.lines)")
        // From level error on neither this reload nor the stop is logged.
        let logged = daemon.command.errors
        #expect(try daemon.stop().code == 0)
        #expect(daemon.command.errors == logged)
      }
    }

    @Test("What needs a restart is named; a broken roster and another setting of trust are not taken while running")
    func restart() async throws {
      try await World.run(starts: false) { world in
        let running = try Reloaded(world)
        try running.reload(#"{"state": {"directory": "/elsewhere"}, "limits": {"connections": 7}}"#)
        #expect(running.systemd.hears("STATUS=reload not taken whole: state.directory takes effect at a restart"))
        #expect(poll { running.daemon.command.errors.contains("changed: limits.connections") })
        let roster = "\(world.syr.folder)/roster.cose"
        let good = try Data(contentsOf: URL(filePath: roster))
        try good.dropLast().write(to: URL(filePath: roster))
        try running.reload("{}")
        #expect(running.systemd.hears("no trusted roster"))
        #expect(try await world.syr.status().size == 3)
        try good.write(to: URL(filePath: roster))
        let file = AuthorityFile(authority: world.syr.name, rosterDigest: world.digest, twoUsers: true)
        try JSONEncoder().encode(file).write(to: URL(filePath: "\(world.syr.folder)/authority.json"))
        try running.reload("{}")
        let said = "authority.json, the checkpoint key or the ML-DSA key has changed, which takes effect at a restart"
        #expect(running.systemd.hears(said))
        #expect(try await world.syr.status().twoUsers == false)
        try running.daemon.stop()
        _ = try world.syr.daemon().ready()
        #expect(try await world.syr.status().twoUsers)
      }
    }

    @Test("A request under way survives a reload")
    func underWay() async throws {
      try await World.run(starts: false) { world in
        let running = try Reloaded(world)
        let body = try world.syr.encode(world.syr.intake())
        let head =
          "POST /v1/drafts HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: \(body.count)\r\n\r\n"
        try #"{"log": {"level": "info"}}"#.write(toFile: running.file, atomically: true, encoding: .utf8)
        let answer = try RawClient(world.syr, world.logs).talk(
          Array(head.utf8) + body.prefix(100), then: Array(body.dropFirst(100)),
          signalling: running.daemon.command.processID, with: "SIGHUP")
        #expect(answer.hasPrefix("HTTP/1.1 201"), "\(answer)")
        #expect(running.daemon.command.errors.contains("reloaded; changed: log.level"))
        #expect(running.daemon.command.isRunning)
      }
    }

    @Test("The watchdog is fed while the store answers, and not once the writer is stuck")
    func watchdog() async throws {
      try await World.run(starts: false) { world in
        let systemd = try Listener(world)
        _ = try world.syr.daemon(
          environment: ["NOTIFY_SOCKET": systemd.socket, "WATCHDOG_USEC": "300000"]
        ).ready()
        func fed() -> Int { systemd.lines.filter { $0 == "WATCHDOG=1" }.count }
        #expect(poll { fed() > 3 })
        // Somebody else holds the store's write lock: reads still answer, an empty transaction does not.
        let script = """
          import sqlite3, sys, time
          db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30); db.execute("BEGIN IMMEDIATE")
          print("held", flush=True); time.sleep(600)
          """
        let holder = try Command(Command.python, ["-c", script, world.syr.store], logs: world.logs)
        Running.shared.add(holder)
        #expect(poll { holder.output.contains("held") })
        // One may have been on its way.
        usleep(200_000)
        let before = fed()
        usleep(1_500_000)
        #expect(fed() == before)
        #expect(try await world.syr.status().size == 3)
        holder.kill()
        #expect(poll { fed() > before + 1 })
        // Not for another process.
        let other = try Listener(world, name: "other.sock")
        _ = try world.irq.daemon(
          environment: ["NOTIFY_SOCKET": other.socket, "WATCHDOG_USEC": "300000", "WATCHDOG_PID": "1"]
        ).ready()
        #expect(other.hears("STATUS="))
        usleep(500_000)
        #expect(!other.lines.contains("WATCHDOG=1"))
      }
    }
  }
}
