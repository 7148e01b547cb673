import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// F23: without anchors or with the wrong keys nothing is answered: exit 1, one sentence, never ready.
  @Suite struct StartTests {
    private func expectNoStart(_ side: TestAuthority, _ why: String, _ extra: [String] = []) throws {
      let daemon = try side.daemon(extra)
      let answer = try daemon.command.finished()
      #expect(answer.code == 1, "\(why): \(answer)")
      let sentences = answer.errors.split(separator: "\n").filter { $0.contains("amanad cannot go on: ") }
      #expect(sentences.count == 1 && answer.errors.contains(why), "\(why): \(answer)")
      #expect(!answer.errors.contains("ready: ") && !answer.errors.contains("Fatal error"))
    }

    private func copy(_ from: String, _ to: String) throws {
      try? FileManager.default.removeItem(atPath: to)
      try FileManager.default.copyItem(atPath: from, toPath: to)
    }

    @Test("F23 No roster, the wrong pin, a broken roster, a broken or missing settings file")
    func anchors() async throws {
      try await World.run(starts: false) { world in
        let (syr, roster) = (world.syr, "\(world.syr.folder)/roster.cose")
        try FileManager.default.removeItem(atPath: roster)
        try expectNoStart(syr, "roster.cose is missing or not readable")
        var bytes = try Data(contentsOf: URL(filePath: "\(world.folder)/roster.cose"))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: roster))
        try expectNoStart(syr, "no trusted roster, so nothing can be verified")
        try copy("\(world.folder)/roster.cose", roster)
        let file = "\(syr.folder)/authority.json"
        let settings = try String(contentsOfFile: file, encoding: .utf8)
        let pin = String(repeating: "00", count: 32)
        try settings.replacing(world.digest, with: pin).write(toFile: file, atomically: true, encoding: .utf8)
        try expectNoStart(syr, "no trusted roster, so nothing can be verified")
        for text in ["", "{", "{\"authority\":\"SYR/prisons\"}", settings.replacing("SYR", with: "XXX")] {
          try text.write(toFile: file, atomically: true, encoding: .utf8)
          try expectNoStart(syr, text.contains("XXX") ? "is not listed in roster" : "authority.json cannot be read")
        }
        try FileManager.default.removeItem(atPath: file)
        try expectNoStart(syr, "authority.json is missing")
        #expect(!FileManager.default.fileExists(atPath: syr.socket))
      }
    }

    @Test(
      "A missing or unreadable key, another authority's, one for another purpose",
      arguments: [
        "statement", "receipt", "checkpoint",
      ])
    func keys(purpose: String) async throws {
      try await World.run(starts: false) { world in
        let key = "\(world.syr.folder)/keys/\(purpose).pem"
        let saved = try Data(contentsOf: URL(filePath: key))
        try copy("\(world.irq.folder)/keys/\(purpose).pem", key)
        try expectNoStart(world.syr, "is not the \(purpose) key that the roster lists for SYR/prisons")
        try copy("\(world.syr.folder)/keys/transport.pem", key)
        try expectNoStart(world.syr, "is not the \(purpose) key that the roster lists for SYR/prisons")
        for garbage in [Data(), Data("no key".utf8), saved.prefix(saved.count / 2)] {
          try garbage.write(to: URL(filePath: key))
          try expectNoStart(world.syr, "the \(purpose) key \(key) cannot be read")
        }
        try FileManager.default.removeItem(atPath: key)
        try expectNoStart(world.syr, "\(purpose).pem is missing or not readable")
        try saved.write(to: URL(filePath: key))
        try world.syr.daemon().ready().stop()
      }
    }

    @Test("Another authority's state is refused")
    func foreignState() async throws {
      try await World.run(starts: false) { world in
        try world.irq.daemon().ready().stop()
        try expectNoStart(world.syr, "these are another authority's data", ["--state", "\(world.irq.folder)/state"])
      }
    }

    @Test("A live socket is not stolen; a stale one is replaced")
    func socket() async throws {
      try await World.run(starts: false) { world in
        let first = try world.syr.daemon().ready()
        let intruder = ["--state", "\(world.folder)/other", "--socket", world.syr.socket]
        try expectNoStart(world.syr, "another amanad answers on", intruder)
        #expect(try await world.syr.status().size == 3)
        first.crash()
        #expect(FileManager.default.fileExists(atPath: world.syr.socket))
        let second = try world.syr.daemon().ready()
        #expect(try await world.syr.status().size == 3)
        try second.stop()
      }
    }

    @Test("A second amanad on the same state is refused, whatever its socket")
    func sameState() async throws {
      try await World.run(starts: false) { world in
        _ = try world.syr.daemon().ready()
        try expectNoStart(world.syr, "another amanad", ["--socket", "\(world.folder)/second.sock"])
        #expect(try await world.syr.status().size == 3)
      }
    }
  }
}
