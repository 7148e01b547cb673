import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// The kinds beside a detainee's transfer, from a template's file to the answer.
  @Suite struct KindTests {
    private static let setting = World.Setting(allKinds: true)

    /// A template with rows behind it, as somebody fills it in.
    private func filled(_ world: World, _ kind: Kind, _ rows: [[String: String]]) throws -> String {
      let template = try world.amana(["template", kind.rawValue, "--lang", "ar"]).output
      let cells = rows.map { row in kind.row.names.map { row[$0] ?? "" }.joined(separator: ",") }
      let file = "\(world.folder)/\(kind.rawValue).csv"
      try (template + cells.joined(separator: "\r\n") + "\r\n").write(toFile: file, atomically: true, encoding: .utf8)
      let checked = try world.amana(["check", file, "--kind", kind.rawValue])
      #expect(checked.output.contains("(\"# amana:\"): 3"), "\(checked)")
      return file
    }

    @Test("Property is taken in from a template's file, released and accepted; what is shown are things")
    func property() async throws {
      try await World.run(Self.setting) { world in
        let (syr, irq, convoy) = (world.syr, world.irq, CommandConvoy(world))
        let file = try filled(
          world, .propertyHandover, (1...3).map { Things.item($0).merging(["quantity": "٢"]) { $1 } })
        try convoy.sign(syr, "intake", file, "--kind", "property-handover", "--site", syr.site)
        let intake = try await syr.newest("intake")
        #expect(intake.kind == "property-handover" && intake.lines == 3 && intake.flags.isEmpty, "\(intake)")
        try convoy.sign(syr, "release", intake.statement, "--to", irq.name, "--accept-by", ago(hours: -24))
        try await convoy.bring(from: syr, to: irq)
        let release = try await irq.newest("release")
        #expect(release.flags.isEmpty, "\(release)")
        try convoy.sign(irq, "accept", release.statement, "--all", "--site", irq.site)
        try await convoy.bring(from: irq, to: syr)
        let custody = try await world.custody(release.statement)
        #expect(custody.syr == custody.irq && custody.syr.allSatisfy { $0.hasSuffix("IRQ/justice held") })
        let line = try #require(await irq.lines(release.statement).first)
        var certificate = irq.request("certificate", release.statement)
        certificate.lines = [line.line]
        let refused = try problem(try await irq.post(certificate))
        #expect(refused.status == 422 && refused.detail.contains("is of things"), "\(refused)")
        #expect(line.item?.container == "BAG-1" && line.item?.seals == ["A1", "A2"] && line.item?.quantity == 2)
        #expect(line.name == "ساعة" && line.age == nil)
        let shown = try irq.amana("show", release.statement, "--lines", environment: ["COLUMNS": "300"])
        #expect(shown.output.contains("BAG-1") && shown.output.contains("A1 A2"), "\(shown)")
        // What befell a thing is shown as that of a person is.
        let gone = try irq.amana("incident", "missing", release.statement, "--lines", "line:\(line.line)")
        #expect(gone.code == 0, "\(gone)")
        let incident = try await irq.newest("incident").statement
        let told = try irq.amana("show", incident, "--lines", environment: ["COLUMNS": "300"])
        #expect(told.output.contains("BAG-1") && told.output.contains("missing"), "\(told)")
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("A file of things is no file of persons: the daemon says which list it wants")
    func thingsAreNoPersons() async throws {
      try await World.run(Self.setting) { world in
        var request = world.syr.request("intake")
        request.kind = Kind.propertyHandover.rawValue
        request.persons = Persons.list(2)
        let refusal = try problem(try await world.syr.post(request))
        #expect(refusal.status == 422 && refusal.detail.contains("items"), "\(refusal)")
        request.persons = nil
        request.items = [Things.item(1), Things.item(1).merging(["unit": "box"]) { $1 }]
        request.draftID = UUID().uuidString
        let wrong = try problem(try await world.syr.post(request))
        #expect(wrong.status == 422 && wrong.failings?.count == 2, "both the unit and the reference: \(wrong)")
      }
    }

    @Test("A family returns by consent, which a file adds before the release; without it nobody is released")
    func family() async throws {
      try await World.run(Self.setting) { world in
        let (syr, irq, convoy) = (world.syr, world.irq, CommandConvoy(world))
        let file = try filled(world, .familyReturn, Persons.list(3))
        try convoy.sign(syr, "intake", file, "--kind", "family-return", "--site", syr.site)
        let intake = try await syr.newest("intake").statement
        let refused = try syr.amana("release", intake, "--to", irq.name)
        #expect(refused.code == 1 && refused.description.contains("V29"), "\(refused)")
        let consents = "\(world.folder)/consents.csv"
        let rows = (1...3).map { "HSK-\(1000 + $0),given,oral,ar-Arab,IQG15Q05N01" }
        let table = ["reference,consent,consent_method,consent_language,destination_pcode"] + rows
        try table.joined(separator: "\n").write(toFile: consents, atomically: true, encoding: .utf8)
        try world.amana(["check", consents, "--kind", "family-return", "--adds"])
        try convoy.sign(syr, "release", intake, "--to", irq.name, "--adds", consents)
        try await convoy.bring(from: syr, to: irq)
        let release = try await irq.newest("release")
        #expect(release.kind == "family-return" && release.flags.isEmpty, "\(release)")
        try convoy.sign(irq, "accept", release.statement, "--all", "--site", irq.site)
        #expect(try await irq.custodians(release.statement) == ["\(irq.name) held"])
      }
    }

    @Test("Who was detained goes home as a third-country repatriation: the kind changes with the release")
    func repatriation() async throws {
      try await World.run(Self.setting) { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(2)).statement
        var request = syr.request("release", intake, to: irq.name)
        request.kind = Kind.thirdCountryRepatriation.rawValue
        let bare = try problem(try await syr.post(request))
        #expect((bare.failings ?? []).contains { $0.code == "V29" }, "\(bare)")
        request.draftID = UUID().uuidString
        request.persons = (1...2).map {
          [
            "reference": "HSK-\(1000 + $0)", "legal_basis": "deportation-order", "travel_document": "passport",
            "travel_document_number": "P7654321",
          ]
        }
        _ = try await syr.sign(request)
        _ = try await irq.take(syr.bundle(to: irq))
        let release = try await irq.newest("release")
        #expect(release.kind == "third-country-repatriation" && release.flags.isEmpty, "\(release)")
        request.draftID = UUID().uuidString
        request.persons?[0]["reference"] = "HSK-9999"
        #expect(try problem(try await syr.post(request)).detail.contains("HSK-9999"))
      }
    }

    @Test("A site goes over with its people and its block, which is sealed; without the block it does not")
    func site() async throws {
      try await World.run(Self.setting) { world in
        let (syr, irq, convoy) = (world.syr, world.irq, CommandConvoy(world))
        let file = try filled(world, .siteHandover, Persons.list(3))
        try convoy.sign(syr, "intake", file, "--kind", "site-handover", "--site", syr.site)
        let intake = try await syr.newest("intake").statement
        let refused = try syr.amana("release", intake, "--to", irq.name)
        #expect(refused.code == 1 && refused.description.contains("V30"), "\(refused)")
        let block = "\(world.folder)/site.json"
        let template = try world.amana(["template", "site-handover", "--site-block"]).output
        try template.write(toFile: block, atomically: true, encoding: .utf8)
        try convoy.sign(syr, "release", intake, "--to", irq.name, "--site-block", block)
        try await convoy.bring(from: syr, to: irq)
        let release = try await irq.newest("release")
        #expect(release.flags.isEmpty && release.incomplete == nil, "\(release)")
        let bundle = try Custody.Bundle(decoding: try await irq.bundle(to: syr))
        let signed = try #require(bundle.statements.first { $0.value.id.description == release.statement }).value
        #expect(signed.event.sealed.map(\.id) == PayloadKind.besideManifest(of: .siteHandover).map(\.id))
        try template.replacing("\"effective_at\"", with: "\"effective\"").write(
          toFile: block, atomically: true, encoding: .utf8)
        #expect(try syr.amana("release", intake, "--to", irq.name, "--site-block", block).code == 2)
      }
    }

    @Test(
      "F10 A minor taken in at a place for adults is on record with a flag, and is not released to another such place")
    func theMinor() async throws {
      try await World.run(Self.setting) { world in
        let (syr, irq) = (world.syr, world.irq)
        var intake = syr.intake(1)
        intake.persons = [
          Persons.person(1, isChild: true).merging(["admitted_regime": "adults-only", "admitted_place": "A"]) { $1 }
        ]
        let taken = try await syr.sign(intake)
        #expect(taken.flags.map(\.code) == ["V27"], "\(taken)")
        var release = syr.request("release", taken.statement, to: irq.name)
        release.persons = [["reference": "HSK-1001", "destination_regime": "adults-only"]]
        #expect(try problem(try await syr.post(release)).failings?.map(\.code) == ["V27"])
        release.draftID = UUID().uuidString
        release.persons = [["reference": "HSK-1001", "destination_regime": "children"]]
        _ = try await syr.sign(release)
        _ = try await irq.take(syr.bundle(to: irq))
        // Nobody who protects children has approved: the receiver says so, and has it on record.
        #expect(try await irq.newest("release").flags.map(\.code) == ["V27"])
      }
    }

    @Test("A release of a child waits for whoever protects children, and does not go without")
    func protectedChild() async throws {
      try await World.run(World.Setting(approvers: true)) { world in
        let (syr, irq) = (world.syr, world.irq)
        var intake = syr.intake(1)
        intake.persons = [Persons.person(1, isChild: true)]
        let taken = try await syr.sign(intake)
        var release = syr.request("release", taken.statement, to: irq.name)
        release.without = ["child-protection"]
        #expect(try problem(try await syr.post(release)).detail.contains("child-protection"))
        (release.draftID, release.without) = (UUID().uuidString, nil)
        let signed = try await syr.sign(release, witnessed: [(6, .childProtection)])
        #expect(signed.officersNeeded == 2 && signed.rolesNeeded == ["child-protection"] && signed.statement != nil)
        _ = try await irq.take(syr.bundle(to: irq))
        #expect(try await irq.newest("release").flags.isEmpty)
      }
    }

    @Test("Free people stay free on record from the intake to the answer, unless somebody says otherwise")
    func freePeople() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        var intake = syr.intake(2)
        intake.libertyStatus = LibertyStatus.atLiberty.rawValue
        let taken = try await syr.sign(intake).statement
        let release = try await syr.sign(syr.request("release", taken, to: irq.name)).statement
        #expect(try await syr.signed(release).event.libertyStatus == .atLiberty)
        _ = try await irq.take(syr.bundle(to: irq))
        let lines = try await irq.lines(release ?? "").map(\.line)
        #expect(lines.count == 2)
        let (first, second) = (
          irq.outcome(release ?? "", "accepted", [lines[0]]), irq.outcome(release ?? "", "accepted", [lines[1]])
        )
        var restricted = second
        restricted.libertyStatus = LibertyStatus.restricted.rawValue
        let (free, other) = (try await irq.sign(first).statement, try await irq.sign(restricted).statement)
        #expect(try await irq.signed(free).event.libertyStatus == .atLiberty)
        #expect(try await irq.signed(other).event.libertyStatus == .restricted)
      }
    }
  }
}
