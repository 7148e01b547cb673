import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

@Suite("Leaves: which place in the tree a statement has, once it is published")
struct LeafTests {
  @Test("A statement waits for its leaf; padding stands between; nothing of it changes afterwards")
  func leaves() async throws {
    try await withStore { store, path in
      var random = Seeded(600)
      let statements = try (0..<3).map { try random.statement(UInt64($0)) }
      let padding = try random.entry()
      try await store.write { transaction in for statement in statements { try transaction.append(statement) } }
      #expect(try await store.read { try $0.registered() } == 3)
      #expect(try await store.read { try $0.size() } == 0)
      #expect(try await store.read { try $0.unpublished() }.map(\.index) == [0, 1, 2])
      try await store.write {
        try $0.keep(leaf: 0, entry: statements[1].entry, of: 1)
        try $0.keep(leaf: 1, entry: padding, of: nil)
        try $0.keep(leaf: 2, entry: statements[0].entry, of: 0)
      }
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.size() } == 3)
      #expect(try await again.read { try $0.unpublished() }.map(\.index) == [2])
      #expect(try await again.read { try $0.leaf(of: statements[0].entry) } == 2)
      #expect(try await again.read { try $0.leaf(of: statements[2].entry) } == nil)
      let leaves = try await again.read { try $0.leaves(from: 1, limit: 9) }
      #expect(leaves.map(\.entry) == [padding, statements[0].entry] && leaves.map(\.statement) == [nil, 0])
      for sql in ["DELETE FROM leaf", "UPDATE leaf SET idx = 9", "REPLACE INTO leaf SELECT * FROM leaf"] {
        #expect(try RawConnection.refusal(path, sql) == "leaf is append-only", "\(sql)")
      }
    }
  }

  @Test("A leaf whose statement is gone ends the log")
  func statementGone() async throws {
    try await withStore { store, path in
      var random = Seeded(601)
      let statements = try (0..<3).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in
        for (leaf, index) in [0, 2, 1].enumerated() {
          try transaction.keep(leaf: UInt64(leaf), entry: statements[index].entry, of: UInt64(index))
        }
        for statement in statements { try transaction.append(statement) }
      }
      #expect(try await store.read { try $0.size() } == 3)
      try RawConnection.run(path, "DROP TRIGGER statement_no_delete")
      try RawConnection.run(path, "DELETE FROM statement WHERE idx = 2")
      #expect(try await store.read { try $0.size() } == 1)
    }
  }

  @Test("What is not published is neither due to anybody nor in a feed, and holds back what is behind it")
  func held() async throws {
    try await withStore { store, _ in
      var random = Seeded(602)
      let peer = try #require(AuthorityName("IRQ/moj"))
      let statements = try (0..<3).map { try random.statement(UInt64($0)) }
      let records = (0..<3).map { _ in random.record() }
      try await store.write { transaction in
        try transaction.add(peer: StoredPeer(authority: peer, url: "u", addedAt: 1, addedBy: 1))
        for (statement, record) in zip(statements, records) {
          try transaction.append(statement)
          try transaction.enqueue(statement.entry, record: record, for: peer, at: 1)
          try transaction.appendToFeed(statement.entry, of: [peer])
        }
      }
      let published: [(leaf: Int, statement: Int, seen: Int)] = [(0, 2, 0), (1, 0, 1), (2, 1, 3)]
      #expect(try await store.read { try $0.due(to: peer, now: 100_000, limit: 9) }.isEmpty)
      for step in published {
        let statement = statements[step.statement]
        try await store.write {
          try $0.keep(leaf: UInt64(step.leaf), entry: statement.entry, of: UInt64(step.statement))
        }
        let due = try await store.read { try $0.due(to: peer, now: 5, limit: 9) }
        #expect(due.map(\.entry) == statements.prefix(step.seen).map(\.entry))
        let feed = try await store.read { try $0.feed(of: peer, after: 0, limit: 9) }
        #expect(feed.map(\.statement.index) == statements.prefix(step.seen).map(\.index))
      }
    }
  }
}
