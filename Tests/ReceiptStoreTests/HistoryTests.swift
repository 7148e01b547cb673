import COSE
import Custody
import ReceiptStore
import Roster
import Testing

@Suite("Histories judged by the store and by the ledger in memory")
struct HistoryTests {
  // Each of these reaches every phase in so many steps; that of seed 6 misses nobody.
  @Test("They agree on every judgement and end in the same state", arguments: [1, 2, 3, 4, 5, 7, 8, 9] as [UInt64])
  func agree(seed: UInt64) async throws {
    let coalition = try TestRoster()
    try await withStore { store, path in
      var history = History(coalition, seed: seed)
      var ledger = Ledger()
      var phases: Set<String> = []
      for _ in 0..<150 {
        let (statement, proposal) = try history.next(ledger)
        let expected = try ledger.register(proposal, by: Judge())
        let found = try await register(statement, proposal, in: store)
        #expect(found.refusals == expected.refusals)
        #expect(found.flags == expected.flags)
        #expect(found.effects == expected.effects)
        phases.formUnion(ledger.chains.values.map(\.phaseName))
      }
      #expect(phases == Set(ChainState.phaseNames), "the history reaches every phase")
      let again = try reopen(store, path)
      try await compare(again, with: ledger)
    }
  }

  @Test("They agree on what a restored log leaves contested, until it is sealed", arguments: 11...14)
  func restored(seed: Int) async throws {
    let coalition = try TestRoster()
    let log = coalition.names[0]
    try await withStore { store, _ in
      var history = History(coalition, seed: UInt64(seed))
      var ledger = Ledger()
      var lost = 0
      for step in 0..<75 {
        let word: EventType? = [25: .logOpened, 60: .logSealed][step]
        let (statement, proposal) = try word.map { try history.word($0, of: log) } ?? history.next(ledger)
        let expected = try ledger.register(proposal, by: Judge())
        let found = try await register(statement, proposal, in: store)
        #expect(found.refusals == expected.refusals && found.flags == expected.flags)
        #expect(found.effects == expected.effects)
        lost = max(lost, ledger.chains.values.filter { $0.restored != nil && $0.contest != nil }.count)
        if word != nil { try await compare(store, with: ledger) }
      }
      #expect(lost > 0)
      #expect(ledger.chains.values.allSatisfy { $0.restored == nil })
      try await compare(store, with: ledger)
    }
  }

  private func compare(_ store: ReceiptStore, with ledger: Ledger) async throws {
    #expect(try await store.read { try $0.allChains() } == ledger.sortedChains)
    #expect(try await store.read { try $0.allReleaseLines() } == ledger.sortedLines)
    #expect(try await store.read { try $0.allOccurrences() } == ledger.occurrences)
    #expect(try await store.read { try $0.allTransits() } == ledger.transits)
    #expect(try await store.read { try $0.allConsents() } == ledger.consents)
    let summaries = try await store.read { try $0.statements(from: 0, limit: 1000) }.map(\.summary)
    #expect(Set(summaries) == Set(ledger.summaries.values))
    // A twin has an entry of its own and says nothing anew.
    let order = summaries.map(\.id).reduce(into: [StatementID]()) { if !$0.contains($1) { $0.append($1) } }
    for subject in ledger.chains.keys {
      let told = order.filter { ledger.occurrence($0, subject) != nil }
      #expect(try await store.read { try $0.statements(befalling: subject) } == told, "in the order of the log")
    }
    for id in ledger.summaries.keys { #expect(try await store.read { try $0.summary(id) } == ledger.summary(id)) }
  }

  /// As the registrar does it: judged, appended and applied in one transaction.
  private func register(_ statement: VerifiedStatement, _ proposal: Proposal, in store: ReceiptStore) async throws
    -> Judgement
  {
    try await store.write { transaction in
      let judgement = try Judge().judge(proposal, in: transaction.reader)
      guard judgement.isRegistered else { return judgement }
      try transaction.append(
        StoredStatement(
          index: try transaction.reader.registered(), entry: statement.signed.entry, id: statement.id,
          bytes: statement.signed.message.bytes, isOwn: false, isEffective: true,
          summary: StatementSummary(statement, lines: proposal.content.manifest?.lines.count ?? 0),
          roster: proposal.roster.digest, policy: proposal.policy.digest, registeredAt: proposal.now))
      try transaction.apply(judgement.effects, of: statement.id)
      try follow(statement, proposal, in: transaction)
      try transaction.keep(flags: judgement.flags, of: statement.id)
      #expect(try transaction.reader.flags(statement.id) == judgement.flags)
      return judgement
    }
  }

  private func follow(_ statement: VerifiedStatement, _ proposal: Proposal, in transaction: StoreTransaction) throws {
    let name = statement.issuer.name
    if proposal.stage == .own, let opened = proposal.event.log {
      try transaction.keep(epoch: 2, origin: opened.origin, of: name, opening: statement.id, isOwn: true)
      try transaction.restoreChains(of: name)
    } else if proposal.stage == .own, proposal.event.type == .logSealed {
      try transaction.seal(epochOf: try #require(try transaction.reader.ownEpoch()).opening)
      try transaction.sealChains()
    }
  }
}
