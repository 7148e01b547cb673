import COSE
import Custody
import OpenSSL
import ReceiptStore
import Roster
import Testing

@Suite("What stands in the way of an erasure is found, whatever came before or after it")
struct ErasureObstacleTests {
  private let syr: AuthorityName
  private let irq: AuthorityName
  private let moment = OffsetTime(unix: 1_795_000_000)
  private let key: PrivateKey

  init() throws {
    syr = try #require(AuthorityName("SYR/prisons"))
    irq = try #require(AuthorityName("IRQ/moj"))
    key = try PrivateKey.generate(.p256)
  }

  private func event(_ random: inout Seeded, _ type: EventType, citing: Reference? = nil) -> Event {
    var event = Event(
      recordID: random.record(), type: type, occurred: OccurredTime(at: moment), recordedAt: moment,
      roster: random.bytes(32))
    (event.kind, event.from, event.to) = (.detaineeTransfer, irq, syr)
    event.references = [citing].compactMap(\.self)
    return event
  }

  private func stored(_ random: inout Seeded, _ index: UInt64, _ event: Event) throws -> StoredStatement {
    let issuer = event.type == .inquiry ? irq : syr
    let signed = try SignedStatement.sign(event, issuer: TestRoster.uri(issuer), at: moment.unix, with: key)
    return StoredStatement(
      index: index, entry: signed.entry, id: signed.id, bytes: signed.attaching([]), isOwn: issuer == syr,
      isEffective: true, summary: StatementSummary(event: event, id: signed.id, issuer: issuer, lines: 1),
      roster: random.bytes(32), policy: random.bytes(32), registeredAt: 10)
  }

  private func manifest(_ random: inout Seeded, of subject: SubjectReference) -> Manifest {
    Manifest(
      schema: .inquiry, recordID: random.record(),
      leaves: [ManifestLeaf(seed: random.bytes(32), fields: [.bytes(subject.bytes), .null, "family"])])
  }

  private func obstacles(_ store: ReceiptStore, _ id: StatementID) async throws -> [String] {
    try await store.read { try $0.obstacles(toErasing: id, at: nil).map(\.detail) }
  }

  @Test("An inquiry that nobody has answered holds content, though another about the same person was answered later")
  func inquiries() async throws {
    try await withStore { store, _ in
      var random = Seeded(81)
      let subject = random.subject()
      let intake = try stored(&random, 0, event(&random, .intake))
      let (first, second) = (
        try stored(&random, 1, event(&random, .inquiry)), try stored(&random, 2, event(&random, .inquiry))
      )
      let answers = try [first, second].enumerated().map { number, inquiry in
        let event = event(&random, .inquiryAnswered, citing: Reference(.inquiry, inquiry.id))
        return (event: event, stored: try stored(&random, 3 + UInt64(number), event))
      }
      let lines = manifest(&random, of: subject)
      try await store.write { transaction in
        for statement in [intake, first, second] {
          try transaction.append(statement)
          try transaction.keep(linesOf: lines, of: statement.id)
        }
      }
      #expect(try await obstacles(store, intake.id) == ["an inquiry asks of \(subject)"])
      func answer(_ number: Int) async throws {
        let (event, stored) = answers[number]
        // In the order of the log, whichever it answers.
        try await store.write { transaction in
          try transaction.append(stored)
          try transaction.keep(linesOf: lines, of: stored.id)
          try transaction.keep(inquiryOf: event, of: stored.id)
        }
      }
      try await answer(1)
      #expect(try await obstacles(store, intake.id) == ["an inquiry asks of \(subject)"], "the first waits still")
      try await answer(0)
      #expect(try await obstacles(store, intake.id).isEmpty)
    }
  }

  @Test("A draft that builds on it is found behind a thousand others; one that would erase it is no obstacle")
  func drafts() async throws {
    try await withStore { store, _ in
      var random = Seeded(82)
      let intake = try stored(&random, 0, event(&random, .intake))
      let other = event(&random, .intake).encoded(includingApprovals: false)
      func draft(_ event: [UInt8], at time: UnixTime) -> StoredDraft {
        StoredDraft(id: random.record(), request: random.bytes(32), event: event, officers: 2, createdAt: time)
      }
      let others = (0..<1001).map { draft(other, at: $0) }
      let erasing = event(&random, .erased, citing: Reference(.about, intake.id)).encoded(includingApprovals: false)
      let building = event(&random, .release, citing: Reference(.basis, intake.id)).encoded(includingApprovals: false)
      let (own, last) = (draft(erasing, at: 5000), draft(building, at: 5001))
      try await store.write { transaction in
        try transaction.append(intake)
        for draft in others + [own] { try transaction.keep(draft: draft) }
      }
      #expect(try await obstacles(store, intake.id).isEmpty)
      try await store.write { try $0.keep(draft: last) }
      #expect(try await obstacles(store, intake.id) == ["draft \(last.id.uuid) needs it"])
      try await store.write { try $0.discard(draft: last.id) }
      #expect(try await obstacles(store, intake.id).isEmpty)
    }
  }
}
