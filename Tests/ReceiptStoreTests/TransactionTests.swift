import Custody
import ReceiptStore
import Testing

private struct Stop: Error {}

@Suite("All of a write or nothing")
struct TransactionTests {
  @Test("A throwing write leaves nothing, and the store goes on")
  func throwingWrite() async throws {
    try await withStore { store, _ in
      var random = Seeded(4)
      let (first, second) = (try random.statement(0), try random.statement(0))
      let chain = try random.chain(random.subject())
      await #expect(throws: Stop.self) {
        try await store.write { transaction in
          try transaction.append(first)
          try transaction.set("key", "value")
          var effects = Effects()
          effects.chains = [chain]
          try transaction.apply(effects)
          #expect(try transaction.reader.registered() == 1, "the transaction sees its own writes")
          throw Stop()
        }
      }
      #expect(try await store.read { try $0.registered() } == 0)
      #expect(try await store.read { try $0.meta("key") } == nil)
      #expect(try await store.read { try $0.chain(chain.subject) } == nil)
      try await store.write { try $0.append(second) }
      #expect(try await store.read { whole(try $0.statement(second.id)) } == whole(second))
    }
  }

  @Test("A nested part that throws is undone alone")
  func nested() async throws {
    try await withStore { store, path in
      try await store.write { transaction in
        try transaction.set("before", "1")
        #expect(throws: Stop.self) {
          try transaction.nested {
            try transaction.set("before", "2")
            try transaction.set("inside", "1")
            throw Stop()
          }
        }
        let given = try transaction.nested {
          try transaction.set("kept", "1")
          #expect(throws: Stop.self) {
            try transaction.nested {
              try transaction.set("kept", "2")
              throw Stop()
            }
          }
          return 7
        }
        #expect(given == 7)
        try transaction.set("after", "1")
      }
      let rows = try RawConnection.run(path, "SELECT key, value FROM meta WHERE key <> 'keys' ORDER BY key")
      #expect(rows == [["after", "1"], ["before", "1"], ["kept", "1"]])
    }
  }

  @Test("A nested part that SQLite refuses is undone alone too")
  func nestedRefusedBySQLite() async throws {
    try await withStore { store, _ in
      var random = Seeded(5)
      let statements = try (0..<3).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in
        try transaction.append(statements[0])
        #expect(throws: (any Error).self) {
          try transaction.nested {
            try transaction.append(statements[1])
            try transaction.append(statements[0])
          }
        }
        try transaction.append(statements[1])
      }
      let read = try await store.read { try $0.statements(from: 0, limit: 9) }
      #expect(read.map(whole) == statements.prefix(2).map(whole))
    }
  }

  @Test("A reader sees one snapshot while a writer goes on")
  func snapshot() async throws {
    try await withStore { store, _ in
      try await store.write { try $0.set("key", "old") }
      try await store.write { transaction in
        try transaction.set("key", "new")
        #expect(try transaction.reader.meta("key") == "new")
      }
      #expect(try await store.read { try $0.meta("key") } == "new")
    }
  }
}
