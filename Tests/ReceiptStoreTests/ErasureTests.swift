import COSE
import Custody
import Foundation
import OpenSSL
import ReceiptStore
import Roster
import Testing

@Suite("Erasure: content and objects go for good, what derives custody stays")
struct ErasureTests {
  private func manifest(_ random: inout Seeded, _ subjects: [SubjectReference]) -> Manifest {
    let blank = LineSchema.person.fields.count - 2
    return Manifest(
      schema: .person, recordID: random.record(),
      leaves: subjects.map { subject in
        ManifestLeaf(
          seed: random.bytes(32),
          fields: [.bytes(subject.bytes), .null, .null, "child"] + [CBOR](repeating: .null, count: blank - 2))
      })
  }

  @Test("What is erased is gone with its objects, does not come back, and its lines still derive chains")
  func erased() async throws {
    try await withStore { store, path in
      var random = Seeded(61)
      let statement = try random.statement(0)
      let (erasure, subject, draft, other) = (random.id(), random.subject(), random.draft(), random.draft())
      let content = Content(
        manifest: manifest(&random, [subject]),
        annexes: [Annex(id: "identity", mediaType: "a/b", salt: [1], content: [2])])
      let bytes = random.bytes(100)
      let object = SHA256.hash(bytes)
      let kept = try await store.objects.put(object, as: .ciphertext, bytes)
      let reference = ObjectReference(payloadID: "identity", object: object)
      try await store.write { transaction in
        try transaction.append(statement)
        try transaction.keep(content: content, owner: statement.id.bytes)
        try transaction.keep(objects: [reference], of: statement.id)
        try transaction.keep(object: kept, at: 1)
        for draft in [draft, other] { try transaction.keep(draft: draft) }
        try transaction.sign(draft: draft.id, as: statement.id)
      }
      #expect(try await store.read { try $0.erasure(of: statement.id) } == nil)
      #expect(try await store.read { try $0.draft(draft.id)?.request } == draft.request)
      #expect(try await store.read { try $0.custodyLines(of: statement.id) } == content.manifest)
      try await store.write { try $0.erase(statement.id, by: erasure, at: 5) }
      func expectErased(_ store: ReceiptStore) async throws {
        let found = try await store.read { try $0.erasure(of: statement.id) }
        #expect(found?.by == erasure && found?.at == 5)
        #expect(try await store.read { try $0.content(owner: statement.id.bytes) } == Content())
        #expect(try await store.read { try $0.object(object) } == nil)
        // By the digest of a request somebody could try names.
        #expect(try await store.read { try $0.draft(draft.id)?.isForgotten } == true)
        #expect(try await store.read { try $0.draft(other.id)?.isForgotten } == false)
        #expect(try await store.read { try $0.isErased(object: object) })
        await #expect(throws: ObjectRefusal.notHere) { try await store.objects.read(object) }
        let lines = try await store.read { try $0.custodyLines(of: statement.id) }
        #expect(lines == content.manifest?.custodyAlone && lines?.subjects == [subject])
      }
      try await expectErased(store)
      try await store.write { transaction in
        try transaction.keep(content: content, owner: statement.id.bytes)
        // Said again by another statement, the first one counts.
        try transaction.erase(statement.id, by: statement.id, at: 9)
      }
      try await expectErased(store)
      try store.close()
      let again = try ReceiptStore(path: path)
      defer { try? again.close() }
      try await expectErased(again)
    }
  }

  @Test("Of an erased intake a child alone is told of nowhere any more; what else is owed stays") func duties()
    async throws
  {
    try await withStore { store, _ in
      var random = Seeded(64)
      var statement = try random.statement(0)
      while statement.summary.type != .intake { statement = try random.statement(0) }
      let (intake, erasure, subject) = (statement, random.id(), random.subject())
      let owner = try #require(AuthorityName("SYR/prisons"))
      let duties = [DutyCode.family, .childProtection].map {
        DutyLine(statement: intake.id, duty: $0, subject: subject, owner: owner, due: 9)
      }
      try await store.write { transaction in
        try transaction.append(intake)
        try transaction.keep(duties: duties)
        try transaction.erase(intake.id, by: erasure, at: 5)
      }
      #expect(try await store.read { try $0.allDuties() } == [duties[0]])
    }
  }

  @Test("A process that ended between the commit and the destruction: it is done when the store is opened")
  func interrupted() async throws {
    try await withStore { store, path in
      var random = Seeded(62)
      let statement = try random.statement(0)
      let erasure = random.id()
      let content = Content(annexes: [Annex(id: "identity", mediaType: "a/b", salt: [1], content: [2])])
      try await store.write { transaction in
        try transaction.append(statement)
        try transaction.keep(content: content, owner: statement.id.bytes)
      }
      try store.close()
      let keys = keysPath(path)
      let before = try Data(contentsOf: URL(filePath: keys))
      let second = try ReceiptStore(path: path)
      try await second.write { try $0.erase(statement.id, by: erasure, at: 5) }
      try second.close()
      // The keys as they were before, and the note that they are still to go.
      try before.write(to: URL(filePath: keys))
      _ = try RawConnection.run(path, "UPDATE erasure SET done = 0")
      let hex = hexadecimal(statement.id.bytes)
      let key = "SELECT 1 FROM key WHERE owner = x'\(hex)' AND bytes IS NOT NULL"
      #expect(try RawConnection.run(keys, key).count == 1)
      let third = try ReceiptStore(path: path)
      defer { try? third.close() }
      #expect(try RawConnection.run(keys, key).isEmpty)
      #expect(try await third.read { try $0.content(owner: statement.id.bytes) } == Content())
    }
  }

  @Test("A hold stands in the way until it is lifted; who says what is kept")
  func holds() async throws {
    try await withStore { store, _ in
      var random = Seeded(63)
      let statement = try random.statement(0)
      let (hold, other, lift, erasure) = (random.id(), random.id(), random.id(), random.id())
      let issuer = try #require(AuthorityName("IRQ/moj"))
      try await store.write { transaction in
        try transaction.append(statement)
        try transaction.keep(hold: hold, on: [statement.id])
        try transaction.keep(hold: other, on: [statement.id, other])
        try transaction.note(erasure: erasure, by: issuer, of: [statement.id, statement.id])
      }
      #expect(try await store.read { Set(try $0.holds(on: statement.id)) } == [hold, other])
      try await store.write { try $0.lift(hold: hold, by: lift) }
      #expect(try await store.read { try $0.holds(on: statement.id) } == [other])
      #expect(try await store.read { try $0.isHold(other) && !$0.isHold(hold) && !$0.isHold(lift) })
      let said = try await store.read { try $0.erasures(of: statement.id) }
      #expect(said.map(\.issuer) == [issuer] && said.map(\.statement) == [erasure])
      #expect(try await store.read { try $0.erasure(of: statement.id) } == nil, "a partner's word erases nothing here")
    }
  }

  @Test("V30: what only others can end stands in the way until two years after the retention, and nothing else does")
  func untilWhen() async throws {
    try await withStore { store, _ in
      var random = Seeded(65)
      let (key, record, subject) = (try PrivateKey.generate(.p256), random.record(), random.subject())
      let (syr, irq) = (try #require(AuthorityName("SYR/prisons")), try #require(AuthorityName("IRQ/moj")))
      let (moment, retention) = (OffsetTime(unix: 1_795_000_000), OffsetTime(unix: 1_900_000_000))
      let sealed = SealedReference(
        id: "identity", mediaType: "a/b", ciphertextDigest: random.bytes(32), commitment: random.bytes(32),
        retentionClass: "standard", eraseAfter: retention)
      func stored(
        _ index: UInt64, _ type: EventType, by issuer: AuthorityName, registeredAt: UnixTime = 10
      ) throws -> StoredStatement {
        var event = Event(
          recordID: record, type: type, occurred: OccurredTime(at: moment), recordedAt: moment, roster: random.bytes(32)
        )
        (event.kind, event.from, event.to, event.parties) = (.detaineeTransfer, syr, irq, [syr, irq].sorted())
        if type == .intake { event.sealed = [sealed] }
        let signed = try SignedStatement.sign(event, issuer: TestRoster.uri(issuer), at: moment.unix, with: key)
        return StoredStatement(
          index: index, entry: signed.entry, id: signed.id, bytes: signed.attaching([]), isOwn: issuer == syr,
          isEffective: true, summary: StatementSummary(event: event, id: signed.id, issuer: issuer, lines: 1),
          roster: random.bytes(32), policy: random.bytes(32), registeredAt: registeredAt)
      }
      let lines = manifest(&random, [subject])
      let all = [
        try stored(0, .intake, by: syr), try stored(1, .disputed, by: irq), try stored(2, .inquiry, by: syr),
        try stored(3, .inquiry, by: irq),
      ]
      func keep(_ index: Int) async throws {
        let statement = all[index]
        try await store.write { transaction in
          try transaction.append(statement)
          try transaction.keep(linesOf: lines, of: statement.id)
        }
      }
      func found(at time: UnixTime?) async throws -> [String: UnixTime?] {
        let found = try await store.read { try $0.obstacles(toErasing: all[0].id, at: time) }
        return Dictionary(found.map { ($0.detail, $0.until) }) { first, _ in first }
      }
      try await keep(0)
      #expect(try await found(at: nil).isEmpty)
      #expect(try await found(at: retention.unix) == [:])
      #expect(try await found(at: retention.unix - 1) == ["it is to be kept until \(retention.text)": nil])
      let until = retention.unix + ErasureObstacle.patience
      let (dispute, inquiry) = ("\(subject) is in dispute", "an inquiry asks of \(subject)")
      try await keep(1)
      #expect(try await found(at: nil) == [dispute: until])
      try await keep(2)
      #expect(try await found(at: nil) == [dispute: until, inquiry: until])
      // What others ask is answered here.
      try await keep(3)
      #expect(try await found(at: nil) == [dispute: until, inquiry: nil])
      let hold = random.id()
      let held = "it is held by \(hold): lift that first"
      try await store.write { try $0.keep(hold: hold, on: [all[0].id]) }
      #expect(try await found(at: nil) == [dispute: until, inquiry: nil, held: nil])
      // What a partner's clock says is over before it came is kept here for a while all the same.
      let came = retention.unix + 1000
      let late = try stored(4, .intake, by: irq, registeredAt: came)
      try await store.write { transaction in
        try transaction.append(late)
        try transaction.keep(linesOf: lines, of: late.id)
      }
      let least = came + ErasureObstacle.patience
      let waits = try await store.read { try $0.obstacles(toErasing: late.id, at: came + 1) }
      #expect(waits.first?.detail == "it is to be kept until \(OffsetTime(unix: least).text)")
      #expect(waits.first { $0.detail == dispute }?.until == least)
      let ended = try await store.read { try $0.obstacles(toErasing: late.id, at: least) }
      #expect(ended.map(\.detail).sorted() == [dispute, inquiry].sorted())
    }
  }
}
