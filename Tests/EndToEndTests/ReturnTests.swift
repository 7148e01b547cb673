import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// Whom somebody handed over they ask for back, or let go on to a third, or not.
  @Suite struct ReturnTests {
    @Test("A request to return people waits in the receiver's status, is refused, then agreed to, and they come back")
    func back() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let release = try await world.releaseArrived(3)
        let early = try syr.amana("return", "request", release)
        #expect(early.code == 1 && early.errors.contains("recall"), "\(early)")
        try await irq.accepts(release, from: syr)
        let line = try await syr.lines(release)[0].line
        let asked = try syr.amana("return", "request", release, "--lines", "line:\(line)", "--reason", "court-order")
        #expect(asked.code == 0 && !asked.output.contains("V"), "\(asked)")
        try await convoy.bring(from: syr, to: irq)
        let request = try await irq.newest("return-requested")
        #expect(request.lines == 1 && request.flags.isEmpty)
        #expect(try await irq.status().proposals.map(\.event) == ["return-requested"])
        #expect(try irq.amana("status").output.contains("return-requested"))
        let refused = try irq.amana("decline", request.statement, "--reason", "risk-of-harm")
        #expect(refused.code == 0, "\(refused)")
        #expect(try await irq.newest("return-refused").flags.isEmpty)
        #expect(try await irq.status().proposals.isEmpty)
        // They think better of it.
        let agreed = try irq.amana("return", "agree", request.statement)
        #expect(agreed.code == 0 && !agreed.output.contains("V"), "\(agreed)")
        #expect(try await irq.custodians(release) == ["IRQ/justice held"], "it moves nobody")
        try await convoy.bring(from: irq, to: syr)
        #expect(try await syr.newest("return-agreed").flags.isEmpty)
        let person = try #require(try await irq.lines(release).first { $0.line == line }?.reference)
        let border = try await convoy.border(irq, release, only: person)
        try convoy.sign(irq, "release", release, "--to", syr.name, "--lines", person, "--adds", border)
        try await convoy.bring(from: irq, to: syr)
        let back = try await syr.newest("release").statement
        try convoy.sign(syr, "accept", back, "--all", "--site", syr.site)
        #expect(try await syr.custodians(back) == ["SYR/prisons held"])
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("Nobody goes on against a refusal; a consent is cited, travels to the third, and both know its conditions")
    func onward() async throws {
      try await World.run(World.Setting(three: true)) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let convoy = CommandConvoy(world)
        // Nobody claims a consent in their lines.
        var intake = syr.intake(2)
        intake.persons = Persons.list(2).map { $0.filter { $0.key != "onward_consent" } }
        let taken = try await syr.sign(intake).statement
        let release = try await syr.sign(syr.request("release", taken, to: irq.name, hours: 8)).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        try await irq.accepts(release, from: syr)
        let border = try await convoy.border(irq, release)
        let before = try irq.amana("release", release, "--to", tur.name, "--adds", border)
        #expect(before.code == 1 && before.errors.contains("has not consented"), "\(before)")
        #expect(try syr.amana("consent", "refuse", release, "--occurred-at", ago(hours: 2)).code == 0)
        try await convoy.bring(from: syr, to: irq)
        let against = try irq.amana("release", release, "--to", tur.name, "--adds", border)
        #expect(against.code == 1 && against.errors.contains("refused their going on"), "\(against)")
        let given = try syr.amana(
          "consent", "give", release, "--to", tur.name, "--condition", "monitoring", "--condition", "return-on-request",
          "--until", ago(hours: -48), "--occurred-at", ago(hours: 1))
        #expect(given.code == 0 && !given.output.contains("V"), "\(given)")
        try await convoy.bring(from: syr, to: irq)
        try convoy.sign(irq, "release", release, "--to", tur.name, "--adds", border)
        let onward = try await irq.newest("release").statement
        let consent = try await irq.newest("onward-consent").statement
        let cited = try await irq.signed(onward).event.references
        #expect(cited.contains { $0.relation == .consent && $0.statement.description == consent })
        try await convoy.bring(from: irq, to: tur)
        #expect(try await tur.newest("release").flags.isEmpty)
        for side in [syr, irq, tur] {
          let said = try await side.get("/v1/statements/\(release)/consents", as: [ConsentView].self)
          let counting = said.filter { $0.counts && $0.to == tur.name }
          #expect(counting.count == 2, "\(side.name)")
          let terms = ["monitoring", "return-on-request"]
          #expect(counting.allSatisfy { $0.consent == "given" && $0.conditions == terms })
        }
        // What stands in sealed lines is noted as read: of the release and of both consents that are here.
        let said = Set(
          try await irq.get("/v1/statements?event=onward-consent", as: [StatementView].self).map(\.statement))
        let reads = try await irq.get("/v1/reads", as: [ReadView].self).filter { $0.operation == "listConsents" }
        #expect(Set(reads.map(\.statement)) == said.union([release]) && said.count == 2)
        let shown = try irq.amana("consent", "show", release)
        #expect(shown.code == 0 && shown.output.contains("monitoring return-on-request"), "\(shown)")
        for side in [syr, irq, tur] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }

    @Test("What was said is not answered from half of it, and is answered when its content was erased")
    func consentsNotHere() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let taken = try await syr.sign(syr.intake(2)).statement
        let release = try await syr.sign(syr.request("release", taken, to: irq.name, hours: 8)).statement ?? ""
        func asked() async throws -> ControlResponse { try await irq.send(.get, "/v1/statements/\(release)/consents") }
        func expectIncomplete(_ missing: String) async throws {
          let answer = try problem(try await asked())
          #expect(answer.status == 409 && answer.code == "incomplete" && answer.detail.contains(missing), "\(answer)")
        }
        /// What comes without what is sealed, and then with it.
        func brought(_ missing: String) async throws {
          let whole = try await syr.bundle(to: irq)
          _ = try await irq.take(SealedPieces(whole).bytes(payloads: []))
          try await expectIncomplete(missing)
          _ = try await irq.take(whole)
          #expect(try await asked().status == 200)
        }
        try await brought(release)
        try await irq.accepts(release, from: syr)
        let given = try syr.amana("consent", "give", release, "--occurred-at", ago(hours: 2))
        #expect(given.code == 0, "\(given)")
        try await brought(try await syr.newest("onward-consent").statement)
        let withdrawn = try syr.amana("consent", "withdraw", release, "--occurred-at", ago(hours: 1))
        #expect(withdrawn.code == 0, "\(withdrawn)")
        let withdrawal = try await syr.newest("onward-consent").statement
        try await brought(withdrawal)
        _ = try await syr.take(irq.bundle(to: syr))
        var erasure = syr.request("erased", withdrawal)
        erasure.reason = "court-order"
        #expect(try await syr.sign(erasure).statement != nil)
        for side in [syr, irq] {
          let said = try await side.get("/v1/statements/\(release)/consents", as: [ConsentView].self)
          let counting = said.filter(\.counts)
          #expect(said.count == 4 && counting.count == 2, "\(side.name)")
          #expect(counting.allSatisfy { $0.consent == "withdrawn" && $0.statement == withdrawal }, "\(side.name)")
        }
      }
    }

    @Test("What a request cannot say is refused with its field") func requests() async throws {
      try await World.run { world in
        let syr = world.syr
        let release = try await world.releaseArrived(2)
        func field(_ change: (inout DraftRequest) -> Void) async throws -> String {
          var request = syr.request("onward-consent", release)
          request.consent = "given"
          change(&request)
          let answer = try await syr.post(request)
          #expect(answer.status == 422)
          return String(try problem(answer).detail.prefix { $0 != ":" })
        }
        #expect(try await field { $0.consent = "perhaps" } == "consent")
        #expect(try await field { $0.to = "nobody" } == "to")
        #expect(try await field { $0.until = "tomorrow" } == "until")
        #expect(try await field { $0.statement = nil } == "statement")
        // A condition that no list has is a fact all the same.
        var odd = syr.request("onward-consent", release)
        (odd.consent, odd.conditions) = ("given", ["by-moonlight"])
        #expect(try await syr.draft(odd).flags.map(\.code) == ["V25"])
      }
    }
  }
}
