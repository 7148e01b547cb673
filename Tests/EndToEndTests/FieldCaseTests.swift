import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// field-cases.md, by number.
  @Suite struct FieldCaseTests {
    @Test("F3 Offered twice with different terms, accepted in reverse order: the second release is refused")
    func f3() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake()).statement
        var terms = syr.request("offer", intake, to: irq.name, hours: 9)
        let first = try await syr.draft(terms)
        terms.draftID = UUID().uuidString
        terms.acceptBy = ago(hours: -12)
        let second = try await syr.draft(terms)
        _ = try await irq.take(syr.bundle(to: irq))
        for offer in [second, first] { _ = try await irq.draft(irq.request("offer-agreed", offer.statement)) }
        _ = try await syr.take(irq.bundle(to: syr))
        _ = try await syr.sign(syr.request("release", second.statement, to: irq.name))
        let refusal = try problem(try await syr.post(syr.request("release", first.statement, to: irq.name)))
        #expect(refusal.code == "V3")
      }
    }

    @Test("F4 A refusal travels, is receipted like an acceptance, and the lines may be released again")
    func f4() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await world.releaseArrived()
        let lines = try await irq.lines(release).map(\.line)
        let refused = try await irq.sign(irq.outcome(release, "refused", [lines[0]])).signedID
        let accepted = try await irq.sign(irq.outcome(release, "accepted", [lines[1]])).signedID
        _ = try await syr.take(irq.bundle(to: syr))
        let back = try await irq.take(syr.bundle(to: irq))
        for outcome in [refused, accepted] {
          #expect(back.statements.first { $0.statement == outcome }?.newReceipts == 1)
          let shown: StatementView = try await irq.get("/v1/statements/\(outcome)")
          #expect(Set(shown.receipts.map(\.origin)).count == 2, "both logs have given a receipt")
        }
        var again = syr.request("release", release, to: irq.name)
        again.lines = [lines[0]]
        let second = try await syr.sign(again).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        _ = try await irq.sign(irq.outcome(second, "accepted", try await irq.lines(second).map(\.line)))
        _ = try await syr.take(irq.bundle(to: syr))
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq)
        #expect(custody.syr.count { $0.hasSuffix("IRQ/justice held") } == 2)
      }
    }

    @Test("F6, F7 What is signed is not cancelled, discarded, deleted or changed")
    func f6AndF7() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await world.releaseArrived()
        let draft = try await irq.sign(irq.outcome(release, "accepted", try await irq.lines(release).map(\.line)))
        _ = try await syr.take(irq.bundle(to: syr))
        #expect(try await irq.send(.delete, "/v1/drafts/\(draft.draftID)").status == 409)
        let deleted = try await irq.send(.delete, "/v1/statements/\(draft.signedID)")
        #expect([404, 405].contains(deleted.status))
        #expect(try problem(try await syr.post(syr.request("release", release, to: irq.name))).code == "V3")
        for event in ["recall", "erased", "cancelled"] {
          let response = try await syr.post(syr.request(event, release, to: irq.name))
          #expect((400..<500).contains(response.status), "\(event)")
        }
        for sql in ["UPDATE statement SET issuer = 'X/y'", "DELETE FROM statement", "DELETE FROM roster"] {
          #expect(throws: Stopped.self) { try Database(irq.store, world.logs).run(sql) }
        }
        #expect(try irq.amana("audit").code == 0)
      }
    }

    @Test("F8, F10 The whole convoy in one command or line by line, an age discrepancy among them")
    func f8AndF10() async throws {
      try await World.run { world in
        let irq = world.irq
        let convoy = CommandConvoy(world)
        let release = try await world.releaseArrived()
        let people = try await irq.lines(release).filter { $0.age == "adult" }.compactMap(\.reference)
        try convoy.sign(irq, "refuse", release, "--lines", people[0])
        try convoy.sign(
          irq, "accept", release, "--all", "--site", irq.site, "--discrepancy", "\(people[1])=age:child",
          "--discrepancy", "\(people[2])=age:child_presumed")
        let held = try await irq.lines(release).filter { $0.custodian == irq.name }
        #expect(held.count == 11)
        let outcome = try await irq.newest("outcome")
        #expect(outcome.lines == 11)
        #expect(try irq.amana("accept", release, "--all").code == 1, "nobody is left to answer")
        try await convoy.bring(from: irq, to: world.syr)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq)
      }
    }

    @Test(
      "F15 A clock years off: a fact is recorded and flagged, an intention refused; a manual time is shown with its error"
    )
    func f15() async throws {
      try await World.run { world in
        let syr = world.syr
        var request = syr.intake(hours: 5 * 8766)
        (request.timeSource, request.clockErrorSeconds) = ("manual", 600)
        let intake = try await syr.sign(request)
        let stated = try await syr.newest("intake")
        #expect(stated.flags.map(\.code) == ["V18"], "\(stated)")
        #expect(stated.timeSource == "manual" && stated.clockErrorSeconds == 600)
        let shown = try syr.amana("show", environment: ["COLUMNS": "300"])
        #expect(shown.output.contains("±600 s (clock set by hand)"), "\(shown)")
        // Ten years before the step it follows, and five years ahead of this machine.
        for hours: Double in [15 * 8766, -5 * 8766] {
          let offer = try problem(
            try await syr.post(syr.request("offer", intake.statement, to: world.irq.name, hours: hours)))
          #expect(offer.status == 409 && ["V17", "V18"].contains(offer.code), "\(offer)")
        }
        // A clock that says how far it may be off passes within that.
        var release = syr.request("release", intake.statement, to: world.irq.name, hours: 1)
        (release.timeSource, release.clockErrorSeconds) = ("manual", 7200)
        #expect(try await syr.sign(release).flags.isEmpty)
      }
    }

    @Test("F11 Ten retries of every step have one effect")
    func f11() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake())
        let request = syr.request("release", intake.statement, to: irq.name)
        let draft = try await syr.draft(request)
        for officer in 1...2 {
          let approval = try syr.approval(draft, syr.officer(officer))
          for _ in 0..<10 { #expect(try await syr.hand(approval, to: draft).status == 200) }
          for _ in 0..<10 { #expect(try await syr.draft(request).draftID == draft.draftID) }
        }
        #expect(try await syr.status().size == 5)
        let bundle = try await syr.bundle(to: irq)
        for _ in 0..<10 { _ = try await irq.take(bundle) }
        #expect(try await irq.status().size == 5)
      }
    }
  }
}
