import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// Duties to notify between two daemons: owed, overdue, discharged.
  @Suite struct DutyTests {
    private func alarms(_ side: TestAuthority) async throws -> [String] {
      try await side.status().alarms.filter { $0.code == "V31" }.map(\.detail)
    }

    private func duties(_ side: TestAuthority, _ query: String = "") async throws -> [DutyView] {
      try await side.get("/v1/duties\(query)")
    }

    @Test("F28 A notification duty is direct and timed, and is seen when it is overdue, until somebody was told")
    func f28() async throws {
      try await World.run(World.Setting(starts: false)) { world in
        let (syr, irq) = (world.syr, world.irq)
        for side in [syr, irq] { _ = try side.daemon(["--set", "overdue.scan-seconds=1"]).ready() }
        let intake = try await syr.sign(syr.intake(2, hours: 200)).signedID
        _ = try await syr.sign(syr.request("release", intake, to: irq.name, hours: 1))
        _ = try await irq.take(try await syr.bundle(to: irq))
        #expect(try await becomes { try await alarms(syr).count == 2 }, "the family and a neutral agency")
        let seen = try await alarms(syr)
        #expect(seen.allSatisfy { $0.contains(intake) && $0.contains("\(syr.name) has not notified") }, "\(seen)")
        // Direct: SYR owes it, and IRQ sees that it is overdue and has no alarm of it.
        let open = try await duties(syr)
        #expect(open.map(\.owner) == [syr.name, syr.name] && open.allSatisfy { $0.overdue && $0.open == 2 })
        #expect(try await duties(irq).isEmpty)
        #expect(try await alarms(irq).isEmpty)
        #expect(try await duties(irq, "?all=true&overdue=true").map(\.statement) == [intake, intake])
        let listed = try syr.amana("duties")
        #expect(listed.code == 1 && listed.output.contains("overdue: 2 of 2"), "\(listed)")
        #expect(try syr.amana("status").output.contains("4 overdue: amana duties"))

        let tried = try syr.amana("notified", intake, "--duty", "family", "--means", "not-reached")
        #expect(tried.code == 0 && tried.output.contains("signed and registered"), "\(tried)")
        #expect(try await duties(syr).map(\.notReached).sorted() == [0, 1])
        let told = try syr.amana("notified", intake, "--duty", "family", "--means", "telephone", "--lines", "HSK-1001")
        #expect(told.code == 0, "\(told)")
        #expect(try await duties(syr).map(\.open).sorted() == [1, 2])
        for duty in ["family", "neutral-agency"] {
          let rest = try syr.amana("notified", intake, "--duty", duty, "--means", "letter")
          #expect(rest.code == 0, "\(rest)")
        }
        #expect(try await becomes { try await alarms(syr).isEmpty })
        #expect(try await duties(syr).isEmpty)
        #expect(try syr.amana("duties").code == 0)
        let again = try syr.amana("notified", intake, "--duty", "family", "--means", "letter")
        #expect(again.code == 1 && again.errors.contains("amana duties"), "\(again)")
        _ = try await irq.take(try await syr.bundle(to: irq))
        #expect(try await duties(irq, "?all=true").isEmpty, "what SYR told is known to whoever has them now")
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("What is owed and what was told is the same when the projection is built again from the statements")
    func rebuilt() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(3)).signedID
        var notice = syr.request("notified", intake)
        (notice.duty, notice.means) = ("family", "in-person")
        notice.lines = [try #require(try await syr.lines(intake).first?.line)]
        _ = try await syr.draft(notice)
        _ = try await syr.sign(syr.request("release", intake, to: irq.name))
        // To IRQ the intake comes without its lines, and they after it in the release's history.
        _ = try await irq.take(try await syr.bundle(to: irq))
        let before = try await (duties(syr), duties(irq, "?all=true"))
        #expect(before.0.map(\.open).sorted() == [2, 3] && before.0.allSatisfy { $0.lines == 3 })
        #expect(!before.1.isEmpty && before.1.allSatisfy { $0.owner == syr.name })
        Running.shared.killAll()
        for side in [syr, irq] {
          // As a version before duties would have left it.
          for change in [
            "UPDATE meta SET value = '15' WHERE key = 'projection'", "DELETE FROM duty", "DELETE FROM notice",
          ] {
            _ = try Database(side.store, side.logs).run(change)
          }
          _ = try side.daemon().ready()
        }
        #expect(try await duties(syr) == before.0)
        #expect(try await duties(irq, "?all=true") == before.1)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("Who takes people later sees who was told of them before; whoever asks for it has their State told")
    func later() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(2)).statement ?? ""
        var notice = syr.request("notified", intake)
        (notice.duty, notice.means) = ("family", "letter")
        let told = try #require(try await syr.draft(notice).statement)
        let release = try await syr.sign(syr.request("release", intake, to: irq.name)).statement ?? ""
        _ = try await irq.take(syr.bundle(to: irq))
        let known: StatementView = try await irq.get("/v1/statements/\(told)")
        #expect(known.event == "notified" && known.flags.isEmpty, "it went along with \(release): \(known)")
        #expect(try await duties(irq, "?all=true").map(\.duty) == ["neutral-agency"])

        let consul = ["notified", intake, "--duty", "state-of-nationality"]
        let asks = consul + ["--means", "not-reached", "--reason", "person-asked"]
        #expect(try syr.start(asks).finished().code != 0, "nobody is named who asked")
        let asked = try syr.start(asks + ["--lines", "HSK-1001"]).finished()
        #expect(asked.code == 0, "\(asked)")
        func consular() async throws -> [DutyView] {
          try await duties(syr).filter { $0.duty == "state-of-nationality" }
        }
        let owed = try await consular()
        #expect(owed.map(\.open) == [1] && owed[0].statement == intake && owed[0].owner == syr.name)
        let done = try syr.start(consul + ["--means", "letter"]).finished()
        #expect(done.code == 0, "\(done)")
        #expect(try await consular().isEmpty)
        // Who turns out to be a child is told of.
        var correction = syr.request("corrected", intake)
        (correction.reason, correction.set) = ("correction", ["age": "disputed"])
        correction.lines = [try #require(try await syr.lines(intake).first { $0.age == "adult" }).line]
        let corrected = try #require(try await syr.sign(correction).statement)
        let child = try await duties(syr).filter { $0.duty == "child-protection" }
        #expect(child.map(\.statement) == [corrected] && child.map(\.event) == ["corrected"])
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
        Running.shared.killAll()
        let before = child.map(\.open)
        try Database(syr.store, syr.logs).run("UPDATE meta SET value = '0' WHERE key = 'projection'")
        _ = try syr.daemon().ready()
        #expect(try await duties(syr).filter { $0.duty == "child-protection" }.map(\.open) == before)
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("What somebody saw of a statement is on record with its place, and its parties are told")
    func observed() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await world.releaseArrived(2)
        let custody = try await world.custody(release)
        let seen = try irq.amana("observed", release, "--site", "M5", "--reason", "count-differs")
        #expect(seen.code == 0 && seen.output.contains("signed and registered"), "\(seen)")
        #expect(try irq.amana("observed", release).code == 2, "it does not say where")
        _ = try await syr.take(try await irq.bundle(to: syr))
        let told = try await syr.get("/v1/statements?event=observed", as: [StatementView].self)
        #expect(told.count == 1 && told.allSatisfy { $0.flags.isEmpty }, "\(told)")
        var other = irq.request("observed")
        (other.statements, other.siteID) = ([String(repeating: "ab", count: 32)], "M5")
        #expect(try await irq.post(other).status == 422)
        let after = try await world.custody(release)
        #expect(after.syr == custody.syr && after.irq == custody.irq, "nobody moves")
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("Whoever accepts people owes for them; a page goes on where the last one ended")
    func accepted() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await world.releaseArrived(2)
        let lines = try await irq.lines(release).map(\.line)
        let outcome = try await irq.sign(irq.outcome(release, "accepted", lines)).signedID
        let open = try await duties(irq)
        #expect(open.map(\.duty).sorted() == ["family", "neutral-agency"])
        #expect(open.allSatisfy { $0.statement == outcome && $0.event == "outcome" && !$0.overdue && $0.lines == 2 })
        #expect(try await irq.status().duties == StatusView.Duties(open: 4, overdue: 0))
        #expect(try await duties(irq, "?overdue=true").isEmpty)
        let response = try await irq.send(.get, "/v1/duties?limit=1")
        let first = try JSONDecoder().decode([DutyView].self, from: Data(response.body))
        let next = try #require(response.next)
        #expect(first == [open[0]] && next.hasPrefix("/v1/duties?") && next.contains("cursor="))
        #expect(try await irq.get(next, as: [DutyView].self) == [open[1]])
        #expect(try await irq.send(.get, "/v1/duties?cursor=tomorrow").status == 422)
        var wrong = irq.request("notified", outcome)
        (wrong.duty, wrong.means) = ("nobody", "letter")
        #expect(try await irq.post(wrong).status == 422)
        (wrong.duty, wrong.means) = ("family", "by-drum")
        #expect(try await irq.post(wrong).status == 422)
        #expect(try await syr.send(.get, "/v1/duties?all=maybe").status == 422)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }
  }
}
