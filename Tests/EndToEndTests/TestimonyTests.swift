import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// What speaks of people and moves nobody: links, protests, corrections, and what paper says.
  @Suite struct TestimonyTests {
    @Test(
      "A correction of a name and an age in bulk is shown beside the original at both ends, and goes along afterwards")
    func corrections() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let (first, second) = (
          try await syr.sign(syr.intake(3)).signedID, try await syr.sign(syr.intake(2)).signedID
        )
        let before = try await syr.lines(first)
        // One column of every line of both, and one person's name.
        let file = "\(world.folder)/corrections.csv"
        let reference = try #require(before.first?.reference)
        try "reference,name_latin\n\(reference),Right Name\n".write(toFile: file, atomically: true, encoding: .utf8)
        try convoy.sign(syr, "correct", first, second, "--set", "language=ckb-Arab")
        try convoy.sign(syr, "correct", first, "--file", file)
        let nothing = try syr.amana("correct", first, "--set", "language=ckb-Arab", "--set", "no_such=1")
        #expect(nothing.code != 0 && nothing.errors.contains("no_such"), "\(nothing)")
        let corrected = try await syr.get("/v1/statements?event=corrected", as: [StatementView].self)
        #expect(corrected.map(\.lines) == [5, 1] && corrected.allSatisfy { $0.flags.isEmpty })
        let lines = try await syr.lines(first)
        #expect(lines.map(\.name) == before.map(\.name), "the original stays")
        #expect(lines.allSatisfy { $0.corrections?.first?.fields.map(\.field) == ["language"] })
        let named = try #require(lines.first { $0.reference == reference })
        let told = try #require(named.corrections?.last)
        #expect(told.fields.map(\.now) == ["Right Name"] && told.fields.map(\.was) == [named.name ?? ""])
        #expect(told.by == syr.name && told.original == first)
        // What was read for it is noted, the correction beside the original.
        let read = Set(try await syr.get("/v1/reads", as: [ReadView].self).map(\.statement))
        #expect(read.contains(first) && corrected.allSatisfy { read.contains($0.statement) })
        let shown = try syr.amana("show", first, "--lines")
        #expect(shown.output.contains("Right Name"), "\(shown)")
        // Whoever is released goes with what is right.
        try convoy.sign(syr, "release", first, "--to", irq.name)
        try await convoy.bring(from: syr, to: irq)
        let release = try await irq.newest("release").statement
        #expect(try await irq.lines(release).contains { $0.name == "Right Name" })
        let line = try #require(try await irq.lines(release).first)
        let proof = try Disclosure(decoding: try await irq.disclosure(release, line, ["language"])).verify()
        #expect(proof.fields.contains { $0.name == "language" && $0.value == "ckb-Arab" })
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test(
      "What is corrected after the offer goes along with the release that follows it, and what the offer said anew stays"
    )
    func correctedAfterTheOffer() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(2)).signedID
        let persons = try await syr.lines(intake).sorted { ($0.reference ?? "") < ($1.reference ?? "") }
        var terms = syr.request("offer", intake, to: irq.name, hours: 9)
        terms.persons = [["reference": persons[1].reference ?? "", "language": "tr-Latn"]]
        let offer = try await syr.draft(terms).statement
        _ = try await irq.take(syr.bundle(to: irq))
        _ = try await irq.draft(irq.request("offer-agreed", offer))
        _ = try await syr.take(irq.bundle(to: syr))
        var correction = syr.request("corrected", intake)
        (correction.reason, correction.set) = ("correction", ["language": "ckb-Arab"])
        _ = try await syr.sign(correction)
        let release = try await syr.sign(syr.request("release", offer, to: irq.name)).signedID
        let lines = try await syr.lines(release).sorted { ($0.reference ?? "") < ($1.reference ?? "") }
        var told: [CBOR] = []
        for line in lines {
          let proof = try Disclosure(decoding: try await syr.disclosure(release, line, ["language"])).verify()
          told += proof.fields.filter { $0.name == "language" }.map(\.value)
        }
        #expect(told == ["ckb-Arab", "tr-Latn"], "the offer took the first over, and said the second itself")
      }
    }

    @Test("What decides custody is not corrected, nor is anything of several statements with other parties")
    func refused() async throws {
      try await World.run { world in
        let syr = world.syr
        let held = try await syr.sign(syr.intake(2)).signedID
        let release = try await syr.releases(2, to: world.irq)
        func asks(_ change: (inout DraftRequest) -> Void) async throws -> String {
          var request = syr.request("corrected", held)
          (request.reason, request.set) = ("correction", ["language": "ckb-Arab"])
          change(&request)
          let response = try await syr.post(request)
          return response.status == 201 ? "" : String(decoding: response.body, as: UTF8.self)
        }
        #expect(try await asks { $0.reason = nil }.contains("reason"))
        #expect(try await asks { $0.set = ["reference": "X"] }.contains("reference"))
        #expect(try await asks { $0.set = nil }.contains("set"))
        #expect(try await asks { ($0.statement, $0.statements) = (nil, [held, release]) }.contains("parties"))
        #expect(try await asks { $0.persons = [["reference": "nobody", "sex": "1"]] }.contains("nobody"))
        #expect(try await asks { _ in }.isEmpty)
      }
    }

    @Test("Links merge nothing, contradictions are shown, and a protest stands beside what it is about")
    func links() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let intake = try await syr.sign(syr.intake(3)).signedID
        let lines = try await syr.lines(intake).sorted { ($0.reference ?? "") < ($1.reference ?? "") }
        func link(_ command: String, _ first: Int, _ second: Int) throws {
          try convoy.sign(
            syr, command, intake, intake, "--line", "line:\(lines[first].line)", "--other-line",
            "line:\(lines[second].line)", "--because", "document")
        }
        try link("same-as", 0, 1)
        let once = try await syr.lines(intake).compactMap(\.links).flatMap(\.self)
        #expect(!once.isEmpty && once.allSatisfy { !$0.contradicted }, "\(once)")
        try link("same-as", 1, 2)
        try link("not-same-as", 0, 2)
        let linked = try await syr.lines(intake)
        #expect(linked.allSatisfy { $0.links?.count == 2 && $0.links?.allSatisfy(\.contradicted) == true }, "\(linked)")
        #expect(linked.count == 3 && linked.allSatisfy { $0.phase == "held" }, "merge nothing")
        let shown = try syr.amana("show", intake, "--lines")
        #expect(shown.output.contains("CONTRADICTED"), "\(shown)")
        let itself = try syr.amana(
          "same-as", intake, intake, "--line", "line:\(lines[0].line)", "--other-line", "line:\(lines[0].line)",
          "--because", "document")
        #expect(itself.code != 0 && itself.errors.contains("nothing to link"), "\(itself)")

        try convoy.sign(syr, "release", intake, "--to", irq.name)
        try await convoy.bring(from: syr, to: irq)
        let release = try await irq.newest("release").statement
        try convoy.sign(irq, "accept", release, "--all", "--site", irq.site)
        let protest = try irq.amana("protest", release, "--reason", "wrong-person", "--lines", "HSK-1001")
        #expect(protest.code == 0, "\(protest)")
        try await convoy.bring(from: irq, to: syr)
        for side in [syr, irq] {
          let protested = try await side.lines(release).filter { $0.protests != nil }
          #expect(protested.count == 1 && protested.first?.protests?.first?.by == irq.name)
          #expect(protested.first?.protests?.first?.against == release)
          #expect(try side.amana("audit").code == 0)
        }
      }
    }

    @Test("What was signed on paper first is entered with two witnesses, is not late, and takes effect") func paper()
      async throws
    {
      try await World.run { world in
        let (syr, scan) = (world.syr, "\(world.folder)/scan.pdf")
        try Data("%PDF-1.7 scanned".utf8).write(to: URL(filePath: scan))
        let people = "\(world.folder)/people.csv"
        try Persons.csv().write(toFile: people, atomically: true, encoding: .utf8)
        let late = ["intake", people, "--site", syr.site, "--occurred-at", ago(hours: 300)]
        let half = try syr.start(late + ["--paper-form", "F-41"]).finished()
        #expect(half.code == 2 && half.errors.contains("--paper-scan"), "\(half)")
        let drafted = try syr.start(late + ["--paper-form", "F-41", "--paper-scan", scan]).finished()
        #expect(drafted.code == 0 && drafted.output.contains("witness"), "\(drafted)")
        let draft = try #require(try await syr.get("/v1/drafts", as: [DraftView].self).first)
        #expect(draft.rolesNeeded == ["witness", "witness"] && draft.flags.isEmpty, "\(draft.flags)")
        // Nobody is here who could witness: it is recorded so.
        var request = syr.intake(2, hours: 300)
        request.lateEntry = DraftRequest.LateEntry(form: "F-42", scanDigest: String(repeating: "ab", count: 32))
        request.without = ["witness"]
        let signed = try await syr.sign(request)
        #expect(signed.flags.map(\.code) == ["V14"])
        let shown = try await syr.newest("intake")
        #expect(shown.paperForm == "F-42" && shown.flags.allSatisfy { $0.code == "V14" }, "\(shown.flags)")
        #expect(try await syr.phases(shown.statement) == ["held"])
        // An intention that nobody witnesses is refused before the officers sign, not after (V14).
        var release = syr.request("release", shown.statement, to: world.irq.name, hours: 200)
        (release.lateEntry, release.without) = (request.lateEntry, ["witness"])
        let unseen = try problem(try await syr.post(release))
        #expect(
          unseen.status == 422 && unseen.detail.hasPrefix("without") && unseen.detail.contains("V14"), "\(unseen)")
        request.lateEntry = DraftRequest.LateEntry(form: "F-43", scanDigest: "ab")
        request.draftID = UUID().uuidString.lowercased()
        #expect(try await syr.post(request).status == 422)
        #expect(try syr.amana("audit").code == 0)
      }
    }
  }
}
