import COSE
import ControlAPI
import Custody
import Foundation
import Roster
import Testing

extension EndToEnd {
  /// Tracing inquiries between two daemons: asked, overdue, answered.
  @Suite struct InquiryTests {
    private func alarms(_ side: TestAuthority) async throws -> [String] {
      try await side.status().alarms.filter { $0.code == "V19" }.map(\.detail)
    }

    private func inquiries(_ side: TestAuthority) async throws -> [InquiryView] { try await side.get("/v1/inquiries") }

    @Test("An inquiry by reference and by name must be answered, is overdue until it is, and moves nobody")
    func asked() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let release = try await world.releaseArrived(3)
        let custody = try await world.custody(release)
        // IRQ asks SYR of one whom it knows by reference, and then of somebody whom a family names.
        let known = try irq.amana(
          "inquire", release, "--lines", "HSK-1001", "--to", syr.name, "--for", "court", "--answer-by", ago(hours: 1),
          "--occurred-at", ago(hours: 2))
        #expect(known.code == 0 && known.output.contains("signed and registered"), "\(known)")
        let people = "\(world.folder)/sought.csv"
        try "reference,name_latin,born\nF-1,Somebody Sought,1990\n".write(
          toFile: people, atomically: true, encoding: .utf8)
        let named = try irq.amana(
          "inquire", "--persons", people, "--to", syr.name, "--for", "family", "--answer-by", ago(hours: -24))
        #expect(named.code == 0, "\(named)")
        try await convoy.bring(from: irq, to: syr)
        let open = try await inquiries(syr)
        #expect(open.map(\.overdue) == [true, false] && open.map(\.open) == [1, 1] && open.map(\.lines) == [1, 1])
        #expect(open.allSatisfy { $0.from == irq.name && $0.to == syr.name && $0.answers.isEmpty })
        let status = try syr.amana("status")
        #expect(status.output.contains("amana answer"), "\(status)")
        let sought = try #require(try await syr.lines(open[1].statement).first)
        #expect(sought.name == "Somebody Sought" && sought.phase == "unknown" && sought.custodian.isEmpty)
        #expect(try await syr.lines(open[0].statement).first?.name != nil, "SYR knows whom it means")
        #expect(try syr.amana("inquiries").code == 1)

        try convoy.sign(syr, "answer", String(open[0].statement.prefix(12)))
        // Of whom IRQ only describes nobody is signed as not known by default.
        let blind = try syr.amana("answer", open[1].statement)
        #expect(blind.code == 1 && blind.errors.contains("--not-known"), "\(blind)")
        try convoy.sign(syr, "answer", open[1].statement, "--lines", "F-1", "--not-known")
        let answers = try await syr.get("/v1/statements?event=inquiry-answered", as: [StatementView].self)
        #expect(answers.count == 2 && answers.allSatisfy { $0.flags.isEmpty && $0.lines == 1 }, "\(answers)")
        try await convoy.bring(from: syr, to: irq)
        for side in [syr, irq] {
          let shown = try await inquiries(side)
          #expect(shown.allSatisfy { $0.open == 0 && !$0.overdue } && shown.map(\.answers.count) == [1, 1])
          #expect(try await side.lines(open[0].statement).map(\.answer) == ["released"])
          #expect(try await side.lines(open[1].statement).map(\.answer) == ["not-known"])
          #expect(try side.amana("inquiries").code == 0)
          #expect(try side.amana("audit").code == 0)
        }
        let twice = try syr.amana("answer", open[0].statement)
        #expect(twice.code == 1 && twice.errors.contains("answered"), "\(twice)")
        let after = try await world.custody(release)
        #expect(after.syr == custody.syr && after.irq == custody.irq, "nobody moves")
      }
    }

    @Test("Past its deadline both sides have an alarm, which ends with the answer")
    func overdue() async throws {
      try await World.run(World.Setting(starts: false)) { world in
        let (syr, irq) = (world.syr, world.irq)
        for side in [syr, irq] { _ = try side.daemon(["--set", "overdue.scan-seconds=1"]).ready() }
        let release = try await world.releaseArrived(2)
        var request = irq.request("inquiry", release, to: syr.name, hours: 2)
        (request.inquirer, request.acceptBy) = ("family", ago(hours: 1))
        let inquiry = try await irq.draft(request).signedID
        _ = try await syr.take(try await irq.bundle(to: syr))
        for side in [syr, irq] {
          #expect(try await becomes { try await alarms(side).contains { $0.contains(inquiry) } }, "\(side.name)")
        }
        _ = try await syr.sign(syr.request("inquiry-answered", inquiry))
        _ = try await irq.take(try await syr.bundle(to: irq))
        for side in [syr, irq] {
          #expect(try await becomes { try await alarms(side).isEmpty }, "\(side.name)")
        }
      }
    }

    @Test("Who is known under another reference is named, and of whom it would harm nothing is said")
    func others() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let held = try await syr.sign(syr.intake(2)).signedID
        var request = irq.request("inquiry", to: syr.name)
        (request.inquirer, request.acceptBy) = ("family", ago(hours: -24))
        request.persons = [
          ["reference": "F-1", "name_latin": "One Sought"], ["reference": "F-2", "name_latin": "Other Sought"],
        ]
        let inquiry = try await irq.draft(request).signedID
        _ = try await syr.take(try await irq.bundle(to: syr))
        let lines = try await syr.lines(inquiry).sorted { ($0.reference ?? "") < ($1.reference ?? "") }
        let meant = try #require(try await syr.lines(held).first)
        var answer = syr.request("inquiry-answered", inquiry)
        var (first, second) = (DraftRequest.Finding(line: lines[0].line), DraftRequest.Finding(line: lines[1].line))
        (first.statement, first.statementLine) = (held, meant.line)
        (second.withheld, second.reason) = (true, "risk-of-harm")
        // One is found: of the other nothing is said, and it stays open.
        answer.findings = [first]
        let half = try await syr.draft(answer)
        #expect(half.lines == 1)
        _ = try await syr.send(.delete, "/v1/drafts/\(half.draftID)")
        answer.draftID = UUID().uuidString.lowercased()
        var named = syr.request("inquiry-answered", inquiry)
        for lines in [nil, lines.map(\.line), [lines[1].line]] {
          (named.draftID, named.lines) = (UUID().uuidString.lowercased(), lines)
          #expect(try problem(try await syr.post(named)).code == "not-looked", "all: \(String(describing: lines))")
        }
        var wrongly = DraftRequest.Finding(line: lines[1].line)
        (wrongly.withheld, wrongly.notKnown, wrongly.reason) = (true, true, "risk-of-harm")
        (named.draftID, named.lines, named.findings) = (UUID().uuidString.lowercased(), nil, [wrongly])
        #expect(try problem(try await syr.post(named)).status == 422)
        answer.findings = [first, second]
        let signed = try await syr.sign(answer).signedID
        _ = try await irq.take(try await syr.bundle(to: irq))
        let found = try await irq.lines(inquiry).sorted { ($0.reference ?? "") < ($1.reference ?? "") }
        #expect(found.map(\.answer) == ["held", "withheld"])
        // What IRQ learns is the reference and no more of SYR's people.
        var told: [String] = []
        for line in try await irq.lines(signed) {
          let shown = try Disclosure(decoding: try await irq.disclosure(signed, line, ["found"])).verify()
          told += shown.fields.compactMap { $0.name == "found" ? $0.value.bytes.map { hexadecimal($0) } : nil }
        }
        #expect(told == [meant.subject])
        #expect(try await irq.get("/v1/statements?event=intake", as: [StatementView].self).isEmpty)
        let wrong = try await syr.post(syr.request("inquiry-answered", held))
        #expect(wrong.status == 422)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("Nobody is signed as not known while the lines that may hold them are on their way")
    func notHereYet() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await syr.releases(2, to: irq)
        var request = syr.request("inquiry", release, to: irq.name)
        (request.inquirer, request.acceptBy) = ("family", ago(hours: -24))
        let inquiry = try #require(try await syr.draft(request).statement)
        let pieces = try SealedPieces(try await syr.bundle(to: irq))
        _ = try await irq.take(pieces.bytes([.intake, .release], payloads: []))
        _ = try await irq.take(pieces.bytes([.inquiry]))
        let lines = try await irq.lines(inquiry)
        #expect(lines.count == 2 && lines.allSatisfy { $0.phase == "unknown" }, "\(lines)")
        for named in [nil, lines.map(\.line)] {
          var answer = irq.request("inquiry-answered", inquiry)
          answer.lines = named
          let refused = try problem(try await irq.post(answer))
          #expect(refused.status == 409 && refused.code == "incomplete", "\(refused)")
          #expect(refused.detail.contains(release) && refused.next?.contains("--not-known") == true, "\(refused)")
        }
        _ = try await irq.take(pieces.bytes())
        let signed = try await irq.sign(irq.request("inquiry-answered", inquiry))
        #expect(signed.lines == 2)
        #expect(try await irq.lines(inquiry).allSatisfy { $0.answer == "released" })
        #expect(try irq.amana("audit").code == 0)
      }
    }

    @Test("An inquiry without a deadline, without saying for whom, or of nobody in particular is not drafted")
    func refused() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let held = try await syr.sign(syr.intake(1)).signedID
        func asks(_ change: (inout DraftRequest) -> Void) async throws -> String {
          var request = syr.request("inquiry", held, to: irq.name)
          (request.inquirer, request.acceptBy) = ("family", ago(hours: -24))
          change(&request)
          let response = try await syr.post(request)
          return response.status == 201 ? "" : String(decoding: response.body, as: UTF8.self)
        }
        #expect(try await asks { $0.acceptBy = nil }.contains("accept_by"))
        #expect(try await asks { $0.inquirer = nil }.contains("for:"))
        #expect(try await asks { $0.to = syr.name }.contains("to:"))
        #expect(try await asks { $0.persons = [["reference": "1", "name_latin": "X"]] }.contains("persons"))
        #expect(try await asks { ($0.statement, $0.persons) = (nil, [["reference": "1"]]) }.contains("say who it is"))
        #expect(
          try await asks { ($0.statement, $0.persons) = (nil, [["reference": "1", "name_latin": "X", "sex": "1"]]) }
            .contains("sex"))
        #expect(try await asks { _ in }.isEmpty)
      }
    }
  }
}
