import COSE
import Custody
import Foundation
import OpenSSL
import ReceiptStore
import Roster
import Testing

@Suite("Keys of content end with its retention, and what was erased does not come back with an old store")
struct ContentExpiryTests {
  private static let retention: UnixTime = 1_900_000_000

  /// A statement with a sealed payload, whose content and ciphertext are here.
  private struct Kept {
    let statement: StoredStatement
    let subject: SubjectReference
    let object: [UInt8]
  }

  private func keep(
    _ random: inout Seeded, _ index: UInt64, in store: ReceiptStore, until: UnixTime = retention,
    registeredAt: UnixTime = 10
  ) async throws -> Kept {
    let issuer = try #require(AuthorityName("SYR/prisons"))
    let (bytes, subject, moment) = (random.bytes(100), random.subject(), OffsetTime(unix: 1_795_000_000))
    let object = SHA256.hash(bytes)
    var event = Event(
      recordID: random.record(), type: .intake, occurred: OccurredTime(at: moment), recordedAt: moment,
      roster: random.bytes(32))
    (event.kind, event.to) = (.detaineeTransfer, issuer)
    event.sealed = [
      SealedReference(
        id: "identity", mediaType: "a/b", ciphertextDigest: object, commitment: random.bytes(32),
        retentionClass: "custody-record", eraseAfter: OffsetTime(unix: until))
    ]
    let statement = try random.signed(
      event, by: issuer, index: index, key: PrivateKey.generate(.p256), isOwn: true, lines: 1,
      registeredAt: registeredAt)
    let blank = LineSchema.person.fields.count - 4
    let manifest = Manifest(
      schema: .person, recordID: event.recordID,
      leaves: [
        ManifestLeaf(
          seed: random.bytes(32),
          fields: [.bytes(subject.bytes), .null, .null, "child"] + [CBOR](repeating: .null, count: blank))
      ])
    let content = Content(
      manifest: manifest, annexes: [Annex(id: "identity", mediaType: "a/b", salt: [1], content: [2])])
    let kept = try await store.objects.put(object, as: .ciphertext, bytes)
    try await store.write { transaction in
      try transaction.append(statement)
      try transaction.keep(content: content, owner: statement.id.bytes)
      try transaction.keep(linesOf: manifest, of: statement.id)
      try transaction.keep(objects: [ObjectReference(payloadID: "identity", object: object)], of: statement.id)
      try transaction.keep(object: kept, at: 1)
    }
    return Kept(statement: statement, subject: subject, object: object)
  }

  private func expired(
    _ store: ReceiptStore, at time: UnixTime, own: Set<AuthorityName> = [], knowing terms: RetentionTerms = .init()
  ) async throws -> [StatementID] {
    try await store.read { try $0.expired(at: time, inHandsOf: own, knowing: terms) }
  }

  @Test("A statement whose retention goes on is decoded at the first look, and not again before the day of its end")
  func decodedOnce() async throws {
    try await withStore { store, path in
      var random = Seeded(6604)
      let first = try await keep(&random, 0, in: store)
      let second = try await keep(&random, 1, in: store, until: Self.retention + 9)
      let terms = RetentionTerms()
      #expect(try await expired(store, at: Self.retention - 1, knowing: terms).isEmpty)
      #expect(try await expired(store, at: Self.retention, knowing: terms) == [first.statement.id])
      #expect(
        try await expired(store, at: Self.retention + 9, knowing: terms) == [first, second].map(\.statement.id))
      try RawConnection.run(path, "DROP TRIGGER statement_no_update")
      try RawConnection.run(path, "UPDATE statement SET bytes = x'00'")
      await #expect(throws: (any Error).self) { try await expired(store, at: Self.retention - 1) }
      #expect(try await expired(store, at: Self.retention - 1, knowing: terms).isEmpty)
      await #expect(throws: (any Error).self) { try await expired(store, at: Self.retention, knowing: terms) }
    }
  }

  @Test("Once retention is over and two years have passed here its key ends by itself, unless somebody holds it")
  func ends() async throws {
    try await withStore { store, path in
      var random = Seeded(6601)
      let held = try await keep(&random, 0, in: store)
      let first = try await keep(&random, 1, in: store)
      let late = try await keep(&random, 2, in: store, registeredAt: Self.retention - 5)
      _ = try await keep(&random, 3, in: store, until: Self.retention + 9)
      let hold = random.id()
      try await store.write { try $0.keep(hold: hold, on: [held.statement.id]) }
      #expect(try await expired(store, at: Self.retention - 1).isEmpty)
      #expect(try await expired(store, at: Self.retention) == [first.statement.id])
      let asked = [held, first].map(\.statement.id)
      let ended = try await store.write { try $0.expire(asked, at: Self.retention, inHandsOf: []) }
      #expect(ended == [first.statement.id], "what is held since it was found stays")
      #expect(try await expired(store, at: Self.retention).isEmpty)
      let erasure = try await store.read { try $0.erasure(of: first.statement.id) }
      #expect(erasure?.isExpiry(of: first.statement.id) == true && erasure?.at == Self.retention)
      #expect(try await store.read { try $0.content(owner: first.statement.id.bytes) } == Content())
      await #expect(throws: ObjectRefusal.notHere) { try await store.objects.read(first.object) }
      #expect(try await store.read { try $0.custodyLines(of: first.statement.id)?.subjects } == [first.subject])
      let id = hexadecimal(first.statement.id.bytes)
      #expect(
        try RawConnection.run(keysPath(path), "SELECT bytes IS NULL FROM key WHERE owner = x'\(id)'") == [["1"]],
        "its key is destroyed")
      #expect(try await store.read { try $0.content(owner: held.statement.id.bytes) } != Content())
      let since = Self.retention - 5 + ErasureObstacle.patience
      #expect(try await !expired(store, at: since - 1).contains(late.statement.id))
      #expect(try await expired(store, at: since).contains(late.statement.id))
    }
  }

  @Test("Who is in our hands is not forgotten, however long ago they were taken in; elsewhere, or freed, they are")
  func inOurHands() async throws {
    try await withStore { store, _ in
      var random = Seeded(6602)
      let kept = try await keep(&random, 0, in: store)
      let (syr, irq) = (try #require(AuthorityName("SYR/prisons")), try #require(AuthorityName("IRQ/moj")))
      let (intake, subject, last) = (kept.statement.id, kept.subject, random.id())
      func has(_ steps: [Step]) async throws {
        let chain = try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: steps))
        var effects = Effects()
        effects.chains = [chain]
        let told = effects
        try await store.write { try $0.apply(told) }
      }
      let start = Step(id: intake, previous: nil, effect: .intake, issuer: syr, line: 0, earliest: 1)
      try await has([start])
      #expect(try await expired(store, at: Self.retention, own: [syr]).isEmpty)
      #expect(try await expired(store, at: Self.retention, own: [irq]) == [intake])
      try await has([start, Step(id: last, previous: intake, effect: .end, issuer: syr, line: 0, earliest: 2)])
      #expect(try await expired(store, at: Self.retention, own: [syr]) == [intake])
    }
  }

  @Test("A store put back from before an erasure: neither content, objects nor ages of it are there, the rest is")
  func restored() async throws {
    try await withStore { store, path in
      var random = Seeded(6603)
      let (gone, stays) = (try await keep(&random, 0, in: store), try await keep(&random, 1, in: store))
      try store.close()
      let (folder, backup) = (folder(of: path), path + ".backup")
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.copyItem(atPath: path + suffix, toPath: backup + suffix)
      }
      try FileManager.default.copyItem(atPath: "\(folder)/objects", toPath: backup + ".objects")
      let second = try ReceiptStore(path: path)
      let erasure = random.id()
      try await second.write { try $0.erase(gone.statement.id, by: erasure, at: 5) }
      try second.close()
      for name in [path, path + "-wal", path + "-shm", "\(folder)/objects"] {
        try? FileManager.default.removeItem(atPath: name)
      }
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: backup + suffix) {
        try FileManager.default.moveItem(atPath: backup + suffix, toPath: path + suffix)
      }
      try FileManager.default.moveItem(atPath: backup + ".objects", toPath: "\(folder)/objects")
      func ages(_ kept: Kept) throws -> [[String]] {
        let found = "SELECT COALESCE(age, 'none') FROM statement_line WHERE statement = "
        return try RawConnection.run(path, found + "x'\(hexadecimal(kept.statement.id.bytes))'")
      }
      #expect(try ages(gone) == [["child"]], "the backup has it")
      for _ in 0..<2 {
        let again = try ReceiptStore(path: path)
        #expect(try await again.read { try $0.content(owner: gone.statement.id.bytes) } == Content())
        #expect(try await again.read { try $0.object(gone.object) } == nil)
        #expect(try await again.read { try $0.isErased(object: gone.object) }, "it is not taken in again")
        await #expect(throws: ObjectRefusal.notHere) { try await again.objects.read(gone.object) }
        #expect(try ages(gone) == [["none"]] && ages(stays) == [["child"]])
        #expect(try await again.read { try $0.content(owner: stays.statement.id.bytes) } != Content())
        #expect(try await again.objects.read(stays.object).count == 100)
        try again.close()
      }
    }
  }
}
