import Custody
import Roster
import TestSupport
import Testing

/// F12 in the rules: lines that come after their statement.
@Suite struct IncompleteTests {
  let convoy: SealedConvoy

  init() throws { convoy = try SealedConvoy(4) }

  private func proposal(_ act: Act, _ arrival: Proposal.Arrival) throws -> Proposal {
    // The carrier has signed none of them: whatever comes is received.
    try Office(convoy.coalition.carrier, of: convoy.coalition).proposal(act, arrival: arrival)
  }

  @Test("F12 A statement without its lines is on record, says nothing of them, and moves nobody")
  func awaited() throws {
    var ledger = Ledger()
    for act in [convoy.intake.act, convoy.release.act, convoy.outcome.act] {
      let judgement = try ledger.register(proposal(act, .awaited), by: Judge(checks: checksInForce))
      #expect(judgement.isRegistered && judgement.flags.isEmpty)
      // That there is such a road its envelope says.
      var effects = judgement.effects
      effects.transit = nil
      #expect(effects == Effects())
      #expect(ledger.summary(act.id) != nil)
    }
    #expect(ledger.chains.isEmpty && ledger.releases.isEmpty)
  }

  @Test("F12 Whatever the order in which intake and release become complete, custody is the same in the end")
  func anyOrder() throws {
    let (intake, release) = (convoy.intake.act, convoy.release.act)
    for order in [[intake, release], [release, intake]] {
      var ledger = Ledger()
      for act in [intake, release, convoy.outcome.act] {
        _ = try ledger.register(proposal(act, .awaited), by: Judge(checks: checksInForce))
      }
      for act in order {
        let arrival: Proposal.Arrival = act.id == intake.id ? .lines : .whole
        #expect(try ledger.complete(proposal(act, arrival), by: Judge(checks: checksInForce)).refusals.isEmpty)
      }
      let last = try ledger.complete(proposal(convoy.outcome.act, .whole), by: Judge(checks: checksInForce))
      #expect(last.refusals.isEmpty)
      #expect(ledger.chains == convoy.syr.ledger.chains)
      #expect(ledger.releases == convoy.syr.ledger.releases)
    }
  }

  @Test(
    "A stranger's recall from before the release makes room for the receiver's while the release's lines are awaited")
  func strangersRecall() throws {
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release.act)
    func change(_ event: inout Event) { (event.from, event.to) = (coalition.syr.name, coalition.tur.name) }
    let foreign = try scribe.recall(of: release, by: coalition.syr, change: change)
    let taking = try scribe.answer(.recallAgreed, to: foreign, of: release, by: coalition.tur, change: change)
    let recall = try scribe.recall(of: release, by: coalition.syr)
    let agreed = try scribe.answer(.recallAgreed, to: recall, of: release, by: coalition.irq)
    var ledger = Ledger()
    func register(_ acts: [Act], _ arrival: Proposal.Arrival) throws {
      for act in acts {
        let judgement = try ledger.register(proposal(act, arrival), by: Judge(checks: checksInForce))
        #expect(judgement.isRegistered && !judgement.flags.contains { $0.code == .v7 }, "\(judgement.flags)")
      }
    }
    try register([convoy.intake.act, foreign, taking], .whole)
    try register([release], .awaited)
    try register([recall, agreed], .whole)
    #expect(try ledger.complete(proposal(release, .whole), by: Judge(checks: checksInForce)).refusals.isEmpty)
    let answers = ledger.releases[release.id]?.values.map(\.answer?.statement) ?? []
    #expect(Set(answers) == [agreed.id])
    #expect(ledger.chains.values.allSatisfy { $0.openRelease == nil && $0.custodian == coalition.syr.name })
  }

  @Test("Lines that turn out wrong are refused their effect, and the statement stays on record")
  func wrongLines() throws {
    var ledger = Ledger()
    _ = try ledger.register(proposal(convoy.intake.act, .whole), by: Judge(checks: checksInForce))
    _ = try ledger.register(proposal(convoy.release.act, .awaited), by: Judge(checks: checksInForce))
    let wrong = convoy.release.act.with { $0.manifest = convoy.intake.act.content.manifest }
    let judgement = try ledger.complete(proposal(wrong, .whole), by: Judge(checks: checksInForce))
    #expect(judgement.refusals.contains { $0.code == .v6 } && judgement.effects == Effects())
    #expect(ledger.releases.isEmpty && ledger.summary(convoy.release.act.id) != nil)
    #expect(ledger.chains.values.allSatisfy { $0.openRelease == nil })
  }

  /// A log that holds the intake, and neither its release nor what answers that.
  private func beforeTheRelease() throws -> Ledger {
    var ledger = Ledger()
    _ = try ledger.register(proposal(convoy.intake.act, .whole), by: Judge(checks: checksInForce))
    return ledger
  }

  @Test("V12 A third party's outcome that came before the release is flagged once complete and moves nobody")
  func strangersOutcome() throws {
    let (scribe, release, irq) = (convoy.scribe, convoy.release.act, convoy.coalition.irq.name)
    let strange = try scribe.outcome(of: release, all: .accepted, by: convoy.coalition.tur)
    var ledger = try beforeTheRelease()
    let early = try ledger.register(proposal(strange, .awaited), by: Judge(checks: checksInForce))
    #expect(early.isRegistered, "whom the release was addressed to is not known yet")
    _ = try ledger.register(proposal(release, .whole), by: Judge(checks: checksInForce))
    let late = try ledger.complete(proposal(strange, .whole), by: Judge(checks: checksInForce))
    #expect(late.refusals.contains { $0.code == .v12 } && late.effects == Effects(), "\(late)")
    let answer = try ledger.register(proposal(convoy.outcome.act, .whole), by: Judge(checks: checksInForce))
    #expect(answer.refusals.isEmpty && answer.flags.isEmpty, "\(answer)")
    #expect(release.subjects.allSatisfy { ledger.chain($0)?.custodian == irq })
  }

  @Test("V4 A recall agreed while the release's lines are on their way is judged as one that overtook the release")
  func recallBeforeLines() throws {
    let (scribe, release, coalition) = (convoy.scribe, convoy.release.act, convoy.coalition)
    var ledger = try beforeTheRelease()
    _ = try ledger.register(proposal(release, .awaited), by: Judge(checks: checksInForce))
    let recall = try scribe.recall(of: release, by: coalition.syr)
    let agreed = try scribe.answer(.recallAgreed, to: recall, of: release, by: coalition.irq)
    for act in [recall, agreed] {
      let judgement = try ledger.register(proposal(act, .whole), by: Judge(checks: checksInForce))
      #expect(judgement.refusals.isEmpty && judgement.flags.isEmpty, "\(judgement)")
    }
    let late = try ledger.complete(proposal(release, .whole), by: Judge(checks: checksInForce))
    #expect(late.refusals.isEmpty, "\(late)")
    #expect(ledger.releases[release.id]?.values.allSatisfy { $0.answer?.code == .recalled } == true)
    #expect(release.subjects.allSatisfy { ledger.chain($0)?.openRelease == nil })
  }

  @Test("Lines that never open are said to be missing, and nothing else is said of them")
  func neverOpened() throws {
    var ledger = Ledger()
    _ = try ledger.register(proposal(convoy.outcome.act, .awaited), by: Judge(checks: checksInForce))
    let nothing = convoy.outcome.act.with { $0 = Content() }
    let judgement = try ledger.complete(proposal(nothing, .whole), by: Judge(checks: checksInForce))
    #expect(Set((judgement.refusals + judgement.flags).map(\.code)) == [.v6, .v30])
  }
}
