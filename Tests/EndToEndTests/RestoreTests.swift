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
    let kept = ["content-keys.sqlite", "content-keys.sqlite-wal", "content-keys.sqlite-shm"] + (keepsHead ? ["head"] : [])
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
      _ = try irq.daemon(["--begin-epoch"]).ready()
      return Story(held: held, lost: lost, back: back, unseen: unseen)
    }

    private func custodians(_ statement: String, in side: TestAuthority) async throws -> Set<String> {
      Set(try await side.lines(statement).map { "\($0.custodian) \($0.phase)" })
    }

    @Test("F14, V21: a restored log begins a new epoch; what it held is contested until all have answered, and then whole")
    func answered() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let story = try await restored(world)
        #expect(try await irq.status().origin == "irq.example/custody/log/2")
        #expect(try await custodians(story.held, in: irq) == ["IRQ/justice contested"])
        let waiting = try await irq.alarms("V21")
        #expect(waiting.count == 2 && waiting.contains { $0.contains("SYR/prisons has not answered") }, "\(waiting)")
        // Nothing leaves its hands meanwhile; facts are recorded.
        let refused = try problem(try await irq.post(irq.request("release", story.held, to: tur.name)))
        #expect((refused.failings ?? []).contains { $0.code == "V7" && $0.detail.contains("restored from a backup") })
        _ = try await irq.sign(irq.intake(1))
        #expect(try irq.amana("audit").code == 0)

        _ = try await syr.take(irq.bundle(to: syr))
        let heard = try await syr.alarms("V21")
        #expect(heard.count == 1 && heard[0].contains("the log of IRQ/justice was restored"), "\(heard)")
        let answer = try await irq.take(syr.bundle(to: irq))
        #expect(answer.statements.allSatisfy { $0.result != "refused" }, "\(answer)")
        #expect(try await irq.alarms("V21").count == 1)
        #expect(try await custodians(story.held, in: irq) == ["IRQ/justice contested"])
        #expect(try await custodians(story.lost, in: irq) == ["IRQ/justice contested"])
        #expect(try irq.amana("audit").code == 0)

        _ = try await tur.take(irq.bundle(to: tur))
        _ = try await irq.take(tur.bundle(to: irq))
        #expect(try await irq.alarms("V21").isEmpty)
        for statement in [story.held, story.lost] {
          #expect(try await custodians(statement, in: irq) == ["IRQ/justice held"])
          #expect(try await custodians(statement, in: syr) == ["IRQ/justice held"])
        }
        #expect(try await custodians(story.back, in: irq) == ["IRQ/justice released"])
        // What it does next is one history with what came back.
        _ = try await syr.take(irq.bundle(to: syr))
        #expect(try await syr.alarms("V21").isEmpty)
        _ = try await syr.sign(syr.outcome(story.back, "accepted", syr.lines(story.back).map(\.line)))
        _ = try await irq.take(syr.bundle(to: irq))
        #expect(try await custodians(story.back, in: irq) == ["SYR/prisons held"])
        _ = try await irq.sign(irq.request("release", story.lost, to: syr.name))
        for side in [syr, irq, tur] {
          let audit = try side.amana("audit")
          #expect(audit.code == 0, "\(side.name): \(audit)")
          #expect(try await side.alarms("V20").isEmpty)
        }
      }
    }
  }
}
