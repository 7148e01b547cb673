import ControlAPI
import Custody
import Roster
import TestSupport
import Testing
import TransparencyLog

@testable import ReceiptStore
@testable import amanad

/// The numbers of the exchange: when again, how much of one peer, which sizes there are.
@Suite struct ExchangeLimitTests {
  @Test(
    "An attempt is made again after 2 seconds, doubled to an hour, half more or less, and never sooner than asked for")
  func backoff() {
    var random = SeededGenerator(named: "exchange backoff")
    var seen: Set<Int64> = []
    for attempts in 0...40 {
      let base = min(3600, Int64(1) << min(max(attempts, 1), 12))
      for _ in 0..<50 {
        let seconds = ExchangeBackoff.seconds(after: attempts, retryAfter: nil, using: &random)
        #expect((base / 2...base + base / 2).contains(seconds), "\(attempts): \(seconds)")
        if attempts == 40 { seen.insert(seconds) }
      }
    }
    #expect(seen.count > 20, "many who were cut off together do not come back together")
    #expect(ExchangeBackoff.seconds(after: 1, retryAfter: 700, using: &random) == 700)
    #expect(ExchangeBackoff.seconds(after: 1, retryAfter: .max, using: &random) == 86400)
    #expect(ExchangeBackoff.seconds(after: .max, retryAfter: 0, using: &random) <= 5400)
  }

  @Test("The size of a list of slots is that of its leaves, and of a bucket that no list can have there is none")
  func slots() throws {
    let time = try #require(OffsetTime("2026-12-01T08:00:00+03:00"))
    var event = Event(
      recordID: try #require(RecordID(uuid: "0193a5c0-b000-7000-8000-00000000002b")), type: .release,
      occurred: OccurredTime(at: time, precision: .minute, source: .gnss, clockError: 1), recordedAt: time, roster: [])
    #expect(event.slotsByteCount == nil)
    event.manifestBucket = 65536
    #expect(event.slotsByteCount == 2 << 20)
    for bucket: UInt64 in [1 << 59, 1 << 60, .max] {
      event.manifestBucket = bucket
      #expect(event.slotsByteCount == nil, "\(bucket)")
    }
  }

  @Test("A refusal rests for an hour, doubled to a day, whatever the clock did")
  func refusals() throws {
    func row(_ state: OutboxRow.State, _ last: UnixTime?, _ next: UnixTime) throws -> OutboxRow {
      OutboxRow(
        sequence: 1, peer: try #require(AuthorityName("IRQ/justice")),
        entry: try #require(LogEntry([UInt8](repeating: 1, count: 32))),
        record: try #require(RecordID(uuid: "0193a5c0-b000-7000-8000-00000000002b")), state: state, attempts: 1,
        nextAt: next, since: 0, lastCode: nil, lastDetail: nil, lastAt: last, carriedAt: nil, deliveredAt: nil)
    }
    #expect(ExchangeBackoff.seconds(afterRefusalOf: try row(.waiting, 5, 9000)) == 3600)
    for (waited, next) in [
      (0, 3600), (60, 3600), (3600, 7200), (7200, 14400), (80000, 86400), (UnixTime.max - 9, 86400),
    ]
      as [(UnixTime, UnixTime)]
    {
      #expect(ExchangeBackoff.seconds(afterRefusalOf: try row(.refused, 5, 5 + waited)) == next, "\(waited)")
    }
    #expect(ExchangeBackoff.seconds(afterRefusalOf: try row(.refused, .max, 5)) == 3600)
    #expect(ExchangeBackoff.seconds(afterRefusalOf: try row(.refused, .min, .max)) == 86400)
  }

  @Test("One peer fills its own share of unfinished bytes and nobody else's; what is finished counts no more")
  func quota() throws {
    let transfers = ObjectTransfers()
    let names = [try #require(AuthorityName("IRQ/justice")), try #require(AuthorityName("TUR/migration"))]
    let (irq, tur) = (ObjectSender(names[0]), ObjectSender(names[1]))
    func id(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }
    #expect(transfers.mayHold(irq, id(1), ObjectTransfers.quota - 10))
    #expect(transfers.mayHold(irq, id(2), 10))
    #expect(!transfers.mayHold(irq, id(3), 1))
    #expect(!transfers.mayHold(irq, id(2), 11))
    #expect(transfers.mayHold(tur, id(3), 1))
    transfers.finished(id(1))
    #expect(transfers.mayHold(irq, id(3), 1000))
    transfers.dropped(id(3), from: irq)
    #expect(transfers.mayHold(irq, id(4), ObjectTransfers.quota - 10), "its own was thrown away")
    #expect(transfers.begin(id(9), from: irq) && !transfers.begin(id(9), from: irq))
    #expect(transfers.begin(id(8), from: irq) && transfers.begin(id(9), from: tur))
    transfers.end(id(9), from: irq)
    #expect(transfers.begin(id(9), from: irq) && !transfers.begin(id(9), from: tur))
  }

  @Test("The sizes that an object may have are those of sealed payloads, up to an attachment of 64 MiB")
  func sizes() throws {
    let smallest = try #require(Seal.ciphertextByteCount(contentByteCount: 0))
    #expect(ObjectTransfers.size(atLeast: 0) == smallest && ObjectTransfers.size(atLeast: smallest) == smallest)
    let next = try #require(ObjectTransfers.size(atLeast: smallest + 1))
    #expect(next > smallest && next == Seal.ciphertextByteCount(contentByteCount: 4096))
    let largest = try #require(Seal.ciphertextByteCount(contentByteCount: 64 << 20))
    #expect(ObjectTransfers.size(atLeast: largest) == largest && ObjectTransfers.size(atLeast: largest + 1) == nil)
    #expect(largest <= ObjectStore.maximumByteCount)
    // Everything that is sealed has one of them.
    for content: UInt64 in [0, 1, 4056, 4057, 100_000, 1 << 20, (1 << 20) + 1, 5 << 20, 64 << 20] {
      let size = try #require(Seal.ciphertextByteCount(contentByteCount: content))
      #expect(ObjectTransfers.size(atLeast: size) == size, "\(content)")
    }
  }

  @Test("Couriers never take the room of people who listen")
  func audiences() {
    let changes = Changes()
    let couriers = (0..<Changes.maximumListeners).map { _ in changes.listen(as: .couriers) }
    #expect(couriers.allSatisfy { $0 != nil } && changes.listen(as: .couriers) == nil)
    let person = changes.listen()
    #expect(person != nil)
    couriers.first??.end()
    #expect(changes.listen(as: .couriers) != nil)
  }
}
