import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

@Suite("Statements are kept byte for byte")
struct StatementTests {
  @Test("Statements of every shape round-trip")
  func roundTrip() async throws {
    try await withStore { store, path in
      var random = Seeded(9)
      let statements = try (0..<150).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in for statement in statements { try transaction.append(statement) } }
      for statement in statements {
        #expect(whole(try await store.read { try $0.statement(statement.id) }) == whole(statement))
        #expect(whole(try await store.read { try $0.statement(entry: statement.entry) }) == whole(statement))
        #expect(try await store.read { try $0.summary(statement.id) } == statement.summary)
      }
      let page = try await store.read { try $0.statements(from: 40, limit: 10) }
      #expect(page.map(\.index) == Array(40..<50))
      #expect(page.map(\.bytes) == statements[40..<50].map(\.bytes))
      let rows = try RawConnection.run(path, "SELECT length(bytes) FROM statement ORDER BY idx")
      #expect(rows == statements.map { ["\($0.bytes.count)"] })
    }
  }

  @Test("A twin has its own entry and no effect; two effective entries of one id are refused")
  func twins() async throws {
    try await withStore { store, _ in
      var random = Seeded(10)
      let first = try random.statement(0)
      let twins = try (1...2).map { try random.statement(UInt64($0), id: first.id, effective: false) }
      let rival = try random.statement(3, id: first.id)
      try await store.write { transaction in for one in [first] + twins { try transaction.append(one) } }
      #expect(whole(try await store.read { try $0.statement(first.id) }) == whole(first))
      for twin in twins {
        #expect(whole(try await store.read { try $0.statement(entry: twin.entry) }) == whole(twin))
      }
      await #expect(throws: (any Error).self) { try await store.write { try $0.append(rival) } }
      #expect(try await store.read { try $0.registered() } == 3)
    }
  }

  @Test("A second statement at an index or with an entry is refused")
  func unique() async throws {
    try await withStore { store, _ in
      var random = Seeded(11)
      let first = try random.statement(0)
      let sameIndex = try random.statement(0)
      let sameEntry = StoredStatement(
        index: 1, entry: first.entry, id: random.id(), bytes: [], isOwn: true, isEffective: true,
        summary: first.summary, roster: [], policy: [], registeredAt: 0)
      try await store.write { try $0.append(first) }
      for other in [sameIndex, sameEntry] {
        await #expect(throws: (any Error).self) { try await store.write { try $0.append(other) } }
      }
      #expect(try await store.read { try $0.statements(from: 0, limit: 9) }.map(whole) == [whole(first)])
    }
  }

  @Test("Prefixes of the id and of the record find a statement, in any case and with dashes")
  func prefixes() async throws {
    try await withStore { store, _ in
      var random = Seeded(12)
      let statements = try (0..<30).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in for statement in statements { try transaction.append(statement) } }
      for statement in statements {
        let (id, record) = (statement.id.description, statement.summary.recordID.uuid)
        for prefix in [id, String(id.prefix(9)), id.uppercased(), record, String(record.prefix(14))] {
          let (records, found) = try await store.read { try $0.meant(by: prefix, limit: 9) }
          let isRecord = !id.hasPrefix(prefix.lowercased())
          #expect(records == (isRecord ? [statement.summary.recordID] : []), "\(prefix)")
          #expect(found == (isRecord ? [] : [statement.id]), "\(prefix)")
        }
        let whole = statement.summary.recordID
        #expect(try await store.read { try $0.statements(record: whole) } == [statement.id])
      }
    }
  }

  @Test("Prefixes of every length find exactly those that begin so")
  func everyLength() async throws {
    try await withStore { store, _ in
      var random = Seeded(25)
      let statements = try (0..<60).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in for statement in statements { try transaction.append(statement) } }
      let edges = ["0", "f", "00", "ff", String(repeating: "0", count: 64), String(repeating: "f", count: 65)]
      let texts = [statements[0].id.description, hexadecimal(statements[1].summary.recordID.bytes)]
      let prefixes = edges + texts.flatMap { text in (1...text.count).map { String(text.prefix($0)) } }
      for prefix in prefixes {
        func isOfRecord(_ statement: StoredStatement) -> Bool {
          hexadecimal(statement.summary.recordID.bytes).hasPrefix(prefix)
        }
        let expected = statements.filter { $0.id.description.hasPrefix(prefix) && !isOfRecord($0) }
        let (records, found) = try await store.read { try $0.meant(by: prefix, limit: 99) }
        #expect(Set(records) == Set(statements.filter(isOfRecord).map(\.summary.recordID)), "\(prefix)")
        #expect(found.map(\.description) == expected.map(\.id.description).sorted(), "\(prefix)")
        let few = try await store.read { try $0.meant(by: prefix, limit: 1) }
        #expect(few.records == Array(records.prefix(1)) && few.statements.count <= 1, "\(prefix)")
      }
    }
  }

  @Test(
    "Only hexadecimal digits are looked for",
    arguments: [
      "%", "_", "%%", "a%", "_a", "", "-", "--", "'", "' OR 1=1 --", "g", "0x", " ", "\u{ff11}", "*", "?", "\\",
    ])
  func noWildcards(prefix: String) async throws {
    try await withStore { store, _ in
      var random = Seeded(13)
      let statements = try (0..<40).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in
        for statement in statements { try transaction.append(statement) }
      }
      let found = try await store.read { try $0.meant(by: prefix, limit: 9) }
      #expect(found.records.isEmpty && found.statements.isEmpty)
    }
  }

  @Test("Another record that begins alike is found behind however many statements of the first")
  func alike() async throws {
    try await withStore { store, _ in
      var random = Seeded(26)
      let records = [random.record(), random.record()].map {
        RecordID(unchecked: [0xab, 0xab] + $0.bytes.dropFirst(2))
      }
      func statement(_ index: UInt64) throws -> StoredStatement {
        let (id, other) = (random.id(), try random.statement(index))
        return StoredStatement(
          index: index, entry: other.entry, id: id, bytes: [], isOwn: true, isEffective: true,
          summary: StatementSummary(
            id: id, type: .incident, kind: nil, recordID: records[index < 149 ? 0 : 1], caseID: nil,
            issuer: try random.authority(), from: nil, to: nil, acceptBy: nil, lines: 1),
          roster: [], policy: [], registeredAt: 0)
      }
      let statements = try (0..<150).map { try statement($0) }
      try await store.write { transaction in for statement in statements { try transaction.append(statement) } }
      let found = try await store.read { try $0.meant(by: "abab", limit: 9) }
      #expect(Set(found.records) == Set(records))
    }
  }

  @Test("Flags keep their order, lines and words")
  func flags() async throws {
    try await withStore { store, path in
      var random = Seeded(14)
      let id = random.id()
      let flags = CheckCode.allCases.map { Violation($0, line: random.maybe { $0.int(0..<999) }, "كلام “\($0)”") }
      try await store.write { try $0.keep(flags: flags, of: id) }
      let again = try reopen(store, path)
      #expect(try await again.read { try $0.flags(id) } == flags)
    }
  }
}
