import Custody
import Roster
import TestSupport
import Testing

/// What a log knows of a line depends on what it has heard, never on the order in which it heard it.
@Suite struct ChainOrderTests {
  @Test("F3: an onward release heard before the acceptance it cites is contested only until that comes")
  func aMissingLinkComes() throws {
    var convoy = try Convoy()
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let accepted = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    try convoy.irq.register(accepted)
    let onward = try scribe.handover(
      .release, of: convoy.release, from: coalition.irq, to: coalition.tur, in: convoy.irq.ledger)
    try convoy.syr.register(onward)
    let chain = { (office: Office) in office.ledger.chain(convoy.intake.subjects[0]) }
    #expect(chain(convoy.syr)?.claimants?.count == 3)
    try convoy.syr.register(accepted)
    try convoy.irq.register(onward)
    #expect(chain(convoy.syr) == chain(convoy.irq))
    #expect(chain(convoy.syr)?.openRelease?.to == coalition.tur.name)
  }

  @Test("An intake that comes after its release completes the chain") func aLateIntake() throws {
    let convoy = try Convoy()
    var late = Office(convoy.coalition.irq, of: convoy.coalition)
    try late.register(convoy.release)
    #expect(try late.register(convoy.intake).isClean)
    #expect(late.ledger.chains == convoy.irq.ledger.chains)
  }

  /// Random steps of a line, rightful and not, with signatures among them.
  private func history(_ random: inout SeededGenerator) -> (steps: [Step], resolutions: [Resolution]) {
    let names = ["SYR/a", "IRQ/b", "TUR/c"].compactMap { AuthorityName($0) }
    func id() -> StatementID { StatementID(unchecked: random.bytes(32)) }
    var steps = [
      Step(id: id(), previous: nil, effect: .intake, issuer: names[0], line: 0, earliest: 1)
    ]
    for index in 1...Int.random(in: 1...9, using: &random) {
      let base = steps.randomElement(using: &random) ?? steps[0]
      let name = names.randomElement(using: &random) ?? names[0]
      let effect: Step.Effect =
        if case .release = base.effect {
          .answer([.accepted, .refused, .missing, .recalled, .ended].randomElement(using: &random) ?? .missing)
        } else {
          [.release(to: name, acceptBy: nil), .release(to: name, acceptBy: nil), .end, .suspend, .resume]
            .randomElement(using: &random) ?? .end
        }
      var issuer = names.randomElement(using: &random) ?? names[0]
      if case .release(let to, _) = base.effect, Bool.random(using: &random) { issuer = to }
      steps.append(
        Step(
          id: id(), previous: Int.random(in: 0...9, using: &random) == 0 ? id() : base.id, effect: effect,
          issuer: issuer, line: index, earliest: Int64(index)))
    }
    var resolutions: [Resolution] = []
    let subject = SubjectReference(unchecked: random.bytes(16))
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let part = Array(steps.prefix(Int.random(in: 1...steps.count, using: &random)))
      let chain = ChainState(subject: subject, kind: .detaineeTransfer, steps: part, resolutions: resolutions)
      guard let contest = chain?.contest else { continue }
      for party in contest.parties where Int.random(in: 0...4, using: &random) > 0 {
        resolutions.append(
          Resolution(
            id: id(), issuer: party, round: contest.round, heads: contest.heads, custodian: contest.parties[0]))
      }
    }
    return (steps, resolutions)
  }

  @Test("Any order gives the same chain, and one custodian or named claimants") func anyOrder() throws {
    var random = SeededGenerator(named: "chain order")
    var phases: Set<String> = []
    var settled = 0
    // Chance seldom leaves a line missing at its end.
    var missing = Line()
    missing.release(to: Line.irq, by: Line.syr)
    missing.add(.answer(.missing), by: Line.irq)
    for number in 0..<2000 {
      let (steps, resolutions) = number == 0 ? (missing.steps, []) : history(&random)
      let subject = SubjectReference(unchecked: random.bytes(16))
      let chain = try #require(
        ChainState(subject: subject, kind: .detaineeTransfer, steps: steps, resolutions: resolutions))
      for _ in 0..<3 {
        let again = ChainState(
          subject: subject, kind: .detaineeTransfer, steps: steps.shuffled(using: &random),
          resolutions: resolutions.shuffled(using: &random))
        #expect(again == chain)
      }
      phases.insert(chain.phaseName)
      if resolutions.contains(where: { $0.id == chain.head }) { settled += 1 }
      if let contest = chain.contest {
        #expect(contest.parties.contains(chain.custodian) && !contest.heads.isEmpty)
        #expect(contest.heads == contest.heads.sorted() && contest.parties == contest.parties.sorted())
      }
    }
    #expect(phases == Set(ChainState.phaseNames))
    #expect(settled > 20, "\(settled) histories end in a settlement")
  }
}
