import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// Content that is erased: nobody is told that it is missing, nothing brings it back, and custody stays as it was.
  @Suite struct ErasureTests {
    private func erasure(of ids: [String], _ reason: String, by side: TestAuthority) -> DraftRequest {
      var request = side.request("erased")
      (request.statements, request.reason) = (ids, reason)
      return request
    }

    private func refusal(_ request: DraftRequest, by side: TestAuthority) async throws -> Problem {
      try problem(try await side.post(request))
    }

    private func shown(_ id: String, _ side: TestAuthority) async throws -> StatementView {
      try await side.get("/v1/statements/\(id)")
    }

    private func objects(_ side: TestAuthority) throws -> Set<String> {
      let folder = URL(filePath: side.store).deletingLastPathComponent().appending(path: "objects").path
      return Set(try FileManager.default.contentsOfDirectory(atPath: folder))
    }

    /// Every way of asking for what was erased says that, and by what.
    private func expectErased(_ id: String, by erasure: String, _ side: TestAuthority) async throws {
      let path = "/v1/statements/\(id)"
      let line = try #require(try await side.lines(id).first)
      #expect(line.name == nil && line.reference == nil && line.age == nil && line.phase == "held")
      let disclosure = "{\"subject\":\"\(line.subject)\",\"line\":\(line.line),\"fields\":[\"age\"]}"
      let answers = [
        try await side.send(.post, "\(path)/disclosures", Array(disclosure.utf8)),
        try await side.send(.get, "\(path)/sealed?payload=manifest"),
        try await side.post(side.request("release", id, to: "IRQ/justice")),
      ]
      for (index, answer) in answers.enumerated() {
        let body = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == 410 && body.contains("\"erased\"") && body.contains(erasure), "\(index): \(body)")
      }
      let audit = try side.amana("audit")
      #expect(audit.code == 0, "\(audit)")
    }

    @Test(
      "An erased intake is told of as erased, a bundle or a restart brings nothing back, and who is held stays held")
    func erased() async throws {
      try await World.run { world in
        let (syr, folder) = (world.syr, world.folder)
        let asked = syr.intake(3)
        let made = try await syr.sign(asked)
        let intake = try #require(made.statement)
        let before = try objects(syr)
        let old = try await syr.send(.get, "/v1/bundle?record=\(made.recordID)&clear=true").body
        let early = try await refusal(erasure(of: [intake], "retention-ended", by: syr), by: syr)
        #expect(early.status == 409 && early.code == "V30" && early.detail.contains("to be kept until"), "\(early)")
        let erasure = try #require(try await syr.sign(erasure(of: [intake], "court-order", by: syr)).statement)
        let view = try await shown(intake, syr)
        #expect(view.erasure?.statement == erasure)
        #expect(view.erasure?.holders == [ErasureView.Holder(authority: syr.name, statement: erasure)])
        #expect(view.lines == 3 && view.incomplete == nil)
        #expect(try syr.amana("show", intake).output.contains("erased here by \(erasure.prefix(16))"))
        try await expectErased(intake, by: erasure, syr)
        let after = try objects(syr)
        // The list of slots is a commitment and stays.
        #expect(after.count == 1 && after.isSubset(of: before))
        _ = try await syr.take(old)
        #expect(try objects(syr) == after)
        try await expectErased(intake, by: erasure, syr)
        let twice = try await refusal(self.erasure(of: [intake], "court-order", by: syr), by: syr)
        #expect(twice.code == "erased")
        // Nothing tells any more what was asked; asked again, it is not drafted again.
        let again = try await refusal(asked, by: syr)
        #expect(again.status == 410 && again.code == "erased" && again.detail.contains(erasure), "\(again)")
        // Derived again from what is here, the projection is the same.
        Running.shared.killAll()
        try Database(syr.store, syr.logs).run("UPDATE meta SET value = '0' WHERE key = 'projection'")
        _ = try syr.daemon().ready()
        try await expectErased(intake, by: erasure, syr)
        let file = "\(folder)/erased.amana"
        let bundle = try await syr.send(.get, "/v1/bundle?record=\(made.recordID)&clear=true").body
        try Data(bundle).write(to: URL(filePath: file))
        let found = try Custody.Bundle(decoding: bundle)
        #expect(found.sealed.isEmpty && found.statements.count == 2)
        let verified = try world.command(["verify", file, "--roster", "\(folder)/roster.cose"])
        #expect(verified.code == 0 && verified.output.contains("was erased, says \(syr.name)"), "\(verified)")
        // Who must be told of erased lines is owed still, and discharged.
        #expect(try await syr.status().duties.open == 6)
        var told = syr.request("notified", intake)
        (told.duty, told.means) = ("family", "letter")
        let notice = try await syr.draft(told)
        #expect(notice.statement != nil && notice.lines == 3)
        #expect(try await syr.status().duties.open == 3)
        let audit = try syr.amana("audit")
        #expect(audit.code == 0, "\(audit)")
      }
    }

    /// What the file of content keys knows of an owner's: 1 where the key is there, 0 where it was destroyed.
    private func key(of owner: String, _ side: TestAuthority) throws -> [Substring] {
      try Database("\(side.folder)/state/content-keys.sqlite", side.logs).run(
        "SELECT bytes IS NOT NULL FROM key WHERE kind = 'content' AND owner = x'\(owner)'")
    }

    /// Somebody who keeps the file of content keys from being written, while it can be read.
    private func lockKeys(of side: TestAuthority) throws -> Command {
      let script = """
        import sqlite3, sys, time
        db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        print("locked", flush=True)
        time.sleep(600)
        """
      let locker = try Command(
        Command.python, ["-c", script, "\(side.folder)/state/content-keys.sqlite"], logs: side.logs)
      Running.shared.add(locker)
      poll { locker.output.contains("locked") || !locker.isRunning }
      guard locker.isRunning else { throw Stopped("the keys were not locked: \(locker.errors)") }
      return locker
    }

    @Test("Killed between an erasure and the end of its keys: they go when it starts again, and what it says stands")
    func killed() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let intake = try #require(try await syr.sign(syr.intake(3)).statement)
        let draft = try await syr.draft(erasure(of: [intake], "court-order", by: syr))
        _ = try await syr.approve(draft, 1)
        let last = try syr.approval(draft, syr.officer(2))
        let before = try objects(syr)
        let locker = try lockKeys(of: syr)
        async let answer = syr.hand(last, to: draft)
        // The statement is on disk, and its keys cannot go.
        #expect(
          try await becomes { try Database(syr.store, syr.logs).run("SELECT COUNT(*) FROM erased") == ["1"] })
        daemon.crash()
        locker.kill()
        _ = try? await answer
        #expect(try key(of: intake, syr) == ["1"], "killed too late, or erased too early")
        #expect(try objects(syr) == before)
        #expect(try Database(syr.store, syr.logs).run("SELECT COUNT(*) FROM erasure WHERE done = 0") != ["0"])

        _ = try syr.daemon().ready()
        #expect(try key(of: intake, syr) == ["0"])
        let after = try objects(syr)
        #expect(after.count == 1 && after.isSubset(of: before), "the list of slots is a commitment and stays")
        #expect(try Database(syr.store, syr.logs).run("SELECT COUNT(*) FROM erasure WHERE done = 0") == ["0"])
        let erasure = try await syr.newest("erased").statement
        #expect(try await shown(intake, syr).erasure?.statement == erasure)
        try await expectErased(intake, by: erasure, syr)
        // Asked again, it is the same one statement.
        let again: DraftView = try decoded(try await syr.hand(last, to: draft))
        #expect(again.statement == erasure)
        let all = try await syr.get("/v1/statements?event=erased", as: [StatementView].self)
        #expect(all.count == 1)
      }
    }

    @Test("An open release, a dispute and a hold stand in the way; the other holder is told, and then says it as well")
    func holders() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await world.releaseArrived(2)
        let open = try await refusal(erasure(of: [release], "court-order", by: syr), by: syr)
        #expect(open.code == "V30" && open.failings?.contains { $0.detail.contains("not answered") } == true, "\(open)")
        try await irq.accepts(release, from: syr)
        var seen = syr.request("observed", release)
        (seen.siteID, seen.reason) = (syr.site, "court-order")
        let sight = try #require(try await syr.draft(seen).statement)
        #expect(try await shown(release, syr).holds == nil, "what somebody saw holds nothing")
        var hold = syr.request("observed")
        (hold.statements, hold.reason, hold.hold) = ([release], "court-order", true)
        for event in ["observed", "erased"] {
          var twoWays = hold
          (twoWays.event, twoWays.statement, twoWays.hold) = (event, sight, event == "observed" ? true : nil)
          let refused = try await refusal(twoWays, by: syr)
          #expect(refused.status == 422 && refused.detail.hasPrefix("statements: "), "one of them would be left out")
        }
        let held = try #require(try await syr.draft(hold).statement)
        #expect(try await shown(release, syr).holds == [held])
        let blocked = try await refusal(erasure(of: [release], "court-order", by: syr), by: syr)
        #expect(blocked.code == "V30" && blocked.detail.contains(held), "\(blocked)")
        var lift = syr.request("observed")
        (lift.statements, lift.reason, lift.hold) = ([held], "other", true)
        var both = lift
        both.statements = [sight, held]
        #expect(try await syr.post(both).status == 422, "one hold at a time")
        #expect(try await syr.draft(lift).statement == nil, "one person alone lifts none")
        lift.draftID = UUID().uuidString.lowercased()
        _ = try await syr.sign(lift)
        #expect(try await shown(release, syr).holds == nil)
        let erased = try #require(try await syr.sign(erasure(of: [release], "court-order", by: syr)).statement)
        _ = try await irq.take(syr.bundle(to: irq))
        let there = try await shown(release, irq).erasure
        #expect(there?.statement == nil && there?.at == nil)
        #expect(
          there?.holders == [
            ErasureView.Holder(authority: irq.name, statement: nil),
            ErasureView.Holder(authority: syr.name, statement: erased),
          ])
        #expect(try await irq.lines(release).allSatisfy { $0.name != nil }, "a partner's word erases nothing here")
        let other = try #require(try await irq.sign(erasure(of: [release], "mistake", by: irq)).statement)
        _ = try await syr.take(irq.bundle(to: syr))
        let holders = try await shown(release, syr).erasure?.holders ?? []
        #expect(holders.map(\.statement) == [other, erased])
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.allSatisfy { $0.contains("IRQ/justice held") })
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }

    @Test("A dispute, an inquiry, and a draft stand in the way, whatever the reason") func needed() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        func expectRefused(_ intake: String, _ why: String) async throws {
          let refused = try await refusal(erasure(of: [intake], "mistake", by: syr), by: syr)
          #expect(refused.code == "V30" && refused.detail.contains(why), "\(refused)")
          #expect(try await shown(intake, syr).erasure == nil)
          #expect(try await syr.lines(intake).allSatisfy { $0.name != nil })
        }
        let disputed = try #require(try await syr.sign(syr.intake(2)).statement)
        var dispute = syr.request("disputed", disputed)
        dispute.reason = "identity"
        _ = try await syr.draft(dispute)
        try await expectRefused(disputed, "in dispute")
        let asked = try #require(try await syr.sign(syr.intake(2)).statement)
        var inquiry = syr.request("inquiry", asked, to: irq.name)
        (inquiry.inquirer, inquiry.acceptBy) = ("family", ago(hours: -24))
        _ = try await syr.draft(inquiry)
        try await expectRefused(asked, "an inquiry asks")
        let waiting = try #require(try await syr.sign(syr.intake(2)).statement)
        let draft = try await syr.draft(syr.request("release", waiting, to: irq.name))
        try await expectRefused(waiting, draft.draftID)
        #expect(try await syr.send(.delete, "/v1/drafts/\(draft.draftID)").status < 300)
        // One who approved what was possible then, and is not any more, signs nothing.
        let early = try await syr.draft(erasure(of: [waiting], "mistake", by: syr))
        _ = try await syr.approve(early, 1)
        _ = try await syr.sign(syr.request("release", waiting, to: irq.name))
        let late = try problem(try await syr.approve(early, 2))
        #expect(late.code == "V30" && late.detail.contains("not answered"), "\(late)")
        #expect(try await syr.lines(waiting).allSatisfy { $0.name != nil })
      }
    }

    @Test("The command erases what it names, and holds") func command() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try #require(try await syr.sign(syr.intake(2)).statement)
        let held = try syr.amana("hold", intake, "--reason", "court-order")
        #expect(held.code == 0, "\(held)")
        let refused = try syr.amana("erase", intake, "--reason", "mistake")
        #expect(refused.code == 1 && refused.errors.contains("V30"), "\(refused)")
        #expect(try syr.amana("show", intake).output.contains("held against erasure"))
      }
    }
  }
}
