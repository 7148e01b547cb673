import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

@Suite("Receipts, checkpoints and alarms")
struct EvidenceTests {
  @Test("A receipt is kept once for each entry and origin, the first that came")
  func receipts() async throws {
    try await withStore { store, path in
      var random = Seeded(21)
      let (entry, other) = (try random.entry(), try random.entry())
      let new = try await store.write { transaction in
        [
          try transaction.keep(receipt: [1], of: entry, origin: "b/log/1", issuedAt: 20),
          try transaction.keep(receipt: [2], of: entry, origin: "a/log/1", issuedAt: 20),
          try transaction.keep(receipt: [3], of: entry, origin: "c/log/1", issuedAt: 10),
          try transaction.keep(receipt: [4], of: other, origin: "a/log/1", issuedAt: 5),
          try transaction.keep(receipt: [9], of: entry, origin: "a/log/1", issuedAt: 1),
        ]
      }
      #expect(new == [true, true, true, true, false])
      let again = try reopen(store, path)
      let kept = try await again.read { try $0.receipts(entry) }
      #expect(kept.map(\.bytes) == [[3], [2], [1]])
      #expect(kept.map(\.origin) == ["c/log/1", "a/log/1", "b/log/1"])
      #expect(kept.map(\.issuedAt) == [10, 20, 20])
      #expect(try await again.read { try $0.receipts(other) }.map(\.bytes) == [[4]])
    }
  }

  @Test("Two roots for one size are both kept, and the newest of each log is found")
  func checkpoints() async throws {
    try await withStore { store, _ in
      let roots = (0..<4).map { TreeHash.leaf([UInt8($0)]) }
      let kept: [(String, UInt64, Int, UInt8)] = [
        ("a", 1, 0, 1), ("a", 300, 1, 2), ("a", 20, 2, 3), ("b", 7, 0, 4), ("b", 7, 1, 5), ("b", 7, 0, 9),
        ("c", 1, 3, 6),
      ]
      try await store.write { transaction in
        for (origin, size, root, note) in kept {
          try transaction.keep(
            checkpoint: [note], Checkpoint(origin: origin, size: size, root: roots[root]), seenAt: 0)
        }
      }
      #expect(Set(try await store.read { try $0.checkpoints(origin: "b") }) == [[4], [5]])
      #expect(try await store.read { try $0.checkpoints(origin: "a") } == [[1], [3], [2]])
      #expect(try await store.read { try $0.latestCheckpoint(origin: "a") } == [2])
      #expect(try await store.read { try $0.latestCheckpoint(origin: "z") } == nil)
      #expect(Set(try await store.read { try $0.latestCheckpoints(except: "a") }) == [[4], [5], [6]])
    }
  }

  @Test("An alarm is raised once and stays as it was first raised")
  func alarms() async throws {
    try await withStore { store, path in
      let fork = Violation(.v20, "two roots for size 7")
      for time in [10, 20, 30] as [UnixTime] {
        _ = try await store.write { try $0.raise(alarm: fork, evidence: [1, 2], at: time) }
      }
      _ = try await store.write { try $0.raise(alarm: Violation(.v20, "another"), evidence: nil, at: 40) }
      let again = try reopen(store, path)
      let alarms = try await again.read { try $0.alarms() }
      #expect(alarms.map(\.code) == ["V20", "V20"])
      #expect(alarms.map(\.detail) == [fork.detail, "another"])
      #expect(alarms.map(\.raisedAt) == [10, 40])
    }
  }

  @Test("Alarms that begin with the same words end together, and no other does")
  func endedAlarms() async throws {
    try await withStore { store, _ in
      let raised = [(CheckCode.v30, "aé: one"), (.v30, "aé: two"), (.v30, "ab: one"), (.v20, "aé: one")]
      try await store.write { transaction in
        for (code, detail) in raised { try transaction.raise(alarm: Violation(code, detail), evidence: nil, at: 1) }
        try transaction.endAlarms(of: .v30, beginning: "aé: ", at: 2)
      }
      #expect(
        try await store.read { try $0.alarms() }.map { "\($0.code) \($0.detail)" } == ["V30 ab: one", "V20 aé: one"])
      #expect(try await store.write { try $0.raise(alarm: Violation(.v30, "aé: two"), evidence: nil, at: 3) })
    }
  }

  @Test("Of one issuer and check the newest refusals are kept, and the others counted, also after a restart")
  func refusals() async throws {
    try await withStore { store, path in
      let (issuer, other) = (try #require(AuthorityName("IRQ/moj")), try #require(AuthorityName("TUR/goc")))
      let kept = StoreTransaction.keptRefusals
      func raise(_ numbers: Range<Int>, _ code: CheckCode, _ issuer: AuthorityName, in store: ReceiptStore) async throws
      {
        try await store.write { transaction in
          for number in numbers {
            let alarm = Violation(code, "refused \(number) of \(issuer)")
            let isNew = try (0..<2).map { _ in
              try transaction.raise(refusal: alarm, of: issuer, evidence: [1], at: UnixTime(number))
            }
            #expect(isNew == [true, false])
          }
        }
      }
      func details(_ code: CheckCode, _ store: ReceiptStore) async throws -> [String] {
        try await store.read { try $0.alarms().filter { $0.code == code.rawValue }.map(\.detail) }
      }
      try await raise(0..<kept, .v3, issuer, in: store)
      #expect(try await details(.v3, store).count == kept)
      try await raise(kept..<kept + 3, .v3, issuer, in: store)
      try await raise(0..<2, .v3, other, in: store)
      try await raise(0..<2, .v18, issuer, in: store)
      let again = try reopen(store, path)
      defer { try? again.close() }
      try await raise(kept + 3..<kept + 5, .v3, issuer, in: again)
      let found = try await details(.v3, again)
      #expect(found.count == kept + 3)
      let newest = (5..<kept + 5).map { "refused \($0) of \(issuer)" }
      #expect(found.filter { $0.hasSuffix("of \(issuer)") } == newest)
      #expect(found.filter { $0.contains("5 older ones are only counted") && $0.contains("\(issuer)") }.count == 1)
      #expect(found.filter { $0.hasSuffix("of \(other)") }.count == 2)
      #expect(try await details(.v18, again).count == 2)
    }
  }

  @Test("A setting is the last value set")
  func settings() async throws {
    try await withStore { store, _ in
      for value in ["1", "2"] { try await store.write { try $0.set("key", value) } }
      #expect(try await store.read { try $0.meta("key") } == "2")
      #expect(try await store.read { try $0.meta("other") } == nil)
    }
  }
}
