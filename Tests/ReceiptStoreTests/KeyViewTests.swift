import Custody
import ReceiptStore
import Roster
import Testing

@Suite("Views of the keys")
struct KeyViewTests {
  private func view(_ issuer: String, _ number: UInt8, signed: UnixTime) throws -> StoredKeyView {
    StoredKeyView(
      issuer: try #require(AuthorityName(issuer)),
      statement: try #require(StatementID([UInt8](repeating: number, count: 32))), signedAt: signed,
      receivedAt: signed + 5, bytes: [number])
  }

  @Test("The newest of each issuer is kept, whatever the order in which they come; of one second the later one")
  func newest() async throws {
    try await withStore { store, _ in
      let (old, new) = (try view("SYR/prisons", 1, signed: 10), try view("SYR/prisons", 2, signed: 20))
      let other = try view("IRQ/justice", 3, signed: 5)
      let kept = try await store.write { transaction in try [new, old, other].map { try transaction.keep(keyView: $0) }
      }
      #expect(kept == [true, false, true])
      #expect(try await store.read { try $0.keyViews() } == [other, new])
      let same = try view("SYR/prisons", 4, signed: 20)
      #expect(try await store.write { try $0.keep(keyView: same) })
      #expect(try await store.read { try $0.keyViews() } == [other, same])
    }
  }

  @Test("The view of an authority that has left is dropped, and nobody else's")
  func drop() async throws {
    try await withStore { store, _ in
      let (gone, other) = (try view("SYR/prisons", 1, signed: 10), try view("IRQ/justice", 3, signed: 5))
      try await store.write { transaction in for view in [gone, other] { try transaction.keep(keyView: view) } }
      try await store.write { try $0.drop(keyViewOf: gone.issuer) }
      #expect(try await store.read { try $0.keyViews() } == [other])
    }
  }

  @Test("A message that brings one waits until it was read, also in the next run, and is settled once")
  func due() async throws {
    try await withStore { store, path in
      let id = try #require(StatementID([UInt8](repeating: 9, count: 32)))
      for _ in 0..<2 { try await store.write { try $0.note(keyViewIn: id) } }
      let again = try reopen(store, path)
      #expect(try await again.read { try $0.dueKeyViews() } == [id])
      #expect(try await again.write { [try $0.settle(keyViewIn: id), try $0.settle(keyViewIn: id)] } == [true, false])
      #expect(try await again.read { try $0.dueKeyViews() } == [])
      try again.close()
    }
  }

  @Test("An adopted roster is found by its version, and no other is")
  func rosters() async throws {
    try await withStore { store, _ in
      let roster = try TestRoster().roster
      try await store.write { try $0.keep(roster: roster) }
      let found = try await store.read { try $0.roster(version: 1) }
      #expect(found?.digest == roster.digest && found?.bytes == roster.bytes)
      #expect(try await store.read { try $0.roster(version: 2) } == nil)
      #expect(try await store.read { try $0.roster(version: .max) } == nil)
      #expect(try await store.read { try $0.rosterCount() } == 1)
      let stranger = [UInt8](repeating: 7, count: 32)
      for (digest, version, wentBefore) in [
        (roster.digest, 2, true), (roster.digest, .max, true), (roster.digest, 1, false), (stranger, 2, false),
      ] as [([UInt8], UInt64, Bool)] {
        #expect(try await store.read { try $0.hasRoster(digest: digest, before: version) } == wentBefore)
      }
    }
  }
}
