import COSE
import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

@Suite("Questions are answered from the projection")
struct QuestionTests {
  private static let syr = "SYR/prisons"

  /// A statement that is registered at a time.
  private func stored(_ random: inout Seeded, _ index: UInt64, _ id: StatementID, at time: UnixTime = 0) throws
    -> StoredStatement
  {
    StoredStatement(
      index: index, entry: try random.entry(), id: id, bytes: [1], isOwn: true, isEffective: true,
      summary: try random.summary(id), roster: [], policy: [], registeredAt: time)
  }

  private func manifest(_ random: inout Seeded, _ people: [(SubjectReference, String)]) -> Manifest {
    let lines = people.map { subject, age in
      var line = History.person(subject, previous: nil)
      line[3] = .text(age)
      return line
    }
    return Manifest.shuffled(schema: .person, recordID: random.record(), lines: lines) { random.bytes($0) }
  }

  private func intake(at site: String, _ roster: [UInt8]) -> Event {
    let time = OffsetTime(unix: 1)
    var event = Event(
      recordID: RecordID(unchecked: [UInt8](repeating: 7, count: 16)), type: .intake,
      occurred: OccurredTime(at: time), recordedAt: time, roster: roster)
    event.place = Place(siteID: site)
    return event
  }

  @Test("Who is held is counted by site, age and phase; whoever is elsewhere, or ended, is not")
  func held() async throws {
    try await withStore { store, _ in
      var random = Seeded(31)
      let custodian = try #require(AuthorityName(Self.syr))
      let other = try #require(AuthorityName("IRQ/moj"))
      let sites = ["B-2", "A-1", nil]
      var (chains, expected): ([ChainState], [String: Int]) = ([], [:])
      var kept: [(StatementID, Manifest, Event?)] = []
      for site in sites {
        let id = random.id()
        let people = (0..<random.int(3..<9)).map { _ in
          (random.subject(), ["adult", "child", "child_presumed"][random.int(0..<3)])
        }
        for (subject, age) in people {
          var steps = [Step(id: id, previous: nil, effect: .intake, issuer: custodian, line: 0, earliest: 1)]
          let standing = random.int(0..<3)
          if standing == 1 {
            steps.append(
              Step(
                id: random.id(), previous: id, effect: .suspend, issuer: custodian, line: 0, earliest: 2))
          } else if standing == 2 {
            steps.append(
              Step(id: random.id(), previous: id, effect: .end, issuer: custodian, line: 0, earliest: 2))
          }
          let chain = try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: steps))
          chains.append(chain)
          if standing < 2 { expected["\(site ?? "-") \(age) \(chain.phaseName)", default: 0] += 1 }
        }
        kept.append((id, manifest(&random, people), site.map { intake(at: $0, random.bytes(32)) }))
      }
      let stranger = Step(id: random.id(), previous: nil, effect: .intake, issuer: other, line: 0, earliest: 1)
      chains.append(try #require(ChainState(subject: random.subject(), kind: .detaineeTransfer, steps: [stranger])))
      let (all, statements) = (chains, kept)
      try await store.write { transaction in
        var effects = Effects()
        effects.chains = all
        try transaction.apply(effects)
        for (id, manifest, event) in statements {
          try transaction.keep(linesOf: manifest, of: id)
          if let event { try transaction.keep(placeOf: event, of: id) }
        }
      }
      func shown(_ counts: [HeldCount]) -> [String: Int] {
        Dictionary(counts.map { ("\($0.site ?? "-") \($0.age ?? "-") \($0.phase)", $0.lines) }) { $0 + $1 }
      }
      let counts = try await store.read { try $0.held(by: custodian, after: nil, limit: 1000) }
      #expect(shown(counts) == expected)
      #expect(counts.map { $0.site ?? "" } == counts.map { $0.site ?? "" }.sorted())
      let one = try await store.read { try $0.held(by: custodian, at: "A-1") }
      #expect(shown(one) == expected.filter { $0.key.hasPrefix("A-1") })
      let later = try await store.read { try $0.held(by: custodian, after: "A-1", limit: 1000) }
      #expect(Set(later.map(\.site)) == ["B-2"])
      let known = try await store.read { try $0.held(by: custodian, after: "", limit: 1000) }
      #expect(!known.contains { $0.site == nil } && known.contains { $0.site == "A-1" })
      #expect(try await store.read { try $0.held(by: other, at: "A-1") }.isEmpty)
    }
  }

  @Test("What the receiver saw of an age counts for those whom it accepted")
  func observed() async throws {
    try await withStore { store, _ in
      var random = Seeded(32)
      let (syr, irq) = (try #require(AuthorityName(Self.syr)), try #require(AuthorityName("IRQ/moj")))
      let (subject, intake, release, outcome) = (random.subject(), random.id(), random.id(), random.id())
      let steps = [
        Step(id: intake, previous: nil, effect: .intake, issuer: syr, line: 0, earliest: 1),
        Step(
          id: release, previous: intake, effect: .release(to: irq, acceptBy: nil), issuer: syr, line: 0, earliest: 2),
        Step(id: outcome, previous: release, effect: .answer(.accepted), issuer: irq, line: 0, earliest: 3),
      ]
      let chain = try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: steps))
      let written = manifest(&random, [(subject, "adult")])
      let leaf = try #require(written.lines.first?.leaf)
      var answer = History.answer(leaf, release: release, line: 0, .accepted)
      answer[7] = .text("child")
      let seen = Manifest.shuffled(schema: .outcome, recordID: random.record(), lines: [answer]) { random.bytes($0) }
      let line = ReleaseLine(
        release: release, line: 0, subject: subject, previous: intake,
        answer: .init(statement: outcome, code: .accepted))
      try await store.write { transaction in
        var effects = Effects()
        (effects.chains, effects.answered) = ([chain], [line])
        try transaction.apply(effects)
        try transaction.keep(linesOf: written, of: release)
        try transaction.keep(linesOf: seen, of: outcome)
      }
      let counts = try await store.read { try $0.held(by: irq, after: nil, limit: 9) }
      #expect(counts.map(\.age) == ["child"] && counts.map(\.lines) == [1])
      #expect(try await store.read { try $0.differingChains() }.isEmpty)
    }
  }

  @Test("Releases on the road come by their term, page by page, each once; only what is late, or what is not")
  func transit() async throws {
    try await withStore { store, _ in
      var random = Seeded(33)
      let (syr, irq) = (try #require(AuthorityName(Self.syr)), try #require(AuthorityName("IRQ/moj")))
      var (chains, terms): ([ChainState], [StatementID: UnixTime?]) = ([], [:])
      for number in 0..<20 {
        let (intake, release) = (random.id(), random.id())
        let term: UnixTime? = number % 5 == 0 ? nil : UnixTime(random.int(0..<6) * 100)
        terms.updateValue(term, forKey: release)
        for line in 0...number % 3 {
          let steps = [
            Step(id: intake, previous: nil, effect: .intake, issuer: syr, line: line, earliest: 1),
            Step(
              id: release, previous: intake, effect: .release(to: irq, acceptBy: term), issuer: syr, line: line,
              earliest: 2),
          ]
          chains.append(try #require(ChainState(subject: random.subject(), kind: .detaineeTransfer, steps: steps)))
        }
      }
      let all = chains
      try await store.write { transaction in
        var effects = Effects()
        effects.chains = all
        try transaction.apply(effects)
      }
      func pages(_ filter: TransitFilter) async throws -> [OpenRelease] {
        var (found, place) = ([OpenRelease](), StoreReader.TransitPlace.first)
        while true {
          let from = place
          let page = try await store.read { try $0.releasesOnTheRoad(filter, after: from, limit: 3, now: 300) }
          guard let last = page.last else { return found }
          found += page.map(\.release)
          place = last.place
        }
      }
      var filter = TransitFilter()
      let everything = try await pages(filter)
      #expect(Set(everything.map(\.statement)) == Set(terms.keys) && everything.count == terms.count)
      #expect(everything.reduce(0) { $0 + ($1.lines ?? 0) } == all.count)
      let due = everything.map { $0.due ?? .max }
      #expect(due == due.sorted() && everything.allSatisfy { terms[$0.statement] == .some($0.due) })
      filter.isOverdue = true
      let late = try await pages(filter)
      #expect(!late.isEmpty && late.allSatisfy { ($0.due ?? .max) < 300 })
      filter.isOverdue = false
      #expect(try await pages(filter).count + late.count == everything.count)
      filter.party = AuthorityName("TUR/goc-1")
      #expect(try await pages(filter).isEmpty)
    }
  }

  @Test("Changes come in the order of time, each once, whatever the size of a page, also within one second")
  func changes() async throws {
    try await withStore { store, _ in
      var random = Seeded(34)
      let statements = try (0..<12).map { try stored(&random, UInt64($0), random.id(), at: UnixTime(10 + $0 / 5)) }
      try await store.write { transaction in
        for statement in statements { try transaction.append(statement) }
        for statement in statements.prefix(4) { try transaction.complete(statement.id, at: 11) }
        for number in 0..<4 { try transaction.raise(alarm: Violation(.v19, "\(number)"), evidence: nil, at: 11) }
        for number in 0..<2 { try transaction.end(alarm: "\(number)", of: "V19", at: 12) }
      }
      func pages(_ size: Int, since: UnixTime = 0, from index: UInt64 = 0) async throws -> [ChangePlace] {
        var found: [ChangePlace] = []
        while true {
          let place = found.last ?? ChangePlace(at: since, table: 0, row: -1)
          let page = try await store.read {
            try $0.changes(after: place, until: .max, from: index, limit: size)
          }
          guard !page.isEmpty else { return found }
          found += page.map(\.place)
        }
      }
      let all = try await pages(1000)
      #expect(all.count == 12 + 4 + 4 + 2 && all == all.sorted() && Set(all).count == all.count)
      for size in [1, 2, 5] { #expect(try await pages(size) == all) }
      #expect(try await pages(3, since: 12).map(\.at) == all.map(\.at).filter { $0 >= 12 })
      #expect(try await pages(3, from: 9).filter { $0.table == 0 }.map(\.row) == [9, 10, 11])
      for near in [0, 3, 1000] {
        for (index, earliest) in [(0, 10), (5, 11), (11, 12)] as [(UInt64, UnixTime)] {
          #expect(try await store.read { try $0.registered(from: index, near: Int64(near)) } == earliest)
        }
      }
      #expect(try await store.read { try $0.registered(from: 12) } == nil)
      // A clock that was set back.
      let late = try stored(&random, 12, random.id(), at: 5)
      try await store.write { try $0.append(late) }
      for near in [0, 1000] {
        #expect(try await store.read { try $0.registered(from: 5, near: Int64(near)) } == 5)
      }
    }
  }

  @Test("Statements about somebody are found by whom they are about, and unresolved lines by their release")
  func persons() async throws {
    try await withStore { store, _ in
      var random = Seeded(35)
      let (syr, irq) = (try #require(AuthorityName(Self.syr)), try #require(AuthorityName("IRQ/moj")))
      let (intake, release, outcome) = (random.id(), random.id(), random.id())
      let people = (0..<4).map { _ in random.subject() }
      let codes: [AnswerCode?] = [.accepted, .missing, nil, .refused]
      var (chains, lines): ([ChainState], [ReleaseLine]) = ([], [])
      for (line, (subject, code)) in zip(people, codes).enumerated() {
        var steps = [
          Step(id: intake, previous: nil, effect: .intake, issuer: syr, line: line, earliest: 1),
          Step(
            id: release, previous: intake, effect: .release(to: irq, acceptBy: nil), issuer: syr, line: line,
            earliest: 2),
        ]
        if let code {
          steps.append(
            Step(id: outcome, previous: release, effect: .answer(code), issuer: irq, line: line, earliest: 3))
        }
        chains.append(try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: steps)))
        lines.append(
          ReleaseLine(
            release: release, line: line, subject: subject, previous: intake,
            answer: code.map { .init(statement: outcome, code: $0) }))
      }
      let (all, opened) = (chains, lines)
      let statements = try [intake, release].enumerated().map { try stored(&random, UInt64($0.offset), $0.element) }
      let manifest = manifest(&random, people.map { ($0, "adult") })
      try await store.write { transaction in
        var effects = Effects()
        (effects.chains, effects.opened) = (all, opened)
        try transaction.apply(effects)
        for statement in statements {
          try transaction.append(statement)
          try transaction.keep(linesOf: manifest, of: statement.id)
        }
      }
      let unresolved = try await store.read { try $0.unresolved(of: release, after: -1, limit: 9) }
      #expect(unresolved.map(\.line.line) == [1, 2] && unresolved.map(\.chain.phaseName) == ["missing", "released"])
      #expect(try await store.read { try $0.unresolved(of: release, after: 1, limit: 9) }.map(\.line.line) == [2])
      let nobody = random.subject()
      let about = try await store.read { try $0.statements(about: people[0], from: 0, limit: 9) }
      #expect(about.map(\.id) == [intake, release])
      #expect(try await store.read { try $0.statements(about: people[0], from: 1, limit: 9) }.map(\.id) == [release])
      #expect(try await store.read { try $0.statements(about: nobody, from: 0, limit: 9) }.isEmpty)
      let prefix = String(people[2].description.prefix(6))
      #expect(try await store.read { try $0.chains(beginning: prefix, limit: 9) }.map(\.subject) == [people[2]])
      #expect(try await store.read { try $0.chains(beginning: "xyz", limit: 9) }.isEmpty)
    }
  }
}
