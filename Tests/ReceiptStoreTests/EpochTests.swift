import Custody
import Roster
import Testing
import TransparencyLog

@testable import ReceiptStore

@Suite("Epochs: where a log was restored, what is answered of it, and what it was before")
struct EpochTests {
  private let own: AuthorityName
  private let peer: AuthorityName

  init() throws {
    own = try #require(AuthorityName("SYR/prisons"))
    peer = try #require(AuthorityName("IRQ/moj"))
  }

  @Test("The first statement that opens an epoch counts; ours is a restoration until it is sealed, a peer's never")
  func epochs() async throws {
    try await withStore { store, path in
      var random = Seeded(900)
      let ids = (0..<5).map { _ in random.id() }
      #expect(try await store.read { try $0.restoration() == nil && $0.restoredLog() == nil })
      try await store.write { transaction in
        try transaction.keep(epoch: 2, origin: "irq/log/2", of: peer, opening: ids[0], isOwn: false)
        try transaction.keep(epoch: 2, origin: "irq/log/2", of: peer, opening: ids[1], isOwn: false)
        try transaction.keep(epoch: 7, origin: "irq/log/2", of: peer, opening: ids[1], isOwn: false)
      }
      let theirs = LogEpoch(
        authority: peer, epoch: 2, origin: "irq/log/2", opening: ids[0], isOwn: false, isSealed: false)
      #expect(try await store.read { try $0.epoch(of: peer) } == theirs)
      #expect(try await store.read { try $0.epoch(origin: "irq/log/2") } == theirs)
      #expect(try await store.read { try $0.epoch(origin: "irq/log/1") == nil && $0.epoch(of: own) == nil })
      #expect(try await store.read { try $0.restoredLog() } == nil)
      try await store.write { transaction in
        try transaction.keep(epoch: 2, origin: "syr/log/2", of: own, opening: ids[2], isOwn: true)
        try transaction.keep(epoch: 10, origin: "syr/log/10", of: own, opening: ids[3], isOwn: true)
        try transaction.keep(epoch: 3, origin: "syr/log/3", of: own, opening: ids[4], isOwn: true)
      }
      let again = try reopen(store, path)
      defer { try? again.close() }
      let newest = LogEpoch(
        authority: own, epoch: 10, origin: "syr/log/10", opening: ids[3], isOwn: true, isSealed: false)
      #expect(try await again.read { try $0.restoration() } == newest)
      #expect(try await again.read { try $0.restoredLog() } == own)
      try await again.write { try $0.seal(epochOf: ids[0]) }
      #expect(try await again.read { try $0.restoration() } == newest)
      #expect(try await again.read { try $0.ownEpoch() } == newest)
      try await again.write { try $0.seal(epochOf: ids[3]) }
      #expect(try await again.read { try $0.restoration() == nil && $0.restoredLog() == nil })
      #expect(try await again.read { try $0.epoch(of: own) }?.isSealed == true)
      #expect(try await again.read { try $0.epoch(of: peer) }?.isSealed == true)
    }
  }

  @Test("Each part of an answer is kept once, with its opening, and is whole when that is said of it")
  func answers() async throws {
    try await withStore { store, _ in
      var random = Seeded(901)
      let (opening, other) = (random.id(), random.id())
      let ids = (0..<4).map { _ in random.id() }
      let record = RecordID(unchecked: [UInt8](repeating: 7, count: 16))
      try await store.write { transaction in
        try transaction.keep(answer: ids[0], to: opening, by: own, record: record, part: 1, of: 1)
        try transaction.keep(answer: ids[1], to: opening, by: peer, record: record, part: 2, of: 2)
        try transaction.keep(answer: ids[2], to: opening, by: peer, record: record, part: 1, of: 2)
        try transaction.keep(answer: ids[3], to: other, by: peer, record: record, part: 1, of: 1)
        try transaction.mark(wholeAnswer: ids[2])
        try transaction.keep(answer: ids[2], to: other, by: own, record: record, part: 9, of: 9)
      }
      let kept = try await store.read { try $0.answers(to: opening) }
      #expect(kept.map(\.statement) == [ids[2], ids[1], ids[0]])
      #expect(kept.map(\.authority) == [peer, peer, own] && kept.allSatisfy { $0.record == record })
      #expect(kept.map(\.part) == [1, 2, 1] && kept.map(\.parts) == [2, 2, 1])
      #expect(kept.map(\.isWhole) == [true, false, false])
      #expect(try await store.read { try $0.answers(to: other) }.map(\.statement) == [ids[3]])
    }
  }

  /// Gives statements their leaves behind those that are there, and the tree's tiles.
  private func publish(_ statements: [StoredStatement], in transaction: StoreTransaction) throws {
    var writer = try transaction.tileWriter()
    for statement in statements {
      try transaction.keep(leaf: writer.size, entry: statement.entry, of: statement.index)
      writer.append(statement.entry.leafHash)
    }
    try transaction.keep(tiles: writer.takeChanged())
  }

  @Test("A log that ends leaves an empty tree, in which everything gets a place again, and is kept beside it for ever")
  func ended() async throws {
    try await withStore { store, path in
      var random = Seeded(902)
      let statements = try (0..<5).map { try random.statement(UInt64($0)) }
      let entries = statements.map(\.entry)
      try await store.write { transaction in
        for statement in statements { try transaction.append(statement) }
        try publish(statements, in: transaction)
      }
      try await store.write { transaction in
        try transaction.endLog(origin: "syr/log/1")
        #expect(try transaction.reader.size() == 0 && transaction.reader.leaves(from: 0, limit: 9).isEmpty)
        #expect(try transaction.reader.leaf(of: entries[0]) == nil)
        try publish(statements.reversed(), in: transaction)
      }
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.size() } == 5)
      #expect(try await again.read { try $0.registered() } == 5)
      #expect(try await again.read { try $0.leaves(from: 0, limit: 9) }.map(\.entry) == entries.reversed())
      let root = MerkleTree.root(of: entries.reversed().map(\.leafHash))
      #expect(try await again.read { try TileReader(source: $0).root(size: 5) } == root)
      #expect(try await again.read { try $0.endedLogs() } == ["syr/log/1"])
      #expect(try await again.read { try $0.endedLeaves(origin: "syr/log/1", from: 0, limit: 9) } == entries)
      #expect(
        try await again.read { try $0.endedLeaves(origin: "syr/log/1", from: 1, limit: 2) } == Array(entries[1...2]))
      #expect(try await again.read { try $0.endedLeaves(origin: "syr/log/2", from: 0, limit: 9) }.isEmpty)
      for (table, column) in [("leaf", "idx"), ("ended_leaf", "idx")] {
        for sql in [
          "DELETE FROM \(table)", "UPDATE \(table) SET \(column) = 9", "REPLACE INTO \(table) SELECT * FROM \(table)",
        ] { #expect(try RawConnection.refusal(path, sql) == "\(table) is append-only", "\(sql)") }
      }
      // A leaf is not replaced by one that shares its entry or its statement.
      for columns in ["9, entry, 9", "9, randomblob(32), statement", "idx, randomblob(32), 9"] {
        let sql = "REPLACE INTO leaf SELECT \(columns) FROM leaf"
        #expect(try RawConnection.refusal(path, sql) == "leaf is append-only", "\(sql)")
      }
    }
  }

  @Test("The next log ends as the first did; one that ended does not end again, and nothing is lost where it is tried")
  func endedAgain() async throws {
    try await withStore { store, path in
      var random = Seeded(903)
      let statements = try (0..<4).map { try random.statement(UInt64($0)) }
      try await store.write { transaction in
        for statement in statements { try transaction.append(statement) }
        try publish(Array(statements[..<2]), in: transaction)
        try transaction.endLog(origin: "syr/log/1")
        try publish(Array(statements[1...]), in: transaction)
      }
      await #expect(throws: (any Error).self) { try await store.write { try $0.endLog(origin: "syr/log/1") } }
      #expect(try await store.read { try $0.size() } == 3)
      #expect(try RawConnection.refusal(path, "DELETE FROM leaf") == "leaf is append-only")
      try await store.write { try $0.endLog(origin: "syr/log/2") }
      #expect(try await store.read { try $0.endedLogs() } == ["syr/log/1", "syr/log/2"])
      let ended = try await store.read { try $0.endedLeaves(origin: "syr/log/2", from: 0, limit: 9) }
      #expect(ended == statements[1...].map(\.entry))
      #expect(try await store.read { try $0.endedLeaves(origin: "syr/log/1", from: 0, limit: 9) }.count == 2)
    }
  }

  @Test("Which peer's epoch waits for our answer: the newest of each log, until it has one; ours never")
  func unanswered() async throws {
    try await withStore { store, _ in
      var random = Seeded(903)
      let ids = (0..<3).map { _ in random.id() }
      try await store.write { transaction in
        try transaction.keep(epoch: 2, origin: "irq/log/2", of: peer, opening: ids[0], isOwn: false)
        try transaction.keep(epoch: 3, origin: "irq/log/3", of: peer, opening: ids[1], isOwn: false)
        try transaction.keep(epoch: 2, origin: "syr/log/2", of: own, opening: ids[2], isOwn: true)
      }
      #expect(try await store.read { try $0.unansweredEpochs() }.map(\.opening) == [ids[1]])
      try await store.write { try $0.mark(answered: ids[1]) }
      #expect(try await store.read { try $0.unansweredEpochs() }.isEmpty)
    }
  }

  @Test("A strange root stands until another epoch begins, and what is refused counts only while others are awaited")
  func strangerAndRefused() async throws {
    try await withStore { store, path in
      var random = Seeded(904)
      let (opening, refused) = (random.id(), random.id())
      let root = StrangeRoot(
        checkpoint: Checkpoint(origin: "syr/log/1", size: 5, root: TreeHash.leaf([1])), isSigned: true)
      #expect(try await store.read { try $0.stranger() } == nil)
      try await store.write { transaction in
        try transaction.keep(stranger: root)
        try transaction.note(refused: refused)
      }
      #expect(try await store.read { try !$0.isRefusedSinceRestored(refused) })
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.stranger() } == root)
      try await again.write { transaction in
        try transaction.forgetStranger()
        try transaction.keep(epoch: 2, origin: "syr/log/2", of: own, opening: opening, isOwn: true)
        try transaction.note(refused: refused)
      }
      #expect(try await again.read { try $0.stranger() == nil && $0.isRefusedSinceRestored(refused) })
      try await again.write { try $0.seal(epochOf: opening) }
      try await again.write { try $0.forgetRefused() }
      #expect(try await again.read { try !$0.isRefusedSinceRestored(refused) })
    }
  }
}
