import Custody
import Roster
import Testing

/// Clocks that are years off, by mistake or on purpose: whoever has one bars nobody else.
@Suite("Wrong clocks") struct WrongClockTests {
  private let coalition: Coalition
  private let scribe: Scribe
  /// The year 2099.
  private let future = OccurredTime(at: OffsetTime(unix: 4_102_358_400, offsetMinutes: 180))

  init() throws {
    coalition = try .shared()
    scribe = Scribe(coalition)
  }

  /// People of SYR whom IRQ has accepted.
  private func accepted(change: Scribe.Change = { _ in }) throws -> (intake: Act, release: Act, irq: Office) {
    var irq = Office(coalition.irq, of: coalition)
    let intake = try scribe.intake(by: coalition.syr, 1)
    try irq.register(intake)
    let release = try scribe.handover(
      .release, of: intake, from: coalition.syr, to: coalition.irq, in: irq.ledger, change: change)
    #expect(try irq.register(release).isRegistered)
    #expect(try irq.register(scribe.outcome(of: release, all: .accepted, by: coalition.irq)).isRegistered)
    return (intake, release, irq)
  }

  @Test("V17: whom somebody released with a clock of 2099 may be released on while officers take their time to approve")
  func v17_futureStepBarsNoRelease() throws {
    let future = future
    let (intake, release, irq) = try accepted { $0.occurred = future }
    #expect(irq.ledger.chain(intake.subjects[0])?.custodian == coalition.irq.name)
    // Drafted long before it is signed.
    let back = try scribe.handover(.release, of: release, from: coalition.irq, to: coalition.syr, in: irq.ledger)
    #expect(back.event.occurred.latest < Coalition.now)
    #expect(try irq.judge(back).isClean)
    let early = try scribe.handover(.release, of: release, from: coalition.irq, to: coalition.syr, in: irq.ledger) {
      $0.occurred = OccurredTime(at: OffsetTime(unix: intake.event.occurred.at.unix - 3600))
    }
    #expect(try irq.judge(early).refusedCodes == [.v17], "what clocks do say counts")
  }

  @Test("V17: what is told of a road is not before a release or a departure that is dated into the future")
  func v17_futureRoad() throws {
    let (future, carrier) = (future, coalition.carrier)
    var irq = Office(coalition.irq, of: coalition)
    let intake = try scribe.intake(by: coalition.syr, 1)
    try irq.register(intake)
    let release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: irq.ledger) {
      ($0.occurred, $0.carrier) = (future, carrier.name)
    }
    try irq.register(release)
    #expect(try irq.register(scribe.transit(.departed, of: release, by: carrier) { $0.occurred = future }).isRegistered)
    #expect(try irq.judge(scribe.transit(.waypoint, of: release, by: carrier)).isClean)
  }

  @Test("V28: a consent dated into the future outlasts no withdrawal, and counts for nothing before its time")
  func v28_futureConsent() throws {
    let (future, story) = (future, try accepted())
    let release = story.release
    var irq = story.irq
    func onward(now: UnixTime = Coalition.now) throws -> Set<CheckCode> {
      let act = try scribe.handover(.release, of: release, from: coalition.irq, to: coalition.tur, in: irq.ledger)
      return try irq.judge(scribe.unclaimed(act, by: coalition.irq), now: now).refusedCodes
    }
    try irq.register(scribe.consent(.given, of: release, by: coalition.syr) { $0.occurred = future })
    #expect(try onward() == [.v28])
    try irq.register(scribe.consent(.given, of: release, by: coalition.syr))
    #expect(try onward().isEmpty)
    try irq.register(scribe.consent(.withdrawn, of: release, by: coalition.syr))
    #expect(try onward() == [.v28], "the last word is a withdrawal")
  }

  @Test("V28: a refusal dated into the future holds until somebody consents after it was heard, and not for good")
  func v28_futureRefusal() throws {
    let (future, story) = (future, try accepted())
    let release = story.release
    var irq = story.irq
    func onward(now: UnixTime) throws -> Set<CheckCode> {
      scribe.clock = now - 120
      let act = try scribe.handover(.release, of: release, from: coalition.irq, to: coalition.tur, in: irq.ledger)
      return try irq.judge(scribe.unclaimed(act, by: coalition.irq), now: now).refusedCodes
    }
    let heard = scribe.clock + 3600
    try irq.register(scribe.consent(.given, of: release, by: coalition.syr), now: heard)
    try irq.register(
      scribe.consent(.refused, of: release, by: coalition.syr) { $0.occurred = future }, now: heard)
    #expect(try onward(now: heard + 3600) == [.v28])
    scribe.clock = heard + 7200
    let again = try scribe.consent(.given, of: release, by: coalition.syr)
    try irq.register(again, now: heard + 7400)
    #expect(try onward(now: heard + 10_800).isEmpty)
  }

  @Test("Who came back is where they were taken in last, whatever a clock said the time before")
  func takenInLast() throws {
    let ids = (0...6).map { _ in StatementID(unchecked: scribe.bytes(32)) }
    func step(_ number: Int, _ effect: Step.Effect, _ issuer: AuthorityName, at time: UnixTime? = nil) -> Step {
      Step(
        id: ids[number], previous: number == 0 ? nil : ids[number - 1], effect: effect, issuer: issuer, line: 0,
        earliest: time ?? UnixTime(number))
    }
    let (syr, irq) = (Line.syr, Line.irq)
    let steps = [
      step(0, .intake, syr), step(1, .release(to: irq, acceptBy: nil), syr),
      step(2, .answer(.accepted), irq, at: future.earliest), step(3, .release(to: syr, acceptBy: nil), irq),
      step(4, .answer(.accepted), syr), step(5, .release(to: irq, acceptBy: nil), syr),
      step(6, .answer(.accepted), irq),
    ]
    let subject = SubjectReference(unchecked: scribe.bytes(16))
    let chain = try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: steps))
    #expect(chain.custodian == irq && chain.takenIn == ids[6])
    #expect(chain.takenIn(by: syr) == ids[4])
  }
}
