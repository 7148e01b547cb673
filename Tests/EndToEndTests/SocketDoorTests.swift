import ControlAPI
import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite struct SocketDoorTests {
    @Test("Garbage on the socket, half a request, a huge head: the daemon answers the next client")
    func garbage() async throws {
      try await World.run { world in
        var random = SeededGenerator(named: "socket garbage")
        let before = try await world.syr.status()
        let raw = RawClient(world.syr, world.logs)
        let longHeader = "GET /v1/status HTTP/1.1\r\nhost: a\r\nx: \(String(repeating: "y", count: 20_000))\r\n\r\n"
        let manyHeaders = "GET /v1/status HTTP/1.1\r\nhost: a\r\n\(String(repeating: "x: y\r\n", count: 500))\r\n"
        let texts = [
          "GET", "GET /v1/status HTTP/1.1\r\nhost", "HELLO\r\n\r\n", "GET /v1/status HTTP/9.9\r\n\r\n",
          "POST /v1/drafts HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{\"draft_id\"",
          "POST /v1/drafts HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
          "POST /v1/drafts HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", longHeader, manyHeaders,
          "POST /v1/bundles HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\nabcdefg",
        ]
        for bytes in texts.map({ Array($0.utf8) }) + [random.bytes(5000), [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], []] {
          let answer = try raw.talk(bytes)
          let isRefused = answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 505")
          #expect(isRefused, "\(bytes.prefix(40)): \(answer)")
          try raw.sendAndLeave(bytes)
          #expect(try await world.syr.status() == before)
        }
      }
    }

    @Test("Each of many requests is answered, though the daemon closes as soon as it has answered")
    func closing() async throws {
      try await World.run { world in
        let syr = world.syr
        let body = [UInt8](repeating: 0x20, count: 60_000)
        let answers = try await together(4) {
          var refused = 0
          for _ in 0..<150 where try await syr.send(.post, "/v1/bundles", body).status == 422 { refused += 1 }
          return refused
        }
        #expect(answers == [150, 150, 150, 150])
      }
    }

    @Test("Many idle connections do not stop others from being answered")
    func idle() async throws {
      try await World.run { world in
        let script = """
          import socket, sys, time
          held = []
          for _ in range(200):
              s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b"GET /v1/sta"); held.append(s)
          print("held", flush=True); time.sleep(600)
          """
        let holder = try Command(Command.python, ["-c", script, world.syr.socket], logs: world.logs)
        Running.shared.add(holder)
        #expect(poll(30) { holder.output.contains("held") })
        #expect(try await world.syr.status().size == 3)
        #expect(try world.syr.amana("status").code == 0)
        holder.kill()
        #expect(try await world.syr.status().size == 3)
      }
    }
  }
}
