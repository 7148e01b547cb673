import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// A record that is kept from a State, and never from the neutral agency.
  @Suite struct WithheldTests {
    /// TUR is a State with a custodian; JOR one with an observer; EVE an organisation with one.
    private static let members =
      World.three + [
        World.Made(part: "jor", name: "JOR/watch", site: "JOR-AMM-01", role: "observer"),
        World.Made(part: "eve", name: "EVE/agency", site: "EVE-XXX-01", role: "observer", isState: false),
      ]

    private func read(_ side: TestAuthority, by peer: TestAuthority) async throws -> [SignedStatement] {
      let feed: Feed = try await ExchangeClient(side).get(.getFeed, ["peer": peer.name, "after": "0", "limit": "256"])
      return try feed.envelopes.map { try SignedStatement(decoding: $0.statement) }
    }

    private func widen(_ side: TestAuthority) throws {
      let text = """
        {"feed": {"widen-to": "members", "widen-after-seconds": 1}, "overdue": {"scan-seconds": 1}}
        """
      try text.write(toFile: "\(side.folder)/amanad.json", atomically: true, encoding: .utf8)
    }

    @Test("A State's observer who polls gets nothing of it, nor its slots; the neutral agency does, and other States")
    func observers() async throws {
      try await World.run(Self.members) { members in
        let (syr, irq, tur, observer, agency) = (members[0], members[1], members[2], members[3], members[4])
        for side in [syr, irq] { try widen(side) }
        Running.shared.killAll()
        for member in members { _ = try member.daemon().ready() }
        var request = syr.intake(3)
        request.withheldFrom = ["JOR": "risk-to-person"]
        let intake = try await syr.sign(request)
        // What builds on it is kept as well, without anybody saying so; the receiver goes on so.
        let release = try await syr.sign(syr.request("release", intake.statement, to: irq.name)).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        try await irq.accepts(release, from: syr)
        for side in [syr, irq] {
          let shown: StatementView = try await side.get("/v1/statements/\(release)")
          #expect(shown.withheldFrom == [WithholdingView(member: "JOR", reason: "risk-to-person")])
        }
        // Another movement, of which nothing is kept, says when all has been widened.
        let other = try await syr.releases(2, to: irq)
        _ = try await irq.take(syr.bundle(to: irq))
        try await irq.accepts(other, from: syr)
        for reader in [tur, agency] {
          #expect(
            try await becomes {
              let seen = Set(try await read(syr, by: reader).map(\.id.description))
              return seen.isSuperset(of: [release, other])
            }, "\(reader.name)")
        }
        #expect(try await becomes { try await read(syr, by: observer).contains { $0.id.description == other } })
        #expect(try await becomes { try await !read(irq, by: agency).isEmpty })
        for side in [syr, irq] {
          let seen = try await read(side, by: observer)
          #expect(seen.allSatisfy { $0.event.withheldFrom.isEmpty }, "\(side.name)")
        }
        let id = try #require(decodeHexadecimal(release))
        func slots(_ reader: TestAuthority) async throws -> Int {
          try await ExchangeClient(syr).ask(.getSlots, ["peer": reader.name], id: id).status
        }
        #expect(try await slots(observer) == 404)
        #expect(try await slots(agency) == 200)
        let audits = [try syr.amana("audit").code, try irq.amana("audit").code]
        #expect(audits == [0, 0])
      }
    }

    @Test("Nobody with a part in it, no neutral agency and no stranger is named; a release to that State is refused")
    func refused() async throws {
      try await World.run(Self.members) { members in
        let (syr, irq, tur) = (members[0], members[1], members[2])
        for name in ["SYR", "EVE", "XXX"] {
          var request = syr.intake(2)
          request.withheldFrom = [name: "risk-to-person"]
          let answer = try await syr.post(request)
          let body = String(decoding: answer.body, as: UTF8.self)
          #expect(answer.status == 422 && body.contains("withheld_from"), "\(name): \(body)")
        }
        var request = syr.intake(2)
        request.withheldFrom = ["TUR": "seeks-protection"]
        let intake = try await syr.sign(request).signedID
        let refused = try await syr.post(syr.request("release", intake, to: tur.name))
        let body = String(decoding: refused.body, as: UTF8.self)
        #expect(refused.status == 409 && body.contains("\"withheld\"") && body.contains(intake), "\(body)")
        // Whoever received them keeps it from that State as well.
        let release = try await syr.sign(syr.request("release", intake, to: irq.name)).signedID
        _ = try await irq.take(syr.bundle(to: irq))
        try await irq.accepts(release, from: syr)
        let onward = try await irq.post(irq.request("release", release, to: tur.name))
        #expect(onward.status == 409 && String(decoding: onward.body, as: UTF8.self).contains("\"withheld\""))
        // Asked about them, it says nothing, and nobody had to think of it.
        var inquiry = tur.request("inquiry", to: irq.name)
        (inquiry.inquirer, inquiry.acceptBy) = ("authority", ago(hours: -24))
        inquiry.persons = [["reference": "F-1", "name_latin": "One Sought"]]
        let asked = try await tur.draft(inquiry).signedID
        _ = try await irq.take(tur.bundle(to: irq))
        let line = try #require(try await irq.lines(asked).first).line
        var finding = DraftRequest.Finding(line: line)
        (finding.statement, finding.statementLine) = (release, try await irq.lines(release).first?.line)
        var answer = irq.request("inquiry-answered", asked)
        answer.findings = [finding]
        _ = try await irq.sign(answer)
        _ = try await tur.take(irq.bundle(to: tur))
        #expect(try await tur.lines(asked).map(\.answer) == ["withheld"])
      }
    }

    @Test("Without a daemon it is kept as well: as asked, as the kit says, and as is known where the draft is imported")
    func offline() async throws {
      try await World.run { world in
        let (syr, irq, laptop) = (world.syr, world.irq, try Laptop(world, world.syr))
        try laptop.intake(2, to: "intake.draft", ["--withhold-from", "TUR=risk-to-person"])
        #expect(
          try laptop.decoded("intake.draft").event.withheldFrom == [Withholding(member: "TUR", code: "risk-to-person")])
        let people = laptop.file("people.csv")
        let wrong = try laptop.draft(
          ["intake", people, "--site", syr.site, "--withhold-from", "SYR=risk-to-person"], to: "wrong.draft", code: 1)
        #expect(wrong.errors.contains("SYR") && !FileManager.default.fileExists(atPath: laptop.file("wrong.draft")))
        try laptop.approve("intake.draft")
        let intake = try #require(try laptop.bring("intake.draft").statement)
        let shown: StatementView = try await syr.get("/v1/statements/\(intake)")
        #expect(shown.withheldFrom == [WithholdingView(member: "TUR", reason: "risk-to-person")])
        try laptop.fetchKit()
        let told = try laptop.draft(
          ["release", intake, "--to", "TUR/migration"], to: "told.draft", kit: "kit.amana", code: 1)
        #expect(told.errors.contains("TUR"), "\(told)")
        try laptop.draft(["release", intake, "--to", irq.name], to: "release.draft", kit: "kit.amana")
        let file = try laptop.decoded("release.draft")
        #expect(file.event.withheldFrom == [Withholding(member: "TUR", code: "risk-to-person")])
        // A hostile client leaves out what its kit says: nothing is stored.
        var event = file.event
        event.withheldFrom = []
        let bare = DraftFile(
          event: event, authority: file.authority, roster: file.roster, sealed: file.sealed, slots: file.slots,
          lines: Int(file.lines), roles: file.roles)
        let refused = try problem(try await laptop.hand(bare.encoded()))
        #expect(
          refused.status == 409 && refused.code == "withheld" && refused.next?.contains("kit") == true, "\(refused)")
        #expect(try await syr.get("/v1/drafts", as: [DraftView].self).isEmpty)
        try laptop.approve("release.draft")
        #expect(try laptop.bring("release.draft").statement != nil)
      }
    }

    @Test("The command says from whom it is kept") func command() async throws {
      try await World.run { world in
        try Persons.csv().write(toFile: "\(world.folder)/people.csv", atomically: true, encoding: .utf8)
        let base = ["intake", "\(world.folder)/people.csv", "--site", world.syr.site]
        let half = try world.syr.start(base + ["--withhold-from", "TUR"]).finished()
        #expect(half.code == 2 && half.errors.contains("MEMBER=CODE"), "\(half)")
        let drafted = try world.syr.start(base + ["--withhold-from", "TUR=child-interest"]).finished()
        #expect(drafted.code == 0, "\(drafted)")
        let draft = try #require(try await world.syr.get("/v1/drafts", as: [DraftView].self).first)
        for officer in 1...2 { _ = try await world.syr.approve(draft, officer) }
        let shown = try world.syr.amana("show", try await world.syr.newest("intake").statement).output
        #expect(shown.contains("kept from TUR (child-interest)"), "\(shown)")
      }
    }
  }
}
