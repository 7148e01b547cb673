import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

/// What is looked at first where a log is to be convicted.
@Suite("What is kept of a log in doubt")
struct ForkQueryTests {
  @Test("Checkpoints whose size stands twice come first, then the newest, and never more than asked for")
  func checkpoints() async throws {
    try await withStore { store, _ in
      let origin = "a.example/log/1"
      for (size, leaf) in [(UInt64(3), UInt8(1)), (5, 1), (5, 2), (9, 1)] {
        let tree = Checkpoint(origin: origin, size: size, root: .leaf([leaf]))
        try await store.write { try $0.keep(checkpoint: [UInt8(size), leaf], tree, seenAt: 1) }
      }
      let other = Checkpoint(origin: "b.example/log/1", size: 1, root: .leaf([1]))
      try await store.write { try $0.keep(checkpoint: [1], other, seenAt: 1) }
      let notes = try await store.read { try $0.doubtfulCheckpoints(origin: "a.example/log/1", limit: 10) }
      #expect(notes.prefix(2).allSatisfy { $0[0] == 5 } && notes.dropFirst(2) == [[9, 1], [3, 1]])
      #expect(try await store.read { try $0.doubtfulCheckpoints(origin: "a.example/log/1", limit: 2) }.count == 2)
      #expect(try await store.read { try $0.originsOfCheckpoints() } == [origin, "b.example/log/1"])
    }
  }

  @Test("Where nothing is kept there is nothing to look at")
  func nothing() async throws {
    try await withStore { store, _ in
      let name = try #require(AuthorityName("SYR/prisons"))
      #expect(try await store.read { try $0.releasesTwice(of: name, limit: 10) }.isEmpty)
      #expect(try await store.read { try $0.openings(of: name, limit: 10) }.isEmpty)
      #expect(try await store.read { try $0.positions(byReceiptsOf: "a.example/log/1", limit: 10) }.isEmpty)
    }
  }
}
