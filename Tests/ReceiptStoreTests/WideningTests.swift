import Custody
import Roster
import Testing
import TransparencyLog

@testable import ReceiptStore

@Suite("Movements that are over are widened once, each to every reader")
struct WideningTests {
  private let reader: AuthorityName
  private let late: AuthorityName

  init() throws {
    reader = try #require(AuthorityName("UNO/observer"))
    late = try #require(AuthorityName("JOR/interior"))
  }

  /// A release of ours and its acceptance by another, in one record.
  private struct Movement {
    let record: RecordID
    let release: StoredStatement
    let answer: StoredStatement
    let line: ReleaseLine

    init(_ random: inout Seeded, _ index: UInt64) throws {
      record = random.record()
      release = try random.statement(index, .release, in: record, own: true)
      answer = try random.statement(index + 1, .outcome, in: record, own: false)
      line = ReleaseLine(release: release.id, line: 0, subject: random.subject(), previous: random.id())
    }

    var answered: ReleaseLine {
      var line = line
      line.answer = ReleaseLine.Answer(statement: answer.id, code: .accepted)
      return line
    }
  }

  private func keep(_ movement: Movement, _ line: ReleaseLine, in transaction: StoreTransaction) throws {
    for statement in [movement.release, movement.answer] {
      try transaction.append(statement)
      try transaction.keep(leaf: statement.index, entry: statement.entry, of: statement.index)
      try transaction.note(movement: movement.record, at: statement.registeredAt)
    }
    try transaction.apply(effects(opened: [movement.line], answered: [line]))
  }

  private func effects(opened: [ReleaseLine] = [], answered: [ReleaseLine] = []) -> Effects {
    var effects = Effects()
    (effects.opened, effects.answered) = (opened, answered)
    return effects
  }

  /// What a reader was given; movements that are over at the same time come in any order.
  private func fed(_ store: ReceiptStore, _ name: AuthorityName) async throws -> [UInt64] {
    try await store.read { try $0.feed(of: name, after: 0, limit: 99).map(\.statement.index).sorted() }
  }

  private func look(_ store: ReceiptStore, _ names: [AuthorityName], quietSince time: UnixTime = 10) async throws {
    try await store.write { transaction in
      while try transaction.widenMovements(quietSince: time, at: 99, limit: 1) == 1 {}
      for name in names { while try transaction.feedWidened(to: name, limit: 1, where: { _ in true }) == 1 {} }
    }
    #expect(try await store.read { try !$0.hasWidening(quietSince: time, for: names) })
  }

  @Test("What is open, incomplete, without its lines or too fresh is not widened")
  func conditions() async throws {
    try await withStore { store, _ in
      var random = Seeded(700)
      let movements = try (0..<5).map { try Movement(&random, UInt64($0 * 2)) }
      try await store.write { transaction in
        for (number, movement) in movements.enumerated() {
          try keep(movement, number == 1 ? movement.line : movement.answered, in: transaction)
        }
        try transaction.mark(incomplete: movements[2].answer.id, at: 10)
        try transaction.mark(bare: movements[3].answer.id)
        try transaction.note(movement: movements[4].record, at: 11)
      }
      try await look(store, [reader])
      #expect(try await fed(store, reader) == [0])
      try await store.write { transaction in
        try transaction.apply(effects(answered: [movements[1].answered]))
        for movement in movements[2...3] { _ = try transaction.complete(movement.answer.id, at: 10) }
      }
      #expect(try await store.read { try $0.hasWidening(quietSince: 10, for: [reader]) })
      try await look(store, [reader])
      #expect(try await fed(store, reader) == [0, 2, 4, 6])
      try await look(store, [reader], quietSince: 11)
      #expect(try await fed(store, reader) == [0, 2, 4, 6, 8])
    }
  }

  @Test("A reader who comes later is given all of it; one that may not read a statement never gets it")
  func readers() async throws {
    try await withStore { store, path in
      var random = Seeded(701)
      let movements = try (0..<3).map { try Movement(&random, UInt64($0 * 2)) }
      try await store.write { for movement in movements { try keep(movement, movement.answered, in: $0) } }
      try await look(store, [reader])
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.hasWidening(quietSince: 10, for: [late]) })
      try await again.write { transaction in
        let given = try transaction.feedWidened(to: late, limit: 9) { $0.index != 2 }
        #expect(given == 3)
      }
      try await look(again, [reader, late])
      #expect(try await fed(again, late) == [0, 4])
      #expect(try await fed(again, reader) == [0, 2, 4])
    }
  }

  @Test("What is added to a movement that was widened waits until that is over again; a record without release is none")
  func reopened() async throws {
    try await withStore { store, _ in
      var random = Seeded(702)
      let movement = try Movement(&random, 0)
      let record = random.record()
      let alone = try random.statement(7, .intake, in: record, own: true)
      try await store.write { transaction in
        try keep(movement, movement.answered, in: transaction)
        try transaction.append(alone)
        try transaction.keep(leaf: alone.index, entry: alone.entry, of: alone.index)
        try transaction.note(movement: record, at: alone.registeredAt)
      }
      try await look(store, [reader])
      #expect(try await fed(store, reader) == [0])
      let back = try random.statement(2, .release, in: movement.record, own: true)
      let open = ReleaseLine(release: back.id, line: 0, subject: random.subject(), previous: random.id())
      try await store.write { transaction in
        try transaction.append(back)
        try transaction.keep(leaf: 2, entry: back.entry, of: back.index)
        try transaction.note(movement: movement.record, at: 10)
        try transaction.apply(effects(opened: [open]))
      }
      try await look(store, [reader])
      #expect(try await fed(store, reader) == [0])
      var answered = open
      answered.answer = movement.answered.answer
      let line = answered
      try await store.write { try $0.apply(effects(answered: [line])) }
      try await look(store, [reader])
      #expect(try await fed(store, reader) == [0, 2])
    }
  }

  @Test("Looking does not go through the Statements")
  func plan() async throws {
    try await withStore { _, path in
      let plan = try RawConnection.run(
        path, "EXPLAIN QUERY PLAN " + StoreReader.movementsOverSQL.replacing(/\?[0-9]*/, with: "1")
      ).compactMap(\.last)
      #expect(!plan.contains { $0.contains("SCAN s") || $0.contains("SCAN l") }, "\(plan)")
      #expect(plan.contains { $0.contains("movement_last") }, "\(plan)")
    }
  }
}

extension Seeded {
  fileprivate mutating func statement(_ index: UInt64, _ type: EventType, in record: RecordID, own: Bool) throws
    -> StoredStatement
  {
    let (id, name) = (self.id(), try authority())
    return StoredStatement(
      index: index, entry: try entry(), id: id, bytes: bytes(9), isOwn: own, isEffective: true,
      summary: StatementSummary(
        id: id, type: type, kind: .detaineeTransfer, recordID: record, caseID: nil, issuer: name, from: name, to: name,
        acceptBy: nil, lines: 1),
      roster: bytes(32), policy: bytes(32), registeredAt: 10)
  }
}
