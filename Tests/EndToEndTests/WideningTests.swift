import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// The feed widened by policy: after arrival and a delay, never during a movement.
  @Suite struct WideningTests {
    private func read(_ side: TestAuthority, by peer: TestAuthority) async throws -> [SignedStatement] {
      let feed: Feed = try await ExchangeClient(side).get(.getFeed, ["peer": peer.name, "after": "0", "limit": "256"])
      return try feed.envelopes.map { try SignedStatement(decoding: $0.statement) }
    }

    /// Waits until a peer reads a statement in the feed of another.
    private func reads(_ peer: TestAuthority, _ id: String, of side: TestAuthority) async throws -> Bool {
      try await becomes { try await read(side, by: peer).contains { $0.id.description == id } }
    }

    private func widen(_ side: TestAuthority, to readers: String, after seconds: Int = 1) throws {
      let text = """
        {"feed": {"widen-to": "\(readers)", "widen-after-seconds": \(seconds)}, "overdue": {"scan-seconds": 1}}
        """
      try text.write(toFile: "\(side.folder)/amanad.json", atomically: true, encoding: .utf8)
      Running.shared.killAll()
    }

    private func answer(_ release: String, by irq: TestAuthority, to syr: TestAuthority) async throws {
      _ = try await irq.take(syr.bundle(to: irq))
      try await irq.accepts(release, from: syr)
    }

    @Test(
      "Others read what we signed in a movement that is over, and nothing of one that is open, of ours or a partner's")
    func members() async throws {
      try await World.runFive(observer: true) { members in
        let (syr, irq, tur, observer) = (members[0], members[1], members[2], members[4])
        try widen(syr, to: "members")
        for member in members { _ = try member.daemon().ready() }
        let (over, open) = (try await syr.releases(to: irq), try await syr.releases(to: irq))
        try await answer(over, by: irq, to: syr)
        for reader in [tur, observer] {
          #expect(try await reads(reader, over, of: syr))
          // Widened together with what stands above, had it been over.
          let seen = try await read(syr, by: reader)
          #expect(!seen.contains { $0.id.description == open })
          #expect(seen.allSatisfy { $0.issuer == "https://syr.example/custody" && !$0.receipts.isEmpty }, "\(seen)")
          #expect(seen.allSatisfy { $0.event.type != .intake }, "an intake is no movement")
          let id = try #require(decodeHexadecimal(over))
          #expect(try await ExchangeClient(syr).ask(.getSlots, ["peer": reader.name], id: id).status == 200)
          // The partner's log has no such policy.
          #expect(try await read(irq, by: reader).isEmpty)
        }
        try await answer(open, by: irq, to: syr)
        #expect(try await reads(tur, open, of: syr))
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test(
      "Observers alone, when the policy says observers; a policy that came later reaches back; a delay is waited for")
    func observers() async throws {
      try await World.runFive(observer: true) { members in
        let (syr, irq, tur, observer) = (members[0], members[1], members[2], members[4])
        let release = try await syr.releases(to: irq)
        try await answer(release, by: irq, to: syr)
        #expect(try await read(syr, by: observer).isEmpty)
        try widen(syr, to: "observers", after: 86_400)
        for member in members { _ = try member.daemon().ready() }
        // Two looks at what is due: the first may have begun before we asked.
        try await Task.sleep(for: .seconds(2.5))
        #expect(try await read(syr, by: observer).isEmpty)
        try widen(syr, to: "observers")
        for member in members { _ = try member.daemon().ready() }
        #expect(try await reads(observer, release, of: syr))
        #expect(try await read(syr, by: tur).isEmpty)
        // The feed is as it was after another start, and for a reader who comes later complete.
        try widen(syr, to: "members")
        for member in members { _ = try member.daemon().ready() }
        #expect(try await reads(tur, release, of: syr))
        let all = try await read(syr, by: observer)
        #expect(Set(all.map(\.id)).count == all.count)
      }
    }
  }
}
