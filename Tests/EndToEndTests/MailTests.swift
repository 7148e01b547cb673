import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// `amana outbox` and `amana inbox`: what is on its way, why not yet, and what came.
  @Suite struct MailTests {
    @Test("Only a verified receipt counts as delivered; until then it is said since when, how often tried and why not")
    func outbox() async throws {
      try await World.run { world in
        let (syr, irq, wire) = (world.syr, world.irq, world.wire(world.syr, world.irq))
        _ = try await world.released()
        let alone = try syr.amana("outbox")
        #expect(alone.code == 0 && alone.output.contains("amana peer add IRQ/justice --url"), "\(alone)")
        #expect(try syr.amana("peer", "add", irq.name, "--url", "https://irq.example").code == 0)
        let first = try #require(try await wire.sender.due(to: irq).first)
        #expect(
          try await wire.sender.report(first.entry, to: irq, .failed, code: "tcp", detail: "refused").status == 204)
        let failed: [OutboxView] = try await syr.get("/v1/outbox?peer=\(irq.name)&delivery=waiting")
        let tried = try #require(failed.first)
        #expect(tried.attempts == 1 && tried.code == "tcp" && tried.nextAttempt ?? 0 > tried.since - 1)
        #expect(try syr.amana("outbox").output.contains("it takes no connection: refused"))
        #expect(try syr.amana("outbox", "--lang", "ar").output.contains("لا يقبل الاتصال"))
        let status = try syr.amana("status")
        #expect(
          status.output.contains("not yet delivered") && status.output.contains("IRQ/justice: 2 since"), "\(status)")
        try await EndToEnd.deliver(wire)
        #expect(try syr.amana("outbox").output.contains("nothing is on its way"))
        let delivered: [OutboxView] = try await syr.get("/v1/outbox?delivered=true&limit=1")
        #expect(delivered.count == 1 && delivered[0].state == "delivered" && delivered[0].deliveredAt != nil)
        #expect(try syr.amana("outbox", "--delivered").output.contains("delivered"))
        let record = try await syr.newest("release")
        #expect(try syr.amana("outbox", "--delivered", "--statement", record.statement).lines.count == 2)
        #expect(try syr.amana("outbox", "--state", "lost").code == 2)
      }
    }

    @Test(
      "What was refused and what a failure holds back is tried again at once when somebody says so; only what is meant")
    func retry() async throws {
      try await World.run { world in
        let (syr, irq, wire) = (world.syr, world.irq, world.wire(world.syr, world.irq))
        _ = try await world.released()
        let none = try syr.amana("outbox", "retry")
        #expect(none.code == 0 && none.output.contains("nothing that fits is on its way by wire"), "\(none)")
        try world.addPeers()
        let first = try #require(try await wire.sender.due(to: irq).first)
        for (result, code) in [(DeliveryReport.Result.refused, "V9"), (.failed, "tcp")] {
          let due = try await wire.sender.due(to: irq)
          #expect(due.contains { $0.entry == first.entry }, "\(result)")
          #expect(try await wire.sender.report(first.entry, to: irq, result, code: code).status == 204)
          if result == .failed { #expect(try await wire.sender.due(to: irq).isEmpty) }
          let waits = try await wire.sender.due(to: irq).map(\.entry)
          #expect(!waits.contains(first.entry), "\(result)")
          #expect(try syr.amana("outbox", "retry", "--peer", world.tur.name).output.contains("nothing that fits"))
          #expect(try await wire.sender.due(to: irq).map(\.entry) == waits)
          let again = try syr.amana("outbox", "retry", "--peer", irq.name)
          #expect(again.code == 0 && again.output.contains("\(irq.name): 2 tried again at once"), "\(again)")
        }
        #expect(try syr.amana("outbox").code == 1, "it is refused until its receipt is here")
        #expect(try syr.amana("outbox", "retry", "ffff").code == 1)
        #expect(try syr.amana("outbox", "retry", "--peer", "nobody").code == 2)
        let rows: [OutboxView] = try await syr.get("/v1/outbox")
        let one = try syr.amana("outbox", "retry", try #require(rows.last).statement, "--lang", "ar")
        #expect(one.code == 0 && one.output.contains("تُعاد محاولة إرسال"), "\(one)")
        try await EndToEnd.deliver(wire)
        #expect(try syr.amana("outbox", "retry").output.contains("nothing that fits"))
        #expect(try syr.amana("outbox").output.contains("nothing is on its way"))
      }
    }

    @Test("What came is shown with who, how, what is missing, and whether it is answered")
    func inbox() async throws {
      try await World.run { world in
        let (syr, irq, wire) = (world.syr, world.irq, world.wire(world.syr, world.irq))
        #expect(try irq.amana("inbox").output.contains("nothing has come"))
        let release = try await world.released()
        try world.addPeers()
        for item in try await wire.sender.due(to: irq) { _ = try await wire.receiver.take(item.statement, from: syr) }
        let waiting: [InboxView] = try await irq.get("/v1/inbox?complete=false")
        let awaited = try #require(waiting.first { $0.statement == release })
        #expect(awaited.missing.contains("manifest") && awaited.missing.contains("medical"), "\(awaited)")
        #expect(awaited.from == syr.name && awaited.via == "wire" && awaited.answered == nil && !awaited.complete)
        #expect(try irq.amana("inbox", "--incomplete").output.contains("lacks "))
        #expect(try irq.amana("status").output.contains("amana inbox --incomplete"))
        try await wire.exchange()
        let rows: [InboxView] = try await irq.get("/v1/inbox?complete=true&via=wire&peer=\(syr.name)")
        let row = try #require(rows.first { $0.statement == release })
        #expect(row.complete && row.missing.isEmpty && row.answered == false)
        #expect(try irq.amana("inbox", "--open").output.contains("release"))
        let lines = try await irq.lines(release).map(\.line)
        _ = try await irq.sign(irq.outcome(release, "accepted", lines))
        #expect(try irq.amana("inbox", "--open").output.contains("nothing fits"))
        #expect(try await irq.get("/v1/inbox", as: [InboxView].self).contains { $0.answered == true })
      }
    }
  }

  /// Delivers everything whatever backoff holds back: as if the time had passed.
  static func deliver(_ wire: Wire) async throws {
    for _ in 0..<200 {
      try await wire.exchange()
      let open: [OutboxView] = try await wire.from.get("/v1/outbox?peer=\(wire.to.name)")
      if open.isEmpty { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Stopped("not everything was delivered")
  }
}
