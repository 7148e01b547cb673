import Custody
import ReceiptStore
import Roster
import Testing

@Suite("Roads are read by those who have a say on them")
struct RoadTests {
  private static let names = ["SYR/a", "IRQ/b", "IOM/air", "TUR/c", "JOR/d"].compactMap { AuthorityName($0) }
  private static let (syr, irq, iom, tur, jor) = (names[0], names[1], names[2], names[3], names[4])

  /// A release from SYR to IRQ on record, which names a carrier or nobody, and what is told of its road.
  private static func keep(
    carrier: AuthorityName?, _ told: [Transit], _ random: inout Seeded, in store: ReceiptStore
  ) async throws -> StatementSummary {
    let id = told.first?.release ?? random.id()
    let summary = StatementSummary(
      id: id, type: .release, kind: .detaineeTransfer, recordID: random.record(), caseID: nil, issuer: syr, from: syr,
      to: irq, acceptBy: nil, lines: 1)
    let stored = StoredStatement(
      index: 0, entry: try random.entry(), id: id, bytes: random.bytes(9), isOwn: true, isEffective: true,
      summary: summary, roster: random.bytes(32), policy: random.bytes(32), registeredAt: 10)
    let begun = Transit(
      release: id, statement: id, event: .release, issuer: syr, carrier: carrier, host: nil, earliest: 1, latest: 2)
    try await store.write { transaction in
      try transaction.append(stored)
      for transit in [begun] + told {
        var effects = Effects()
        effects.transit = transit
        try transaction.apply(effects, of: transit.statement)
      }
    }
    return summary
  }

  @Test("Carriers are found as a ledger finds them, doubted ones aside, and so is what V17 asks")
  func carriers() async throws {
    try await withStore { store, _ in
      var random = Seeded(31)
      let (release, doubted, unknown) = (random.id(), random.id(), random.id())
      func told(
        _ event: EventType, by issuer: AuthorityName, next: AuthorityName? = nil, id: StatementID, _ earliest: UnixTime
      ) -> Transit {
        Transit(
          release: release, statement: id, event: event, issuer: issuer, carrier: next, host: nil, earliest: earliest,
          latest: earliest + 2)
      }
      let departures = [random.id(), random.id()]
      let all = [
        told(.carrierChanged, by: Self.iom, next: Self.tur, id: random.id(), 20),
        told(.carrierChanged, by: Self.tur, next: Self.jor, id: doubted, 30),
        told(.departed, by: Self.iom, id: departures[0], 10), told(.departed, by: Self.iom, id: departures[1], 12),
      ]
      let summary = try await Self.keep(carrier: Self.iom, all, &random, in: store)
      try await store.read { reader throws in
        #expect(try reader.carriers(of: summary, under: .none) == [Self.iom, Self.tur, Self.jor])
        #expect(try reader.transit(release, departures[0]) == all[2])
        #expect(try reader.transit(release, unknown) == nil)
        #expect(try reader.departure(of: release, except: nil) == 10)
        #expect(try reader.departure(of: release, except: departures[0]) == 12)
        #expect(try reader.told(of: release, before: 15, except: nil)?.statement == departures[0])
        #expect(try reader.told(of: release, before: 15, except: departures[0])?.statement == departures[1])
        #expect(try reader.told(of: release, before: 12, except: nil) == nil)
      }
      try await store.write { try $0.doubt(doubted, exposedFrom: 1) }
      #expect(try await store.read { try $0.carriers(of: summary, under: .none) } == [Self.iom, Self.tur])
    }
  }

  @Test("A road is read in pages, in the order in which it occurred, however many say the same moment")
  func pages() async throws {
    try await withStore { store, _ in
      var random = Seeded(33)
      let release = random.id()
      let told = (0..<7).map { number in
        Transit(
          release: release, statement: random.id(), event: .waypoint, issuer: Self.syr, carrier: nil, host: nil,
          earliest: Int64(number / 3) - 1, latest: 9)
      }
      _ = try await Self.keep(carrier: nil, told, &random, in: store)
      var (found, place) = ([Transit](), RoadPlace?.none)
      while true {
        let after = place
        let page = try await store.read { try $0.transits(of: release, after: after, limit: 2) }
        guard let last = page.last else { break }
        #expect(page.count <= 2 && found.count < 9)
        found += page
        place = RoadPlace(earliest: last.earliest, statement: last.statement)
      }
      #expect(found.count == 8 && Set(found.map(\.statement)) == Set(told.map(\.statement) + [release]))
      #expect(try await store.read { try $0.transits(of: release) } == found)
    }
  }

  @Test("A road concerns whoever carries or hosts by a named word, and not whom strangers name")
  func concerning() async throws {
    try await withStore { store, _ in
      var random = Seeded(32)
      let release = random.id()
      func stop(by issuer: AuthorityName, at host: AuthorityName) -> Transit {
        Transit(
          release: release, statement: random.id(), event: .stopover, issuer: issuer, carrier: nil, host: host,
          earliest: 5, latest: 7)
      }
      let (strange, named) = (stop(by: Self.tur, at: Self.tur), stop(by: Self.irq, at: Self.jor))
      // No carrier is named, so its parties carry.
      _ = try await Self.keep(carrier: nil, [strange, named], &random, in: store)
      func road(_ name: AuthorityName) async throws -> Set<StatementID> {
        Set(try await store.read { try $0.statements(concerning: name, under: .none) })
      }
      let whole: Set = [release, strange.statement, named.statement]
      #expect(try await road(Self.jor) == whole)
      #expect(try await road(Self.tur).isEmpty)
      #expect(try await road(Self.iom).isEmpty)
    }
  }
}
