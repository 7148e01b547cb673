import Custody
import ReceiptStore
import Roster
import Testing

@Suite("What is contested, or not here yet, is in the answers too")
struct QuestionGapTests {
  private let syr: AuthorityName
  private let irq: AuthorityName
  private let tur: AuthorityName

  init() throws {
    syr = try #require(AuthorityName("SYR/prisons"))
    irq = try #require(AuthorityName("IRQ/moj"))
    tur = try #require(AuthorityName("TUR/goc"))
  }

  private func release(
    _ random: inout Seeded, _ index: UInt64, _ id: StatementID, acceptBy: UnixTime?, case caseID: RecordID? = nil
  ) throws -> StoredStatement {
    StoredStatement(
      index: index, entry: try random.entry(), id: id, bytes: [1], isOwn: false, isEffective: true,
      summary: StatementSummary(
        id: id, type: .release, kind: .detaineeTransfer, recordID: random.record(), caseID: caseID, issuer: syr,
        from: syr, to: irq, acceptBy: acceptBy, lines: 0), roster: [], policy: [], registeredAt: 0)
  }

  /// Somebody whom SYR released to IRQ, and whom a third may have taken in meanwhile.
  private func line(
    _ random: inout Seeded, of release: StatementID, _ number: Int, acceptBy: UnixTime?, contestedBy other: StatementID?
  ) throws -> (ChainState, ReleaseLine) {
    let (subject, intake) = (random.subject(), random.id())
    var steps = [
      Step(id: intake, previous: nil, effect: .intake, issuer: syr, line: number, earliest: 1),
      Step(
        id: release, previous: intake, effect: .release(to: irq, acceptBy: acceptBy), issuer: syr, line: number,
        earliest: 2),
    ]
    if let other {
      steps.append(Step(id: other, previous: nil, effect: .intake, issuer: tur, line: number, earliest: 3))
    }
    let chain = try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: steps))
    #expect(chain.phaseName == (other == nil ? "released" : "contested") && chain.custodian == syr)
    return (chain, ReleaseLine(release: release, line: number, subject: subject, previous: intake))
  }

  @Test("A dispute takes nobody from the road, nor does it that the lines have not come")
  func transit() async throws {
    try await withStore { store, _ in
      var random = Seeded(41)
      let (mixed, contested, awaited) = (random.id(), random.id(), random.id())
      let statements = [
        try release(&random, 0, mixed, acceptBy: 100), try release(&random, 1, contested, acceptBy: 50),
        try release(&random, 2, awaited, acceptBy: nil),
      ]
      let lines = [
        try line(&random, of: mixed, 0, acceptBy: 100, contestedBy: nil),
        try line(&random, of: mixed, 1, acceptBy: 100, contestedBy: random.id()),
        try line(&random, of: contested, 0, acceptBy: 50, contestedBy: random.id()),
      ]
      var answered = lines[2].1
      answered.answer = .init(statement: random.id(), code: .refused)
      let refused = answered
      try await store.write { transaction in
        for statement in statements { try transaction.append(statement) }
        try transaction.mark(incomplete: awaited, at: 1)
        var effects = Effects()
        (effects.chains, effects.opened) = (lines.map(\.0), lines.map(\.1))
        try transaction.apply(effects)
      }
      func found(_ filter: TransitFilter = TransitFilter(), _ place: StoreReader.TransitPlace = .first, limit: Int = 9)
        async throws -> [(release: OpenRelease, place: StoreReader.TransitPlace)]
      {
        try await store.read { try $0.releasesOnTheRoad(filter, after: place, limit: limit, now: 60) }
      }
      let all = try await found()
      #expect(all.map(\.release.statement) == [contested, mixed, awaited])
      #expect(all.map(\.release.lines) == [1, 2, nil] && all.map(\.release.contested) == [1, 1, 0])
      #expect(all.map(\.release.due) == [50, 100, OverdueRelease.secondsWithoutDeadline])
      #expect(all.allSatisfy { $0.release.custodian == syr.description && $0.release.to == irq.description })
      var pages: [StatementID] = []
      var place = StoreReader.TransitPlace.first
      while let next = try await found(TransitFilter(), place, limit: 1).first {
        pages.append(next.release.statement)
        place = next.place
      }
      #expect(pages == [contested, mixed, awaited])
      var filter = TransitFilter()
      filter.isOverdue = true
      #expect(try await found(filter).map(\.release.statement) == [contested])
      filter.isOverdue = false
      #expect(try await found(filter).map(\.release.statement) == [mixed, awaited])
      filter = TransitFilter()
      filter.party = tur
      #expect(try await found(filter).isEmpty)
      // A successor is asked for, and the statements say the name of its predecessor.
      filter.formerly = [tur, irq]
      #expect(try await found(filter).map(\.release.statement) == [contested, mixed, awaited])
      // What is answered is no longer on the road, contested or not.
      try await store.write { transaction in
        var effects = Effects()
        effects.answered = [refused]
        try transaction.apply(effects)
      }
      #expect(try await found().map(\.release.statement) == [mixed, awaited])
    }
  }

  @Test("V19 One rule says when a release is overdue: its term, else 30 days after it came, and none later than 90")
  func due() async throws {
    try await withStore { store, _ in
      var random = Seeded(45)
      let terms: [(id: StatementID, acceptBy: UnixTime?, due: UnixTime)] = [
        (random.id(), 100, 100), (random.id(), nil, 2_592_000), (random.id(), 9_000_000_000, 7_776_000),
      ]
      let statements = try terms.enumerated().map { try release(&random, UInt64($0), $1.id, acceptBy: $1.acceptBy) }
      let lines = try terms.map { try line(&random, of: $0.id, 0, acceptBy: $0.acceptBy, contestedBy: nil) }
      try await store.write { transaction in
        for statement in statements { try transaction.append(statement) }
        var effects = Effects()
        (effects.chains, effects.opened) = (lines.map(\.0), lines.map(\.1))
        try transaction.apply(effects)
      }
      for (number, term) in terms.enumerated() {
        let late = Array(terms.prefix(number + 1))
        #expect(try await store.read { try $0.overdue(at: term.due) } == number)
        #expect(try await store.read { try $0.overdue(at: term.due + 1) } == number + 1)
        let alarms = try await store.read { try $0.overdueReleases(at: term.due + 1) }
        #expect(alarms.map(\.statement) == late.map(\.id) && alarms.map(\.acceptBy) == late.map(\.due))
        var filter = TransitFilter()
        filter.isOverdue = true
        let chosen = filter
        let road = try await store.read {
          try $0.releasesOnTheRoad(chosen, after: .first, limit: 9, now: term.due + 1).map(\.release)
        }
        #expect(road.map(\.statement) == late.map(\.id) && road.compactMap(\.due) == late.map(\.due))
        var wish = ChainFilter()
        wish.isOverdue = true
        let asked = wish
        let chains = try await store.read { try $0.chains(asked, after: nil, limit: 9, now: term.due + 1) }
        #expect(Set(chains.map(\.chain.source)) == Set(late.map(\.id)))
      }
      #expect(try await store.read { try $0.differingChains() }.isEmpty)
    }
  }

  @Test(
    "Whoever carries or lodges people, or is told of them, has their release on the road, until it hears how it ended")
  func carried() async throws {
    try await withStore { store, _ in
      var random = Seeded(43)
      let carrier = try #require(AuthorityName("IOM/air"))
      let all = (0..<5).map { _ in random.id() }
      let statements = try all.enumerated().map { try release(&random, UInt64($0), $1, acceptBy: 100) }
      func told(_ release: StatementID, _ event: EventType, by issuer: AuthorityName, carrier: AuthorityName?)
        -> Transit
      {
        Transit(
          release: release, statement: event == .release ? release : random.id(), event: event, issuer: issuer,
          carrier: carrier, host: event == .stopover ? tur : nil, earliest: 1, latest: 2)
      }
      // The first is carried, the second of no concern, the third completed, of the fourth we are told alone.
      let road =
        [0, 2].map { told(all[$0], .release, by: syr, carrier: carrier) }
        + [1, 3, 4].map { told(all[$0], .release, by: syr, carrier: nil) }
        + [told(all[4], .stopover, by: syr, carrier: nil)]
      let arrived = told(all[0], .arrived, by: carrier, carrier: carrier)
      let stranger = told(all[0], .arrived, by: tur, carrier: tur)
      let outcome = StoredStatement(
        index: 5, entry: try random.entry(), id: random.id(), bytes: [1], isOwn: false, isEffective: true,
        summary: StatementSummary(
          id: random.id(), type: .outcome, kind: .detaineeTransfer, recordID: statements[3].summary.recordID,
          caseID: nil, issuer: irq, from: syr, to: irq, acceptBy: nil, lines: 0), roster: [], policy: [],
        registeredAt: 0)
      try await store.write { transaction in
        for statement in statements {
          try transaction.append(statement)
          try transaction.mark(bare: statement.id)
        }
        try transaction.complete(all[2], at: 5)
        try transaction.keep(parties: [carrier], of: all[3])
        for transit in road {
          var effects = Effects()
          effects.transit = transit
          try transaction.apply(effects, of: transit.statement)
        }
      }
      func found(_ own: AuthorityName) async throws -> Set<StatementID> {
        let rows = try await store.read {
          try $0.releasesOnTheRoad(TransitFilter(), after: .first, limit: 9, now: 60, own: [own])
        }
        #expect(rows.allSatisfy { $0.release.lines == nil && $0.release.to == irq.description })
        return Set(rows.map(\.release.statement))
      }
      #expect(try await found(carrier) == [all[0], all[3]])
      #expect(try await found(tur) == [all[4]], "a host")
      #expect(try await found(irq).isEmpty)
      try await store.write { transaction in
        var effects = Effects()
        effects.transit = stranger
        try transaction.apply(effects, of: stranger.statement)
        try transaction.append(outcome)
      }
      #expect(try await found(carrier) == [all[0]], "an answer was told of the other")
      try await store.write { transaction in
        var effects = Effects()
        effects.transit = arrived
        try transaction.apply(effects, of: arrived.statement)
      }
      #expect(try await found(carrier).isEmpty)
    }
  }

  @Test("Whoever took in whom another is responsible for counts them, where it took them in")
  func claimed() async throws {
    try await withStore { store, _ in
      var random = Seeded(42)
      let (statement, intake) = (random.id(), random.id())
      let chain = try line(&random, of: statement, 0, acceptBy: nil, contestedBy: intake).0
      var event = Event(
        recordID: random.record(), type: .intake, occurred: OccurredTime(at: OffsetTime(unix: 3)),
        recordedAt: OffsetTime(unix: 3), roster: random.bytes(32))
      event.place = Place(siteID: "C-3")
      let taken = event
      try await store.write { transaction in
        var effects = Effects()
        effects.chains = [chain]
        try transaction.apply(effects)
        try transaction.keep(placeOf: taken, of: intake)
      }
      let (syr, irq, tur) = (syr, irq, tur)
      let everywhere = try await store.read { try $0.held(by: tur, after: nil, limit: 9) }
      #expect(everywhere.map(\.site) == ["C-3"] && everywhere.map(\.phase) == ["contested"])
      #expect(everywhere.map(\.lines) == [1] && everywhere[0].age == nil)
      #expect(try await store.read { try $0.held(by: tur, at: "C-3") } == everywhere)
      #expect(try await store.read { try $0.held(by: tur, at: "A-1") }.isEmpty)
      #expect(try await store.read { try $0.held(by: tur, after: "C-3", limit: 9) }.isEmpty)
      // To whom they were only released has nobody; whoever was responsible counts them without a place.
      #expect(try await store.read { try $0.held(by: irq, after: nil, limit: 9) }.isEmpty)
      let first = try await store.read { try $0.held(by: syr, after: nil, limit: 9) }
      #expect(first.map(\.phase) == ["contested"] && first[0].lines == 1 && first[0].site == nil)
    }
  }

  @Test("Releases of an operation whose lines are not here are counted as such, until they come")
  func absent() async throws {
    try await withStore { store, _ in
      var random = Seeded(43)
      let (operation, other) = (random.record(), random.record())
      let ids = (0..<4).map { _ in random.id() }
      let statements = try ids.enumerated().map { index, id in
        try release(&random, UInt64(index), id, acceptBy: nil, case: index == 3 ? other : operation)
      }
      try await store.write { transaction in
        for statement in statements { try transaction.append(statement) }
        try transaction.mark(incomplete: ids[0], at: 1)
        try transaction.mark(bare: ids[1])
        try transaction.mark(incomplete: ids[3], at: 1)
      }
      #expect(try await store.read { try $0.absentReleases(inCase: operation) } == 2)
      #expect(try await store.read { try $0.absentReleases(inCase: other) } == 1)
      for id in ids.prefix(2) { try await store.write { _ = try $0.complete(id, at: 2) } }
      #expect(try await store.read { try $0.absentReleases(inCase: operation) } == 0)
    }
  }
}
