import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

@Suite("Peers, arrivals, completions, feeds, messages and checkpoints of others")
struct ExchangeRowTests {
  private let peer: AuthorityName
  private let other: AuthorityName

  init() throws {
    peer = try #require(AuthorityName("IRQ/moj"))
    other = try #require(AuthorityName("TUR/goc"))
  }

  @Test("A peer is added, given another URL and removed; how contact with it went is kept apart")
  func peers() async throws {
    try await withStore { store, path in
      let first = StoredPeer(authority: peer, url: "https://one:1", addedAt: 5, addedBy: .max)
      let second = StoredPeer(authority: peer, url: "https://two:2", addedAt: 6, addedBy: 7)
      let stranger = try await store.read { try $0.contact(other) }
      #expect(stranger == PeerContact(holdUntil: 0, failures: 0, lastAt: nil, test: nil, testedAt: nil))
      try await store.write {
        try $0.add(peer: first)
        try $0.add(peer: StoredPeer(authority: other, url: "u", addedAt: 5, addedBy: 1))
        try $0.hold(peer, until: 40, failures: 2)
        try $0.keep(test: [1, 2], of: peer, at: 9)
      }
      #expect(try await store.read { try $0.peer(peer) } == first)
      try await store.write { try $0.add(peer: second) }
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.peers() }.map(\.authority) == [peer, other])
      #expect(try await again.read { try $0.peer(peer) } == second)
      let held = PeerContact(holdUntil: 40, failures: 2, lastAt: nil, test: [1, 2], testedAt: 9)
      #expect(try await again.read { try $0.contact(peer) } == held)
      try await again.write { try $0.noteContact(peer, at: 30) }
      let well = PeerContact(holdUntil: 0, failures: 0, lastAt: 30, test: [1, 2], testedAt: 9)
      #expect(try await again.read { try $0.contact(peer) } == well)
      #expect(try await again.write { try $0.remove(peer: peer) })
      #expect(try await again.write { try !$0.remove(peer: peer) })
      #expect(try await again.read { try $0.peer(peer) } == nil)
      #expect(try await again.read { try $0.contact(peer) } == well)
    }
  }

  @Test("How a statement came is kept once for each peer and door, and listed newest first")
  func arrivals() async throws {
    try await withStore { store, _ in
      var random = Seeded(500)
      let statements = try (0..<6).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in
        for (index, statement) in statements.enumerated() {
          try transaction.append(statement)
          let name = index % 2 == 0 ? peer : nil
          for time in [10, 20] as [UnixTime] {
            try transaction.keep(
              arrival: Arrival(
                entry: statement.entry, peer: name, door: index < 3 ? .wire : .bundle, at: time + UnixTime(index)))
          }
        }
        try transaction.keep(arrival: Arrival(entry: statements[0].entry, peer: other, door: .bundle, at: 99))
        try transaction.mark(incomplete: statements[2].id, at: 1)
      }
      let all = try await store.read { try $0.arrivals(limit: 99) }
      #expect(all.map(\.statement.index) == [0, 5, 4, 3, 2, 1, 0])
      #expect(all.map(\.arrival.at) == [99, 15, 14, 13, 12, 11, 10])
      #expect(all[1].arrival.peer == nil && all[2].arrival.peer == peer)
      let page = try await store.read { try $0.arrivals(before: all[2].id, limit: 2) }
      #expect(page.map(\.statement.index) == [3, 2])
      var filter = ArrivalFilter()
      filter.peer = peer
      filter.door = .wire
      #expect(try await indexes(store, filter) == [2, 0])
      filter.isIncomplete = false
      #expect(try await indexes(store, filter) == [0])
      let ways = try await store.read { try $0.arrivals(of: statements[0].entry) }
      #expect(ways.map(\.door) == [.wire, .bundle] && ways.map(\.peer) == [peer, other])
    }
  }

  @Test("Completions stand in their order between registrations, once and for ever")
  func completions() async throws {
    try await withStore { store, path in
      var random = Seeded(501)
      let statements = try (0..<4).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in
        try transaction.append(statements[0])
        try transaction.mark(incomplete: statements[0].id, at: 5)
        try transaction.append(statements[1])
        try transaction.mark(incomplete: statements[1].id, at: 4)
      }
      #expect(try await store.read { try $0.incompleteStatements() }.map(\.since) == [4, 5])
      #expect(try await store.read { try $0.isIncomplete(statements[0].id) })
      try await store.write { transaction in
        #expect(try transaction.complete(statements[1].id, at: 9))
        #expect(try !transaction.complete(statements[1].id, at: 10))
        try transaction.append(statements[2])
        #expect(try transaction.complete(statements[0].id, at: 11))
        #expect(try transaction.complete(statements[2].id, at: 12))
      }
      let again = try reopen(store, path)
      defer { try? again.close() }
      let all = try await again.read { try $0.completions() }
      #expect(all.map(\.statement) == [1, 0, 2].map { statements[$0].id })
      #expect(all.map(\.after) == [2, 3, 3] && all.map(\.at) == [9, 11, 12])
      #expect(try await again.read { try $0.completions(after: 3...3) }.map(\.sequence) == [2, 3])
      #expect(try await again.read { try $0.incompleteCount() } == 0)
      #expect(try await again.read { try $0.isCompleted(statements[0].id) })
      #expect(try await again.read { try !$0.isIncomplete(statements[0].id) })
      for sql in ["DELETE FROM completion", "UPDATE completion SET after = 0"] {
        #expect(try RawConnection.refusal(path, sql) == "completion is append-only")
      }
    }
  }

  @Test("Each authority has a feed of its own, counted from 1, without gaps")
  func feeds() async throws {
    try await withStore { store, _ in
      var random = Seeded(502)
      let statements = try (0..<6).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in
        for (index, statement) in statements.enumerated() {
          try transaction.append(statement)
          try transaction.keep(leaf: UInt64(index), entry: statement.entry, of: UInt64(index))
          let names = index % 3 == 0 ? [peer, other, peer] : [other]
          for _ in 0..<2 { try transaction.appendToFeed(statement.entry, of: names) }
        }
      }
      let ours = try await store.read { try $0.feed(of: peer, after: 0, limit: 9) }
      #expect(ours.map(\.position) == [1, 2] && ours.map(\.statement.index) == [0, 3])
      let theirs = try await store.read { try $0.feed(of: other, after: 2, limit: 3) }
      #expect(theirs.map(\.position) == [3, 4, 5] && theirs.map(\.statement.index) == [2, 3, 4])
      #expect(try await store.read { try $0.feed(of: peer, after: .max, limit: 3) }.isEmpty)
      #expect(try await store.read { try $0.feed(of: peer, contains: statements[3].entry) })
      #expect(try await store.read { try !$0.feed(of: peer, contains: statements[1].entry) })
    }
  }

  @Test("Messages are listed newest first, ours and theirs, with when this user read them")
  func messages() async throws {
    try await withStore { store, _ in
      var random = Seeded(503)
      var statements: [StoredStatement] = []
      for index in 0..<200 { statements.append(try random.statement(UInt64(index))) }
      let kept = statements
      try await store.write { transaction in
        for statement in kept { try transaction.append(statement) }
        try transaction.note(
          reads: kept.flatMap { statement in
            [30, 20].map { PersonalRead(at: $0, user: 7, operation: "readMessage", statement: statement.id) }
          })
      }
      let expected = kept.filter { $0.summary.type == .message }.reversed().map(\.index)
      let all = try await store.read { try $0.messages(limit: 99, readBy: 7, operation: "readMessage") }
      #expect(!all.isEmpty && all.map(\.statement.index) == Array(expected))
      #expect(all.allSatisfy { $0.readAt == 20 })
      let others = try await store.read { try $0.messages(limit: 99, readBy: 8, operation: "readMessage") }
      #expect(others.map(\.statement.index) == Array(expected) && others.allSatisfy { $0.readAt == nil })
      let sender = try #require(all.first { $0.statement.isOwn }).statement.summary.issuer
      let directions: [(MessageDirection, Bool)] = [(.sent(sender), true), (.received(sender), false)]
      for (direction, isSent) in directions {
        let found = try await store.read { try $0.messages(direction, limit: 99, readBy: 7, operation: "x") }
        let expected = all.filter { ($0.statement.summary.issuer == sender) == isSent }.map(\.statement.index)
        #expect(found.map(\.statement.index) == expected && !expected.isEmpty)
      }
      let page = try await store.read {
        try $0.messages(before: expected[0], limit: 1, readBy: 7, operation: "readMessage")
      }
      try #require(expected.count > 2)
      #expect(page.map(\.statement.index) == Array(expected.dropFirst().prefix(1)))
    }
  }

  @Test("A checkpoint that no proof links is kept as such until one does; evidence of an alarm is kept whole")
  func gossip() async throws {
    try await withStore { store, _ in
      let roots = (0..<4).map { TreeHash.leaf([UInt8($0)]) }
      func checkpoint(_ size: UInt64, _ root: Int) -> Checkpoint {
        Checkpoint(origin: "a", size: size, root: roots[root])
      }
      let (first, second, fork) = (checkpoint(3, 0), checkpoint(9, 1), checkpoint(9, 2))
      try await store.write {
        try $0.keep(checkpoint: [1], first, seenAt: 1, proven: true)
        try $0.keep(checkpoint: [2], second, seenAt: 2)
        try $0.keep(checkpoint: [3], fork, seenAt: 3)
      }
      #expect(try await store.read { try $0.newestProven(origin: "a") } == [1], "neither of the larger ones")
      #expect(Set(try await store.read { try $0.checkpoints(origin: "a") }) == [[1], [2], [3]])
      try await store.write {
        try $0.keep(checkpoint: [9], second, seenAt: 4, proven: true)
        try $0.keep(checkpoint: [9], first, seenAt: 4, proven: false)
      }
      #expect(try await store.read { try $0.newestProven(origin: "a") } == [2], "the first note stays")
      #expect(try await store.read { try $0.newestProven(origin: "b") } == nil)
      let alarm = Violation(.v20, "two roots for size 9")
      _ = try await store.write { try $0.raise(alarm: alarm, evidence: [7, 8], at: 5) }
      #expect(try await store.read { try $0.evidence(ofAlarm: "V20", detail: alarm.detail) } == [7, 8])
      #expect(try await store.read { try $0.evidence(ofAlarm: "V20", detail: "other") } == nil)
    }
  }

  private func indexes(_ store: ReceiptStore, _ filter: ArrivalFilter) async throws -> [UInt64] {
    try await store.read { try $0.arrivals(filter, limit: 9) }.map(\.statement.index)
  }
}
