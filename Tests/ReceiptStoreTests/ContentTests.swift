import Custody
import ReceiptStore
import Roster
import Testing

extension Seeded {
  mutating func draft() -> StoredDraft {
    StoredDraft(id: record(), request: bytes(32), event: bytes(int(1..<300)), officers: int(0..<4), createdAt: time())
  }
}

@Suite("Drafts, approvals and what stands beside them")
struct ContentTests {
  @Test("Manifest, slots and annexes round-trip, empty bytes included")
  func content() async throws {
    try await withStore { store, path in
      var random = Seeded(15)
      let owner = random.bytes(32)
      var content = try random.content()
      content.annexes.append(Annex(id: "zz", mediaType: "", salt: [], content: []))
      let kept = content
      try await store.write { try $0.keep(content: kept, owner: owner) }
      #expect(try await store.read { try $0.content(owner: owner) } == kept)
      #expect(try await store.read { try $0.content(owner: Array(owner.dropLast())) } == Content())
      let again = try reopen(store, path)
      #expect(try await again.read { try $0.content(owner: owner) } == kept)
    }
  }

  @Test("Any part may be missing", arguments: 0..<8)
  func parts(mask: Int) async throws {
    try await withStore { store, _ in
      var random = Seeded(16)
      var content = try random.content()
      if mask & 1 == 0 { content.manifest = nil }
      if mask & 2 == 0 { content.slots = nil }
      if mask & 4 == 0 { content.annexes = [] }
      let (kept, owner) = (content, random.bytes(16))
      try await store.write { try $0.keep(content: kept, owner: owner) }
      #expect(try await store.read { try $0.content(owner: owner) } == kept)
    }
  }

  @Test("A draft is found, approved, signed, and its content moves to the statement")
  func draft() async throws {
    try await withStore { store, path in
      var random = Seeded(17)
      let (draft, other, content, statement) = (random.draft(), random.draft(), try random.content(), random.id())
      try await store.write { transaction in
        for one in [draft, other] {
          try transaction.keep(draft: one)
          try transaction.keep(content: content, owner: one.id.bytes)
        }
      }
      #expect("\(try #require(try await store.read { try $0.draft(draft.id) }))" == "\(draft)")
      #expect(Set(try await store.read { try $0.openDrafts() }.map(\.id)) == [draft.id, other.id])
      try await store.write { try $0.sign(draft: draft.id, as: statement) }
      let again = try reopen(store, path)
      #expect(try await again.read { try $0.draft(draft.id) }?.statement == statement)
      #expect(try await again.read { try $0.openDrafts() }.map(\.id) == [other.id])
      #expect(try await again.read { try $0.content(owner: statement.bytes) } == content)
      #expect(try await again.read { try $0.content(owner: draft.id.bytes) } == Content())
      #expect(try await again.read { try $0.content(owner: other.id.bytes) } == content)
    }
  }

  @Test("A discarded draft stays as a fact; its content is gone")
  func discarded() async throws {
    try await withStore { store, _ in
      var random = Seeded(18)
      let (draft, content) = (random.draft(), try random.content())
      try await store.write { transaction in
        try transaction.keep(draft: draft)
        try transaction.keep(content: content, owner: draft.id.bytes)
        try transaction.discard(draft: draft.id)
      }
      let kept = try await store.read { try $0.draft(draft.id) }
      #expect(kept?.isDiscarded == true && kept?.isForgotten == true, "nobody tries names by the digest of a request")
      #expect(kept?.statement == nil)
      #expect(try await store.read { try $0.openDrafts() }.isEmpty)
      #expect(try await store.read { try $0.content(owner: draft.id.bytes) } == Content())
    }
  }

  @Test("A second draft of one id is refused; drafts wait oldest first")
  func order() async throws {
    try await withStore { store, _ in
      var random = Seeded(19)
      let drafts = (0..<20).map { _ in random.draft() }
      try await store.write { transaction in for draft in drafts { try transaction.keep(draft: draft) } }
      await #expect(throws: (any Error).self) { try await store.write { try $0.keep(draft: drafts[3]) } }
      let open = try await store.read { try $0.openDrafts() }
      #expect(open.map(\.id) == drafts.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map(\.id))
    }
  }

  @Test("Approvals come back sorted by kid, one for each key, the first that came")
  func approvals() async throws {
    try await withStore { store, _ in
      var random = Seeded(20)
      let (draft, stranger) = (random.record(), random.record())
      let approvals = (0..<10).map { _ in
        StoredApproval(keyID: random.bytes(32), officer: random.next(), bytes: random.bytes(80), user: UInt32.max)
      }
      let again = StoredApproval(keyID: approvals[0].keyID, officer: 1, bytes: [1], user: 1)
      try await store.write { transaction in
        for approval in approvals + [again] { try transaction.keep(approval: approval, of: draft) }
      }
      let kept = try await store.read { try $0.approvals(of: draft) }
      let sorted = approvals.sorted { $0.keyID.lexicographicallyPrecedes($1.keyID) }
      #expect(kept.map { "\($0)" } == sorted.map { "\($0)" })
      #expect(try await store.read { try $0.approvals(of: stranger) }.isEmpty)
    }
  }
}
