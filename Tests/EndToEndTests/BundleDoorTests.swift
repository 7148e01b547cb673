import ControlAPI
import Custody
import Foundation
import TestSupport
import Testing

extension EndToEnd {
  /// Bad bundles: a clear error, nothing stored, the daemon up.
  @Suite struct BundleDoorTests {
    /// A bundle with a whole convoy's beginning, at a partner who has nothing yet.
    private func withBundle(_ body: (World, [UInt8]) async throws -> Void) async throws {
      try await World.run { world in
        let intake = try await world.syr.sign(world.syr.intake())
        _ = try await world.syr.sign(world.syr.request("release", intake.statement, to: world.irq.name, hours: 8))
        try await body(world, try await world.syr.bundle(to: world.irq))
      }
    }

    /// Refused whole with a reason, and the state of the daemon is what it was.
    private func expectRefused(_ bytes: [UInt8], _ irq: TestAuthority, _ what: String) async throws {
      let before = try await irq.status()
      let response = try await irq.send(.post, "/v1/bundles", bytes)
      let text = String(decoding: response.body, as: UTF8.self)
      #expect((400..<500).contains(response.status), "\(what): \(response.status) \(text)")
      #expect(response.contentType == Problem.mediaType, "\(what): \(text)")
      #expect(try await irq.status() == before, "\(what) left a trace")
    }

    private func expectGood(_ bytes: [UInt8], _ irq: TestAuthority) async throws {
      let report = try await irq.take(bytes)
      #expect(report.statements.allSatisfy { $0.result == "registered" && $0.failings.isEmpty }, "\(report)")
      #expect(try irq.amana("audit").code == 0)
    }

    @Test("A truncated bundle is refused whole, wherever it ends")
    func truncated() async throws {
      try await withBundle { world, bundle in
        var random = SeededGenerator(named: "truncated bundles")
        let file = "\(world.folder)/whole.amana"
        try Data(bundle).write(to: URL(filePath: file))
        let whole = Set(try BundlePlaces(file, world.logs).all.map(\.offset))
        let ends = (0..<40).map { _ in Int.random(in: 0..<bundle.count, using: &random) } + [0, 1, bundle.count - 1]
        for end in ends where !whole.contains(end) || end == 0 {
          try await expectRefused(Array(bundle.prefix(end)), world.irq, "the first \(end) bytes")
        }
        try await expectGood(bundle, world.irq)
      }
    }

    @Test("A bundle cut between two items leaves nothing that the whole bundle does not put right")
    func cutBetweenItems() async throws {
      try await withBundle { world, bundle in
        let file = "\(world.folder)/whole.amana"
        try Data(bundle).write(to: URL(filePath: file))
        for place in try BundlePlaces(file, world.logs).all where place.offset > 0 {
          _ = try await world.irq.send(.post, "/v1/bundles", Array(bundle.prefix(place.offset)))
        }
        _ = try await world.irq.take(bundle)
        let lines = try await world.irq.lines(world.syr.newest("release").statement)
        #expect(lines.count == 12 && lines.allSatisfy { $0.phase == "released" && $0.name != nil }, "\(lines)")
        #expect(try await world.irq.status().alarms.isEmpty)
        #expect(try world.irq.amana("audit").code == 0)
      }
    }

    @Test(
      "A flipped bit in a statement, checkpoint, ciphertext or slot, in a manifest or annex in clear, is refused whole",
      arguments: [false, true])
    func flipped(clear: Bool) async throws {
      try await withBundle { world, sealed in
        let bundle = clear ? try await world.syr.bundle(to: world.irq, clear: true) : sealed
        var random = SeededGenerator(named: "flipped bundles")
        let file = "\(world.folder)/whole.amana"
        try Data(bundle).write(to: URL(filePath: file))
        let types = ["statement", "checkpoint", "slots", "sealed"] + (clear ? ["manifest", "annex"] : [])
        let places = try BundlePlaces(file, world.logs).all.filter { types.contains($0.type) }
        #expect(Set(places.map(\.type)) == Set(types))
        for place in places {
          for _ in 0..<8 {
            let position = place.offset + Int.random(in: 0..<place.byteCount, using: &random)
            var bad = bundle
            bad[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try await expectRefused(bad, world.irq, "a bit of byte \(position), \(place)")
          }
        }
        try await expectGood(bundle, world.irq)
      }
    }

    @Test("What is no bundle is refused: empty, text, JSON, random bytes, a bundle with a tail, two bundles")
    func wrongType() async throws {
      try await withBundle { world, bundle in
        var random = SeededGenerator(named: "no bundles")
        let items: [[UInt8]] = [
          [], Array("amana".utf8), Array("{\"format\":\"amana-bundle-1\"}".utf8), random.bytes(4096),
          [UInt8](repeating: 0x81, count: 4096), [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
          bundle + [0], bundle + bundle,
        ]
        for item in items { try await expectRefused(item, world.irq, "\(item.prefix(8)) of \(item.count) bytes") }
        let file = "\(world.folder)/empty.amana"
        try Data().write(to: URL(filePath: file))
        let answer = try world.irq.amana("bundle", "import", file)
        #expect(answer.code == 1 && answer.errors.contains("nothing was stored"), "\(answer)")
        try await expectGood(bundle, world.irq)
      }
    }

    @Test("Another coalition's bundle is refused: its keys are not listed")
    func foreign() async throws {
      try await World.run { world in
        let other = try await World.foreignBundle(exercise: false).bytes
        try await expectRefused(other, world.irq, "another coalition's bundle")
        let reason = try problem(try await world.irq.send(.post, "/v1/bundles", other))
        #expect(reason.detail.contains("not listed"), "\(reason)")
      }
    }

    @Test("An exercise's bundle never enters real custody")
    func exercise() async throws {
      let drill = try await World.foreignBundle(exercise: true).bytes
      try await World.run { world in
        try await expectRefused(drill, world.irq, "an exercise's bundle")
        #expect(try problem(try await world.irq.send(.post, "/v1/bundles", drill)).code == "exercise")
      }
    }

    @Test("A bundle beyond the limit is refused by the command and by the daemon")
    func oversized() async throws {
      try await World.run { world in
        let file = "\(world.folder)/huge.amana"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try handle.truncate(atOffset: UInt64(Bundle.maximumByteCount) + 1)
        try handle.close()
        let command = try world.irq.amana("bundle", "import", file)
        #expect(command.code == 2 && command.errors.contains("larger than"))
        let before = try await world.irq.status()
        let curl = try Command(
          "curl", ["-sS", "--unix-socket", world.irq.socket, "-T", file, "-X", "POST", "http://a/v1/bundles"],
          logs: world.logs
        ).finished(within: 120)
        #expect(curl.output.contains("\"too-large\""), "\(curl)")
        #expect(try await world.irq.status() == before)
      }
    }
  }
}
