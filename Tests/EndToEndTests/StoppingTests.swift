import ControlAPI
import Foundation
import Glibc
import Testing

extension EndToEnd {
  @Suite struct StoppingTests {
    /// A slow request is under way and a second connection is open when the stop comes.
    private static let script = """
      import os, signal, socket, sys, time
      def connect():
          s = socket.socket(socket.AF_UNIX); s.settimeout(30); s.connect(sys.argv[1]); return s
      def answer(s):
          out = b""
          while b"\\r\\n\\r\\n" not in out:
              part = s.recv(65536)
              if not part: return out
              out += part
          head, rest = out.split(b"\\r\\n\\r\\n", 1)
          length = [int(l.split(b":")[1]) for l in head.lower().split(b"\\r\\n") if l.startswith(b"content-length")][0]
          while len(rest) < length: rest += s.recv(65536)
          return head + b"\\r\\n\\r\\n" + rest
      body = open(sys.argv[2], "rb").read()
      slow, other, idle = connect(), connect(), connect()
      slow.sendall(b"POST /v1/drafts HTTP/1.1\\r\\nhost: a\\r\\ncontent-type: application/json\\r\\ncontent-length: %d\\r\\n\\r\\n" % len(body) + body[:50])
      question = b"GET /v1/status HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n"
      other.sendall(question); print("BEFORE", answer(other)[:12].decode())
      idle.sendall(question); answer(idle)
      os.kill(int(sys.argv[3]), signal.SIGTERM)
      while b"stopping" not in open(sys.argv[4], "rb").read(): time.sleep(0.01)
      other.sendall(question); print("WHILE", answer(other).decode().replace("\\r\\n", " "))
      print("THEN", repr(other.recv(100)))
      slow.sendall(body[50:]); print("SLOW", answer(slow)[:12].decode())
      print("IDLE", repr(idle.recv(100)))
      """

    @Test("While it stops: what was taken is finished, a new request gets 503 stopping, every connection is closed")
    func stopping() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let systemd = try Listener(world)
        let daemon = try syr.daemon(environment: ["NOTIFY_SOCKET": systemd.socket]).ready()
        let request = syr.intake()
        let body = "\(world.folder)/body"
        try Data(syr.encode(request)).write(to: URL(filePath: body))
        let answer = try Command(
          Command.python,
          ["-c", Self.script, syr.socket, body, "\(daemon.command.processID)", daemon.command.errorsPath],
          logs: world.logs
        ).finished()
        #expect(answer.code == 0, "\(answer)")
        #expect(
          answer.output.contains("BEFORE HTTP/1.1 200") && answer.output.contains("SLOW HTTP/1.1 201"), "\(answer)")
        let refusal = try #require(answer.lines.first { $0.hasPrefix("WHILE") })
        for part in [
          "HTTP/1.1 503", "application/problem+json", "\"code\":\"stopping\"", "retry-after: 5", "connection: close",
          "amanad is stopping",
        ] { #expect(refusal.lowercased().contains(part.lowercased()), "\(part): \(answer)") }
        #expect(answer.output.contains("THEN b''") && answer.output.contains("IDLE b''"), "\(answer)")
        #expect(try daemon.command.finished().code == 0)
        #expect(daemon.command.errors.contains("event=stopped"))
        _ = try syr.daemon().ready()
        #expect(try await syr.draft(request).event == "intake")
        #expect(try await syr.status().waiting == 1)
      }
    }

    @Test("More connections than limits.connections are closed at once; those held are answered")
    func connections() async throws {
      try await World.run(starts: false) { world in
        let daemon = try world.syr.daemon(["--set", "limits.connections=3"]).ready()
        let script = """
          import socket, sys
          held = []
          for _ in range(5):
              s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1]); held.append(s)
              try: s.sendall(b"GET /v1/checkpoint HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n"); print(s.recv(12))
              except OSError: print("closed")
          """
        let answer = try Command(Command.python, ["-c", script, world.syr.socket], logs: world.logs).finished()
        let answered = answer.lines.filter { $0 == "b'HTTP/1.1 200'" }.count
        #expect(answer.lines.count == 5 && answered == 3, "\(answer)")
        #expect(daemon.command.errors.contains("event=connectionsFull"))
        // The held ones are let go a moment after their process ended.
        var text = ""
        let end = Date().addingTimeInterval(30)
        while !text.contains("amana_connections_refused_total"), Date() < end {
          let response = try? await world.syr.send(.get, "/v1/metrics")
          text = response.map { String(decoding: $0.body, as: UTF8.self) } ?? ""
        }
        let refused = text.firstMatch(of: /\namana_connections_refused_total ([0-9]+)/).flatMap { Int($0.output.1) }
        #expect((refused ?? 0) >= 2, "\(text)")
      }
    }
  }
}
