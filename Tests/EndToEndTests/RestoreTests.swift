import ControlAPI
import Foundation
import Testing

extension TestAuthority {
  /// Keeps the store as a backup does: without the head and without the content keys (docs/operating.md, Backups).
  func backUp(to backup: String) throws {
    try FileManager.default.copyItem(atPath: "\(folder)/state", toPath: backup)
    for name in ["head", "content-keys.sqlite", "content-keys.sqlite-wal", "content-keys.sqlite-shm"] {
      try? FileManager.default.removeItem(atPath: "\(backup)/\(name)")
    }
  }

  /// Puts a backup back beside the content keys that are there; the head goes unless the disk kept it.
  func putBack(_ backup: String, keepsHead: Bool = false) throws {
    let state = "\(folder)/state"
    let kept =
      ["content-keys.sqlite", "content-keys.sqlite-wal", "content-keys.sqlite-shm"] + (keepsHead ? ["head"] : [])
    for name in kept where FileManager.default.fileExists(atPath: "\(state)/\(name)") {
      try? FileManager.default.removeItem(atPath: "\(backup)/\(name)")
      try FileManager.default.moveItem(atPath: "\(state)/\(name)", toPath: "\(backup)/\(name)")
    }
    try FileManager.default.removeItem(atPath: state)
    try FileManager.default.copyItem(atPath: backup, toPath: state)
  }

  /// The alarms of a code.
  func alarms(_ code: String) async throws -> [String] {
    try await status().alarms.filter { $0.code == code }.map(\.detail)
  }
}

extension EndToEnd {
  /// A log that is restored from a backup never continues (V21, F14).
  @Suite struct RestoreTests {
    /// What one run of the story leaves: IRQ's log was restored and has begun its next epoch.
    private struct Story {
      /// Accepted before the backup.
      let held: String
      /// Refused by IRQ before it: SYR has them.
      let elsewhere: String
      /// Released to IRQ and accepted after it.
      let lost: String
      /// Taken in by IRQ after it, and released to SYR, who has it.
      let back: String
      /// Signed by IRQ after it, and seen by nobody.
      let unseen: String
    }

    private func restored(_ world: World) async throws -> Story {
      let (syr, irq) = (world.syr, world.irq)
      for side in [syr, world.tur] { _ = try side.daemon().ready() }
      var daemon = try irq.daemon().ready()
      let held = try await world.releaseArrived(3)
      try await irq.accepts(held, from: syr)
      let elsewhere = try await world.releaseArrived(1)
      _ = try await irq.sign(irq.outcome(elsewhere, "refused", irq.lines(elsewhere).map(\.line)))
      _ = try await syr.take(irq.bundle(to: syr))
      try daemon.stop()
      let backup = "\(world.folder)/backup"
      try irq.backUp(to: backup)
      daemon = try irq.daemon().ready()
      let lost = try await world.releaseArrived(3)
      try await irq.accepts(lost, from: syr)
      let back = try await irq.releases(2, to: syr)
      _ = try await syr.take(irq.bundle(to: syr))
      let unseen = try #require(try await irq.sign(irq.intake(2)).statement)
      try daemon.stop()
      try irq.putBack(backup)
      try irq.expectNoStart("head is missing")
      try irq.expectNoStart("amanad --begin-epoch")
      _ = try begin(irq)
      return Story(held: held, elsewhere: elsewhere, lost: lost, back: back, unseen: unseen)
    }

    @Test(
      "F14, V21: a restored log begins a new epoch; what it held is contested until all have answered, and then whole")
    func answered() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let story = try await restored(world)
        #expect(try await irq.status().origin == "irq.example/custody/log/2")
        #expect(try await irq.custodians(story.held) == ["IRQ/justice contested"])
        // Whose log is why it is contested is said, and how it stands as far as is known; nobody is asked to settle it.
        let held = try await irq.lines(story.held)[0]
        let person: PersonView = try await irq.get("/v1/questions/custody?subject=\(held.subject)")
        #expect(person.phase == "contested" && person.restored == irq.name && person.known == "held", "\(person)")
        let shown = try irq.amana("ask", "who", "--subject", held.subject)
        #expect(
          shown.output.contains("was restored") && shown.output.contains("as far as is known: held by IRQ/justice"))
        for arguments in [
          ["who", "--subject", held.subject], ["chain", "--subject", held.subject], ["unresolved", story.held],
        ] {
          let printed = try irq.start(["ask"] + arguments + ["--json"]).finished()
          #expect(printed.output.contains("\"restored\""), "\(printed)")
        }
        let open: [UnresolvedView] = try await irq.get("/v1/questions/unresolved?within=\(story.held)")
        #expect(open.count == 3 && open.allSatisfy { $0.why == "contested" && $0.restored == irq.name }, "\(open)")
        let waiting = try await irq.alarms("V21")
        #expect(waiting.count == 2 && waiting.contains { $0.contains("SYR/prisons has not answered") }, "\(waiting)")
        // Nothing leaves its hands meanwhile; facts are recorded.
        let refused = try problem(try await irq.post(irq.request("release", story.held, to: tur.name)))
        #expect((refused.failings ?? []).contains { $0.code == "V7" && $0.detail.contains("restored from a backup") })
        _ = try await irq.sign(irq.intake(1))
        #expect(try irq.amana("audit").code == 0)

        // It does not know whether whoever was elsewhere came here since, and says so of nobody.
        var certificate = irq.request("certificate", story.elsewhere)
        certificate.lines = try await irq.lines(story.elsewhere).map(\.line)
        #expect(try await irq.custodians(story.elsewhere) == ["SYR/prisons held"])
        let doubted = try problem(try await irq.post(certificate))
        #expect(doubted.code == "uncertain" && doubted.detail.contains("SYR/prisons is responsible"), "\(doubted)")

        _ = try await syr.take(irq.bundle(to: syr))
        let heard = try await syr.alarms("V21")
        #expect(heard.count == 1 && heard[0].contains("the log of IRQ/justice was restored"), "\(heard)")
        let answer = try await irq.take(syr.bundle(to: irq))
        #expect(
          !answer.statements.isEmpty && answer.statements.allSatisfy { $0.result != "refused" }, "\(answer)")
        #expect(try await irq.alarms("V21").count == 1)
        #expect(try await irq.custodians(story.held) == ["IRQ/justice contested"])
        #expect(try await irq.custodians(story.lost) == ["IRQ/justice contested"])
        #expect(try irq.amana("audit").code == 0)

        _ = try await tur.take(irq.bundle(to: tur))
        _ = try await irq.take(tur.bundle(to: irq))
        #expect(try await irq.alarms("V21").isEmpty)
        #expect(try await irq.draft(certificate).officersNeeded == 2)
        for statement in [story.held, story.lost] {
          #expect(try await irq.custodians(statement) == ["IRQ/justice held"])
          #expect(try await syr.custodians(statement) == ["IRQ/justice held"])
        }
        #expect(try await irq.custodians(story.back) == ["IRQ/justice released"])
        // What it does next is one history with what came back.
        _ = try await syr.take(irq.bundle(to: syr))
        #expect(try await syr.alarms("V21").isEmpty)
        _ = try await syr.sign(syr.outcome(story.back, "accepted", syr.lines(story.back).map(\.line)))
        _ = try await irq.take(syr.bundle(to: irq))
        #expect(try await irq.custodians(story.back) == ["SYR/prisons held"])
        _ = try await irq.sign(irq.onward(story.lost, to: syr))
        // What nobody else had seen is gone, as a paper would be.
        #expect(try await irq.send(.get, "/v1/statements/\(story.unseen)").status == 404)
        for side in [syr, irq, tur] {
          let audit = try side.amana("audit")
          #expect(audit.code == 0, "\(side.name): \(audit)")
          #expect(try await side.alarms("V20").isEmpty)
        }
      }
    }
  }
}

extension EndToEnd.RestoreTests {
  /// IRQ's next daemon goes on from what is on its disk.
  func begin(_ irq: TestAuthority, _ more: String...) throws -> Daemon {
    try irq.daemon(["--begin-epoch"] + more).ready()
  }

  /// SYR and TUR hear of the new epoch, and IRQ of what they hold.
  func answer(_ world: World) async throws {
    for side in [world.syr, world.tur] {
      _ = try await side.take(world.irq.bundle(to: side))
      _ = try await world.irq.take(side.bundle(to: world.irq))
    }
  }

  @Test("V21: what the restored log had signed and nobody answered with takes no effect, and convicts nobody")
  func outside() async throws {
    try await World.run(starts: false) { world in
      let irq = world.irq
      for side in [world.syr, world.tur] { _ = try side.daemon().ready() }
      var daemon = try irq.daemon().ready()
      _ = try await irq.sign(irq.intake(2))
      try daemon.stop()
      try irq.backUp(to: "\(world.folder)/backup")
      daemon = try irq.daemon().ready()
      let unseen = try #require(try await irq.sign(irq.intake(2)).statement)
      let copy = try await irq.bundle(to: irq, clear: true)
      try daemon.stop()
      try irq.putBack("\(world.folder)/backup")
      _ = try begin(irq)
      try await answer(world)
      #expect(try await irq.alarms("V21").isEmpty)
      let report = try await irq.take(copy)
      #expect(report.statements.contains { $0.statement == unseen && $0.result == "refused" }, "\(report)")
      let alarms = try await irq.alarms("V21")
      #expect(alarms.count == 1 && alarms[0].contains("outside what everybody answered"), "\(alarms)")
      #expect(try await irq.send(.get, "/v1/statements/\(unseen)").status == 404)
      // It goes on: that was no sign of another copy.
      _ = try await irq.sign(irq.intake(1))
      #expect(try irq.amana("audit").code == 0)
    }
  }

  @Test("V21: a store that was last used on another machine does not start; there it begins a new epoch, and only once")
  func copied() async throws {
    try await World.run(starts: false) { world in
      let irq = world.irq
      let daemon = try irq.daemon().ready()
      let intake = try #require(try await irq.sign(irq.intake(2)).statement)
      try daemon.stop()
      try EndToEnd.RestoreTests.move(irq, world.logs)
      try irq.expectNoStart("last used on another machine")
      try begin(irq).stop()
      let again = try begin(irq)
      #expect(try await irq.status().origin == "irq.example/custody/log/2")
      #expect(try await irq.phases(intake) == ["contested"])
      #expect(again.command.errors.contains("goes on as it is"))
    }
  }

  /// Writes the head as another machine would have.
  static func move(_ side: TestAuthority, _ logs: String) throws {
    let script = """
      import hashlib, sys
      path = sys.argv[1]
      data = open(path, "rb").read()
      slots = []
      for start in range(0, len(data), 1024):
          lines = data[start:start + 1024].split(b"\\n")
          lines[2] = b"0" * 64
          text = b"\\n".join(lines[:6]) + b"\\n"
          slots.append((text + hashlib.sha256(text).hexdigest().encode() + b"\\n").ljust(1024, b"\\n"))
      open(path, "wb").write(b"".join(slots))
      """
    let answer = try Command(Command.python, ["-c", script, "\(side.folder)/state/head"], logs: logs).finished()
    guard answer.code == 0 else { throw Stopped("\(answer)") }
  }

  @Test("V21: a copy that kept its head and goes on is halted by the first partner that shows another root of its log")
  func halted() async throws {
    try await World.run(starts: false) { world in
      let (syr, irq) = (world.syr, world.irq)
      _ = try syr.daemon().ready()
      var daemon = try irq.daemon().ready()
      try daemon.stop()
      try FileManager.default.copyItem(atPath: "\(irq.folder)/state", toPath: "\(world.folder)/copy")
      daemon = try irq.daemon().ready()
      _ = try await irq.releases(2, to: syr)
      _ = try await syr.take(irq.bundle(to: syr))
      let known = try syr.amana("status", "--checkpoint", "--of", irq.name)
      #expect(known.code == 0 && known.output.hasPrefix("irq.example/custody/log/1\n"), "\(known)")
      try daemon.stop()
      try FileManager.default.removeItem(atPath: "\(irq.folder)/state")
      try FileManager.default.moveItem(atPath: "\(world.folder)/copy", toPath: "\(irq.folder)/state")
      daemon = try irq.daemon().ready()
      _ = try await irq.sign(irq.intake(1))
      _ = try await syr.releases(1, to: irq)
      _ = try await irq.take(syr.bundle(to: irq))
      let draft = try await irq.draft(irq.intake(1))
      _ = try await irq.approve(draft, 1)
      let refused = try problem(try await irq.approve(draft, 2))
      #expect(refused.status == 503 && refused.code == "log-halted", "\(refused)")
      #expect(try await irq.alarms("V21").contains { $0.contains("signed a root at") })
      try daemon.stop()
      try irq.expectNoStart("amanad --begin-epoch")
      let note = "\(world.folder)/note"
      try known.output.write(toFile: note, atomically: true, encoding: .utf8)
      try begin(irq, "--checkpoint", note).stop()
      // Everything is lost but a partner's note: the log goes on behind it, with nothing on record.
      try FileManager.default.removeItem(atPath: "\(irq.folder)/state")
      let size = try #require(known.output.split(separator: "\n").dropFirst().first)
      daemon = try begin(irq, "--checkpoint", note)
      #expect(daemon.command.errors.contains("is sealed at \(size) entries"), "\(daemon.command.errors)")
      #expect(try await irq.status().origin == "irq.example/custody/log/2")
      try daemon.stop()
      try known.output.replacing("irq", with: "syr").write(toFile: note, atomically: true, encoding: .utf8)
      let wrong = try irq.daemon(["--begin-epoch", "--checkpoint", note]).command.finished()
      #expect(wrong.code == 1 && wrong.errors.contains("holds no checkpoint"), "\(wrong)")
    }
  }

  @Test(
    "V21: who never answers holds up no line that paper settles, and a log that is restored twice begins a third epoch")
  func settledAndRestoredAgain() async throws {
    try await World.run(starts: false) { world in
      let (syr, irq) = (world.syr, world.irq)
      _ = try syr.daemon().ready()
      let daemon = try irq.daemon(["--set", "log.publish-seconds=1", "--set", "log.publish-batch=8"]).ready()
      let intake = try #require(try await irq.sign(irq.intake(2)).statement)
      #expect(try await becomes { try await irq.send(.get, "/v1/statements/\(intake)/receipt").status == 200 })
      try daemon.stop()
      try irq.backUp(to: "\(world.folder)/backup")
      try irq.putBack("\(world.folder)/backup")
      let second = try begin(irq)
      try CommandConvoy(world).sign(irq, "resolve", intake, "--custodian", irq.name)
      #expect(try await irq.phases(intake) == ["held"])
      let release = try #require(try await irq.sign(irq.request("release", intake, to: syr.name)).statement)
      _ = try await syr.take(irq.bundle(to: syr))
      #expect(try await syr.phases(release) == ["released"])
      #expect(try irq.amana("audit").code == 0)
      try second.stop()

      try irq.putBack("\(world.folder)/backup", keepsHead: true)
      try irq.expectNoStart("a later epoch of this log is known")
      let third = try begin(irq)
      #expect(try await irq.status().origin == "irq.example/custody/log/3")
      _ = try await syr.take(irq.bundle(to: syr))
      _ = try await irq.take(syr.bundle(to: irq))
      #expect(try await irq.phases(release) == ["contested"])
      _ = try await syr.sign(syr.outcome(release, "accepted", syr.lines(release).map(\.line)))
      _ = try await irq.take(syr.bundle(to: irq))
      // Whoever has it since decides, though TUR has answered nothing yet.
      let lines = try await irq.lines(release)
      #expect(
        !lines.isEmpty && lines.allSatisfy { $0.custodian == syr.name && $0.phase == "held" }, "\(lines)")
      for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      try third.stop()
      _ = try irq.daemon().ready()
      #expect(try await irq.status().origin == "irq.example/custody/log/3")
    }
  }
}
