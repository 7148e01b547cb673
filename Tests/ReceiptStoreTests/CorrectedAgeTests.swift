import COSE
import Custody
import ReceiptStore
import Roster
import Testing

@Suite("Who is counted is counted by the age that is to be read")
struct CorrectedAgeTests {
  private let syr: AuthorityName
  private let irq: AuthorityName
  private let tur: AuthorityName

  init() throws {
    syr = try #require(AuthorityName("SYR/prisons"))
    irq = try #require(AuthorityName("IRQ/moj"))
    tur = try #require(AuthorityName("TUR/goc"))
  }

  /// What stands in a store, one statement after another.
  private struct Writer {
    var random: Seeded
    private var index: UInt64 = 0

    init(_ random: Seeded) { self.random = random }

    mutating func append(
      _ type: EventType, by issuer: AuthorityName, _ manifest: Manifest, _ transaction: StoreTransaction
    ) throws -> StatementID {
      let id = random.id()
      try transaction.append(
        StoredStatement(
          index: index, entry: try random.entry(), id: id, bytes: [1], isOwn: false, isEffective: true,
          summary: StatementSummary(
            id: id, type: type, kind: .detaineeTransfer, recordID: random.record(), caseID: nil, issuer: issuer,
            from: issuer, to: nil, acceptBy: nil, lines: manifest.lines.count), roster: [], policy: [],
          registeredAt: 0))
      try transaction.keep(linesOf: manifest, of: id)
      index += 1
      return id
    }

    mutating func people(_ ages: [(SubjectReference, String)]) -> Manifest {
      let lines = ages.map { subject, age in
        var line = History.person(subject, previous: nil)
        line[3] = .text(age)
        return line
      }
      return Manifest.shuffled(schema: .person, recordID: random.record(), lines: lines) { random.bytes($0) }
    }

    mutating func correct(
      _ original: StatementID, _ subject: SubjectReference, to age: String, in field: String = "age",
      by issuer: AuthorityName, _ transaction: StoreTransaction
    ) throws -> StatementID {
      let correction = Correction(
        subject: subject, original: original, line: 0, fields: CBORMap(fields: [(field, .text(age))]), columns: [])
      let lines = [correction.manifestLine(reason: "correction")]
      let manifest = Manifest.shuffled(schema: .correction, recordID: random.record(), lines: lines) {
        random.bytes($0)
      }
      return try append(.corrected, by: issuer, manifest, transaction)
    }
  }

  private func counts(_ store: ReceiptStore, _ custodian: AuthorityName) async throws -> [String: Int] {
    let found = try await store.read { try $0.held(by: custodian, after: nil, limit: 9) }
    return Dictionary(found.map { ($0.age ?? "", $0.lines) }) { $0 + $1 }
  }

  @Test("By whoever signed the line, the last word counts; a stranger corrects nothing, nor does a doubted one (V15)")
  func corrected() async throws {
    try await withStore { store, _ in
      var first = Writer(Seeded(71))
      let subjects = (0..<3).map { _ in first.random.subject() }
      let start = first
      let (intake, correction, next) = try await store.write { transaction in
        var writer = start
        let people = writer.people([(subjects[0], "adult"), (subjects[1], "adult"), (subjects[2], "child")])
        let intake = try writer.append(.intake, by: syr, people, transaction)
        var effects = Effects()
        effects.chains = try subjects.map { subject in
          let step = Step(id: intake, previous: nil, effect: .intake, issuer: syr, line: 0, earliest: 1)
          return try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: [step]))
        }
        try transaction.apply(effects)
        _ = try writer.correct(intake, subjects[2], to: "adult", by: tur, transaction)
        return (intake, try writer.correct(intake, subjects[0], to: "child", by: syr, transaction), writer)
      }
      #expect(try await counts(store, syr) == ["adult": 1, "child": 2])
      try await store.write { try $0.doubt(correction, exposedFrom: 1) }
      #expect(try await counts(store, syr) == ["adult": 2, "child": 1])
      try await store.write { try $0.endDoubt(correction) }
      try await store.write { transaction in
        var writer = next
        _ = try writer.correct(intake, subjects[1], to: "disputed", by: syr, transaction)
        _ = try writer.correct(intake, subjects[0], to: "adult", by: syr, transaction)
      }
      #expect(try await counts(store, syr) == ["adult": 1, "disputed": 1, "child": 1])
    }
  }

  @Test("Of whom a receiver saw, what was corrected before does not count, and what is corrected afterwards does")
  func seen() async throws {
    try await withStore { store, _ in
      let start = Writer(Seeded(72))
      let (release, outcome, subject, next) = try await store.write { transaction in
        var writer = start
        let subject = writer.random.subject()
        let intake = try writer.append(.intake, by: syr, writer.people([(subject, "adult")]), transaction)
        let release = try writer.append(.release, by: syr, writer.people([(subject, "adult")]), transaction)
        _ = try writer.correct(intake, subject, to: "disputed", by: syr, transaction)
        let leaf = ManifestLeaf(seed: [], fields: [.bytes(subject.bytes), .bytes(intake.bytes)])
        var answer = History.answer(leaf, release: release, line: 0, .accepted)
        answer[7] = .text("child")
        let seen = Manifest.shuffled(schema: .outcome, recordID: writer.random.record(), lines: [answer]) {
          writer.random.bytes($0)
        }
        let outcome = try writer.append(.outcome, by: irq, seen, transaction)
        let steps = [
          Step(id: intake, previous: nil, effect: .intake, issuer: syr, line: 0, earliest: 1),
          Step(
            id: release, previous: intake, effect: .release(to: irq, acceptBy: nil), issuer: syr, line: 0, earliest: 2),
          Step(id: outcome, previous: release, effect: .answer(.accepted), issuer: irq, line: 0, earliest: 3),
        ]
        var effects = Effects()
        effects.chains = [try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: steps))]
        effects.answered = [
          ReleaseLine(
            release: release, line: 0, subject: subject, previous: intake,
            answer: .init(statement: outcome, code: .accepted))
        ]
        try transaction.apply(effects)
        return (release, outcome, subject, writer)
      }
      #expect(try await counts(store, irq) == ["child": 1])
      let later = try await store.write { transaction in
        var writer = next
        _ = try writer.correct(release, subject, to: "adult", by: syr, transaction)
        return writer
      }
      #expect(try await counts(store, irq) == ["adult": 1])
      try await store.write { transaction in
        var writer = later
        _ = try writer.correct(outcome, subject, to: "child_presumed", in: "observed_age", by: irq, transaction)
      }
      #expect(try await counts(store, irq) == ["child_presumed": 1])
      #expect(try await counts(store, syr) == [:])
    }
  }
}
