import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// What a duty officer asks, each in one command and one request.
  @Suite struct QuestionsTests {
    private func who(_ side: TestAuthority, _ query: String) async throws -> PersonView {
      try await side.get("/v1/questions/custody?\(query)")
    }

    @Test("Who holds this person is answered at every step, with where, and with statements that are checked again")
    func custody() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(3))
        let held = try await who(syr, "within=\(intake.signedID)&line=HSK-1002")
        #expect(held.reference == "HSK-1002" && held.name == "Abdulsalam Muhammad 2" && held.phase == "held")
        #expect(held.custodian == syr.name && held.site == syr.site && held.unbroken && held.holds)
        #expect(held.steps.map(\.event) == ["intake"] && held.steps[0].moves && held.steps[0].manifest == "held")
        #expect(held.steps[0].signatures.map(\.role) == ["authority", "officer", "officer"])
        #expect(held.steps[0].leaf != nil && held.size > held.steps[0].leaf ?? .max)
        var leaving = syr.request("release", intake.statement, to: irq.name, hours: 8)
        leaving.acceptBy = ago(hours: 1)
        let release = try await syr.sign(leaving).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        for side in [syr, irq] {
          let open = try await who(side, "subject=\(held.subject)")
          #expect(open.phase == "released" && open.custodian == syr.name && open.releasedTo == irq.name)
          #expect(open.overdue && open.steps.map(\.event) == ["intake", "release"] && open.holds, "\(open)")
          #expect(open.reference == "HSK-1002")
        }
        let line = try #require(try await irq.lines(release).first { $0.subject == held.subject }?.line)
        _ = try await irq.sign(irq.outcome(release, "accepted", [line]))
        _ = try await syr.take(irq.bundle(to: syr))
        for side in [syr, irq] {
          let gone = try await who(side, "subject=\(held.subject.prefix(12))")
          #expect(gone.phase == "held" && gone.custodian == irq.name && gone.site == irq.site && gone.holds, "\(gone)")
          #expect(gone.steps.map(\.event) == ["release", "outcome"] && gone.steps.last?.says == "accepted")
          #expect(
            gone.steps.last?.receipts.isEmpty == false && gone.steps.allSatisfy { $0.receipts.allSatisfy(\.holds) })
        }
        // A record's id means its steps, a number the line of the one that describes them last.
        let byRecord = try await who(irq, "within=\(try await irq.newest("release").recordID)&line=line:\(line)")
        #expect(byRecord.subject == held.subject)
        let shown = try irq.amana("ask", "who", release, "--line", "HSK-1002")
        #expect(shown.code == 0 && shown.output.contains("held by IRQ/justice") && shown.output.contains("HOLDS"))
        let arabic = try irq.amana("ask", "who", "--subject", held.subject, "--lang", "ar")
        #expect(arabic.code == 0 && arabic.output.contains("في عهدة") && arabic.output.contains("صحيح"))
      }
    }

    @Test("Nobody is guessed: a word that names nobody, too few digits, two ways at once are refused")
    func nobody() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(2)).signedID
        for query in [
          "subject=abc", "subject=zzzz", "within=\(intake)", "line=1", "within=\(intake)&subject=abcd&line=1",
        ] {
          #expect(try await syr.send(.get, "/v1/questions/custody?\(query)").status == 422, "\(query)")
        }
        for query in [
          "subject=\(String(repeating: "0", count: 32))", "within=ffffffff&line=1", "within=\(intake)&line=HSK-9",
        ] {
          #expect(try await syr.send(.get, "/v1/questions/custody?\(query)").status == 404, "\(query)")
        }
        #expect(try syr.amana("ask", "who").code == 2)
        #expect(try syr.amana("ask", "who", intake, "--line", "Abdulsalam Muhammad 1").code == 1)
        #expect(try syr.amana("ask", "unresolved").code == 2)
        #expect(try syr.amana("ask", "unresolved", intake).code == 1)
      }
    }

    @Test("The whole chain names every statement from intake on; a receipt that was changed is found")
    func chain() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await world.releaseArrived(3)
        try await irq.accepts(release, from: syr)
        let subject = try await irq.lines(release)[0].subject
        let whole: PersonView = try await irq.get("/v1/questions/chain?subject=\(subject)")
        #expect(whole.steps.map(\.event) == ["intake", "release", "outcome"] && whole.holds && whole.unbroken)
        #expect(whole.steps.map(\.index) == whole.steps.map(\.index).sorted() && whole.steps.allSatisfy(\.moves))
        #expect(whole.steps.allSatisfy { !$0.receipts.isEmpty && $0.signatures.allSatisfy(\.holds) && $0.line != nil })
        let first = try await irq.send(.get, "/v1/questions/chain?subject=\(subject)&limit=2")
        #expect(try decoded(first, as: PersonView.self).steps.count == 2)
        let rest: PersonView = try await irq.get(try #require(first.next))
        #expect(rest.steps.map(\.event) == ["outcome"])
        let good = try irq.amana("ask", "chain", "--subject", subject)
        #expect(good.code == 0 && good.output.contains("HOLDS"), "\(good)")
        let entry = "SELECT entry FROM statement WHERE event = 'intake'"
        try Database(irq.store, world.logs).run(
          "UPDATE receipt SET bytes = x'00' WHERE entry = (\(entry)) AND origin LIKE 'syr%'")
        let bad = try irq.amana("ask", "chain", "--subject", subject)
        #expect(bad.code == 1 && bad.output.contains("DOES NOT HOLD") && bad.output.contains("receipt"), "\(bad)")
      }
    }

    @Test("A signature that was changed in the store is found, and which statement it is under")
    func tampered() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(2)).signedID
        let subject = try await syr.lines(intake)[0].subject
        try Database(syr.store, world.logs).tamper(Story.lastByteOfIntake(intake))
        let view = try await who(syr, "subject=\(subject)")
        #expect(!view.holds && view.steps.contains { !$0.holds && !$0.problems.isEmpty }, "\(view)")
        #expect(view.steps[0].signatures.contains { !$0.holds })
      }
    }

    @Test("What is in transit comes by its term; what is overdue says for how long and ends with 1")
    func transit() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        #expect(try syr.amana("ask", "transit").code == 0)
        var releases: [String] = []
        for hours in [-24.0, 2, 1] {
          let intake = try await syr.sign(syr.intake(2)).statement
          var leaving = syr.request("release", intake, to: irq.name, hours: 8)
          leaving.acceptBy = ago(hours: hours)
          releases.append(try await syr.sign(leaving).signedID)
        }
        let rows: [InTransitView] = try await syr.get("/v1/questions/transit")
        #expect(rows.map(\.statement) == [releases[1], releases[2], releases[0]])
        #expect(rows.map(\.overdue) == [true, true, false] && rows.allSatisfy { $0.lines == 2 && $0.released == 2 })
        #expect((rows[0].overdueSeconds ?? 0) >= 7200 && rows[2].overdueSeconds == nil)
        let late: [InTransitView] = try await syr.get("/v1/questions/transit?overdue=true&party=IRQ/justice")
        #expect(late.count == 2)
        let page = try await syr.send(.get, "/v1/questions/transit?limit=1")
        let next: [InTransitView] = try await syr.get(try #require(page.next))
        #expect(next.map(\.statement) == [releases[2]])
        let shown = try syr.amana("ask", "transit")
        #expect(shown.code == 1 && shown.output.contains("overdue") && shown.output.contains("2 of 2"), "\(shown)")
        #expect(try syr.amana("ask", "transit", "--party", "TUR/migration").code == 0)
        #expect(try await syr.send(.get, "/v1/questions/transit?cursor=x").status == 422)
      }
    }

    @Test("Unresolved lines of a convoy are those without an answer, and those who are missing, until they are found")
    func unresolved() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await world.releaseArrived(4)
        let lines = try await irq.lines(release)
        let open: [UnresolvedView] = try await irq.get("/v1/questions/unresolved?within=\(release)")
        #expect(open.map(\.line) == lines.map(\.line) && open.allSatisfy { $0.why == "waiting" && $0.reference != nil })
        _ = try await irq.sign(irq.outcome(release, "accepted", [lines[0].line]))
        _ = try await irq.sign(irq.outcome(release, "refused", [lines[1].line]))
        _ = try await irq.sign(irq.outcome(release, "missing", [lines[2].line]))
        _ = try await syr.take(irq.bundle(to: syr))
        for side in [syr, irq] {
          let record = try await side.newest("release").recordID
          let left: [UnresolvedView] = try await side.get("/v1/questions/unresolved?within=\(record)")
          #expect(Set(left.map(\.line)) == [lines[2].line, lines[3].line])
          let missing = try #require(left.first { $0.line == lines[2].line })
          #expect(missing.why == "missing" && missing.answer == "missing" && missing.custodian == syr.name)
        }
        let first = try await irq.send(.get, "/v1/questions/unresolved?within=\(release)&limit=1")
        let second: [UnresolvedView] = try await irq.get(try #require(first.next))
        let both: [UnresolvedView] = try await irq.get("/v1/questions/unresolved?within=\(release)")
        #expect(try decoded(first, as: [UnresolvedView].self) + second == both)
        let shown = try irq.amana("ask", "unresolved", release)
        #expect(shown.code == 1 && shown.output.contains("missing") && shown.output.contains("HSK-"), "\(shown)")
        _ = try await irq.sign(irq.outcome(release, "accepted", [lines[3].line]))
        let found = try await syr.sign(syr.incidentFound(release, lines[2].line))
        #expect(found.statement != nil)
        let left: [UnresolvedView] = try await syr.get("/v1/questions/unresolved?within=\(release)")
        #expect(!left.contains { $0.line == lines[2].line }, "\(left)")
        let settled = try irq.amana("ask", "unresolved", release, "--json")
        #expect(settled.code == 1 && settled.output.contains("amana.ask.unresolved"))
      }
    }

    @Test("Who is held at a site is counted by age; the receiver's eyes count before what was written to it")
    func held() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        var request = syr.intake(4)
        request.persons = (1...3).map { Persons.person($0) } + [Persons.person(4, isChild: true)]
        let intake = try await syr.sign(request).signedID
        let before: [HeldView] = try await syr.get("/v1/questions/held?site=\(syr.site)")
        #expect(before.map(\.age) == ["adult", "child_presumed"] && before.map(\.held) == [3, 1])
        #expect(try await syr.get("/v1/questions/held?site=NOWHERE", as: [HeldView].self).isEmpty)
        let adults = try await syr.lines(intake).filter { $0.age == "adult" }.map(\.line)
        var leaving = syr.request("release", intake, to: irq.name, hours: 8)
        leaving.lines = Array(adults.prefix(2))
        let release = try await syr.sign(leaving).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        let during: [HeldView] = try await syr.get("/v1/questions/held")
        #expect(
          during.map(\.held) == [1, 1] && during.map(\.released) == [2, 0] && during.allSatisfy { $0.site == syr.site })
        var outcome = irq.outcome(release, "accepted", try await irq.lines(release).map(\.line))
        outcome.answers?[0].observedAge = "child"
        _ = try await irq.sign(outcome)
        let after: [HeldView] = try await irq.get("/v1/questions/held?site=\(irq.site)")
        #expect(after.map(\.age) == ["adult", "child"] && after.map(\.held) == [1, 1], "\(after)")
        _ = try await syr.take(irq.bundle(to: syr))
        #expect(try await syr.get("/v1/questions/held?custodian=IRQ/justice", as: [HeldView].self) == after)
        let shown = try syr.amana("ask", "held", "--site", syr.site)
        #expect(shown.code == 0 && shown.output.contains("child"), "\(shown)")
        #expect(try syr.amana("ask", "held", "--site", "NOWHERE").output.contains("nobody"))
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("What changed since an entry or a moment is told once, with the flags")
    func changes() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(2, hours: 300))
        let all: [ChangeView] = try await syr.get("/v1/questions/changes")
        let index = try #require(intake.index)
        let since: [ChangeView] = try await syr.get("/v1/questions/changes?from=\(index)")
        #expect(since.first?.statement == intake.statement && since.count < all.count)
        #expect(
          since.first?.flags?.contains("V18") == true && since.first?.lines == 2 && since.first?.change == "registered")
        #expect(try await syr.get("/v1/questions/changes?since=\(ago(hours: -1))", as: [ChangeView].self).isEmpty)
        #expect(try await syr.get("/v1/questions/changes?from=\(index + 9)", as: [ChangeView].self).isEmpty)
        let page = try await syr.send(.get, "/v1/questions/changes?limit=1")
        let next: [ChangeView] = try await syr.get(try #require(page.next).replacing("limit=1", with: "limit=1000"))
        #expect(try decoded(page, as: [ChangeView].self) + next == all)
        let first = try await syr.send(.get, "/v1/questions/changes?from=0&limit=1")
        #expect(first.next?.contains("from=0") == true, "entries before it are passed over on every page")
        #expect(try await syr.send(.get, "/v1/questions/changes?from=1&since=\(ago(hours: 1))").status == 422)
        let shown = try syr.amana("ask", "changes", "--from", String(index))
        #expect(shown.code == 0 && shown.output.contains("registered") && shown.output.contains("V18"), "\(shown)")
        #expect(try syr.amana("ask", "changes", "--since", ago(hours: -1)).output.contains("nothing has changed"))
      }
    }

    @Test("Questions that show persons are noted as reads before they are answered; counts name nobody")
    func reads() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(2)).signedID
        let subject = try await syr.lines(intake)[0].subject
        _ = try await who(syr, "within=\(intake)&line=HSK-1001")
        _ = try await syr.get("/v1/questions/chain?subject=\(subject)", as: PersonView.self)
        _ = try await syr.get("/v1/questions/held", as: [HeldView].self)
        _ = try await syr.get("/v1/questions/changes", as: [ChangeView].self)
        let reads = try await syr.get("/v1/reads", as: [ReadView].self)
        #expect(reads.map(\.operation) == ["listStatementLines", "askCustody", "askChain"])
        #expect(reads.allSatisfy { $0.statement == intake })
        // Who tries references against a record leaves a trace, also where nobody has that one.
        #expect(try await syr.send(.get, "/v1/questions/custody?within=\(intake)&line=HSK-9999").status == 404)
        let tried = try await syr.get("/v1/reads", as: [ReadView].self)
        #expect(tried.count == 4 && tried.last?.operation == "askCustody" && tried.last?.statement == intake)
      }
    }

    @Test("A projection that is built again answers the same")
    func rebuilt() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let intake = try await syr.sign(syr.intake(3)).signedID
        let before: [HeldView] = try await syr.get("/v1/questions/held")
        let person = try await who(syr, "within=\(intake)&line=HSK-1001")
        try daemon.stop()
        let database = Database(syr.store, world.logs)
        try database.run(
          "DELETE FROM placed", "UPDATE statement_line SET age = NULL", "DELETE FROM meta WHERE key = 'projection'")
        _ = try syr.daemon().ready()
        #expect(try await syr.get("/v1/questions/held", as: [HeldView].self) == before && !before.isEmpty)
        #expect(try await who(syr, "within=\(intake)&line=HSK-1001").site == person.site && person.site != nil)
      }
    }
  }
}

extension TestAuthority {
  /// Somebody of a release who was missing is there again.
  fileprivate func incidentFound(_ release: String, _ line: Int) -> DraftRequest {
    var request = request("incident", release)
    (request.incident, request.lines) = ("found", [line])
    return request
  }
}
