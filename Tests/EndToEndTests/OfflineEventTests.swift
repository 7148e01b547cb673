import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// What else is drafted where no daemon is: what befalls people, recalls, and agreements to them and to a return.
  @Suite struct OfflineEventTests {
    /// Approves a file in an office on a laptop.
    private func approve(_ laptop: Laptop, _ name: String, _ officer: Int, _ role: String) throws {
      try laptop.world.amana([
        "approve", laptop.file(name), "--role", role, "--key", laptop.authority.officer(officer),
      ])
    }

    @Test(
      "A birth, the intake of the newborn and a death are drafted without a daemon, and the physician approves there")
    func befalls() async throws {
      try await World.run(World.Setting(approvers: true)) { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        let intake = try #require(try await syr.sign(syr.intake(4)).statement)
        try laptop.fetchKit()
        let needed = try laptop.draft(["incident", "birth", intake, "--lines", "HSK-1001"], to: "none.draft", code: 2)
        #expect(needed.errors.contains("--kit"), "\(needed)")
        try laptop.draft(
          ["incident", "birth", intake, "--lines", "HSK-1001", "--occurred-at", ago(hours: 1)], to: "birth.draft",
          kit: "kit.amana")
        #expect(try laptop.show("birth.draft").approvalsMissing == 0, "nobody has to approve a birth")
        let birth = try #require(try laptop.bring("birth.draft").statement)
        #expect(try await syr.newest("incident").flags.isEmpty)

        let newborn = Persons.person(9, isChild: true).merging(["unaccompanied": "no"]) { $1 }
        try Persons.csv([newborn]).write(toFile: laptop.file("child.csv"), atomically: true, encoding: .utf8)
        let taking = ["intake", laptop.file("child.csv"), "--site", syr.site, "--citing", birth]
        #expect(
          try laptop.draft(taking, to: "none.draft", kit: "kit.amana", code: 1).errors.contains("kit"),
          "the kit is older than the birth")
        try laptop.fetchKit("born.amana")
        try laptop.draft(taking, to: "child.draft", kit: "born.amana")
        try laptop.approve("child.draft")
        let child = try #require(try laptop.bring("child.draft").statement)
        #expect(try await syr.custodians(child) == ["SYR/prisons held"])
        let cited = try await syr.signed(child).event.reference(.incident)
        #expect(cited?.description == birth)
        // Of a mother whose child is taken in nothing is missing.
        var both = syr.request("offer", intake, to: world.irq.name)
        both.lines = try await syr.lines(intake).filter { $0.reference == "HSK-1001" }.map(\.line)
        #expect(try await syr.draft(both).flags.isEmpty)

        try laptop.draft(["incident", "death", intake, "--lines", "HSK-1002"], to: "death.draft", kit: "kit.amana")
        #expect(try laptop.show("death.draft").approvalsMissing == 1)
        try approve(laptop, "death.draft", 3, "medical")
        let death = try laptop.bring("death.draft")
        #expect(death.statement != nil && death.approvedBy == [3], "\(death)")
        // Where no physician can be reached, what officers sign says so.
        let without = try laptop.draft(
          ["incident", "death", intake, "--lines", "HSK-1003", "--without", "medical"], to: "without.draft",
          kit: "kit.amana")
        #expect(without.output.contains("V14"), "\(without)")
        #expect(try laptop.bring("without.draft").statement != nil)
        #expect(try await syr.newest("incident").flags.map(\.code) == ["V14"])
        let lines = try await syr.lines(intake)
        #expect(Set(lines.filter { $0.phase == "ended" }.compactMap(\.reference)) == ["HSK-1002", "HSK-1003"])
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("What ends or suspends a chain is refused where the person has moved since; what moves nobody is flagged")
    func movedSince() async throws {
      try await World.run { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        let intake = try #require(try await syr.sign(syr.intake(2)).statement)
        try laptop.fetchKit()
        for code in ["escape", "hospital"] {
          try laptop.draft(
            ["incident", code, intake, "--lines", "HSK-1001"], to: "\(code).draft", kit: "kit.amana")
        }
        var missed = syr.request("incident", intake)
        (missed.incident, missed.lines) = (
          "missing", try await syr.lines(intake).filter { $0.reference == "HSK-1001" }.map(\.line)
        )
        _ = try await syr.draft(missed)
        let (size, bytes) = (try await syr.status().size, try laptop.bytes("escape.draft"))
        let refused = try problem(try await laptop.hand(bytes))
        #expect(refused.status == 409 && refused.code == "V2", "\(refused)")
        #expect(refused.failings?.allSatisfy { $0.detail.hasPrefix("HSK-1001: ") } == true, "\(refused)")
        #expect(refused.next?.contains("amana kit") == true)
        #expect(try await syr.status().size == size)
        #expect(try await syr.get("/v1/drafts", as: [DraftView].self).isEmpty)
        #expect(try laptop.bring("hospital.draft").statement != nil)
        #expect(try await syr.newest("incident").flags.map(\.code) == ["V2"])
        #expect(try await syr.lines(intake).map(\.phase).sorted() == ["held", "suspended"])
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("A recall and the agreement to it are drafted without a daemon; one that comes after the answer is void")
    func recalls() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let (here, there) = (try Laptop(world, syr), try Laptop(world, irq))
        let release = try await world.releaseArrived(3)
        try here.fetchKit()
        for (person, name) in [("HSK-1001", "recall.draft"), ("HSK-1002", "late.draft")] {
          try here.draft(["recall", release, "--lines", person], to: name, kit: "kit.amana")
        }
        let asked = try #require(try here.bring("recall.draft").statement)
        let recall = try await syr.signed(asked).event
        #expect(recall.approvals.isEmpty && recall.type == .recall)
        _ = try await irq.take(syr.bundle(to: irq))
        try there.fetchKit()
        let offered = try there.draft(["agree", release], to: "none.draft", kit: "kit.amana", code: 1)
        #expect(!FileManager.default.fileExists(atPath: there.file("none.draft")), "\(offered)")
        try there.draft(["agree", asked], to: "agreed.draft", kit: "kit.amana")
        let agreed = try #require(try there.bring("agreed.draft").statement)
        #expect(try await irq.newest("recall-agreed").statement == agreed)
        let other = try await irq.lines(release).filter { $0.reference == "HSK-1002" }.map(\.line)
        _ = try await irq.sign(irq.outcome(release, "accepted", other))
        _ = try await syr.take(irq.bundle(to: syr))
        let late = try problem(try await here.hand(here.bytes("late.draft")))
        #expect(late.status == 409 && late.code == "V7", "\(late)")
        #expect(late.failings?.allSatisfy { $0.detail.hasPrefix("HSK-1002: ") } == true, "\(late)")
        let (atSYR, atIRQ) = try await world.custody(release)
        #expect(atSYR == atIRQ)
        #expect(atSYR.count { $0.hasSuffix("SYR/prisons held") } == 1)
        #expect(atSYR.count { $0.hasSuffix("IRQ/justice held") } == 1)
        #expect(atSYR.count { $0.hasSuffix("SYR/prisons released") } == 1)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }

    @Test("An agreement to give people back is drafted without a daemon")
    func returned() async throws {
      try await World.run { world in
        let (syr, irq, there) = (world.syr, world.irq, try Laptop(world, world.irq))
        let release = try await world.releaseArrived(2)
        try await irq.accepts(release, from: syr)
        let asked = try #require(try await syr.draft(syr.request("return-requested", release)).statement)
        _ = try await irq.take(syr.bundle(to: irq))
        try there.fetchKit()
        try there.draft(["return", "agree", asked, "--lines", "HSK-1002"], to: "back.draft", kit: "kit.amana")
        let agreed = try #require(try there.bring("back.draft").statement)
        let view = try await irq.newest("return-agreed")
        #expect(view.statement == agreed && view.lines == 1 && view.flags.isEmpty, "\(view)")
        #expect(try await irq.custodians(release) == ["IRQ/justice held"], "it moves nobody")
        _ = try await syr.take(irq.bundle(to: syr))
        #expect(try await syr.newest("return-agreed").flags.isEmpty)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }

    @Test("A kit tells of own corrections: who goes from a laptop goes with what is right")
    func corrections() async throws {
      try await World.run { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        let intake = try #require(try await syr.sign(syr.intake(2)).statement)
        for set in [["language": "ckb-Arab"], ["name_latin": "Somebody Else"], ["language": "tr-Latn"]] {
          var correction = syr.request("corrected", intake)
          (correction.reason, correction.set) = ("correction", set)
          correction.lines = try await syr.lines(intake).filter { $0.reference == "HSK-1001" }.map(\.line)
          _ = try await syr.sign(correction)
        }
        try laptop.fetchKit()
        try laptop.draft(["release", intake, "--to", world.irq.name], to: "release.draft", kit: "kit.amana")
        try laptop.approve("release.draft")
        let released = try #require(try laptop.bring("release.draft").statement)
        _ = try await world.irq.take(syr.bundle(to: world.irq))
        let lines = try await world.irq.lines(released)
        let (right, other) = (
          try #require(lines.first { $0.reference == "HSK-1001" }),
          try #require(lines.first { $0.reference == "HSK-1002" })
        )
        #expect(right.name == "Somebody Else" && other.name != right.name)
        for (line, language) in [(right, "tr-Latn"), (other, "ar-Arab")] {
          let proof = try Disclosure(decoding: try await syr.disclosure(released, line, ["language"])).verify()
          #expect(proof.fields.contains { $0.name == "language" && $0.value.text == language }, "\(proof.fields)")
        }
        #expect(try await world.irq.newest("release").flags.isEmpty)
        for side in [syr, world.irq] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }

    @Test("A kit tells of what was said of people's going on: it is cited; what was said since is not left out")
    func consents() async throws {
      try await World.run(World.Setting(three: true)) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let (convoy, there) = (CommandConvoy(world), try Laptop(world, irq))
        let release = try await world.releaseArrived(2)
        try await irq.accepts(release, from: syr)
        try there.fetchKit("before.amana")
        // On paper they have consented, as the lines claim; then it is said in a statement.
        let claimed = there.file("claimed.csv")
        let people = try await irq.lines(release).compactMap(\.reference).map(Persons.crossing)
        try Persons.csv(
          people,
          columns: ["reference", "assessment", "assessed_by", "assurances", "fit_to_travel", "onward_consent"]
        ).write(toFile: claimed, atomically: true, encoding: .utf8)
        let onward = ["release", release, "--to", tur.name, "--adds"]
        try there.draft(onward + [claimed], to: "claimed.draft", kit: "before.amana")
        try there.approve("claimed.draft")
        let given = try syr.amana("consent", "give", release, "--to", tur.name, "--occurred-at", ago(hours: 1))
        #expect(given.code == 0, "\(given)")
        let consent = try await syr.newest("onward-consent").statement
        try await convoy.bring(from: syr, to: irq)
        let left = try problem(try await there.hand(there.bytes("claimed.draft")))
        #expect(left.status == 409 && left.code == "conflict" && left.detail.contains(consent), "\(left)")
        #expect(left.detail.hasPrefix("HSK-") && left.next?.contains("amana kit") == true, "\(left)")

        let border = try await convoy.border(irq, release)
        let unsaid = try there.draft(onward + [border], to: "none.draft", kit: "before.amana", code: 1)
        #expect(unsaid.errors.contains("has not consented"), "\(unsaid)")
        try there.fetchKit()
        try there.draft(onward + [border], to: "onward.draft", kit: "kit.amana")
        try there.approve("onward.draft")
        let gone = try #require(try there.bring("onward.draft").statement)
        #expect(try await irq.signed(gone).event.reference(.consent)?.description == consent)
        _ = try await tur.take(irq.bundle(to: tur))
        #expect(try await tur.newest("release").flags.isEmpty)
        let known = try await tur.get("/v1/statements/\(release)/consents", as: [ConsentView].self)
        #expect(known.count { $0.statement == consent && $0.counts } == 2, "\(known)")
        for side in [syr, irq, tur] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }
  }
}
