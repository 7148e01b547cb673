import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// V15 with real daemons: a key is found compromised after the fact, and the next roster says from when.
  @Suite struct DoubtTests {
    private func now() -> UnixTime { UnixTime(Date().timeIntervalSince1970) }

    /// The next roster says that SYR's statement key is compromised since a time, and lists a new one; both adopt it.
    private func compromise(since time: UnixTime, _ world: World) throws {
      let key = try PrivateKey.generate(.p256)
      let second = try world.next(after: world.firstRoster(), by: [world.syr, world.irq], version: 2) { authority in
        guard authority.name.description == world.syr.name,
          let old = authority.keys.first(where: { $0.purpose == .statement }),
          let new = KeyRecord(
            purpose: .statement, key: key.publicKey, notBefore: old.notBefore, notAfter: old.notAfter,
            replaces: old.kid)
        else { return authority }
        let gone = try old.revoked(.compromised, from: time)
        return authority.with(keys: authority.keys.filter { $0.kid != old.kid } + [gone, new])
      }
      try Data(key.pem()).write(to: URL(filePath: "\(world.syr.folder)/keys/statement.pem"))
      try adopt(second, world)
    }

    private func adopt(_ roster: (bytes: [UInt8], digest: String), _ world: World) throws {
      Running.shared.killAll()
      for side in [world.syr, world.irq] { try world.pin(side, roster.bytes, roster.digest) }
      for side in [world.syr, world.irq] { _ = try side.daemon().ready() }
    }

    /// The next roster says that others may have the key of SYR's first officer since a time; both adopt it.
    private func expose(officerSince time: UnixTime, _ world: World) throws {
      let second = try world.next(after: world.firstRoster(), by: [world.syr, world.irq], version: 2) { authority in
        guard authority.name.description == world.syr.name else { return authority }
        return try authority.revoking(officer: 1, .lost, from: time)
      }
      try adopt(second, world)
    }

    private func doubts(_ side: TestAuthority) throws -> [Substring] {
      try Database(side.store, side.logs).run("SELECT lower(hex(statement)) FROM doubt")
    }

    @Test(
      "V15 What a partner saw before stays; what nobody saw contests, is flagged and told, and its parties settle it")
    func contested() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let seen = try await syr.releases(to: irq)
        _ = try await irq.take(syr.bundle(to: irq))
        try await irq.accepts(seen, from: syr)
        let unseen = try await syr.releases(to: irq)
        let late = try await syr.bundle(to: irq)
        // Others may have the key from the next second on; the bundle travels for longer.
        let time = now() + 1
        try await Task.sleep(for: .seconds(2.1))
        _ = try await irq.take(late)
        let never = try await syr.releases(to: irq)
        let lost = try await syr.bundle(to: irq)
        let kept = try #require(try await syr.sign(syr.intake(2)).statement)
        try compromise(since: time, world)

        #expect(try await syr.phases(seen) == ["held"])
        for side in [syr, irq] {
          #expect(try await side.phases(unseen) == ["contested"])
          let shown = try side.amana("show", unseen)
          #expect(shown.output.contains("V15"), "\(shown)")
          let alarms = try await side.status().alarms
          #expect(alarms.contains { $0.code == "V15" && $0.detail.hasPrefix("\(unseen) is in doubt") }, "\(alarms)")
          #expect(try !doubts(side).contains(seen[...]))
          let audit = try side.amana("audit")
          #expect(audit.code == 0, "\(audit)")
        }
        // What is on record and in doubt is known when it comes again, and nothing is refused.
        let again = try await irq.take(late)
        #expect(again.statements.first { $0.statement == unseen }?.result == "known", "\(again)")
        #expect(try await !irq.status().alarms.contains { $0.detail.hasPrefix("refused \(unseen)") })
        // Signed by the exposed key and unknown here: no fact, and it does not vanish either.
        let report = try await irq.take(lost)
        #expect(report.statements.first { $0.statement == never }?.failings.map(\.code) == ["V15"], "\(report)")
        #expect(try await irq.status().alarms.contains { $0.detail.hasPrefix("refused \(never)") })
        let convoy = CommandConvoy(world)
        // Whom it says it took in it releases once it has said so again, alone: nobody else claims them.
        #expect(try await syr.phases(kept) == ["contested"])
        let onward = try problem(try await syr.post(syr.request("release", kept, to: irq.name)))
        #expect((onward.failings ?? []).contains { $0.code == "V7" }, "\(onward)")
        try convoy.sign(syr, "resolve", kept, "--custodian", syr.name)
        #expect(try await syr.phases(kept) == ["held"])
        for side in [syr, irq] { try convoy.sign(side, "resolve", unseen, "--custodian", irq.name) }
        _ = try await syr.take(irq.bundle(to: syr))
        _ = try await irq.take(syr.bundle(to: irq))
        for side in [syr, irq] { #expect(try await side.phases(unseen) == ["held"]) }
        Running.shared.killAll()
        for side in [syr, irq] {
          _ = try side.daemon().ready()
          #expect(try side.amana("audit").code == 0)
        }
      }
    }

    @Test("V15 What was approved with an officer's key that others may have is in doubt too, until a receipt proves it")
    func approvals() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let seen = try await syr.releases(to: irq)
        _ = try await irq.take(syr.bundle(to: irq))
        try await irq.accepts(seen, from: syr)
        let sent = try await syr.releases(to: irq)
        _ = try await irq.take(syr.bundle(to: irq))
        let time = now() + 1
        try await Task.sleep(for: .seconds(1.1))
        let unseen = try await syr.releases(to: irq)
        let late = try await syr.bundle(to: irq)
        try expose(officerSince: time, world)

        #expect(try await syr.phases(seen) == ["held"])
        // IRQ had seen it; SYR has no proof of that yet.
        #expect(try await irq.phases(sent) == ["released"])
        #expect(try await syr.phases(sent) == ["contested"])
        let alarms = try await syr.status().alarms
        let told = alarms.first { $0.code == "V15" && $0.detail.hasPrefix("\(sent) is in doubt") }
        #expect(told?.detail.contains("the keys of officers who approved it") == true, "\(alarms)")
        // What comes only now is on record, flagged, and moves nobody by itself.
        let report = try await irq.take(late)
        #expect(report.statements.first { $0.statement == unseen }?.result == "registered", "\(report)")
        #expect(try await irq.phases(unseen) == ["contested"])
        let shown = try irq.amana("show", unseen)
        #expect(shown.output.contains("V14") && shown.output.contains("V15"), "\(shown)")
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
        try await irq.accepts(sent, from: syr)
        #expect(try await syr.phases(sent) == ["held"])
        Running.shared.killAll()
        for side in [syr, irq] {
          _ = try side.daemon().ready()
          #expect(try side.amana("audit").code == 0)
        }
        #expect(try await irq.phases(unseen) == ["contested"])
      }
    }

    @Test("V15 A receipt that comes after the roster ends a doubt; the projection built again says the same")
    func eased() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let sent = try await syr.releases(to: irq)
        _ = try await irq.take(syr.bundle(to: irq))
        let time = now() + 1
        try await Task.sleep(for: .seconds(1.1))
        try compromise(since: time, world)
        // IRQ had seen it; SYR has no proof of that yet.
        #expect(try await irq.phases(sent) == ["released"])
        #expect(try await syr.phases(sent) == ["contested"])
        Running.shared.killAll()
        // As a version before doubts would have left it.
        for change in [
          "UPDATE meta SET value = 'old' WHERE key = 'projection'", "DELETE FROM doubt", "DELETE FROM alarm",
        ] {
          _ = try Database(syr.store, syr.logs).run(change)
        }
        for side in [syr, irq] { _ = try side.daemon().ready() }
        #expect(try await syr.phases(sent) == ["contested"])
        #expect(try await syr.status().alarms.contains { $0.detail.hasPrefix("\(sent) is in doubt") })
        // Signed while it is in doubt, and judged so for good, whatever proof comes later.
        try CommandConvoy(world).sign(syr, "resolve", sent, "--custodian", irq.name)
        try await irq.accepts(sent, from: syr)
        #expect(try doubts(syr).isEmpty)
        #expect(try await syr.phases(sent) == ["held"])
        let status = try syr.amana("status")
        #expect(status.code == 0 && !status.output.contains("V15"), "\(status)")
        #expect(try syr.amana("audit").code == 0)
      }
    }
  }
}
