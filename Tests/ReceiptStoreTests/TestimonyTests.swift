import Custody
import ReceiptStore
import Roster
import Testing

@Suite("What speaks of people and moves nobody, as the store finds it")
struct TestimonyTests {
  private let asker = AuthorityName("TUR/x")
  private let asked = AuthorityName("SYR/prisons")

  /// Keeps a statement of these people.
  private func keep(
    _ type: EventType, _ subjects: [SubjectReference], record: RecordID, by issuer: AuthorityName?, index: UInt64,
    acceptBy: UnixTime? = nil, citing inquiry: StatementID? = nil, _ random: inout Seeded,
    _ transaction: StoreTransaction
  ) throws -> StatementID {
    let made = try random.statement(index)
    let summary = StatementSummary(
      id: made.id, type: type, kind: .detaineeTransfer, recordID: record, caseID: nil, issuer: try #require(issuer),
      from: asker, to: asked, acceptBy: acceptBy, lines: subjects.count)
    try transaction.append(
      StoredStatement(
        index: index, entry: made.entry, id: made.id, bytes: made.bytes, isOwn: false, isEffective: true,
        summary: summary, roster: made.roster, policy: made.policy, registeredAt: 1000))
    let manifest = Manifest.shuffled(
      schema: .person, recordID: record, lines: subjects.map { History.person($0, previous: nil) }
    ) { random.bytes($0) }
    try transaction.keep(linesOf: manifest, of: made.id)
    if let inquiry { try transaction.keep(inquiryOf: answer(to: inquiry, record), of: made.id) }
    return made.id
  }

  /// The envelope of an answer, as far as the store reads it.
  private func answer(to inquiry: StatementID, _ record: RecordID) -> Event {
    let time = OffsetTime(unix: 1000)
    var event = Event(
      recordID: record, type: .inquiryAnswered, occurred: OccurredTime(at: time), recordedAt: time,
      roster: [UInt8](repeating: 0, count: 32))
    event.references = [Reference(.inquiry, inquiry)]
    return event
  }

  @Test(
    "An answer closes the inquiry that it cites, and no other of the same record about the same person; of any record")
  func cited() async throws {
    try await withStore { store, _ in
      let (asker, asked) = (try #require(asker), try #require(asked))
      try await store.write { transaction in
        var random = Seeded(45)
        let (person, record, other) = ([random.subject()], random.record(), random.record())
        let first = try keep(.inquiry, person, record: record, by: asker, index: 0, &random, transaction)
        let answer = try keep(
          .inquiryAnswered, person, record: record, by: asked, index: 1, citing: first, &random, transaction)
        let again = try keep(.inquiry, person, record: record, by: asker, index: 2, &random, transaction)
        func open() throws -> [StatementID] {
          try transaction.reader.inquiries(concerning: [asked], isOpen: true, under: .none).map(\.inquiry.statement)
        }
        #expect(try open() == [again])
        // What a stranger says in that record, or of that inquiry, is no answer of whoever was asked.
        _ = try keep(
          .inquiryAnswered, person, record: record, by: asker, index: 3, citing: again, &random, transaction)
        #expect(try open() == [again])
        let elsewhere = try keep(
          .inquiryAnswered, person, record: other, by: asked, index: 4, citing: again, &random, transaction)
        #expect(try open().isEmpty)
        let reader = transaction.reader
        #expect(try reader.answers(to: first, of: asked, under: .none) == [answer])
        #expect(try reader.answers(to: again, of: asked, under: .none) == [elsewhere])
      }
    }
  }

  @Test("An inquiry is open until whoever was asked has answered each of its lines")
  func inquiries() async throws {
    try await withStore { store, _ in
      let (asker, asked) = (try #require(asker), try #require(asked))
      let found = try await store.write { transaction -> [[Inquiry]] in
        var random = Seeded(41)
        let people = [random.subject(), random.subject()]
        let record = random.record()
        var steps: [[Inquiry]] = []
        func look(_ names: [AuthorityName]) throws {
          let all = try transaction.reader.inquiries(concerning: names, under: .none).map(\.inquiry)
          let open = try transaction.reader.inquiries(concerning: names, isOpen: true, under: .none).map(\.inquiry)
          #expect(open == all.filter(\.isOpen))
          steps.append(all)
        }
        let inquiry = try keep(
          .inquiry, people, record: record, by: asker, index: 0, acceptBy: 500, &random, transaction)
        try look([asked])
        _ = try keep(
          .inquiryAnswered, [people[0]], record: record, by: asked, index: 1, citing: inquiry, &random, transaction)
        // What somebody else says does not answer it.
        _ = try keep(
          .inquiryAnswered, people, record: record, by: asker, index: 2, citing: inquiry, &random, transaction)
        try look([asker])
        _ = try keep(
          .inquiryAnswered, [people[1]], record: record, by: asked, index: 3, citing: inquiry, &random, transaction)
        try look([asked, asker])
        try look([try #require(AuthorityName("IRQ/moj"))])
        #expect(steps[0].map(\.statement) == [inquiry])
        #expect(try transaction.reader.isAbout(inquiry, people[0]))
        #expect(try !transaction.reader.isAbout(inquiry, random.subject()))
        return steps
      }
      #expect(found.map { $0.map(\.open) } == [[2], [1], [0], []])
      #expect(found.map { $0.map(\.answers.count) } == [[0], [1], [2], []])
      #expect(found[0].map(\.due) == [500] && found[0].allSatisfy { $0.isOverdue(at: 501) && !$0.isOverdue(at: 500) })
      #expect(found[2].allSatisfy { !$0.isOverdue(at: 501) })
    }
  }

  @Test("An inquiry that names no time is due 30 days after it was registered; without its lines any answer counts")
  func unsaid() async throws {
    try await withStore { store, _ in
      let (asker, asked) = (try #require(asker), try #require(asked))
      let found = try await store.write { transaction in
        var random = Seeded(42)
        let record = random.record()
        let inquiry = try keep(.inquiry, [], record: record, by: asker, index: 0, &random, transaction)
        let first = try transaction.reader.inquiries(concerning: [asked], isOpen: true, under: .none).map(\.inquiry)
        _ = try keep(
          .inquiryAnswered, [random.subject()], record: record, by: asked, index: 1, citing: inquiry, &random,
          transaction)
        let second = try transaction.reader.inquiries(concerning: [asked], isOpen: true, under: .none)
        #expect(second.isEmpty)
        return first
      }
      #expect(found.map(\.due) == [1000 + 2_592_000])
    }
  }

  @Test("Links are followed from person to person, and what corrects somebody is found from any statement about them")
  func linked() async throws {
    try await withStore { store, _ in
      let asker = try #require(asker)
      let found = try await store.write { transaction -> ([Int], [StatementID], [StatementID]) in
        var random = Seeded(43)
        let people = (0..<5).map { _ in random.subject() }
        let intake = try keep(
          .intake, [people[0]], record: random.record(), by: asker, index: 0, &random, transaction)
        for (index, pair) in [(0, 1), (1, 2), (3, 4)].enumerated() {
          let (record, lines) = (random.record(), [Link.line(people[pair.0], people[pair.1], basis: "document")])
          let id = try keep(
            index == 1 ? .notSameAs : .sameAs, [people[pair.0], people[pair.1]], record: record, by: asker,
            index: UInt64(index + 1), &random, transaction)
          let manifest = Manifest.shuffled(schema: .link, recordID: record, lines: lines) { random.bytes($0) }
          #expect(Set(manifest.subjects) == [people[pair.0], people[pair.1]])
          try transaction.keep(content: Content(manifest: manifest), owner: id.bytes)
        }
        let corrected = try keep(
          .corrected, [people[0], people[3]], record: random.record(), by: asker, index: 4, &random, transaction)
        let reader = transaction.reader
        let counts = try people.map { try reader.links(from: [$0]).count }
        #expect(try reader.links(from: [people[0]]).map(\.isSame) == [true, false])
        let told = try reader.testimonies([.corrected, .underProtest], sharing: intake).map(\.id)
        return (counts, told, [corrected])
      }
      #expect(found.0 == [2, 2, 2, 1, 1])
      #expect(found.1 == found.2)
    }
  }

  @Test("Whom somebody was found to be stays known when what stood beside the link is erased") func erasedLink()
    async throws
  {
    try await withStore { store, _ in
      let asker = try #require(asker)
      let (first, second, link) = try await store.write { transaction in
        var random = Seeded(46)
        let (pair, record) = ([random.subject(), random.subject()], random.record())
        let id = try keep(.sameAs, pair, record: record, by: asker, index: 0, &random, transaction)
        let manifest = Manifest.shuffled(
          schema: .link, recordID: record, lines: [Link.line(pair[0], pair[1], basis: "document")]
        ) { random.bytes($0) }
        try transaction.keep(content: Content(manifest: manifest), owner: id.bytes)
        return (pair[0], pair[1], id)
      }
      let before = try await store.read { try $0.links(from: [first]) }
      #expect(before.map(\.other) == [second])
      try await store.write { try $0.erase(link, by: link, at: 5) }
      #expect(try await store.read { try $0.content(owner: link.bytes) } == Content())
      #expect(try await store.read { try $0.links(from: [second]) } == before)
    }
  }

  @Test("The store holds a link to be about both of whom it speaks, as the ledger does") func ofBoth() async throws {
    try await withStore { store, _ in
      try await store.write { transaction in
        var random = Seeded(44)
        let (first, second, other) = (random.subject(), random.subject(), random.subject())
        let made = try random.statement(0)
        let manifest = Manifest.shuffled(
          schema: .link, recordID: random.record(), lines: [Link.line(first, second, basis: "document")]
        ) { random.bytes($0) }
        try transaction.keep(linesOf: manifest, of: made.id)
        let reader = transaction.reader
        #expect(try reader.isAbout(made.id, first) && reader.isAbout(made.id, second))
        #expect(try !reader.isAbout(made.id, other))
        #expect(try reader.subjects(of: made.id) == Set(manifest.subjects))
      }
    }
  }
}
