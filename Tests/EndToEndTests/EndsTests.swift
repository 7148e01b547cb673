import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// How chains end: deaths, releases to liberty, escapes, births, and a handover that is closed.
  @Suite struct EndsTests {
    private static let setting = World.Setting(approvers: true)

    /// Approves in an office with the key of its holder.
    private func approve(_ side: TestAuthority, _ draft: DraftView, _ officer: Int, _ role: ApprovalRole) async throws
      -> DraftView
    {
      try decoded(try await side.hand(side.approval(draft, side.officer(officer), role: role), to: draft))
    }

    private func incident(
      _ side: TestAuthority, _ code: String, _ statement: String, _ lines: [Int], without: [String]? = nil
    ) async throws -> DraftView {
      var request = side.request("incident", statement)
      (request.incident, request.lines, request.without) = (code, lines, without)
      return try await side.draft(request)
    }

    @Test("A death in custody waits for the physician and ends the chain: nobody releases them any more")
    func death() async throws {
      try await World.run(Self.setting) { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(3)).signedID
        let line = try await syr.lines(intake)[0].line
        let drafted = try syr.amana("incident", "death", intake, "--lines", "line:\(line)")
        #expect(drafted.code == 0 && drafted.output.contains("medical"), "\(drafted)")
        let waiting = try #require(try await syr.get("/v1/drafts", as: [DraftView].self).first)
        #expect(waiting.rolesNeeded == ["medical"] && waiting.rolesApproved == [] && waiting.statement == nil)
        let listed = try syr.amana("drafts")
        #expect(listed.output.contains(/1 \(medical\) +3\b/), "\(listed)")
        // An officer is no physician.
        let wrong = try syr.amana("approve", waiting.draftID, "--key", syr.officer(1), "--role", "medical")
        #expect(wrong.code == 1 && wrong.errors.contains("V14"), "\(wrong)")
        let approved = try syr.amana("approve", waiting.draftID, "--key", syr.officer(3), "--role", "medical")
        let named = /HSK-100\d +Abdulsalam Muhammad \d +death\b/
        #expect(approved.code == 0 && approved.output.contains(named), "\(approved)")
        let signed = try await syr.newest("incident")
        #expect(signed.flags.isEmpty && signed.lines == 1)
        let lines = try await syr.lines(intake)
        #expect(lines.count { $0.phase == "ended" } == 1 && lines.count { $0.phase == "held" } == 2)
        let dead = try #require(lines.first { $0.line == line })
        #expect(dead.phase == "ended" && dead.incident == "death" && dead.incidentStatement == signed.statement)
        let gone = try syr.amana("release", intake, "--to", irq.name, "--lines", "line:\(line)")
        #expect(gone.code == 1 && gone.errors.contains("V3"), "\(gone)")
        let twice = try syr.amana("incident", "death", intake, "--lines", "line:\(line)")
        #expect(twice.code == 1 && twice.errors.contains("ended"), "\(twice)")
        let status = try syr.amana("status")
        #expect(status.output.contains(/ended +1/), "\(status)")
        let ended = try await syr.get("/v1/lines?phase=ended", as: [ChainView].self)
        #expect(ended.map(\.subject) == [dead.subject])
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("Without a physician a death is recorded all the same, with the flag V14")
    func deathWithoutPhysician() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(2)).signedID
        let line = try await syr.lines(intake)[0].line
        let drafted = try await incident(syr, "death", intake, [line], without: ["medical"])
        #expect(drafted.statement != nil && drafted.flags.map(\.code) == ["V14"])
        let signed = try await syr.newest("incident")
        #expect(signed.flags.map(\.code) == ["V14"])
        #expect(try await syr.lines(intake).first { $0.line == line }?.phase == "ended")
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("F6 F9 A death on the road ends by the receiver's outcome alone; then both close, and nothing is cancelled")
    func onTheRoad() async throws {
      try await World.run(Self.setting) { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let release = try await world.releaseArrived(3)
        let line = try await irq.lines(release)[0].line
        // The receiver has them on the road, before it has answered.
        let drafted = try await incident(irq, "death", release, [line])
        let dead = try await approve(irq, drafted, 3, .medical).signedID
        #expect(try await irq.phases(release) == ["released"])
        let escaped = try await incident(irq, "escape", release, [try await irq.lines(release)[1].line])
        let wrong = try irq.amana("ended", release, "--incident", escaped.signedID)
        #expect(wrong.code == 1 && wrong.errors.contains("V4"), "\(wrong)")
        func certifies(_ side: TestAuthority) async throws -> Answer {
          let numbers = try await side.lines(release).filter { $0.incident == "death" }.map { "line:\($0.line)" }
          return try side.amana("certificate", release, "--line", numbers.first ?? "none")
        }
        // Neither says "handed over" of somebody who is said to be dead.
        try await convoy.bring(from: irq, to: syr)
        for side in [syr, irq] {
          let doubted = try await certifies(side)
          #expect(doubted.code == 1 && doubted.errors.contains("uncertain"), "\(doubted)")
          #expect(doubted.errors.contains("\(dead) says death"), "\(doubted)")
        }
        try convoy.sign(irq, "ended", release, "--incident", dead)
        #expect(try await certifies(irq).code == 0)
        try await convoy.bring(from: irq, to: syr)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.count { $0.contains("SYR/prisons ended") } == 1)
        let early = try syr.amana("close", release)
        #expect(early.code == 1 && early.errors.contains("V5"), "\(early)")
        try convoy.sign(irq, "missing", release, "--lines", "line:\(try await irq.lines(release)[1].line)")
        try convoy.sign(irq, "accept", release, "--all", "--site", irq.site)
        let before = try irq.amana("close", release)
        #expect(before.code == 1 && before.errors.contains("V10"), "\(before)")
        try await convoy.bring(from: irq, to: syr)
        #expect(try syr.amana("close", release).code == 0)
        try await convoy.bring(from: syr, to: irq)
        #expect(try irq.amana("close", release).code == 0)
        try await convoy.bring(from: irq, to: syr)
        #expect(try await syr.newest("closed").flags.isEmpty)
        let again = try syr.amana("close", release)
        #expect(again.code == 1 && again.errors.contains("V10"), "\(again)")
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("Who is released to liberty puts a mark, a witness stands by, and the chain ends")
    func liberty() async throws {
      try await World.run(Self.setting) { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(2)).signedID
        let lines = try await syr.lines(intake).map(\.line)
        var request = syr.request("released-to-liberty", intake)
        (request.lines, request.mark) = ([lines[0]], "thumbprint")
        var draft = try await syr.sign(request, witnessed: [(4, .witness), (5, .person)])
        #expect(draft.rolesNeeded == ["witness", "person"] && draft.statement != nil && draft.flags.isEmpty)
        request = syr.request("released-to-liberty", intake)
        (request.lines, request.mark) = ([lines[1]], "refused")
        draft = try await syr.sign(request, witnessed: [(4, .witness)])
        #expect(draft.rolesNeeded == ["witness"] && draft.statement != nil)
        #expect(try await syr.phases(intake) == ["ended"])
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("Who escapes stays somebody's responsibility, and is released again only once found")
    func escape() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let intake = try await syr.sign(syr.intake(2)).signedID
        let line = try await syr.lines(intake)[0].line
        #expect(try syr.amana("incident", "escape", intake, "--lines", "line:\(line)").code == 0)
        let gone = try #require(try await syr.lines(intake).first { $0.line == line })
        #expect(gone.phase == "suspended" && gone.custodian == syr.name && gone.incident == "escape")
        let refused = try syr.amana("release", intake, "--to", irq.name, "--lines", "line:\(line)")
        #expect(refused.code == 1 && refused.errors.contains("V3"), "\(refused)")
        #expect(try syr.amana("incident", "found", intake, "--lines", "line:\(line)").code == 0)
        #expect(try await syr.phases(intake) == ["held"])
        // The receiver reads the whole chain, the incidents in it too.
        try convoy.sign(syr, "release", intake, "--to", irq.name)
        try await convoy.bring(from: syr, to: irq)
        let released = try await irq.newest("release")
        #expect(released.flags.isEmpty, "\(released.flags)")
        try convoy.sign(irq, "accept", released.statement, "--all", "--site", irq.site)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("A newborn is taken in under the reference that the birth names; on the road the releaser hears of it")
    func birth() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let release = try await world.releaseArrived(2)
        let mother = try await irq.lines(release)[0].line
        let birth = try await incident(irq, "birth", release, [mother]).signedID
        #expect(try await irq.phases(release) == ["released"])
        var request = irq.intake(1, hours: 0)
        (request.provenance, request.statement) = ("born-in-transit", birth)
        request.persons = [Persons.person(1, isChild: true).merging(["unaccompanied": "no"]) { $1 }]
        let taken = try await irq.sign(request)
        #expect(taken.flags.isEmpty, "it goes with the mother: \(taken.flags)")
        let intake = try taken.signedID
        #expect(try await irq.lines(intake).map(\.phase) == ["held"])
        let signed = try await irq.signed(intake)
        #expect(signed.event.reference(.incident)?.description == birth)
        #expect(signed.event.reference(.release)?.description == release)
        _ = try await syr.take(try await irq.bundle(to: syr))
        #expect(try await syr.newest("intake").statement == intake)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }
  }
}

extension TestAuthority {
  /// Drafts, and lets both officers and the holders of other offices approve.
  func sign(_ request: DraftRequest, witnessed: [(officer: Int, role: ApprovalRole)]) async throws -> DraftView {
    var view = try await draft(request)
    for officer in 1...2 { view = try decoded(try await approve(view, officer)) }
    for (officer, role) in witnessed {
      guard view.statement == nil else { throw Stopped("it was signed before the \(role.rawValue) approved") }
      view = try decoded(try await hand(approval(view, self.officer(officer), role: role), to: view))
    }
    return view
  }
}
