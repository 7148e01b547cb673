import ControlAPI
import Foundation
import Testing

extension EndToEnd.RestoreTests {
  @Test("V20, V21: an epoch that was opened twice is told to whoever opened it again, who halts and begins the next")
  func openedTwice() async throws {
    try await World.run(starts: false) { world in
      let (syr, irq) = (world.syr, world.irq)
      for side in [syr, world.tur] { _ = try side.daemon().ready() }
      var daemon = try irq.daemon().ready()
      _ = try await irq.sign(irq.intake(2))
      try daemon.stop()
      try irq.backUp(to: "\(world.folder)/backup")
      try irq.putBack("\(world.folder)/backup")
      daemon = try begin(irq)
      try await answer(world)
      let release = try await irq.releases(2, to: syr)
      _ = try await syr.take(irq.bundle(to: syr))
      try daemon.stop()

      // From the older backup again, and nobody tells of the epoch between.
      try irq.putBack("\(world.folder)/backup")
      daemon = try begin(irq)
      #expect(try await irq.status().origin == "irq.example/custody/log/2")
      _ = try await syr.take(irq.bundle(to: syr))
      let forked = try await syr.alarms("V20")
      #expect(forked.contains { $0.contains("opened the log irq.example/custody/log/2 twice") }, "\(forked)")
      _ = try await irq.take(syr.bundle(to: irq))
      let draft = try await irq.draft(irq.intake(1))
      _ = try await irq.approve(draft, 1)
      #expect(try problem(try await irq.approve(draft, 2)).code == "log-halted")
      try daemon.stop()
      try irq.expectNoStart("amanad --begin-epoch")
      _ = try begin(irq)
      #expect(try await irq.status().origin == "irq.example/custody/log/3")
      try await answer(world)
      let alarms = try await irq.alarms("V21")
      #expect(!alarms.contains { $0.contains("has not answered") }, "\(alarms)")
      #expect(try await irq.phases(release) == ["released"])
      for side in [syr, irq, world.tur] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
    }
  }

  @Test("V21: a log restored again before its last epoch was sealed is sealed once, by the answers to the newest")
  func restoredUnsealed() async throws {
    try await World.run(starts: false) { world in
      let (syr, irq) = (world.syr, world.irq)
      for side in [syr, world.tur] { _ = try side.daemon().ready() }
      var daemon = try irq.daemon().ready()
      let intake = try #require(try await irq.sign(irq.intake(2)).statement)
      try daemon.stop()
      try irq.backUp(to: "\(world.folder)/first")
      try irq.putBack("\(world.folder)/first")
      daemon = try begin(irq)
      // Only one answers the second epoch, and nothing is sealed.
      _ = try await syr.take(irq.bundle(to: syr))
      _ = try await irq.take(syr.bundle(to: irq))
      #expect(try await irq.phases(intake) == ["contested"])
      try daemon.stop()
      try irq.backUp(to: "\(world.folder)/second")
      try irq.putBack("\(world.folder)/second")
      daemon = try begin(irq)
      #expect(try await irq.status().origin == "irq.example/custody/log/3")
      #expect(try await irq.phases(intake) == ["contested"])
      try await answer(world)
      #expect(try await irq.alarms("V21").isEmpty)
      #expect(try await irq.phases(intake) == ["held"])
      let release = try #require(try await irq.sign(irq.request("release", intake, to: syr.name)).statement)
      _ = try await syr.take(irq.bundle(to: syr))
      _ = try await irq.take(syr.bundle(to: irq))
      #expect(try await irq.phases(release) == ["released"])
      let sealed = try await irq.get("/v1/statements?limit=1000", as: [StatementView].self).filter {
        $0.event == "log-sealed"
      }
      #expect(sealed.count == 1)
      for side in [syr, irq, world.tur] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
    }
  }

  @Test("V21: two logs restored at the same time hand each other back what they lost, and both are sealed")
  func bothRestored() async throws {
    try await World.run(starts: false) { world in
      let (syr, irq) = (world.syr, world.irq)
      _ = try world.tur.daemon().ready()
      var daemons = try [syr, irq].map { try $0.daemon() }
      for daemon in daemons { _ = try daemon.ready() }
      let held = try await world.releaseArrived(3)
      for daemon in daemons { try daemon.stop() }
      for side in [syr, irq] { try side.backUp(to: "\(side.folder)-backup") }
      daemons = try [syr, irq].map { try $0.daemon() }
      for daemon in daemons { _ = try daemon.ready() }
      try await irq.accepts(held, from: syr)
      let lost = try await world.releaseArrived(2)
      for daemon in daemons { try daemon.stop() }
      for side in [syr, irq] {
        try side.putBack("\(side.folder)-backup")
        _ = try begin(side)
      }
      for _ in 0..<2 {
        for (from, to) in [
          (syr, irq), (irq, syr), (syr, world.tur), (irq, world.tur), (world.tur, irq), (world.tur, syr),
        ] {
          _ = try await to.take(from.bundle(to: to))
        }
      }
      for side in [syr, irq] {
        let alarms = try await side.alarms("V21")
        #expect(alarms.isEmpty, "\(side.name): \(alarms)")
        #expect(try await side.status().origin.hasSuffix("/log/2"))
        #expect(try await side.phases(held) == ["released"])
        #expect(try await side.send(.get, "/v1/statements/\(lost)").status == 404)
        #expect(try side.amana("audit").code == 0)
      }
      // What both have lost is answered anew.
      try await irq.accepts(held, from: syr)
      for side in [syr, irq] { #expect(try await side.custodians(held) == ["\(irq.name) held"]) }
    }
  }

  @Test(
    "V21: who joins later hears of the epoch and answers it; an answer of many parts is whole only with all of them")
  func joinsLater() async throws {
    try await World.run(starts: false) { world in
      let (syr, irq) = (world.syr, world.irq)
      _ = try syr.daemon().ready()
      var daemon = try irq.daemon().ready()
      _ = try await irq.sign(irq.intake(1))
      try daemon.stop()
      try irq.backUp(to: "\(world.folder)/backup")
      daemon = try irq.daemon().ready()
      // More than one part cites.
      let last = try await irq.releases(1, to: syr)
      let intake = try #require(try await irq.sign(irq.intake(1)).statement)
      for _ in 0..<4 {
        _ = try await together(65) { try await irq.draft(irq.request("offer", intake, to: syr.name)) }
      }
      _ = try await syr.take(irq.bundle(to: syr))
      try daemon.stop()
      try irq.putBack("\(world.folder)/backup")
      _ = try begin(irq)
      _ = try await syr.take(irq.bundle(to: syr))
      _ = try await irq.take(syr.bundle(to: irq))
      let waiting = try await irq.alarms("V21")
      #expect(waiting.count == 1 && waiting[0].contains("TUR/migration"), "\(waiting)")
      let answers = try await irq.get("/v1/statements?limit=1000", as: [StatementView].self).filter {
        $0.event == "log-answered"
      }
      #expect(answers.count == 2 && answers.allSatisfy { $0.issuer == syr.name }, "\(answers)")
      #expect(try await irq.phases(last) == ["contested"])
      _ = try world.tur.daemon().ready()
      _ = try await world.tur.take(irq.bundle(to: world.tur))
      _ = try await irq.take(world.tur.bundle(to: irq))
      #expect(try await irq.alarms("V21").isEmpty)
      #expect(try await irq.phases(last) == ["released"])
      #expect(try irq.amana("audit").code == 0)
    }
  }
}

extension EndToEnd.RestoreTests {
  @Test(
    "V21: what a restored log had signed and nobody answered with moves nobody at a partner either, until it is inside")
  func outsideElsewhere() async throws {
    try await World.run(starts: false) { world in
      let (syr, irq, tur) = (world.syr, world.irq, world.tur)
      for side in [syr, tur] { _ = try side.daemon().ready() }
      var daemon = try irq.daemon().ready()
      let intake = try #require(try await irq.sign(irq.intake(2)).statement)
      try daemon.stop()
      try irq.backUp(to: "\(world.folder)/backup")
      daemon = try irq.daemon().ready()
      let lost = try #require(try await irq.sign(irq.request("release", intake, to: tur.name)).statement)
      let stick = try await irq.bundle(to: tur)
      try daemon.stop()
      try irq.putBack("\(world.folder)/backup")
      daemon = try begin(irq)
      try await answer(world)
      #expect(try await irq.phases(intake) == ["held"])

      // The stick comes after the seal: on record, flagged, and nobody is released by it.
      let late = try await tur.take(stick)
      #expect(late.statements.contains { $0.statement == lost && $0.result == "registered" }, "\(late)")
      let view = try await tur.get("/v1/statements/\(lost)", as: StatementView.self)
      #expect(view.flags.contains { $0.code == "V21" }, "\(view)")
      #expect(try await tur.alarms("V21").contains { $0.contains(lost) })
      let refused = try problem(try await tur.post(tur.outcome(lost, "accepted", [0])))
      #expect(refused.status >= 400 && refused.status < 500, "\(refused)")
      #expect(try await tur.lines(lost).isEmpty)
      #expect(try tur.amana("audit").code == 0)

      // A release of the new epoch is one, though it goes on from the same step.
      let again = try #require(try await irq.sign(irq.request("release", intake, to: tur.name)).statement)
      _ = try await tur.take(irq.bundle(to: tur))
      #expect(try await tur.phases(again) == ["released"])
      try await tur.accepts(again, from: irq)
      for side in [irq, tur] {
        #expect(try await side.custodians(again) == ["\(tur.name) held"])
        #expect(try side.amana("audit").code == 0)
      }
    }
  }
}

extension EndToEnd.RestoreTests {
  @Test("V21: who is not found after a restore is recorded as missing only when an officer has read why that may be")
  func missingBeforeTheSeal() async throws {
    try await World.run(starts: false) { world in
      let irq = world.irq
      let daemon = try irq.daemon().ready()
      let intake = try #require(try await irq.sign(irq.intake(2)).statement)
      try daemon.stop()
      try irq.backUp(to: "\(world.folder)/backup")
      try irq.putBack("\(world.folder)/backup")
      _ = try begin(irq)
      var request = irq.request("incident", intake)
      (request.incident, request.lines) = ("injury", [try await irq.lines(intake)[0].line])
      let hurt = try await irq.draft(request)
      #expect(hurt.statement != nil && hurt.flags.isEmpty && hurt.officersNeeded == 0, "\(hurt)")
      (request.incident, request.draftID) = ("missing", UUID().uuidString)
      let waiting = try await irq.draft(request)
      #expect(waiting.statement == nil && waiting.officersNeeded == 1 && waiting.flags.map(\.code) == ["V21"])
      #expect(waiting.flags.first?.detail.contains("wait for its log-sealed") == true, "\(waiting)")
      let signed: DraftView = try decoded(try await irq.approve(waiting, 1))
      #expect(signed.statement != nil)
      #expect(try await irq.newest("incident").flags.map(\.code) == ["V21"])
      #expect(try irq.amana("audit").code == 0)
    }
  }
}
