import COSE
import Custody
import OpenSSL
import ReceiptStore
import Roster
import Testing

@Suite("What waits for an answer, however much was answered before it")
struct ProposalTests {
  private let syr: AuthorityName
  private let irq: AuthorityName
  private let key: PrivateKey
  private let moment = OffsetTime(unix: 1_795_000_000)

  init() throws {
    syr = try #require(AuthorityName("SYR/prisons"))
    irq = try #require(AuthorityName("IRQ/moj"))
    key = try PrivateKey.generate(.p256)
  }

  private func stored(
    _ random: inout Seeded, _ index: UInt64, _ type: EventType, in record: RecordID, citing: Reference? = nil
  ) throws -> StoredStatement {
    var event = Event(
      recordID: record, type: type, occurred: OccurredTime(at: moment), recordedAt: moment, roster: random.bytes(32))
    (event.kind, event.from, event.to) = (.detaineeTransfer, syr, irq)
    event.references = [citing].compactMap(\.self)
    let issuer = type == .returnRefused || type == .recallRefused ? irq : syr
    return try random.signed(event, by: issuer, index: index, key: key, isOwn: false, lines: 0)
  }

  private func open(_ store: ReceiptStore) async throws -> [StatementID] {
    let irq = irq
    return try await store.read { try $0.openProposals(to: [irq], under: .none).map(\.id) }
  }

  @Test("An offer is shown behind a thousand requests that were answered")
  func many() async throws {
    try await withStore { store, _ in
      var random = Seeded(71)
      var all: [StoredStatement] = []
      for number in 0..<UInt64(1001) {
        let request = try stored(&random, 2 * number, .returnRequested, in: random.record())
        let answer = try stored(
          &random, 2 * number + 1, .returnRefused, in: request.summary.recordID,
          citing: Reference(.returnRequested, request.id))
        all += [request, answer]
      }
      let offer = try stored(&random, UInt64(all.count), .offer, in: random.record())
      let statements = all + [offer]
      try await store.write { transaction in for statement in statements { try transaction.append(statement) } }
      #expect(try await open(store) == [offer.id])
      #expect(try await store.read { try $0.isOpen(proposal: offer, under: .none) })
      #expect(try await store.read { try !$0.isOpen(proposal: statements[0], under: .none) })
    }
  }

  @Test("A recall waits while a line that it names has no answer, whatever else is answered, until it is refused")
  func recalled() async throws {
    try await withStore { store, _ in
      var random = Seeded(72)
      let (record, release, intake) = (random.record(), random.id(), random.id())
      let recall = try stored(&random, 0, .recall, in: record, citing: Reference(.release, release))
      let refusal = try stored(&random, 1, .recallRefused, in: record, citing: Reference(.recall, recall.id))
      let subjects = (0..<3).map { _ in random.subject() }
      let lines = subjects.enumerated().map {
        ReleaseLine(release: release, line: $0, subject: $1, previous: intake)
      }
      // It names the first two.
      let manifest = Manifest(
        schema: .recall, recordID: record,
        leaves: subjects.prefix(2).enumerated().map { line, subject in
          ManifestLeaf(
            seed: random.bytes(32),
            fields: [
              .bytes(subject.bytes), .bytes(intake.bytes), .bytes(release.bytes), .unsigned(UInt64(line)),
            ])
        })
      try await store.write { try $0.append(recall) }
      #expect(try await open(store).isEmpty, "its lines are not here: it is incomplete, and shown as such")
      try await store.write { try $0.keep(linesOf: manifest, of: recall.id) }
      #expect(try await open(store) == [recall.id], "it overtook its release")
      func answer(_ numbers: [Int]) async throws {
        var effects = Effects()
        effects.answered = numbers.map { number in
          var line = lines[number]
          line.answer = .init(statement: release, code: .accepted)
          return line
        }
        let answered = effects
        try await store.write { try $0.apply(answered) }
      }
      var effects = Effects()
      effects.opened = lines
      let opened = effects
      try await store.write { try $0.apply(opened) }
      try await answer([0, 2])
      #expect(try await open(store) == [recall.id])
      try await answer([1])
      #expect(try await open(store).isEmpty)
      try await store.write { try $0.apply(opened) }
      #expect(try await open(store) == [recall.id])
      try await store.write { try $0.append(refusal) }
      #expect(try await open(store).isEmpty)
    }
  }
}
