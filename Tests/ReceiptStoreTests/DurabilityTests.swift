import Foundation
import ReceiptStore
import Testing

@Suite("What a write returned is on disk")
struct DurabilityTests {
  @Test("synchronous is FULL and the journal WAL")
  func fullAndWAL() async throws {
    try await withStore { store, path in
      #expect(try RawConnection.run(path, "PRAGMA journal_mode") == [["wal"]])
      let durability = try await store.durability()
      #expect(durability.synchronous == 2)
      #expect(durability.journal == "wal")
      try await store.write { try $0.set("key", "value") }
      #expect(try await store.durability().synchronous == 2, "a write does not weaken it")
    }
  }

  @Test("Where SQLite cannot keep a WAL, opening is refused", arguments: [":memory:", "", "/dev/null"])
  func refusedWithoutWAL(path: String) {
    #expect(throws: (any Error).self) { try ReceiptStore(path: path) }
  }

  @Test("A folder that is not there and a file that is no database are refused")
  func refusedPaths() async throws {
    try await withFolder { folder in
      #expect(throws: (any Error).self) { try ReceiptStore(path: folder) }
      #expect(throws: (any Error).self) { try ReceiptStore(path: folder + "/no/such/amana.db") }
      try Data("this is no database, and longer than a header".utf8).write(to: URL(filePath: folder + "/text"))
      #expect(throws: (any Error).self) { try ReceiptStore(path: folder + "/text") }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == ["text"])
    }
  }

  @Test("The refusals say what to do next")
  func sentences() {
    let weak = "\(StoreError.notDurable(synchronous: 1, journal: "memory"))"
    #expect(weak.contains("synchronous=1") && weak.contains("journal_mode=memory") && weak.contains("use another"))
    #expect("\(StoreError.newerSchema)".contains("install that version"))
    #expect("\(StoreError.damaged("a row"))".contains("restore a backup"))
  }

  @Test("A store of a newer Amana is refused and left as it was")
  func newerSchema() async throws {
    try await withStore { store, path in
      try await store.write { try $0.set("key", "value") }
      try store.close()
      try RawConnection.run(path, "INSERT INTO grdb_migrations VALUES ('999_from_the_future')")
      let error = #expect(throws: StoreError.self) { try ReceiptStore(path: path) }
      guard case .newerSchema = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      let newest = try RawConnection.run(path, "SELECT MAX(identifier) FROM grdb_migrations")
      #expect(newest == [["999_from_the_future"]])
      try RawConnection.run(path, "DELETE FROM grdb_migrations WHERE identifier LIKE '999%'")
      let again = try ReceiptStore(path: path)
      #expect(try await again.read { try $0.meta("key") } == "value")
      try again.close()
    }
  }

  @Test("What was written is there after opening the file anew")
  func reopening() async throws {
    try await withStore { store, path in
      var random = Seeded(1)
      let written = try (0..<5).map { try random.statement(UInt64($0)) }
      for statement in written { try await store.write { try $0.append(statement) } }
      let again = try reopen(store, path)
      let read = try await again.read { try $0.statements(from: 0, limit: 10) }
      #expect(read.map(whole) == written.map(whole))
      #expect(try await again.read { try $0.registered() } == 5)
    }
  }
}
