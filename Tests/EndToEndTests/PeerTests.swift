import ControlAPI
import Custody
import Foundation
import Roster
import Testing

extension EndToEnd {
  /// `amana peer`: whom we exchange with, and what a courier finds when it tries.
  @Suite struct PeerTests {
    @Test("A peer is an active authority of the roster with a pinned certificate; each failing has its own sentence")
    func adding() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        #expect(try syr.amana("peer", "list").output.contains("no peer was added"))
        let refused = [
          ("NOBODY/here", "https://irq.example", "unknown-authority: The roster does not list it"),
          (syr.name, "https://irq.example", "own-authority: This is the authority itself"),
          (irq.name, "http://irq.example", "must be https://HOST"),
        ]
        for (name, url, sentence) in refused {
          let answer = try syr.amana("peer", "add", name, "--url", url)
          #expect(answer.code == 1 && answer.errors.contains(sentence), "\(answer)")
        }
        let shapeless = try syr.amana("peer", "add", "nobody", "--url", "https://a.b")
        #expect(shapeless.code == 2 && shapeless.errors.contains("AUTHORITY is MEMBER/authority"), "\(shapeless)")
        let added = try syr.amana("peer", "add", irq.name, "--url", "https://irq.example:8443")
        #expect(added.code == 0 && added.output.contains("https://irq.example:8443"), "\(added)")
        try Database(syr.store, world.logs).run("UPDATE peer SET added_at = 5")
        let again = PeerRequest(authority: irq.name, url: "https://[2001:db8::1]:443")
        let changed: PeerView = try decoded(try await syr.send(.post, "/v1/peers", syr.encode(again)))
        #expect(changed.addedAt == 5 && changed.url == "https://[2001:db8::1]:443", "since when it is one stays")
        let list: [PeerView] = try await syr.get("/v1/peers")
        #expect(list.map(\.url) == ["https://[2001:db8::1]:443"] && list[0].certificates.count == 1)
        let shown = try syr.amana("peer", "list")
        #expect(shown.output.contains("729 days") && shown.output.contains("never"), "\(shown)")
        #expect(try syr.amana("peer", "remove", irq.name).code == 0)
        #expect(try syr.amana("peer", "remove", irq.name).code == 1)
        #expect(try await syr.get("/v1/peers", as: [PeerView].self).isEmpty)
      }
    }

    @Test("A test is asked of the courier: without one that is said, with one everything stands on one screen")
    func testing() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        #expect(try syr.amana("peer", "test", irq.name).errors.contains("no-such-peer"))
        #expect(try syr.amana("peer", "add", irq.name, "--url", "https://irq.example").code == 0)
        let alone = try syr.amana("peer", "test", irq.name)
        #expect(alone.code == 3 && alone.errors.contains("systemctl start amana-courier"), "\(alone)")
        let good = try await tested(syr, irq, world, ["--lang", "ar"]) { name in
          .init(name: name, verdict: .good, detail: "fine", value: 3)
        }
        #expect(good.code == 0 && good.output.contains("كل شيء يعمل"), "\(good)")
        let bad = try await tested(syr, irq, world, []) { name in
          .init(name: name, verdict: name == "tls" ? .bad : .good, detail: "handshake failed", value: nil)
        }
        #expect(bad.code == 1 && bad.output.contains("DOES NOT WORK: TLS"), "\(bad)")
        #expect(bad.output.contains("see that the port is its courier's"))
      }
    }

    /// Asks for a test and answers it as a courier does.
    private func tested(
      _ side: TestAuthority, _ peer: TestAuthority, _ world: World, _ options: [String],
      _ step: (String) -> PeerTestReport.Step
    ) async throws -> Answer {
      let courier = ExchangeClient(side)
      let command = try side.start(["peer", "test", peer.name] + options)
      var isAsked = false
      for _ in 0..<5 where !isAsked {
        let work = try await courier.get(.waitForWork, ["wait": "5"], as: ExchangeWork.self)
        isAsked = work.tests.contains(try peer.authorityName)
      }
      #expect(isAsked)
      let names = ["dns", "tcp", "tls", "certificate", "service", "roster", "clock", "checkpoint"]
      let report = PeerTestReport(peer: try peer.authorityName, steps: names.map(step))
      #expect(try await courier.ask(.reportPeerTest, body: report.encoded()).status == 204)
      return try command.finished()
    }
  }
}
