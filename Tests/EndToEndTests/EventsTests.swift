import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite struct EventsTests {
    private func listen(_ side: TestAuthority, _ world: World, _ fields: [String] = [], from: Int? = nil) throws
      -> Command
    {
      let target = "http://a/v1/events" + (from.map { "?from=\($0)" } ?? "")
      let command = try Command(
        "curl", ["-sSN", "--unix-socket", side.socket, target] + fields.flatMap { ["-H", $0] }, logs: world.logs)
      Running.shared.add(command)
      return command
    }

    private func ids(_ command: Command) -> [Int] {
      command.output.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap { Int($0.dropFirst(4)) }
    }

    @Test(
      "Every statement is told once, in order, live and after coming back; drafts are told; a stop ends it with a reason"
    )
    func told() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let first = try listen(syr, world, from: 0)
        #expect(poll(30) { ids(first) == [0, 1, 2] })
        let draft = try await syr.draft(syr.intake(2))
        #expect(poll(30) { first.output.contains("event: draft\ndata: ") && first.output.contains(draft.draftID) })
        for officer in 1...2 { _ = try await syr.approve(draft, officer) }
        #expect(poll(30) { ids(first) == [0, 1, 2, 3] })
        #expect(!first.output.contains("name_") && !first.output.contains("HSK-"), "nobody's name")
        let second = try listen(syr, world, ["Last-Event-ID: 1"])
        _ = try await together(4) { _ = try await syr.sign(syr.intake(2)) }
        #expect(poll(30) { ids(first) == Array(0...7) && ids(second) == Array(2...7) })
        let late = try listen(syr, world)
        #expect(poll(30) { late.output.contains("retry:") })
        #expect(try daemon.stop().code == 0)
        for command in [first, second, late] {
          let answer = try command.finished()
          #expect(
            answer.code == 0 && answer.output.hasSuffix("event: end\ndata: {\"reason\":\"stopping\"}\n\n"), "\(answer)")
        }
        #expect(ids(late) == [])
        _ = try syr.daemon().ready()
        let again = try listen(syr, world, ["Last-Event-ID: 5"])
        #expect(poll(30) { ids(again) == [6, 7] })
      }
    }

    @Test("Too many listeners are refused, and one that leaves makes room")
    func tooMany() async throws {
      try await World.run { world in
        let syr = world.syr
        let script = """
          import socket, sys, time
          held = []
          for _ in range(32):
              s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
              s.sendall(b"GET /v1/events HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n"); s.recv(20); held.append(s)
          print("held", flush=True); time.sleep(600)
          """
        let holder = try Command(Command.python, ["-c", script, syr.socket], logs: world.logs)
        Running.shared.add(holder)
        #expect(poll(30) { holder.output.contains("held") })
        let refusal = try problem(try await syr.send(.get, "/v1/events"))
        #expect(refusal.status == 503 && refusal.code == "too-many-listeners")
        #expect(try await syr.status().size == 3)
        holder.kill()
        // Its place is free as soon as the daemon has seen it go.
        #expect(
          try await EndToEnd.eventually {
            let next = try listen(syr, world, from: 0)
            poll(10) { !next.isRunning || ids(next) == [0, 1, 2] }
            return ids(next) == [0, 1, 2]
          })
        for wrong in ["x", "-1", "18446744073709551615"] {
          let answer = try RawClient(syr, world.logs).batch([.http("GET", "/v1/events", ["last-event-id: \(wrong)"])])[
            0]
          #expect(answer.status == 422, "\(answer)")
        }
      }
    }
  }

  /// Asks again and again, for a while.
  fileprivate static func eventually(_ holds: () throws -> Bool) async throws -> Bool {
    for _ in 0..<100 {
      if try holds() { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }

  /// HTTP itself.
  @Suite struct ProtocolTests {
    @Test("HEAD, HTTP/1.0, pipelined requests, the absolute form, and Connection: close in any case")
    func http() async throws {
      try await World.run { world in
        let raw = RawClient(world.syr, world.logs)
        let head = try raw.batch([.http("HEAD", "/v1/status"), .http("HEAD", "/v1/events")])
        #expect(head[0].status == 200 && head[0].body.isEmpty && Int(head[0].fields["content-length"] ?? "") ?? 0 > 100)
        #expect(head[1].status == 405 && head[1].body.isEmpty)
        var old = RawRequest(bytes: Array("GET /v1/status HTTP/1.0\r\n\r\n".utf8))
        old.ends = false
        var loud = RawRequest(
          bytes: Array("GET http://amana/v1/status HTTP/1.1\r\nHost: a\r\nConnection: CLOSE\r\n\r\n".utf8))
        loud.ends = false
        let answers = try raw.batch([old, loud])
        #expect(answers.allSatisfy { $0.status == 200 && $0.fields["connection"] == "close" }, "\(answers)")
        let pair = Array(
          "GET /v1/status HTTP/1.1\r\nhost: a\r\n\r\nGET /v1/nothing HTTP/1.1\r\nhost: a\r\n\r\nBAD\r\n\r\n".utf8)
        let text = try raw.talk(pair)
        let statuses = text.matches(of: /HTTP\/1\.1 (\d+)/).map { String($0.output.1) }
        #expect(statuses == ["200", "404", "400"], "\(text)")
      }
    }

    @Test("A head or a body that drips is given up, and the next client is answered")
    func drips() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        _ = try syr.daemon(["--set", "limits.request-seconds=2"]).ready()
        let raw = RawClient(syr, world.logs)
        var head = RawRequest(bytes: Array("GET /v1/status HTTP/1.1\r\nho".utf8))
        head.ends = false
        var body = RawRequest.http(
          "POST", "/v1/audit", ["content-type: application/json", "content-length: 9"], body: [])
        body.ends = false
        let answers = try raw.batch([head, body])
        #expect(answers.map(\.status) == [408, 408], "\(answers)")
        #expect(answers.allSatisfy { $0.body.contains("\"timeout\"") })
        #expect(try await syr.status().size == 3)
      }
    }
  }
}
