import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// systemd's protocol without systemd: an inherited socket, READY=1, a graceful stop.
  @Suite struct SystemdTests {
    private static let activate = "/usr/bin/systemd-socket-activate"

    @Test(
      "A socket that systemd hands over is answered on",
      .enabled(if: FileManager.default.isExecutableFile(atPath: activate)))
    func inherited() async throws {
      try await World.run(starts: false) { world in
        let socket = "\(world.folder)/handed.sock"
        // Python in between keeps the descriptor by which Foundation watches its child: the activator closes it.
        let script = """
          import subprocess, sys
          child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL"] + sys.argv[1:])
          print(child.pid, flush=True); sys.exit(child.wait())
          """
        let amanad = ["\(Command.binaries)/amanad", "--directory", world.syr.folder]
        let activator = try Command(
          Command.python, ["-c", script, Self.activate, "-l", socket] + amanad, logs: world.logs)
        Running.shared.add(activator)
        #expect(poll { FileManager.default.fileExists(atPath: socket) })
        let answer = try Command("amana", ["status", "--socket", socket], logs: world.logs).finished()
        #expect(answer.code == 0 && answer.output.contains("SYR/prisons"), "\(answer) \(activator.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.syr.socket), "no socket of its own beside it")
        let processID = try #require(activator.output.split(separator: "\n").first.flatMap { Int32($0) })
        _ = kill(processID, SIGTERM)
        #expect(try activator.finished().code == 0)
      }
    }

    @Test("READY=1 comes when it answers, STOPPING=1 when it stops; a refused start says neither")
    func notify() async throws {
      try await World.run(starts: false) { world in
        let systemd = try Listener(world)
        let other = try world.syr.daemon(
          ["--directory", "/nonexistent"], environment: ["NOTIFY_SOCKET": systemd.socket])
        #expect(try other.command.finished().code == 1)
        #expect(systemd.lines.isEmpty)
        let daemon = try world.syr.daemon(environment: ["NOTIFY_SOCKET": systemd.socket]).ready()
        #expect(
          systemd.hears("STATUS=SYR/prisons: 3 entries, 0 held, 0 in transit, 0 overdue, 0 drafts wait, 0 alarms"))
        #expect(systemd.lines.first == "READY=1", "\(systemd.lines)")
        _ = try await world.syr.draft(world.syr.intake())
        #expect(systemd.hears("0 overdue, 1 drafts wait"))
        _ = try await world.syr.sign(world.syr.intake(5))
        #expect(systemd.hears("4 entries, 5 held"))
        #expect(try daemon.stop().code == 0)
        #expect(systemd.hears("STOPPING=1 | STATUS=SYR/prisons: finishing what was taken"))
      }
    }

    @Test("SIGTERM: a request under way is finished, then it ends with 0")
    func graceful() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let request = syr.intake()
        let body = try syr.encode(request)
        let type = "content-type: application/json"
        let head = "POST /v1/drafts HTTP/1.1\r\nhost: a\r\n\(type)\r\ncontent-length: \(body.count)\r\n\r\n"
        let half = body.count / 2
        let answer = try RawClient(syr, world.logs).talk(
          Array(head.utf8) + body.prefix(half), then: Array(body.dropFirst(half)),
          signalling: daemon.command.processID)
        #expect(answer.hasPrefix("HTTP/1.1 201"), "\(answer)")
        #expect(try daemon.command.finished().code == 0, "\(daemon.command.errors)")
        _ = try syr.daemon().ready()
        #expect(try await syr.status().waiting == 1)
        #expect(try await syr.draft(request).event == "intake")
      }
    }

    @Test("Keys come from systemd's credentials, and the state from its directory")
    func credentials() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let (keys, state) = ("\(world.folder)/credentials", "\(world.folder)/lib")
        try FileManager.default.moveItem(atPath: "\(syr.folder)/keys", toPath: keys)
        let daemon = try syr.daemon(environment: ["CREDENTIALS_DIRECTORY": keys, "STATE_DIRECTORY": state]).ready()
        #expect(try await syr.status().size == 3)
        #expect(FileManager.default.fileExists(atPath: "\(state)/amana.sqlite"))
        try daemon.stop()
      }
    }
  }
}
