import COSE
import ControlAPI
import Custody
import Foundation
import Roster
import Testing

extension EndToEnd {
  /// Corrections of corrections, what is seen after them, and who is told of what is said of others.
  @Suite struct CorrectedAgainTests {
    private func correction(_ side: TestAuthority, _ statement: String, _ set: [String: String]) -> DraftRequest {
      var request = side.request("corrected", statement)
      (request.reason, request.set) = ("correction", set)
      return request
    }

    @Test("A correction is corrected and taken back, and a second one of the same field does not undo the first")
    func again() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(1)).signedID
        let name = try #require(try await syr.lines(intake).first?.name)
        for set in [
          ["name_latin": "Somebody Else", "age": "child"], ["name_latin": name, "age": "adult"],
          ["deprived_on": "2016-05-04"], ["deprived_place": "SYR-RAQ-02"],
        ] { _ = try await syr.sign(correction(syr, intake, set)) }
        let told = try #require(try await syr.lines(intake).first?.corrections).flatMap(\.fields)
        #expect(told.filter { $0.field == "age" }.map(\.was) == ["adult", "child"], "\(told)")
        #expect(told.filter { $0.field == "age" }.map(\.now) == ["child", "adult"], "\(told)")
        let nothing = try problem(try await syr.post(correction(syr, intake, ["deprived_on": "2016-05-04"])))
        #expect(nothing.status == 409, "it is read so by now: \(nothing)")
        let release = try await syr.sign(syr.request("release", intake, to: irq.name)).signedID
        let line = try #require(try await syr.lines(release).first)
        #expect(line.name == name && line.age == "adult")
        let proof = try Disclosure(decoding: try await syr.disclosure(release, line, ["deprivation"])).verify()
        let deprived = try #require(proof.fields.first { $0.name == "deprivation" }?.value.map)
        let said = ["on", "place"].map { deprived[CBOR.text($0)]?.map?["code"]?.text }
        #expect(said == ["2016-05-04", "SYR-RAQ-02"], "\(deprived)")
      }
    }

    @Test("Who is held is counted by the corrected age, also when the projection is built again") func counted()
      async throws
    {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(3)).statement ?? ""
        func held() async throws -> [String: Int] {
          let counts: [HeldView] = try await syr.get("/v1/questions/held?custodian=\(syr.name)")
          return Dictionary(counts.map { ($0.age ?? "", $0.held) }) { $0 + $1 }
        }
        var expected = try await held()
        let line = try #require(try await syr.lines(intake).first { $0.age == "adult" })
        var request = correction(syr, intake, ["age": "disputed"])
        request.lines = [line.line]
        _ = try await syr.sign(request)
        expected["adult", default: 0] -= 1
        expected["disputed", default: 0] += 1
        #expect(try await held() == expected.filter { $0.value > 0 })
        Running.shared.killAll()
        try Database(syr.store, syr.logs).run("UPDATE meta SET value = '0' WHERE key = 'projection'")
        _ = try syr.daemon().ready()
        #expect(try await held() == expected.filter { $0.value > 0 })
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("An offer that took a correction over takes over too what corrects that correction") func throughOffer()
      async throws
    {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(1)).signedID
        _ = try await syr.sign(correction(syr, intake, ["language": "ckb-Arab"]))
        let offer = try await syr.draft(syr.request("offer", intake, to: irq.name, hours: 9)).statement
        _ = try await irq.take(syr.bundle(to: irq))
        _ = try await irq.draft(irq.request("offer-agreed", offer))
        _ = try await syr.take(irq.bundle(to: syr))
        _ = try await syr.sign(correction(syr, intake, ["language": "tr-Latn"]))
        let release = try await syr.sign(syr.request("release", offer, to: irq.name)).signedID
        let line = try #require(try await syr.lines(release).first)
        let proof = try Disclosure(decoding: try await syr.disclosure(release, line, ["language"])).verify()
        #expect(proof.fields.contains { $0.name == "language" && $0.value == "tr-Latn" }, "\(proof.fields)")
      }
    }

    @Test("A child seen at arrival goes on as one, whatever an older correction says of the age") func seenSince()
      async throws
    {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        var taken = syr.intake(1)
        taken.persons = [Persons.person(1, isChild: true)]
        let intake = try await syr.sign(taken).signedID
        _ = try await syr.sign(correction(syr, intake, ["age": "adult", "age_basis": "document"]))
        let release = try await syr.sign(syr.request("release", intake, to: irq.name, hours: 8)).signedID
        #expect(try await syr.lines(release).map(\.age) == ["adult"])
        _ = try await irq.take(syr.bundle(to: irq))
        try await irq.accepts(release, from: syr)
        let back = try await irq.sign(irq.onward(release, to: syr)).signedID
        _ = try await syr.take(irq.bundle(to: syr))
        var outcome = syr.outcome(back, "accepted", try await syr.lines(back).map(\.line))
        outcome.answers?[0].observedAge = "child_presumed"
        _ = try await syr.sign(outcome)
        // From the intake, of which the correction says adult.
        let onward = try await syr.sign(syr.onward(intake, to: irq)).signedID
        #expect(try await syr.lines(onward).map(\.age) == ["child_presumed"], "seen later than corrected")
      }
    }

    @Test("A correction, a link and a protest tell no holder of people whom another has: each is said apart")
    func apart() async throws {
      try await World.run(World.Setting(three: true)) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let intake = try await syr.sign(syr.intake(4)).signedID
        let lines = try await syr.lines(intake).sorted { ($0.reference ?? "") < ($1.reference ?? "") }.map(\.line)
        for (line, other) in zip(lines, [irq, tur]) {
          var request = syr.request("release", intake, to: other.name, hours: 8)
          request.lines = [line]
          let release = try await syr.sign(request).signedID
          _ = try await other.take(syr.bundle(to: other))
          try await other.accepts(release, from: syr)
        }
        var link = syr.request("same-as", intake)
        (link.other, link.linkBasis) = (intake, "document")
        (link.lines, link.otherLines) = ([lines[0], lines[1]], [lines[2], lines[3]])
        var protest = syr.request("under-protest", intake)
        protest.reason = "wrong-person"
        for request in [correction(syr, intake, ["language": "ckb-Arab"]), link, protest] {
          let refused = try problem(try await syr.post(request))
          #expect(refused.status == 422 && refused.detail.contains("say it apart"), "\(request.event): \(refused)")
          // Of the first two that differ; which these are the lines' random order says.
          #expect([irq, tur].contains { refused.detail.contains($0.name) }, "\(refused)")
        }
        var one = correction(syr, intake, ["language": "ckb-Arab"])
        one.lines = [lines[0]]
        (link.lines, link.otherLines, protest.lines) = ([lines[0]], [lines[2]], [lines[0]])
        for var request in [one, link, protest] {
          request.draftID = UUID().uuidString.lowercased()
          let signed = try await syr.sign(request).statement
          let parties = try await syr.signed(signed).event.parties.map(\.description)
          #expect(Set(parties) == [syr.name, irq.name], "\(request.event): \(parties)")
        }
      }
    }

    @Test("A protest against the answer to an inquiry goes to those who read that, and not to whoever has the person")
    func protestOfAnswer() async throws {
      try await World.run(World.Setting(three: true)) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let release = try await world.releaseArrived(2)
        try await irq.accepts(release, from: syr)
        let gone = try #require(try await irq.lines(release).first)
        var onward = try await irq.onward(release, to: tur)
        (onward.lines, onward.persons) = ([gone.line], [Persons.crossing(gone.reference ?? "")])
        let second = try await irq.sign(onward).signedID
        _ = try await tur.take(irq.bundle(to: tur))
        try await tur.accepts(second, from: irq)
        #expect(try await irq.custodians(second) == ["\(tur.name) held"])
        var inquiry = irq.request("inquiry", release, to: syr.name, hours: 1)
        (inquiry.inquirer, inquiry.acceptBy) = ("court", ago(hours: -24))
        let asked = try await irq.draft(inquiry).statement
        _ = try await syr.take(irq.bundle(to: syr))
        let answer = try await syr.sign(syr.request("inquiry-answered", asked)).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        var protest = irq.request("under-protest", answer)
        protest.reason = "wrong-person"
        let signed = try await irq.sign(protest).statement
        let parties = try await irq.signed(signed).event.parties.map(\.description)
        #expect(Set(parties) == [syr.name, irq.name], "\(parties)")
      }
    }
  }
}
