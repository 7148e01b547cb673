import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

/// What is looked at first where a log is to be convicted.
@Suite("What is kept of a log in doubt")
struct ForkQueryTests {
  @Test("Checkpoints whose size stands twice come first, then the newest, and never more than asked for")
  func checkpoints() async throws {
    try await withStore { store, _ in
      let origin = "a.example/log/1"
      for (size, leaf) in [(UInt64(3), UInt8(1)), (5, 1), (5, 2), (9, 1)] {
        let tree = Checkpoint(origin: origin, size: size, root: .leaf([leaf]))
        try await store.write { try $0.keep(checkpoint: [UInt8(size), leaf], tree, seenAt: 1) }
      }
      let other = Checkpoint(origin: "b.example/log/1", size: 1, root: .leaf([1]))
      try await store.write { try $0.keep(checkpoint: [1], other, seenAt: 1) }
      let notes = try await store.read { try $0.doubtfulCheckpoints(origin: "a.example/log/1", limit: 10) }
      #expect(notes.prefix(2).allSatisfy { $0[0] == 5 } && notes.dropFirst(2) == [[9, 1], [3, 1]])
      #expect(try await store.read { try $0.doubtfulCheckpoints(origin: "a.example/log/1", limit: 2) }.count == 2)
      #expect(try await store.read { try $0.originsOfCheckpoints() } == [origin, "b.example/log/1"])
    }
  }

  @Test("Of an authority: its releases of a line that is released twice from one step, and how it began its logs")
  func statements() async throws {
    try await withStore { store, _ in
      var random = Seeded(6701)
      let (syr, irq) = (try #require(AuthorityName("SYR/prisons")), try #require(AuthorityName("IRQ/moj")))
      func statement(_ index: UInt64, _ type: EventType, by issuer: AuthorityName) throws -> StoredStatement {
        let id = random.id()
        return StoredStatement(
          index: index, entry: try random.entry(), id: id, bytes: [], isOwn: false, isEffective: true,
          summary: StatementSummary(
            id: id, type: type, kind: nil, recordID: random.record(), caseID: nil, issuer: issuer, from: nil, to: nil,
            acceptBy: nil, lines: 0), roster: [], policy: [], registeredAt: 0)
      }
      let all = [
        try statement(0, .logOpened, by: syr), try statement(1, .release, by: syr), try statement(2, .release, by: syr),
        try statement(3, .release, by: syr), try statement(4, .release, by: irq), try statement(5, .logOpened, by: irq),
      ]
      let (twice, once, step, later) = (random.subject(), random.subject(), random.id(), random.id())
      var effects = Effects()
      effects.opened = [
        ReleaseLine(release: all[1].id, line: 0, subject: twice, previous: step),
        ReleaseLine(release: all[2].id, line: 0, subject: twice, previous: step),
        ReleaseLine(release: all[3].id, line: 0, subject: once, previous: step),
        ReleaseLine(release: all[3].id, line: 1, subject: twice, previous: later),
        ReleaseLine(release: all[4].id, line: 0, subject: once, previous: later),
      ]
      let told = effects
      try await store.write { transaction in
        for statement in all { try transaction.append(statement) }
        try transaction.apply(told)
      }
      #expect(try await store.read { try $0.releasesTwice(of: syr, limit: 9) } == [all[1].id, all[2].id])
      #expect(try await store.read { try $0.releasesTwice(of: syr, limit: 1) } == [all[1].id])
      #expect(try await store.read { try $0.releasesTwice(of: irq, limit: 9) }.isEmpty)
      #expect(try await store.read { try $0.openings(of: syr, limit: 9) } == [all[0].id])
    }
  }

  @Test("Where nothing is kept there is nothing to look at")
  func nothing() async throws {
    try await withStore { store, _ in
      let name = try #require(AuthorityName("SYR/prisons"))
      #expect(try await store.read { try $0.releasesTwice(of: name, limit: 10) }.isEmpty)
      #expect(try await store.read { try $0.openings(of: name, limit: 10) }.isEmpty)
      #expect(try await store.read { try $0.positions(byReceiptsOf: "a.example/log/1", limit: 10) }.isEmpty)
    }
  }
}
