import Custody
import Roster
import TestSupport
import Testing

/// V5 and F9 over random histories: nobody is lost and nobody is counted twice, whatever is sent, lost or sent again.
@Suite struct ConservationTests {
  /// One world of three logs through which people are released, answered, lost and found.
  private final class World {
    let scribe: Scribe
    let coalition: Coalition
    var offices: [Office]
    var acts: [Act] = []
    var random: SeededGenerator

    init(_ random: SeededGenerator) throws {
      coalition = try .shared()
      scribe = Scribe(coalition, seed: random.seed)
      self.random = random
      offices = [coalition.syr, coalition.irq, coalition.tur].map { [coalition] in Office($0, of: coalition) }
    }

    /// Its issuer registers it first; every other log hears of it now, twice, or when everything is told again.
    func tell(_ act: Act) throws -> Bool {
      let issuer = try #require(offices.firstIndex { $0.party.uri == act.signed.issuer })
      guard try offices[issuer].register(act).isRegistered else { return false }
      acts.append(act)
      for index in offices.indices where index != issuer {
        for _ in 0..<Int.random(in: 0...2, using: &random) { try offices[index].register(act) }
      }
      return true
    }

    func tellAllAgain() throws {
      for index in offices.indices {
        for act in acts { try offices[index].register(act) }
      }
    }

    func step() throws {
      let from = Int.random(in: 0...2, using: &random)
      let to = (from + Int.random(in: 1...2, using: &random)) % 3
      let releases = acts.filter { $0.event.type == .release }
      if Bool.random(using: &random), let release = releases.randomElement(using: &random) {
        let by = try #require(offices.first { $0.party.name == release.event.to }).party
        let answers = release.lines.filter { _ in Int.random(in: 0...2, using: &random) > 0 }.map { line in
          (line.index, [OutcomeCode.accepted, .refused, .missing].randomElement(using: &random) ?? .missing)
        }
        if !answers.isEmpty { _ = try tell(scribe.outcome(of: release, answers, by: by)) }
      } else if let source = acts.filter({ $0.event.type != .outcome }).randomElement(using: &random) {
        let some = source.subjects.filter { _ in Bool.random(using: &random) }
        guard !some.isEmpty else { return }
        _ = try tell(
          scribe.handover(
            .release, of: source, only: some, from: offices[from].party, to: offices[to].party,
            in: offices[from].ledger))
      }
    }
  }

  /// Recounted from the statements a log registered, not from its own states.
  private func recount(_ office: Office, _ acts: [Act]) {
    for act in acts where act.event.type == .release && office.ledger.summary(act.id) != nil {
      let lines = office.ledger.releases[act.id] ?? [:]
      #expect(Set(lines.keys) == Set(act.lines.map(\.index)))
      var codes: [AnswerCode: Int] = [:]
      for line in lines.values { if let answer = line.answer { codes[answer.code, default: 0] += 1 } }
      let open = lines.values.filter { $0.answer == nil }.count
      let answered = (codes[.accepted] ?? 0) + (codes[.refused] ?? 0) + (codes[.missing] ?? 0)
      #expect(open + answered == act.lines.count)
      let stated = acts.filter { $0.event.reference(.release) == act.id && office.ledger.summary($0.id) != nil }
      #expect(stated.reduce(0) { $0 + $1.lines.count } == answered)
    }
  }

  /// A chain is held by its custodian, waits for one answer to one open line, or names its claimants.
  private func oneCustodian(_ office: Office) {
    for chain in office.ledger.chains.values where chain.claimants == nil {
      let open = office.ledger.releases.values.flatMap(\.values).filter {
        $0.subject == chain.subject && $0.answer == nil
      }
      #expect(open.count == (chain.openRelease == nil ? 0 : 1))
      if let release = chain.openRelease { #expect(open.first?.release == release.statement) }
    }
  }

  /// Whoever reads all that honest logs signed, in order, finds nothing to flag and nothing contested: however little
  /// each of them knew of the others, no two of them held one person.
  private func audit(_ acts: [Act]) throws {
    let coalition = try Coalition.shared()
    var auditor = Office(coalition.carrier, of: coalition)
    for act in acts {
      let judgement = try auditor.register(act)
      #expect(judgement.isClean, "\(act.event.type.rawValue): \(judgement.refusals) \(judgement.flags)")
    }
    #expect(auditor.ledger.chains.values.allSatisfy { $0.claimants == nil })
    recount(auditor, acts)
    oneCustodian(auditor)
  }

  @Test("V5, F9: whatever is sent, lost or sent again, nobody is lost and nobody is counted twice")
  func nobodyIsLostInAnyHistory() throws {
    var seeds = SeededGenerator(named: "conservation")
    var told: [EventType: Int] = [:]
    for _ in 0..<40 {
      let world = try World(SeededGenerator(seed: seeds.next()))
      let intake = try world.scribe.intake(by: world.coalition.syr, Int.random(in: 1...12, using: &seeds))
      #expect(try world.tell(intake))
      for _ in 0..<25 { try world.step() }
      for act in world.acts { told[act.event.type, default: 0] += 1 }
      for office in world.offices { recount(office, world.acts) }
      try world.tellAllAgain()
      for office in world.offices {
        recount(office, world.acts)
        oneCustodian(office)
        #expect(Set(office.ledger.chains.keys) == Set(intake.subjects))
      }
      try audit(world.acts)
    }
    #expect(told[.intake] == 40 && told[.release, default: 0] > 20 && told[.outcome, default: 0] > 20, "\(told)")
  }
}
