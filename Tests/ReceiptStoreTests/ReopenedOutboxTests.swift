import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

@Suite("What a peer has lost is due to it again")
struct ReopenedOutboxTests {
  @Test(
    "Making a statement due again reopens what was delivered, at its old place, and leaves everything else as it is")
  func reopened() async throws {
    try await withStore { store, _ in
      var random = Seeded(410)
      let peer = try #require(AuthorityName("IRQ/moj"))
      let other = try #require(AuthorityName("TUR/goc"))
      let entries = try (0..<5).map { _ in try random.entry() }
      let records = entries.map { _ in random.record() }
      try await store.write { transaction in
        for (entry, record) in zip(entries, records) {
          for name in [peer, other] { try transaction.enqueue(entry, record: record, for: name, at: 1) }
        }
        try transaction.report(.failed(until: 90), of: entries[1], to: peer, code: "timeout", at: 2)
        try transaction.report(.pending(until: 91), of: entries[2], to: peer, at: 2)
        try transaction.report(.refused(until: 92), of: entries[3], to: peer, code: "V13", at: 2)
        try transaction.report(.failed(until: 93), of: entries[4], to: peer, at: 2)
        for name in [peer, other] { try transaction.markDelivered(entries[4], to: name, at: 3) }
      }
      let before = try await rows(store, peer)
      #expect(before.map(\.state) == [.waiting, .waiting, .pending, .refused, .delivered])
      let isNew = try await store.write { transaction in
        try zip(entries, records).map {
          try transaction.enqueue($0, record: $1, for: peer, at: 50, again: .delivered)
        }
      }
      #expect(isNew == [false, false, false, false, true])
      #expect(try await store.write { try !$0.enqueue(entries[3], record: records[3], for: peer, at: 50) })
      let after = try await rows(store, peer)
      #expect(Array(after.prefix(4)) == Array(before.prefix(4)))
      let (old, row) = (before[4], try #require(after.last))
      #expect(row.state == .waiting && row.attempts == 1 && row.nextAt == 0 && row.deliveredAt == nil)
      #expect(row.sequence == old.sequence && row.since == old.since && row.record == old.record)
      #expect(try await store.read { try $0.outboxRow(entries[4], other) }?.state == .delivered, "another peer has it")
      #expect(try await store.read { try $0.due(to: peer, now: 95, limit: 9) }.map(\.entry).contains(entries[4]))
      let refused = (entries[3], records[3])
      #expect(
        try await store.write {
          try $0.enqueue(refused.0, record: refused.1, for: peer, at: 60, again: .deliveredOrRefused)
        })
      // Delivered again, and reopened again.
      for _ in 0..<2 {
        #expect(try await store.write { try $0.markDelivered(entries[4], to: peer, at: 70) })
        #expect(
          try await store.write {
            try $0.enqueue(entries[4], record: records[4], for: peer, at: 71, again: .delivered)
          })
      }
    }
  }

  private func rows(_ store: ReceiptStore, _ peer: AuthorityName) async throws -> [OutboxRow] {
    var filter = OutboxFilter()
    filter.peer = peer
    let chosen = filter
    return try await store.read { try $0.outbox(chosen, limit: 99) }
  }
}
