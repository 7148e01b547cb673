import Custody
import OpenSSL
import ReceiptStore
import Roster
import Testing
import TransparencyLog

@Suite("What a witness cosigned, and cosignatures beside checkpoints")
struct WitnessedTests {
  private let origin = "a.example/log/1"

  private func checkpoint(_ size: UInt64, _ leaf: UInt8 = 1) -> Checkpoint {
    Checkpoint(origin: origin, size: size, root: TreeHash.leaf([leaf]))
  }

  private func keep(_ store: ReceiptStore, _ checkpoint: Checkpoint, at time: UnixTime = 5) async throws -> UInt64 {
    try await store.write { try $0.keep(witnessed: checkpoint, note: Array(checkpoint.noteText.utf8), at: time) }
  }

  @Test("The last state is kept, through a reopening too, and every time is counted")
  func state() async throws {
    try await withStore { store, path in
      #expect(try await store.read { try $0.witnessed(origin: "a.example/log/1") } == nil)
      #expect(try await keep(store, checkpoint(0)) == 1)
      #expect(try await keep(store, checkpoint(7), at: 6) == 2)
      // The same one again.
      #expect(try await keep(store, checkpoint(7), at: 8) == 3)
      let again = try reopen(store, path)
      defer { try? again.close() }
      let log = try await again.read { try $0.witnessed(origin: "a.example/log/1") }
      #expect(log?.tree == WitnessedTree(size: 7, root: .leaf([1])) && log?.cosignedAt == 8)
      #expect(log?.note == Array(checkpoint(7).noteText.utf8))
      let hash = SHA256.hash(Array(origin.utf8))
      #expect(try await again.read { try $0.witnessed(hash: hash) } == log)
      #expect(try await again.read { try $0.cosignedCount() } == 3)
      #expect(try await again.read { try $0.witnessed(origin: "a.example/log/2") } == nil)
    }
  }

  @Test("A witness never goes back: the schema refuses a smaller tree, another root, another log and forgetting")
  func forward() async throws {
    try await withStore { store, path in
      _ = try await keep(store, checkpoint(7))
      for bad in [checkpoint(6), checkpoint(7, 2), checkpoint(0)] {
        await #expect(throws: (any Error).self) { try await keep(store, bad) }
      }
      await #expect(throws: StoreError.self) { try await keep(store, checkpoint(1 << 63)) }
      for sql in [
        "DELETE FROM witnessed", "UPDATE witnessed SET size = 6", "UPDATE witnessed SET root = x'00'",
        "UPDATE witnessed SET origin = 'x'", "UPDATE witnessed SET size = 8, hash = x'00'",
        "INSERT OR REPLACE INTO witnessed VALUES ('a.example/log/1', x'01', 1, x'00', x'00', 1)",
      ] {
        #expect(try RawConnection.refusal(path, sql)?.contains("a witness") == true, "\(sql)")
      }
      let log = try await store.read { try $0.witnessed(origin: "a.example/log/1") }
      #expect(log?.tree == WitnessedTree(size: 7, root: .leaf([1])))
      // What was refused was not counted.
      #expect(try await store.read { try $0.cosignedCount() } == 1)
    }
  }

  private func cosignature(_ witness: String, _ hash: UInt8, _ time: UnixTime = 5) throws -> KeptCosignature {
    let name = try #require(AuthorityName(witness))
    let line = try #require(
      NoteSignature(
        name: "\(name.authority).example/witness", keyHash: [0, 0, 0, hash],
        signature: [UInt8](repeating: hash, count: 72)))
    return KeptCosignature(witness: name, line: line, at: time)
  }

  private func note(_ checkpoint: Checkpoint) throws -> [UInt8] {
    try Checkpoint.sign(checkpoint, key: PrivateKey.generate(.ed25519)).encoded()
  }

  @Test("A checkpoint is shown with the cosignatures that are kept of it, and of no other")
  func shown() async throws {
    try await withStore { store, _ in
      let (one, two) = (checkpoint(7), checkpoint(9))
      let (first, second) = (try note(one), try note(two))
      let (watch, aid) = (try cosignature("NGO/watch", 1), try cosignature("IOM/aid", 2))
      let (isNew, isAgain) = try await store.write { transaction in
        try transaction.keep(checkpoint: first, one, seenAt: 1)
        let isNew = try transaction.keep(cosignature: watch, of: one)
        let isAgain = try transaction.keep(cosignature: watch, of: one)
        try transaction.keep(cosignature: aid, of: one)
        return (isNew, isAgain)
      }
      #expect(isNew && !isAgain)
      let origin = origin
      func latest() async throws -> SignedNote {
        try SignedNote(decoding: try #require(await store.read { try $0.latestCheckpoint(origin: origin) }))
      }
      let shown = try await latest()
      #expect(shown.text == one.noteText && Set(shown.signatures.dropFirst()) == [watch.line, aid.line])
      #expect(try await store.read { try $0.latestCheckpoints(except: "") } == [shown.encoded()])
      #expect(try await store.read { try $0.cosignatures(of: one) } == [aid, watch])
      try await store.write { try $0.keep(checkpoint: second, two, seenAt: 2) }
      #expect(try await latest().encoded() == second)
      #expect(try await store.read { try $0.cosignedSize(origin: origin, by: watch.witness) } == 7)
      // What was stored is as it came.
      #expect(try await store.read { try $0.checkpoints(origin: origin) } == [first, second])
    }
  }

  @Test("Of each witness one cosignature is kept: with another key the newer")
  func keys() async throws {
    try await withStore { store, _ in
      let one = checkpoint(7)
      let (old, later, rotated) = try (
        cosignature("NGO/watch", 1, 5), cosignature("NGO/watch", 1, 9), cosignature("NGO/watch", 2, 7)
      )
      for (kept, expected) in [(old, old), (later, old), (rotated, rotated)] {
        _ = try await store.write { try $0.keep(cosignature: kept, of: one) }
        #expect(try await store.read { try $0.cosignatures(of: one) } == [expected])
      }
    }
  }

  @Test("A note takes sixteen signatures, and what is too many is left out")
  func full() async throws {
    try await withStore { store, _ in
      let one = checkpoint(7)
      let bytes = try note(one)
      let all = try (0..<20).map { try cosignature("NGO/w\($0)", UInt8($0)) }
      try await store.write { transaction in
        try transaction.keep(checkpoint: bytes, one, seenAt: 1)
        for cosignature in all { try transaction.keep(cosignature: cosignature, of: one) }
      }
      let origin = origin
      let shown = try await store.read { try $0.latestCheckpoint(origin: origin) }
      #expect(try SignedNote(decoding: try #require(shown)).signatures.count == 16)
    }
  }

  @Test("Checkpoints that enough have cosigned, newest first")
  func quorum() async throws {
    try await withStore { store, _ in
      let (watch, aid) = (try cosignature("NGO/watch", 1), try cosignature("IOM/aid", 2))
      let (one, two, three) = (checkpoint(1), checkpoint(2), checkpoint(3))
      try await store.write { transaction in
        for checkpoint in [one, two] {
          try transaction.keep(cosignature: watch, of: checkpoint)
          try transaction.keep(cosignature: aid, of: checkpoint)
        }
        try transaction.keep(cosignature: aid, of: three)
      }
      let origin = origin
      #expect(try await store.read { try $0.cosigned(origin: origin, byAtLeast: 2, limit: 9) } == [two, one])
      #expect(try await store.read { try $0.cosigned(origin: origin, byAtLeast: 1, limit: 9) } == [three, two, one])
      #expect(try await store.read { try $0.cosigned(origin: origin, byAtLeast: 3, limit: 9) } == [])
      #expect(try await store.read { try $0.cosigned(origin: origin, byAtLeast: 1, limit: 1) } == [three])
    }
  }

  @Test("Keys that are spent stay spent")
  func spent() async throws {
    try await withStore { store, path in
      let (one, two) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
      #expect(try await store.read { try $0.spentWitnessKeys() } == [])
      try await store.write { try $0.spend(witnessKeys: [one]) }
      try await store.write { try $0.spend(witnessKeys: [two, one]) }
      try await store.write { try $0.spend(witnessKeys: []) }
      let again = try reopen(store, path)
      defer { try? again.close() }
      #expect(try await again.read { try $0.spentWitnessKeys() } == [one, two])
    }
  }
}
