import COSE
import Custody
import ReceiptStore
import Roster
import Testing

@Suite("The custody projection is what the ledger holds")
struct ProjectionTests {
  @Test("Chains round-trip in every phase, with and without what may be absent")
  func phases() async throws {
    try await withStore { store, path in
      var random = Seeded(6)
      let chains = try (0..<200).map { _ in try random.chain(random.subject()) }
      #expect(Set(chains.map(\.phaseName)) == Set(ChainState.phaseNames))
      try await store.write { transaction in
        var effects = Effects()
        effects.chains = chains
        try transaction.apply(effects)
      }
      for chain in chains { #expect(try await store.read { try $0.chain(chain.subject) } == chain) }
      #expect(try await store.read { try $0.differingChains() }.isEmpty)
      let again = try reopen(store, path)
      #expect(try await again.read { try $0.allChains() } == chains.sorted { $0.subject < $1.subject })
    }
  }

  @Test("Release lines round-trip with every answer and with none")
  func releaseLines() async throws {
    try await withStore { store, _ in
      var random = Seeded(7)
      let release = random.id()
      let answers = AnswerCode.allCases.map { ReleaseLine.Answer(statement: random.id(), code: $0) } + [nil]
      var lines = answers.enumerated().map {
        ReleaseLine(
          release: release, line: $0.offset, subject: random.subject(), previous: random.id(), answer: $0.element)
      }
      let opened = lines
      try await store.write { transaction in
        var effects = Effects()
        effects.opened = opened
        try transaction.apply(effects)
      }
      #expect(try await store.read { try $0.allReleaseLines().filter { $0.release == release } } == lines)
      lines[4].answer = .init(statement: random.id(), code: .missing)
      let answered = lines[4]
      try await store.write { transaction in
        var effects = Effects()
        effects.answered = [answered]
        try transaction.apply(effects)
      }
      #expect(try await store.read { try $0.allReleaseLines() } == lines)
      #expect(try await store.read { try $0.releaseLine(release, 4) } == answered)
      #expect(try await store.read { try $0.releaseLine(release, 9) } == nil)
    }
  }

  @Test("What befell people and who closed what round-trips, and goes with the projection")
  func occurrences() async throws {
    try await withStore { store, _ in
      var random = Seeded(9)
      let (id, release) = (random.id(), random.id())
      var effects = Effects()
      effects.occurrences = (IncidentCode.allCases.map { Occurrence.What.incident($0) } + [.liberty]).map { what in
        Occurrence(
          subject: random.subject(), what: what, previous: random.id(), release: random.maybe { _ in release })
      }
      effects.closing = Closing(release: release, statement: id, issuer: try random.authority())
      let applied = effects
      try await store.write { try $0.apply(applied, of: id) }
      for occurrence in applied.occurrences {
        #expect(try await store.read { try $0.occurrence(id, occurrence.subject) } == occurrence)
      }
      #expect(try await store.read { try $0.occurrence(release, applied.occurrences[0].subject) } == nil)
      #expect(try await store.read { try $0.closings(of: release) } == [try #require(applied.closing)])
      #expect(try await store.read { try $0.allOccurrences() }[id]?.count == applied.occurrences.count)
      try await store.write { try $0.emptyProjection() }
      #expect(try await store.read { try $0.allOccurrences() }.isEmpty)
      #expect(try await store.read { try $0.allClosings() }.isEmpty)
    }
  }

  @Test("What is told of a road round-trips, and goes with the projection")
  func roads() async throws {
    try await withStore { store, _ in
      var random = Seeded(10)
      let release = random.id()
      let told = try [EventType.release, .departed, .stopover].map { event in
        Transit(
          release: release, statement: random.id(), event: event, issuer: try random.authority(),
          carrier: try random.authority(), host: event == .stopover ? try random.authority() : nil, earliest: 5,
          latest: 7)
      }
      for transit in told {
        var effects = Effects()
        effects.transit = transit
        let applied = effects
        try await store.write { try $0.apply(applied, of: transit.statement) }
      }
      #expect(try await store.read { Set(try $0.transits(of: release)) } == Set(told))
      #expect(try await store.read { try $0.transits(of: told[1].statement) }.isEmpty)
      #expect(try await store.read { try $0.allTransits() }[release]?.count == told.count)
      try await store.write { try $0.emptyProjection() }
      #expect(try await store.read { try $0.allTransits() }.isEmpty)
    }
  }

  @Test("Who may go on round-trips, and goes with the projection")
  func consents() async throws {
    try await withStore { store, _ in
      var random = Seeded(11)
      let (id, subject, release) = (random.id(), random.subject(), random.id())
      var effects = Effects()
      effects.consents = try OnwardConsent.Status.allCases.enumerated().map { index, status in
        OnwardConsent(
          statement: id, subject: index == 0 ? subject : random.subject(), release: release,
          issuer: try random.authority(), status: status, receiver: index == 1 ? nil : try random.authority(),
          until: index == 2 ? nil : 9, earliest: 5)
      }
      let applied = effects
      try await store.write { try $0.apply(applied, of: id) }
      #expect(try await store.read { try $0.consents(of: subject) } == [applied.consents[0]])
      let all = Set(try await store.read { try $0.allConsents() }.values.flatMap(\.values))
      #expect(all == Set(applied.consents))
      try await store.write { try $0.emptyProjection() }
      #expect(try await store.read { try $0.allConsents() }.isEmpty)
    }
  }

  @Test("Births are found by the mother, with the child whom the incident's line names")
  func births() async throws {
    try await withStore { store, _ in
      var random = Seeded(11)
      let (id, stranger) = (random.id(), random.subject())
      let births = (0..<2).map { _ in Birth(statement: id, mother: random.subject(), child: random.subject()) }
      let lines: [[CBOR]] = births.map { birth in
        [
          .bytes(birth.mother.bytes), .bytes(random.bytes(32)), .null, .null, .text("birth"), .bytes(birth.child.bytes),
          .array([]), .null,
        ]
      }
      let manifest = Manifest.shuffled(schema: .incident, recordID: random.record(), lines: lines) { random.bytes($0) }
      var effects = Effects()
      effects.occurrences = births.map {
        Occurrence(subject: $0.mother, what: .incident(.birth), previous: random.id(), release: nil)
      }
      effects.occurrences.append(
        Occurrence(subject: stranger, what: .incident(.injury), previous: random.id(), release: nil))
      let applied = effects
      try await store.write { transaction in
        try transaction.apply(applied, of: id)
        try transaction.keep(content: Content(manifest: manifest), owner: id.bytes)
      }
      #expect(try await store.read { try $0.births(of: [births[1].mother, stranger]) } == [births[1]])
      #expect(try await Set(store.read { try $0.births(of: births.map(\.mother)) }) == Set(births))
      #expect(try await store.read { try $0.births(of: [births[0].child]) }.isEmpty)
    }
  }

  @Test("Any sequence of effects leaves what the ledger holds", arguments: 1...5 as ClosedRange<UInt64>)
  func anyEffects(seed: UInt64) async throws {
    try await withStore { store, _ in
      var random = Seeded(seed)
      var ledger = Ledger()
      let subjects = (0..<10).map { _ in random.subject() }
      let opened = (0..<10).map {
        ReleaseLine(release: random.id(), line: $0, subject: random.subject(), previous: random.id())
      }
      for _ in 0..<40 {
        var effects = Effects()
        effects.chains = try (0..<3).map { _ in try random.chain(random.one(of: subjects)) }
        effects.opened = [try random.one(of: opened)]
        var line = try random.one(of: opened)
        line.answer = random.maybe { .init(statement: $0.id(), code: .refused) }
        effects.answered = [line]
        ledger.apply(effects, of: try random.summary(random.id()))
        let applied = effects
        try await store.write { try $0.apply(applied) }
      }
      #expect(try await store.read { try $0.allChains() } == ledger.sortedChains)
      #expect(try await store.read { try $0.allReleaseLines() } == ledger.sortedLines)
    }
  }

  @Test("Counts by custodian, phase and addressee; overdue lines")
  func counts() async throws {
    try await withStore { store, _ in
      var random = Seeded(8)
      let chains = try (0..<100).map { _ in try random.chain(random.subject()) }
      try await store.write { transaction in
        var effects = Effects()
        effects.chains = chains
        try transaction.apply(effects)
      }
      let counts = try await store.read { try $0.custodyCounts() }
      #expect(counts.reduce(0) { $0 + $1.lines } == 100)
      for count in counts {
        let same = chains.filter {
          $0.custodian.description == count.custodian && $0.phaseName == count.phase
            && $0.openRelease?.to.description == count.to
        }
        #expect(same.count == count.lines)
      }
      let time: UnixTime = 126_000_000_000
      let late = chains.filter { ($0.openRelease?.acceptBy).map { $0 < time } ?? false }.count
      #expect(try await store.read { try $0.overdue(at: time) } == late)
    }
  }
}

extension Ledger {
  var sortedChains: [ChainState] { chains.values.sorted { $0.subject < $1.subject } }
  var sortedLines: [ReleaseLine] {
    releases.values.flatMap(\.values).sorted { ($0.release, $0.line) < ($1.release, $1.line) }
  }
}
