import ControlAPI
import Custody
import Foundation
import Roster
import Testing

/// What officers did where no daemon was, and whose keys are retired when it is brought.
extension EndToEnd.FieldCaseTests {
  private func now() -> UnixTime { UnixTime(Date().timeIntervalSince1970) }

  /// The next roster says since when SYR's first officer has the key no more, and why; SYR's daemon starts under it.
  private func starts(_ world: World, with reason: Revocation.Reason, from time: UnixTime) throws {
    let next = try world.next(after: world.firstRoster(), by: [world.syr, world.irq], version: 2) { authority in
      guard authority.name.description == world.syr.name else { return authority }
      return try authority.revoking(officer: 1, reason, from: time)
    }
    for side in [world.syr, world.irq] { try world.pin(side, next.bytes, next.digest) }
    _ = try world.syr.daemon().ready()
  }

  @Test("F5 Approved offline by an officer unassigned before: the fact is recorded and flagged, the intention refused")
  func f5() async throws {
    try await World.run(World.Setting(starts: false, approvers: true)) { world in
      let (syr, irq) = (world.syr, world.irq)
      let laptop = try Laptop(world, syr)
      let before = try syr.daemon().ready()
      let held = try #require(try await syr.sign(syr.intake(2)).statement)
      try laptop.fetchKit()
      before.crash()
      let unassigned = now()
      try laptop.draft(["release", held, "--to", irq.name], to: "release.draft", kit: "kit.amana")
      try laptop.intake()
      for name in ["release.draft", "intake.draft"] { try laptop.approve(name) }
      try starts(world, with: .retired, from: unassigned)
      let size = try await syr.status().size

      let refused = try problem(try await laptop.hand(laptop.bytes("release.draft")))
      #expect(refused.status == 409 && refused.code == "V11" && refused.next?.contains("kit") == true, "\(refused)")
      #expect(try await syr.phases(held) == ["held"])
      // The officer is not in office at the daemon either.
      let online = try await syr.draft(syr.intake(1))
      #expect(try problem(try await syr.approve(online, 1)).code == "V14")

      let brought = try laptop.bring("intake.draft")
      #expect(brought.left.isEmpty && brought.approvedBy.sorted() == [1, 2], "\(brought)")
      #expect(brought.statement == nil && brought.approvalsMissing == 1, "a witness stands by it: \(brought)")
      #expect(try await syr.status().size == size)
      let screen = try syr.amana("import", laptop.file("intake.draft"))
      #expect(screen.code == 0 && screen.output.contains("--role witness"), "\(screen)")
      #expect(screen.output.contains("officer 1 has left"), "\(screen)")
      let witnessed = try syr.amana(
        "approve", brought.draftID, "--role", "witness", "--key", syr.officer(4))
      #expect(witnessed.code == 0, "\(witnessed)")

      let recorded = try await syr.newest("intake")
      #expect(Set(recorded.flags.map(\.code)) == ["V14"], "\(recorded.flags)")
      #expect(recorded.flags.contains { $0.detail.contains("officer 1's key was not valid when it approved") })
      #expect(try await syr.signed(recorded.statement).event.approvals.count == 3, "their word stays in it")
      #expect(try await syr.custodians(recorded.statement) == ["SYR/prisons held"])
      #expect(try laptop.bring("intake.draft").statement == recorded.statement)
      #expect(try await syr.status().size == size + 1)
      // Whoever is offered these people is told.
      _ = try irq.daemon().ready()
      _ = try await syr.draft(syr.request("offer", recorded.statement, to: irq.name))
      let heard = try await irq.take(syr.bundle(to: irq)).statements.first { $0.statement == recorded.statement }
      #expect(heard?.result == "registered" && heard?.failings.contains { $0.code == "V14" } == true, "\(heard as Any)")
      for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
    }
  }

  @Test(
    "F27 A departed officer's queued events are admitted late with a witness, flagged; an intention waits for others")
  func f27() async throws {
    try await World.run(World.Setting(starts: false, approvers: true)) { world in
      let syr = world.syr
      let laptop = try Laptop(world, syr)
      let before = try syr.daemon().ready()
      let held = try await syr.sign(syr.intake(2)).statement
      let release = try await syr.draft(syr.request("release", held, to: world.irq.name))
      #expect(try await syr.approve(release, 1).status == 200)
      before.crash()
      try laptop.intake(3, ["--occurred-at", ago(hours: 100), "--time-source", "manual"])
      try laptop.approve("intake.draft")
      // The officer leaves between the approval and the import.
      let left = now() + 1
      try await Task.sleep(for: .seconds(1.1))
      try starts(world, with: .retired, from: left)

      let brought = try laptop.bring("intake.draft")
      #expect(brought.statement == nil && brought.left.isEmpty && brought.approvalsMissing == 1, "\(brought)")
      let waiting: DraftView = try await syr.get("/v1/drafts/\(brought.draftID)")
      #expect(
        waiting.rolesMissing == ["witness"] && waiting.flags.contains { $0.detail.contains("officer 1 has left") })
      // The witness may be where no daemon is as well.
      try world.amana(["approve", laptop.file("intake.draft"), "--role", "witness", "--key", syr.officer(4)])
      let whole = try laptop.bring("intake.draft")
      let statement = try #require(whole.statement)
      #expect(whole.left.isEmpty && whole.approvedBy.sorted() == [1, 2, 4], "\(whole)")
      let recorded = try await syr.newest("intake")
      #expect(
        recorded.statement == statement && Set(recorded.flags.map(\.code)) == ["V14", "V18"], "\(recorded.flags)")
      #expect(
        recorded.flags.contains { $0.code == "V14" && $0.detail.contains("officer 1 had left when it was signed") })
      #expect(try await syr.custodians(statement) == ["SYR/prisons held"])
      let shown = try syr.amana("show", statement)
      #expect(shown.code == 0 && shown.output.contains("V14") && shown.output.contains("V18"), "\(shown)")
      #expect(try laptop.bring("intake.draft").statement == statement)

      // What the officer approved at the daemon, and meant to happen, is for those in office.
      let bare: DraftView = try await syr.get("/v1/drafts/\(release.draftID)")
      // Beside two officers, who protects children: of so few people it waits for them always.
      #expect(bare.approvedBy.isEmpty && bare.officersApproved == 0 && bare.approvalsMissing == 3, "\(bare)")
      let one: DraftView = try decoded(try await syr.approve(release, 2))
      #expect(one.statement == nil && one.approvedBy == [2], "\(one)")
      #expect(try problem(try await syr.approve(release, 1)).code == "V14")
      #expect(try await syr.custodians(#require(held)) == ["SYR/prisons held"])
      #expect(try syr.amana("audit").code == 0)
    }
  }

  @Test("F5 F27 A key that is lost is nobody's who left: its approval is not taken, and the draft waits for another")
  func lostKey() async throws {
    try await World.run(World.Setting(starts: false, approvers: true)) { world in
      // The log has adopted the roster that the draft relies on.
      try world.syr.daemon().ready().crash()
      let laptop = try Laptop(world, world.syr)
      let lost = now()
      try laptop.intake()
      try laptop.approve("intake.draft")
      try starts(world, with: .lost, from: lost)
      let brought = try laptop.bring("intake.draft", code: 1)
      #expect(brought.statement == nil && brought.approvedBy == [2] && brought.approvalsMissing == 1, "\(brought)")
      #expect(brought.left.count == 1 && brought.left[0].hasPrefix("officer 1 as officer"), "\(brought)")
      #expect(try await world.syr.get("/v1/drafts/\(brought.draftID)", as: DraftView.self).rolesMissing.isEmpty)
    }
  }
}
