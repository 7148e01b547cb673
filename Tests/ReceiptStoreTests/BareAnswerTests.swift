import COSE
import Custody
import OpenSSL
import ReceiptStore
import Roster
import Testing

@Suite("Bare answers that wait for lines")
struct BareAnswerTests {
  @Test("One is found by the release that it answers and by the history that holds its lines, until it is complete")
  func awaiting() async throws {
    let (key, moment) = (try PrivateKey.generate(.p256), OffsetTime(unix: 1_795_000_000))
    let irq = try #require(AuthorityName("IRQ/moj"))
    try await withStore { store, _ in
      var random = Seeded(91)
      func answer(_ index: UInt64, _ type: EventType, to release: StatementID) throws -> StoredStatement {
        var event = Event(
          recordID: random.record(), type: type, occurred: OccurredTime(at: moment), recordedAt: moment,
          roster: random.bytes(32))
        event.references = [Reference(.release, release)]
        return try random.signed(event, by: irq, index: index, key: key, isOwn: false, lines: 0)
      }
      let (releases, holder) = ([random.id(), random.id(), random.id()], random.id())
      let answers = [
        try answer(0, .outcome, to: releases[0]), try answer(1, .disputeResolved, to: releases[1]),
        // Nothing here may hold the lines of this one, and the last is no answer.
        try answer(2, .outcome, to: releases[2]), try answer(3, .incident, to: releases[0]),
      ]
      try await store.write { transaction in
        for answer in answers {
          try transaction.append(answer)
          try transaction.mark(bare: answer.id)
        }
        for answer in [answers[0], answers[1], answers[3]] { try transaction.keep(historyOf: answer.id, in: holder) }
      }
      func found(_ id: StatementID) async throws -> [StatementID] {
        try await store.read { try $0.bareAnswers(awaiting: id).map(\.id) }
      }
      #expect(try await found(releases[0]) == [answers[0].id])
      #expect(try await found(releases[1]) == [answers[1].id])
      #expect(try await found(releases[2]).isEmpty)
      #expect(try await found(holder) == [answers[0].id, answers[1].id])
      _ = try await store.write { try $0.complete(answers[0].id, at: 20) }
      #expect(try await found(releases[0]).isEmpty)
      #expect(try await found(holder) == [answers[1].id])
    }
  }
}
