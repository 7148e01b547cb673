import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// Gate intentions, record facts.
  @Suite struct RuleTests {
    @Test("A release by somebody who is not the custodian is refused with V3 and nothing is logged")
    func notCustodian() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake())
        let offer = try await syr.draft(syr.request("offer", intake.statement, to: irq.name))
        _ = try await irq.take(syr.bundle(to: irq))
        let before = try await irq.status()
        let refusal = try problem(try await irq.post(irq.request("release", offer.statement, to: syr.name)))
        #expect(refusal.status == 409 && refusal.code == "V3", "\(refusal)")
        // V28 too: what the offer says of the border speaks of another receiver.
        #expect(refusal.failings?.count { $0.code == "V3" } == 12, "\(refusal)")
        #expect(refusal.detail.contains("SYR/prisons is its custodian"))
        #expect(refusal.failings?.allSatisfy { $0.line == nil } == true, "lines of a draft that is thrown away")
        #expect(try await irq.status() == before)
      }
    }

    @Test("Lines that are released are not released again, not even by a draft that came first (V3)")
    func releasedTwice() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake()).statement
        let waiting = try await syr.draft(syr.request("release", intake, to: irq.name, hours: 7))
        let release = try await syr.sign(syr.request("release", intake, to: irq.name, hours: 7))
        let before = try await syr.status().size
        let refusal = try problem(try await syr.post(syr.request("release", intake, to: irq.name)))
        #expect(refusal.code == "V3" && refusal.detail.contains(release.statement ?? "-"))
        _ = try await syr.approve(waiting, 1)
        let late = try problem(try await syr.approve(waiting, 2))
        #expect(late.status == 409 && late.code == "V3", "\(late)")
        #expect(try await syr.status().size == before)
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("An answered line is not answered again (V4), by a new draft or by one that waited")
    func answeredTwice() async throws {
      try await World.run { world in
        let irq = world.irq
        let release = try await world.releaseArrived()
        let lines = try await irq.lines(release).map(\.line)
        let waiting = try await irq.draft(irq.outcome(release, "refused", [lines[0]]))
        _ = try await irq.sign(irq.outcome(release, "accepted", [lines[0], lines[1]]))
        let before = try await irq.status().size
        let refusal = try problem(try await irq.post(irq.outcome(release, "missing", [lines[1]])))
        #expect(refusal.status == 409 && refusal.code == "V4" && refusal.detail.contains("already answered accepted"))
        _ = try await irq.approve(waiting, 1)
        #expect(try problem(try await irq.approve(waiting, 2)).code == "V4")
        let twice = try problem(try await irq.post(irq.outcome(release, "accepted", [lines[2], lines[2]])))
        #expect(twice.code == "V5", "\(twice)")
        #expect(try await irq.status().size == before)
        let held = try await irq.lines(release).filter { $0.custodian == irq.name }.map(\.line)
        #expect(Set(held) == [lines[0], lines[1]])
      }
    }

    @Test("Only the addressee answers a release (V12)")
    func notAddressed() async throws {
      try await World.run { world in
        let release = try await world.releaseArrived()
        let line = try await world.syr.lines(release)[0].line
        let refusal = try problem(try await world.syr.post(world.syr.outcome(release, "accepted", [line])))
        #expect(refusal.status == 409 && refusal.code == "V12", "\(refusal)")
      }
    }

    @Test("An intake ten days late is recorded, here and at the partner's, with a V18 flag")
    func lateIntake() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let late = try await syr.sign(syr.intake(12, hours: 240))
        #expect(late.flags.map(\.code) == ["V18"])
        let shown: StatementView = try await syr.get("/v1/statements/\(late.signedID)")
        #expect(shown.flags.contains { $0.code == "V18" && $0.detail.contains("10 days") }, "\(shown.flags)")
        #expect(try syr.amana("show", late.signedID).output.contains("flag V18"))
        _ = try await syr.draft(syr.request("offer", late.statement, to: irq.name))
        let report = try await irq.take(syr.bundle(to: irq))
        #expect(report.statements.allSatisfy { $0.result == "registered" })
        #expect(report.statements.first { $0.event == "intake" }?.failings.map(\.code) == ["V18"])
        #expect(try syr.amana("audit").code == 0)
        #expect(try irq.amana("audit").code == 0)
      }
    }

    @Test("An intention in the future or late is refused with V18; one that runs backwards with V17")
    func times() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake()).statement
        let before = try await syr.status().size
        for (hours, code) in [(-3.0, "V18"), (240.0, "V17"), (11.0, "V17")] {
          let refusal = try problem(try await syr.post(syr.request("release", intake, to: irq.name, hours: hours)))
          #expect(refusal.status == 409 && refusal.code == code, "\(hours): \(refusal)")
        }
        #expect(try await syr.status().size == before)
      }
    }

    @Test("An unknown site is a flag on a fact; an inactive power stops an intention (V11)")
    func competence() async throws {
      try await World.run { world in
        var request = world.syr.intake()
        request.siteID = "SYR-XXX-99"
        let view = try await world.syr.sign(request)
        #expect(view.flags.map(\.code) == ["V11"])
        let refusal = try problem(
          try await world.syr.post(world.syr.request("release", view.statement, to: "FRA/nobody")))
        #expect(refusal.code == "V11", "\(refusal)")
      }
    }
  }
}
