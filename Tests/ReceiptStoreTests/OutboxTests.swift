import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

@Suite("The outbox: in order, at least once, with one effect")
struct OutboxTests {
  private let peer: AuthorityName
  private let other: AuthorityName

  init() throws {
    peer = try #require(AuthorityName("IRQ/moj"))
    other = try #require(AuthorityName("TUR/goc"))
  }

  /// What the outbox should say, kept in the plainest way.
  private struct Model {
    var rows: [(entry: LogEntry, record: RecordID, state: OutboxRow.State, nextAt: UnixTime)] = []

    func isOpen(_ index: Int) -> Bool { rows[index].state == .waiting || rows[index].state == .pending }

    /// Order as the brief says it: strict, except that a pending row holds back its own record only.
    func mayGo(_ index: Int, now: UnixTime) -> Bool {
      guard rows[index].state != .delivered, rows[index].nextAt <= now else { return false }
      if rows[index].state == .refused { return true }
      return (0..<index).allSatisfy { earlier in
        guard isOpen(earlier) else { return true }
        let isReady = rows[earlier].state == .waiting && rows[earlier].nextAt <= now
        if rows[earlier].record == rows[index].record { return isReady }
        return rows[earlier].state == .pending || rows[earlier].nextAt <= now
      }
    }
  }

  @Test("due never lets a statement overtake one it follows, whatever is reported", arguments: 0..<8)
  func order(seed: UInt64) async throws {
    try await withStore { store, _ in
      var random = Seeded(200 + seed)
      let records = (0..<5).map { _ in random.record() }
      let entries = try (0..<40).map { _ in try random.entry() }
      var model = Model()
      var now: UnixTime = 1000
      for _ in 0..<200 {
        now += UnixTime(random.int(0..<20))
        let time = now
        if model.rows.count < entries.count, random.int(0..<3) == 0 {
          let (entry, record) = (entries[model.rows.count], try random.one(of: records))
          #expect(try await store.write { try $0.enqueue(entry, record: record, for: peer, at: time) })
          model.rows.append((entry, record, .waiting, 0))
          continue
        }
        let due = try await store.read { try $0.due(to: peer, now: time, limit: 100) }
        var records: Set<RecordID> = []
        let ready = model.rows.indices.filter { model.mayGo($0, now: now) }
        let open = ready.filter(model.isOpen).prefix { records.insert(model.rows[$0].record).inserted }
        let again = ready.filter { model.rows[$0].state == .refused }
          .sorted { (model.rows[$0].nextAt, $0) < (model.rows[$1].nextAt, $1) }
          .filter { records.insert(model.rows[$0].record).inserted }
        #expect(due.map(\.entry) == (open + again).map { model.rows[$0].entry })
        #expect(Set(due.map(\.record)).count == due.count, "one statement of a record at a time")
        guard let row = due.randomElement(using: &random),
          let index = model.rows.firstIndex(where: { $0.entry == row.entry })
        else { continue }
        let until = now + UnixTime(random.int(0..<60))
        let outcome: DeliveryOutcome = try random.one(of: [
          .delivered, .pending(until: until), .refused(until: until), .failed(until: until),
        ])
        _ = try await store.write { try $0.report(outcome, of: row.entry, to: peer, at: time) }
        switch outcome {
        case .delivered: model.rows[index].state = .delivered
        case .pending: (model.rows[index].state, model.rows[index].nextAt) = (.pending, until)
        case .refused: (model.rows[index].state, model.rows[index].nextAt) = (.refused, until)
        case .failed: model.rows[index].nextAt = until
        }
      }
    }
  }

  @Test("A statement of another record does not overtake one that waits behind one of its own record")
  func acrossRecords() async throws {
    try await withStore { store, _ in
      var random = Seeded(7)
      let entries = try (0..<3).map { _ in try random.entry() }
      let (first, second) = (random.record(), random.record())
      try await store.write { transaction in
        for (entry, record) in zip(entries, [first, first, second]) {
          try transaction.enqueue(entry, record: record, for: peer, at: 0)
        }
      }
      // The third may cite the second, which waits for the first.
      #expect(try await store.read { try $0.due(to: peer, now: 1, limit: 9).map(\.entry) } == [entries[0]])
      _ = try await store.write { try $0.report(.delivered, of: entries[0], to: peer, at: 1) }
      #expect(
        try await store.read { try $0.due(to: peer, now: 1, limit: 9).map(\.entry) } == [entries[1], entries[2]])
    }
  }

  @Test("Everything arrives, once, over a link that loses, doubles and reorders what is reported", arguments: 0..<6)
  func onceInTheEnd(seed: UInt64) async throws {
    try await withStore { store, path in
      var random = Seeded(300 + seed)
      let entries = try (0..<25).map { _ in try random.entry() }
      let records = (0..<4).map { _ in random.record() }
      let used = try entries.map { _ in try random.one(of: records) }
      try await store.write { transaction in
        for (entry, record) in zip(entries, used) {
          try transaction.enqueue(entry, record: record, for: peer, at: 0)
        }
      }
      // The partner registers what reaches it; again changes nothing.
      var arrived: [LogEntry] = []
      var handed: [LogEntry: Int] = [:]
      var late: [(LogEntry, DeliveryOutcome)] = []
      var (now, rounds): (UnixTime, Int) = (0, 0)
      var current = store
      defer { try? current.close() }
      while try await !current.read({ try $0.undelivered() }).isEmpty, rounds < 5000 {
        rounds += 1
        let time = now
        let due = try await current.read { try $0.due(to: peer, now: time, limit: 4) }
        if due.isEmpty { now = try await current.read { try $0.outbox(limit: 99).map(\.nextAt).max() ?? 0 } }
        for row in due {
          guard random.int(0..<3) > 0 else { break }
          if !arrived.contains(row.entry) { arrived.append(row.entry) }
          handed[row.entry, default: 0] += 1
          let outcome: DeliveryOutcome = random.int(0..<4) == 0 ? .pending(until: now + 2) : .delivered
          late.append((row.entry, .failed(until: now + 3)))
          guard random.int(0..<3) > 0 else { break }
          _ = try await current.write { try $0.report(outcome, of: row.entry, to: peer, at: time) }
        }
        if let (entry, outcome) = late.randomElement(using: &random), random.int(0..<3) == 0 {
          let before = try await current.read { try $0.outboxRow(entry, peer) }
          _ = try await current.write { try $0.report(outcome, of: entry, to: peer, at: time) }
          let after = try await current.read { try $0.outboxRow(entry, peer) }
          if before?.state == .delivered { #expect(after == before, "what is delivered stays so") }
        }
        if random.int(0..<10) == 0 { current = try reopen(current, path) }
      }
      #expect(try await current.read { try $0.undelivered() }.isEmpty)
      #expect(Set(arrived) == Set(entries))
      #expect(handed.values.contains { $0 > 1 }, "a lost report is made up for by handing on again")
      let rows = try await current.read { try $0.outbox(limit: 99) }
      #expect(rows.map(\.entry) == entries && rows.allSatisfy { $0.state == .delivered }, "one row each")
      for record in records {
        let order = zip(entries, used).filter { $0.1 == record }.map(\.0)
        #expect(arrived.filter { order.contains($0) } == order, "in the order in which it was due")
      }
    }
  }

  @Test("A row is made once and keeps its first place; what is delivered stays; a receipt ends a refusal")
  func once() async throws {
    try await withStore { store, _ in
      var random = Seeded(400)
      let (first, second, stranger, record) = (
        try random.entry(), try random.entry(), try random.entry(), random.record()
      )
      let new = try await store.write { transaction in
        try [(first, 1), (second, 2), (first, 3)].map {
          try transaction.enqueue($0.0, record: record, for: peer, at: $0.1)
        }
      }
      #expect(new == [true, true, false])
      #expect(try await store.read { try $0.outbox(limit: 9) }.map(\.entry) == [first, second])
      #expect(try await store.write { try $0.report(.refused(until: 20), of: first, to: peer, code: "V13", at: 5) })
      #expect(try await store.read { try $0.outboxRow(first, peer) }?.lastCode == "V13")
      #expect(try await store.read { try $0.due(to: peer, now: 9, limit: 9) }.map(\.entry) == [second])
      #expect(try await store.read { try $0.undelivered() }.map(\.refused) == [1])
      #expect(try await store.write { try $0.markDelivered(first, to: peer, at: 7) })
      #expect(try await store.write { try !$0.markDelivered(first, to: peer, at: 8) })
      for outcome in [.refused(until: 99), .failed(until: 99), .delivered, .pending(until: 99)] as [DeliveryOutcome] {
        #expect(try await store.write { try !$0.report(outcome, of: first, to: peer, at: 9) })
      }
      let row = try #require(try await store.read { try $0.outboxRow(first, peer) })
      #expect(row.state == .delivered && row.deliveredAt == 7 && row.lastCode == nil && row.attempts == 1)
      #expect(try await store.write { try !$0.report(.delivered, of: stranger, to: peer, at: 9) })
    }
  }

  @Test("What was refused is tried again when its time has come, behind all else, and stays refused until it arrives")
  func refusedAgain() async throws {
    try await withStore { store, _ in
      var random = Seeded(404)
      let entries = try (0..<3).map { _ in try random.entry() }
      let records = [random.record(), random.record(), random.record()]
      try await store.write { transaction in
        for (entry, record) in zip(entries, records) {
          try transaction.enqueue(entry, record: record, for: peer, at: 0)
        }
        try transaction.report(.refused(until: 100), of: entries[0], to: peer, code: "signature", at: 5)
        try transaction.add(peer: StoredPeer(authority: peer, url: "u", addedAt: 1, addedBy: 1))
      }
      #expect(try await store.read { try $0.due(to: peer, now: 99, limit: 9) }.map(\.entry) == Array(entries[1...]))
      #expect(
        try await store.read { try $0.due(to: peer, now: 100, limit: 9) }.map(\.entry) == Array(entries[1...])
          + Array(entries[..<1]))
      #expect(try await store.read { try $0.due(to: peer, now: 100, limit: 2) }.map(\.entry) == Array(entries[1...]))
      try await store.write { for entry in entries[1...] { try $0.markDelivered(entry, to: peer, at: 50) } }
      #expect(try await store.read { try $0.due(to: peer, now: 99, limit: 9) }.isEmpty)
      #expect(try await store.read { try $0.due(to: peer, now: 100, limit: 9) }.map(\.entry) == [entries[0]])
      _ = try await store.write { try $0.report(.failed(until: 120), of: entries[0], to: peer, at: 100) }
      let row = try await store.read { try $0.outboxRow(entries[0], peer) }
      #expect(row?.state == .refused && row?.nextAt == 120)
      _ = try await store.write { try $0.report(.pending(until: 130), of: entries[0], to: peer, at: 120) }
      #expect(try await store.read { try $0.outboxRow(entries[0], peer) }?.state == .pending)
    }
  }

  @Test("What a clock that ran ahead wrote holds back nobody: nothing waits longer than a day")
  func clockAhead() async throws {
    try await withStore { store, _ in
      var random = Seeded(405)
      let entries = try (0..<3).map { _ in try random.entry() }
      let records = entries.map { _ in random.record() }
      let (now, ahead): (UnixTime, UnixTime) = (1000, 1_000_000_000)
      try await store.write { transaction in
        for (entry, record) in zip(entries, records) {
          try transaction.enqueue(entry, record: record, for: peer, at: 0)
        }
        try transaction.add(peer: StoredPeer(authority: peer, url: "u", addedAt: 1, addedBy: 1))
        try transaction.report(.failed(until: ahead), of: entries[0], to: peer, at: ahead)
        try transaction.report(.pending(until: ahead), of: entries[1], to: peer, at: ahead)
        try transaction.report(.refused(until: ahead), of: entries[2], to: peer, at: ahead)
        try transaction.hold(peer, until: ahead, failures: 1)
      }
      #expect(try await store.read { try $0.due(to: peer, now: now, limit: 9) }.map(\.entry) == entries)
      #expect(try await store.read { try $0.peersWithDue(now: now) } == [peer])
      try await store.write { try $0.hold(peer, until: now + 86400, failures: 1) }
      #expect(try await store.read { try $0.due(to: peer, now: now, limit: 9) }.isEmpty, "a day may be waited")
    }
  }

  @Test("What a bundle carried stays due, and is asked for first")
  func carried() async throws {
    try await withStore { store, _ in
      var random = Seeded(401)
      let (entry, record) = (try random.entry(), random.record())
      _ = try await store.write { try $0.enqueue(entry, record: record, for: peer, at: 1) }
      #expect(try await store.read { try $0.due(to: peer, now: 1, limit: 1) }.first?.mayHaveArrived == false)
      try await store.write { try $0.markCarried([entry], to: peer, at: 5) }
      let due = try await store.read { try $0.due(to: peer, now: 5, limit: 1) }
      #expect(due.first?.carriedAt == 5 && due.first?.mayHaveArrived == true)
    }
  }

  @Test("A peer that was not reached is left alone for a while; peers nobody added cause no work")
  func holds() async throws {
    try await withStore { store, _ in
      var random = Seeded(402)
      let (entry, record) = (try random.entry(), random.record())
      try await store.write { for name in [peer, other] { try $0.enqueue(entry, record: record, for: name, at: 1) } }
      for now in [5, 100_000] as [UnixTime] { #expect(try await store.read { try $0.peersWithDue(now: now) }.isEmpty) }
      try await store.write { try $0.add(peer: StoredPeer(authority: peer, url: "u", addedAt: 1, addedBy: 1)) }
      #expect(try await store.read { try $0.peersWithDue(now: 5) } == [peer])
      try await store.write { try $0.hold(peer, until: 50, failures: 3) }
      #expect(try await store.read { try $0.peersWithDue(now: 49) }.isEmpty)
      #expect(try await store.read { try $0.due(to: peer, now: 49, limit: 9) }.isEmpty)
      #expect(try await store.read { try $0.due(to: peer, now: 50, limit: 9) }.count == 1)
      try await store.write { try $0.noteContact(peer, at: 20) }
      #expect(try await store.read { try $0.peersWithDue(now: 20) } == [peer])
      _ = try await store.write { try $0.report(.failed(until: 70), of: entry, to: peer, at: 20) }
      #expect(try await store.read { try $0.due(to: peer, now: 69, limit: 9) }.isEmpty)
      #expect(try await store.read { try $0.due(to: peer, now: 70, limit: 9) }.count == 1)
    }
  }

  @Test("Rows are listed by peer and state, in pages")
  func listing() async throws {
    try await withStore { store, _ in
      var random = Seeded(403)
      let entries = try (0..<10).map { _ in try random.entry() }
      try await store.write { transaction in
        for (index, entry) in entries.enumerated() {
          try transaction.enqueue(
            entry, record: RecordID(unchecked: [UInt8](repeating: 1, count: 16)), for: index % 2 == 0 ? peer : other,
            at: UnixTime(index))
        }
        try transaction.markDelivered(entries[0], to: peer, at: 9)
      }
      var filter = OutboxFilter()
      filter.peer = peer
      let ours = stride(from: 0, to: 10, by: 2).map { entries[$0] }
      let first = try await list(store, filter, limit: 2)
      let rest = try await list(store, filter, after: first[1].sequence)
      #expect((first + rest).map(\.entry) == ours)
      filter.isUndelivered = true
      #expect(try await list(store, filter).map(\.entry) == Array(ours.dropFirst()))
      filter.state = .delivered
      #expect(try await list(store, filter).isEmpty)
      #expect(try await store.read { try $0.outbox(of: entries[0]) }.map(\.state) == [.delivered])
      let counts = try await store.read { try $0.undelivered() }
      #expect(counts.map(\.open) == [4, 5] && counts.map(\.oldestSince) == [2, 1])
    }
  }

  private func list(_ store: ReceiptStore, _ filter: OutboxFilter, after sequence: Int64 = 0, limit: Int = 9)
    async throws -> [OutboxRow]
  {
    try await store.read { try $0.outbox(filter, after: sequence, limit: limit) }
  }
}
