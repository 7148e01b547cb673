import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// What goes on with people to whoever has them next, and what does not.
  @Suite struct NextHopTests {
    @Test("What was assessed and assured of one receiver is not said of another: there it is said anew, or nobody goes")
    func anotherReceiver() async throws {
      try await World.run(World.Setting(three: true)) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let release = try await world.releaseArrived(2)
        _ = try await irq.sign(irq.outcome(release, "refused", try await irq.lines(release).map(\.line)))
        _ = try await syr.take(irq.bundle(to: syr))
        let bare = try problem(try await syr.post(syr.request("release", release, to: tur.name)))
        #expect(bare.failings?.map(\.code) == ["V28", "V28"], "\(bare)")
        // From the intake too: they have been described to IRQ since.
        let first = try #require(try await syr.signed(release).event.reference(.basis)?.description)
        let older = try problem(try await syr.post(syr.request("release", first, to: tur.name)))
        #expect(older.failings?.map(\.code) == ["V28", "V28"], "\(older)")
        // To the same receiver it is as it was.
        let same = try await syr.draft(syr.request("release", release, to: irq.name))
        #expect(same.flags.isEmpty, "\(same)")
        let signed = try await syr.sign(syr.onward(release, to: tur)).statement
        _ = try await tur.take(syr.bundle(to: tur))
        let view = try await tur.newest("release")
        #expect(view.statement == signed && view.flags.isEmpty, "\(view)")
      }
    }

    @Test("F10 A child discovered at arrival stays one on the next hop, unless that is said otherwise")
    func discoveredChild() async throws {
      try await World.run(World.Setting(three: true)) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let release = try await world.releaseArrived(2)
        let child = try await irq.lines(release)[0]
        var outcome = irq.outcome(release, "accepted", try await irq.lines(release).map(\.line))
        outcome.answers?[0].observedAge = "child"
        #expect(try await irq.sign(outcome).flags.isEmpty)
        _ = try await syr.take(irq.bundle(to: syr))
        var onward = try await irq.onward(release, to: tur)
        let refused = try problem(try await irq.post(onward))
        #expect(refused.failings?.map(\.code) == ["V27"], "with whom does the child go: \(refused)")
        let reference = try #require(child.reference)
        let index = try #require(onward.persons?.firstIndex { $0["reference"] == reference })
        // Somebody has found out since that it is no child.
        onward.draftID = UUID().uuidString
        onward.persons?[index].merge(["age": "adult", "age_basis": "document"]) { $1 }
        #expect(try await irq.draft(onward).flags.isEmpty)
        onward.draftID = UUID().uuidString
        for column in ["age", "age_basis"] { onward.persons?[index][column] = nil }
        onward.persons?[index]["unaccompanied"] = "yes"
        let signed = try await irq.sign(onward).signedID
        let ages = try await irq.lines(signed).map { ($0.subject == child.subject, $0.age) }
        #expect(ages.count == 2 && ages.allSatisfy { $0.1 == ($0.0 ? "child" : "adult") }, "\(ages)")
        _ = try await tur.take(irq.bundle(to: tur))
        // Nobody who protects children has approved: the roster lists nobody.
        #expect(try await tur.newest("release").flags.map(\.code) == ["V27"])
        for side in [syr, irq, tur] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("A child seen at arrival at a place for adults only is recorded there with a flag")
    func childAmongAdults() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        var intake = syr.intake(1)
        intake.persons = [Persons.person(1).merging(["destination_regime": "adults-only"]) { $1 }]
        let taken = try await syr.sign(intake).statement
        let release = try await syr.sign(syr.request("release", taken, to: irq.name)).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        var outcome = irq.outcome(release, "accepted", try await irq.lines(release).map(\.line))
        outcome.answers?[0].observedAge = "child_presumed"
        #expect(try await irq.sign(outcome).flags.map(\.code) == ["V27"])
        _ = try await syr.take(irq.bundle(to: syr))
        #expect(try await syr.newest("outcome").flags.map(\.code) == ["V27"])
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("Who takes consent back is recalled; accepted all the same is flagged, and to go again takes a new consent")
    func withdrawn() async throws {
      try await World.run(World.Setting(allKinds: true)) { world in
        let (syr, irq) = (world.syr, world.irq)
        var intake = syr.intake(2)
        intake.kind = Kind.familyReturn.rawValue
        intake.persons = Persons.list(2).map { $0.merging(["consent": "given"]) { $1 } }
        let taken = try await syr.sign(intake).statement
        let release = try await syr.sign(syr.request("release", taken, to: irq.name, hours: 8)).signedID
        let lines = try await syr.lines(release)
        var recall = syr.request("recall", release, hours: 6)
        (recall.reason, recall.lines) = ("consent-withdrawn", [lines[0].line])
        _ = try await syr.sign(recall)
        _ = try await irq.take(syr.bundle(to: irq))
        let accepted = try await irq.sign(irq.outcome(release, "accepted", [lines[0].line]))
        #expect(accepted.flags.map(\.code) == ["V29"], "\(accepted)")
        var refused = irq.outcome(release, "refused", [lines[1].line])
        refused.answers?[0].reason = "consent-withdrawn"
        #expect(try await irq.sign(refused).flags.isEmpty)
        let heard = try await syr.take(irq.bundle(to: syr))
        #expect(
          heard.statements.filter { $0.event == "outcome" }.flatMap(\.failings).map(\.code) == ["V29"], "\(heard)")
        var again = syr.request("release", release, to: irq.name)
        again.lines = [lines[1].line]
        #expect(try problem(try await syr.post(again)).failings?.map(\.code) == ["V29"])
        again.draftID = UUID().uuidString
        again.persons = [
          ["reference": try #require(lines[1].reference), "consent_reconfirmed_on": String(ago(hours: 0).prefix(10))]
        ]
        #expect(try await syr.sign(again).flags.isEmpty)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("A mother is not released in silence while nobody has taken her child in; on the road it is born in transit")
    func newborn() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(1)).signedID
        func birth(_ side: TestAuthority, _ statement: String) async throws -> String {
          var request = side.request("incident", statement)
          (request.incident, request.lines) = ("birth", try await side.lines(statement).map(\.line))
          return try #require(try await side.draft(request).statement)
        }
        let born = try await birth(syr, intake)
        let alone = try await syr.draft(syr.request("release", intake, to: irq.name))
        #expect(alone.flags.map(\.code) == ["V2"] && alone.flags[0].detail.contains(born), "\(alone)")
        _ = try await syr.send(.delete, "/v1/drafts/\(alone.draftID)")
        func newborn(_ side: TestAuthority, _ birth: String, _ provenance: String) -> DraftRequest {
          var request = side.intake(1, hours: 0)
          (request.provenance, request.statement) = (provenance, birth)
          request.persons = [Persons.person(2, isChild: true).merging(["unaccompanied": "no"]) { $1 }]
          return request
        }
        _ = try await syr.sign(newborn(syr, born, "direct"))
        let release = try await syr.sign(syr.request("release", intake, to: irq.name)).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        let onRoad = try await birth(irq, release)
        let wrong = try problem(try await irq.post(newborn(irq, onRoad, "direct")))
        #expect(wrong.detail.hasPrefix("provenance") && wrong.detail.contains("born-in-transit"), "\(wrong)")
        _ = try await irq.sign(irq.outcome(release, "accepted", try await irq.lines(release).map(\.line)))
        _ = try await syr.take(irq.bundle(to: syr))
        let early = try await syr.sign(syr.request("closed", release))
        #expect(early.flags.map(\.code) == ["V2"], "\(early)")
        _ = try await irq.sign(newborn(irq, onRoad, "born-in-transit"))
        _ = try await irq.take(syr.bundle(to: irq))
        #expect(try await irq.draft(irq.request("closed", release)).flags.isEmpty)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }
  }
}
