import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// An administration changes hands: IRQ/justice ends, IRQ/corrections answers what it left open (issue 5).
  @Suite struct SuccessionTests {
    /// The second version: IRQ has departed, sealed at a checkpoint, and the new authority succeeds it.
    private func propose(_ world: World, _ new: TestAuthority, _ note: String) throws -> (file: String, digest: String)
    {
      let introduction = [
        "--uri", "https://corrections.iraq.example/custody", "--name-en", "Corrections", "--name-ar", "الإصلاح",
        "--member-en", "Iraq", "--member-ar", "العراق",
      ]
      return try world.nextRoster(adding: new, introduction) { all, alone in
        var authorities = try #require(all["authorities"] as? [[String: Any]])
        for index in authorities.indices where authorities[index]["authority"] as? String == world.irq.name {
          authorities[index]["status"] = "departed"
        }
        var heir = try #require((alone["authorities"] as? [[String: Any]])?.first)
        // Whole seconds: what was seen in this one was seen before.
        let since = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 1))
        heir["succeeds"] = [
          "authority": world.irq.name, "effective_from": since.replacing("Z", with: "+00:00"),
          "final_checkpoint": note.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init),
        ]
        all["authorities"] = authorities + [heir]
      }
    }

    /// IRQ ends at a checkpoint and the new authority follows it, as SYR's next daemon hears; nothing runs any more.
    private func succeed(_ world: World, _ note: String) throws -> TestAuthority {
      let (syr, irq) = (world.syr, world.irq)
      let new = TestAuthority(
        name: "IRQ/corrections", folder: "\(world.folder)/new", logs: world.logs, site: irq.site)
      let (file, digest) = try propose(world, new, note)
      try world.amana(["roster", "publish", file, "--directory", syr.folder])
      Running.shared.killAll()
      try world.trust(new, file, digest)
      // The office goes on with its predecessor's seal key, so that what was sealed to that opens.
      try FileManager.default.copyItem(
        atPath: "\(irq.folder)/keys/seal.pem", toPath: "\(new.folder)/keys/seal-former-justice.pem")
      return new
    }

    /// What a roster says that seals a log at another one's checkpoint.
    private func expectRefused(_ world: World, _ note: String) throws {
      let text = try String(contentsOfFile: "\(world.folder)/roster-2.cose.json", encoding: .utf8)
      let origin = try #require(note.split(separator: "\n").first)
      let escaped = origin.replacing("/", with: "\\/")
      let bad = text.replacing(escaped, with: "elsewhere.example\\/log\\/1")
      #expect(bad != text)
      try bad.write(toFile: "\(world.folder)/bad.json", atomically: true, encoding: .utf8)
      let answer = try world.command([
        "roster", "propose", "\(world.folder)/bad.json", "--previous", "\(world.folder)/roster.cose", "--output",
        "\(world.folder)/bad.cose",
      ])
      #expect(answer.code == 1 && answer.errors.contains("amana status --checkpoint"), "\(answer)")
    }

    /// Whether all three people of a release are held by an authority, as a log says.
    private func isHeld(_ release: String, by custodian: String, in side: TestAuthority) async throws -> Bool {
      let lines = try await side.lines(release)
      return lines.count == 3 && lines.allSatisfy { $0.custodian == custodian && $0.phase == "held" }
    }

    private func expectHeld(_ release: String, by custodian: String, in logs: [TestAuthority]) async throws {
      for side in logs { #expect(try await isHeld(release, by: custodian, in: side), "\(side.name)") }
    }

    @Test(
      "The successor holds what was held, answers what was open and releases on; what came after the end is contested")
    func succeeds() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let held = try await world.releaseArrived(3)
        try await irq.accepts(held, from: syr)
        let open = try await world.releaseArrived(3)
        let late = try await world.releaseArrived(3)

        // The end: IRQ's last bundle, and the checkpoint that it is proven against.
        let note = try irq.amana("status", "--checkpoint").output
        let last = try await irq.bundle(to: irq, clear: true)
        let new = try succeed(world, note)
        try expectRefused(world, note)
        for side in [syr, irq, new] { _ = try side.daemon().ready() }

        // What SYR knows is due to the successor at once, though nobody has said where it is.
        let due = try syr.amana("outbox", "--peer", new.name, "--json")
        #expect(due.code == 0 && due.output.contains(open), "\(due)")
        let waiting = try await syr.lines(open)
        #expect(waiting.count == 3 && waiting.allSatisfy { $0.phase == "released" && $0.custodian == syr.name })
        try await expectHeld(held, by: new.name, in: [syr])

        try await Task.sleep(for: .seconds(2))
        // IRQ's daemon has heard of nothing and accepts three more: on record at SYR, and contested.
        _ = try await irq.sign(irq.outcome(late, "accepted", irq.lines(late).map(\.line)))
        let beyond = try await syr.take(irq.bundle(to: syr))
        #expect(beyond.statements.contains { $0.result == "registered" }, "\(beyond)")
        #expect(try await syr.phases(late) == ["contested"])
        let alarms = try await syr.status().alarms
        #expect(alarms.contains { $0.code == "V21" }, "\(alarms)")

        // The successor takes the last bundle: proven against the end, nothing of it is doubted.
        let taken = try await new.take(last)
        #expect(!taken.statements.isEmpty && taken.statements.allSatisfy { $0.result != "refused" }, "\(taken)")
        _ = try await new.take(syr.bundle(to: new))
        try await expectHeld(held, by: new.name, in: [new, syr])
        // It is said to hold them, on the proof of the predecessor's acceptance; nobody asks about the old name in vain.
        let subject = try await syr.lines(held)[0].subject
        let person: PersonView = try await syr.get("/v1/questions/custody?subject=\(subject)")
        #expect(person.custodian == new.name && person.site == irq.site && person.holds, "\(person)")
        #expect(person.steps.last?.issuer == irq.name && person.steps.last?.says == "accepted")
        for question in ["questions/held?custodian", "questions/transit?party", "lines?custodian"] {
          let refused = try problem(try await syr.send(.get, "/v1/\(question)=\(irq.name)"))
          #expect(refused.status == 422 && refused.detail.contains(new.name), "\(refused)")
        }
        let counts: [HeldView] = try await syr.get("/v1/questions/held?custodian=\(new.name)&site=\(irq.site)")
        #expect(counts.reduce(0) { $0 + $1.held } == 3, "\(counts)")
        let raised = try await new.status().alarms.filter { $0.code == "V21" }
        #expect(raised.count == 2, "\(raised.map(\.detail))")

        _ = try await new.sign(new.outcome(open, "accepted", new.lines(open).map(\.line)))
        let answered = try await syr.take(new.bundle(to: syr))
        #expect(
          !answered.statements.isEmpty && answered.statements.allSatisfy { $0.result != "refused" }, "\(answered)")
        try await expectHeld(open, by: new.name, in: [new, syr])

        let back = try #require(try await new.sign(new.onward(held, to: syr)).statement)
        let report = try await syr.take(new.bundle(to: syr))
        #expect(
          !report.statements.isEmpty && report.statements.allSatisfy { $0.failings.isEmpty || $0.result == "known" },
          "\(report)")
        _ = try await syr.sign(syr.outcome(back, "accepted", syr.lines(back).map(\.line)))
        try await expectHeld(back, by: syr.name, in: [syr])

        for side in [syr, new] {
          let audit = try side.amana("audit")
          #expect(audit.code == 0, "\(side.name): \(audit)")
        }
      }
    }

    @Test("By wire: partners send the successor what concerns it, and it answers")
    func byWire() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let held = try await world.releaseArrived(3)
        try await irq.accepts(held, from: syr)
        let open = try await world.releaseArrived(3)
        let note = try irq.amana("status", "--checkpoint").output
        let new = try succeed(world, note)
        // Nothing of the predecessor runs any more.
        let ports = [syr.name: Port.free(), new.name: Port.free()]
        for (side, other) in [(syr, new), (new, syr)] {
          _ = try side.daemon(["--set", "exchange.gossip-seconds=1"]).ready()
          let url = "https://127.0.0.1:\(try #require(ports[other.name]))"
          let added = try side.amana("peer", "add", other.name, "--url", url)
          #expect(added.code == 0, "\(added)")
        }
        for side in [syr, new] {
          _ = try Courier(side, port: #require(ports[side.name]), exchange: side.exchange).ready()
        }
        try await new.arrived(open)
        try await expectHeld(held, by: new.name, in: [syr])
        #expect(try await becomes { try await isHeld(held, by: new.name, in: new) })
        _ = try await new.sign(new.outcome(open, "accepted", new.lines(open).map(\.line)))
        #expect(try await becomes { try await isHeld(open, by: new.name, in: syr) })
        try await expectHeld(open, by: new.name, in: [syr, new])
        try await expectHeld(held, by: new.name, in: [syr, new])
        // All of it is there and receipted; what is left is for the one that ended.
        #expect(try await becomes { try await syr.undelivered().allSatisfy { $0.peer != new.name } })
        for side in [syr, new] { #expect(try side.amana("audit").code == 0) }
      }
    }
  }
}
