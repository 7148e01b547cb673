import COSE
import Custody
import Roster
import Testing

@testable import ReceiptStore

@Suite("Chains of a restored log in the store")
struct RestoredChainTests {
  @Test(
    "Every chain that concerns the log is restored and sealed as the ledger does it, and the rest stays",
    arguments: 1...3)
  func allChains(seed: Int) async throws {
    try await withStore { store, path in
      var random = Seeded(910 + UInt64(seed))
      let name = try #require(AuthorityName("SYR/prisons"))
      let chains = try (0..<60).map { _ in try random.chain(random.subject()) }.sorted { $0.subject < $1.subject }
      let restored = chains.map { $0.restoring(name) ?? $0 }
      #expect(zip(chains, restored).contains { $0 != $1 } && zip(chains, restored).contains { $0 == $1 })
      var effects = Effects()
      effects.chains = chains
      let before = effects
      try await store.write { transaction in
        try transaction.apply(before)
        try transaction.restoreChains(of: name)
      }
      #expect(try await store.read { try $0.allChains() } == restored)
      try await store.write { try $0.restoreChains(of: name) }
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.allChains() } == restored)
      #expect(try await again.read { try $0.differingChains() }.isEmpty)
      let contested = restored.filter { $0.contest != nil }.count
      #expect(
        try await again.read { try $0.custodyCounts() }.filter { $0.phase == "contested" }.map(\.lines).reduce(0, +)
          == contested)
      try await again.write { try $0.sealChains() }
      #expect(try await again.read { try $0.allChains() } == chains)
    }
  }

  private func same(_ chain: ChainState) throws -> Bool {
    let kept = try ChainHistory.decode(ChainHistory.encoded(chain))
    return kept.restored == chain.restored && kept.steps == chain.steps && kept.resolutions == chain.resolutions
      && kept.successions == chain.successions
  }

  @Test("What is kept of a restored chain comes back, with and without successions, and only that has a fourth part")
  func history() throws {
    var random = Seeded(920)
    let (from, to) = (try #require(AuthorityName("SYR/prisons")), try #require(AuthorityName("TUR/goc-1")))
    let successions = Successions(pairs: [(predecessor: from, successor: to)])
    var parts: Set<Int> = []
    for _ in 0..<200 {
      let chain = try random.chain(random.subject())
      let lost = chain.restoring(chain.custodian) ?? chain
      for chain in [chain, lost, chain.under(successions) ?? chain, lost.under(successions) ?? lost] {
        #expect(try same(chain))
        let count = try #require(CBOR.decode(ChainHistory.encoded(chain)[...]).array?.count)
        #expect(
          (count == 4) == (chain.restored != nil)
            && (count == 2) == (chain.restored == nil && chain.successions.isEmpty))
        parts.insert(count)
      }
    }
    #expect(parts == [2, 3, 4])
  }

  @Test("What is no restored log in a kept history is damage, and not passed over") func damaged() throws {
    var random = Seeded(921)
    let chain = try random.chain(random.subject())
    let good = try #require(CBOR.decode(ChainHistory.encoded(chain)[...]).array?.prefix(2))
    let id = CBOR.bytes(random.id().bytes)
    let restored = CBOR.array(["SYR/prisons", id])
    let kept = try ChainHistory.decode(CBOR.array(good + [.array([]), restored]).encoded())
    #expect(kept.restored?.authority == AuthorityName("SYR/prisons") && kept.successions.isEmpty)
    let signed = CBOR.array(good + [.array([]), .array(["SYR/prisons", id, id])]).encoded()
    #expect(try ChainHistory.decode(signed).restored?.signed.map(\.bytes) == [id.bytes ?? []])
    let bad: [CBOR] = [
      .null, .array([]), .array(["SYR/prisons"]), .array([id, "SYR/prisons"]), .array(["nobody", id]),
      .array(["SYR/prisons", .bytes([1])]), .array(["SYR/prisons", id, .bytes([1])]),
      .array(["SYR/prisons", id, .null]),
    ]
    for item in bad {
      let bytes = CBOR.array(good + [.array([]), item]).encoded()
      #expect(throws: StoreError.self, "\(item)") { try ChainHistory.decode(bytes) }
    }
    let five = CBOR.array(good + [.array([]), restored, restored]).encoded()
    #expect(throws: StoreError.self) { try ChainHistory.decode(five) }
  }
}
