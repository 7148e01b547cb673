import Custody
import OpenSSL
import ReceiptStore
import Roster
import Testing

@Suite("Who has not answered a request to give people back")
struct ReturnTests {
  @Test("A request waits until whoever was asked has answered it, whatever a stranger says that knows its id")
  func answered() async throws {
    let names = ["SYR/a", "IRQ/b", "TUR/c"].compactMap { AuthorityName($0) }
    let (asker, asked, stranger) = (names[0], names[1], names[2])
    try await withStore { store, _ in
      var random = Seeded(51)
      let key = try PrivateKey.generate(.p256)
      let (record, moment) = (random.record(), OffsetTime(unix: 1_795_000_000))
      func stored(_ index: UInt64, _ type: EventType, by issuer: AuthorityName, answering: StatementID?) throws
        -> StoredStatement
      {
        var event = Event(
          recordID: record, type: type, occurred: OccurredTime(at: moment), recordedAt: moment, roster: random.bytes(32)
        )
        (event.kind, event.from, event.to) = (.detaineeTransfer, asker, asked)
        event.references = answering.map { [Reference(.returnRequested, $0)] } ?? []
        let signed = try SignedStatement.sign(event, issuer: TestRoster.uri(issuer), at: moment.unix, with: key)
        return StoredStatement(
          index: index, entry: signed.entry, id: signed.id, bytes: signed.attaching([]), isOwn: false,
          isEffective: true,
          summary: StatementSummary(event: event, id: signed.id, issuer: issuer, lines: 0), roster: random.bytes(32),
          policy: random.bytes(32), registeredAt: 10)
      }
      let request = try stored(0, .returnRequested, by: asker, answering: nil)
      let foreign = try stored(1, .returnRefused, by: stranger, answering: request.id)
      let answer = try stored(2, .returnRefused, by: asked, answering: request.id)
      func open() async throws -> [StatementID] {
        try await store.read { try $0.openProposals(to: [asked], under: .none).map(\.id) }
      }
      try await store.write { try $0.append(request) }
      #expect(try await open() == [request.id])
      try await store.write { try $0.append(foreign) }
      #expect(try await open() == [request.id])
      try await store.write { try $0.append(answer) }
      #expect(try await open().isEmpty)
    }
  }
}
