import Custody
import Roster
import Testing

/// V21: what a log knows of custody from its new epoch on until it is sealed.
@Suite struct RestoredLedgerTests {
  private let convoy: Convoy
  private var coalition: Coalition { convoy.coalition }
  private var scribe: Scribe { convoy.scribe }

  init() throws { convoy = try Convoy() }

  /// SYR's log as its backup had it, before the release, after it has opened its next epoch.
  private func restored() throws -> (office: Office, opening: Act) {
    var office = Office(coalition.syr, of: coalition)
    try office.register(convoy.intake)
    let opening = try scribe.opening(by: coalition.syr)
    #expect(try office.register(opening).isClean)
    return (office, opening)
  }

  private func all(_ office: Office, _ holds: (ChainState) -> Bool) -> Bool {
    let chains = convoy.intake.subjects.compactMap { office.ledger.chain($0) }
    return chains.count == 3 && chains.allSatisfy(holds)
  }

  private func release(_ office: Office, of source: Act? = nil, to party: Party? = nil) throws -> Act {
    try scribe.handover(
      .release, of: source ?? convoy.intake, from: office.party, to: party ?? coalition.irq, in: office.ledger)
  }

  @Test("A log's own opening that follows another restores what it holds, had released or is to answer")
  func opening() throws {
    let (syr, irq) = (coalition.syr.name, coalition.irq.name)
    for office in [convoy.syr, convoy.irq] {
      var office = office
      #expect(try office.register(scribe.opening(by: office.party)).isClean)
      #expect(all(office) { $0.contest?.parties == [syr, irq].sorted() && $0.contest?.heads == [convoy.release.id] })
      #expect(all(office) { $0.restored?.authority == office.party.name })
      #expect(office.ledger.restoredLog() == office.party.name)
    }
    let (office, _) = try restored()
    #expect(all(office) { $0.contest?.parties == [syr] && $0.contest?.heads == [convoy.intake.id] })
  }

  @Test("The first opening, a peer's, and that of a log without a part in a line restore nothing")
  func othersOpenings() throws {
    var (syr, tur) = (convoy.syr, Office(coalition.tur, of: coalition))
    let before = syr.ledger.chains
    #expect(try syr.register(scribe.opening(by: coalition.syr, epoch: 1, follows: nil)).isClean)
    #expect(try syr.register(scribe.opening(by: coalition.irq)).isClean)
    #expect(syr.ledger.chains == before && syr.ledger.restoredLog() == nil)
    for act in [convoy.intake, convoy.release] { try tur.register(act) }
    #expect(try tur.register(scribe.opening(by: coalition.tur)).isClean)
    #expect(tur.ledger.chains == before && tur.ledger.restoredLog() == coalition.tur.name)
  }

  @Test(
    "Meanwhile nobody is offered, released or recalled from there, and the reason is named; who is new is not concerned"
  )
  func gated() throws {
    let (office, _) = try restored()
    for type in [EventType.offer, .release] {
      let act = try scribe.handover(type, of: convoy.intake, from: coalition.syr, to: coalition.irq, in: office.ledger)
      let judgement = try office.judge(act)
      #expect(judgement.refusedCodes == [.v7])
      let names = "\(coalition.syr.name): the log of \(coalition.syr.name) was restored from a backup"
      #expect(judgement.refusals.count == 3 && judgement.refusals.allSatisfy { $0.detail.contains(names) })
    }
    var released = convoy.syr
    try released.register(scribe.opening(by: coalition.syr))
    let recall = try released.judge(scribe.recall(of: convoy.release, by: coalition.syr))
    #expect(recall.refusedCodes == [.v7])
    var other = office
    let intake = try scribe.intake(by: coalition.syr, 2)
    #expect(try other.register(intake).isClean)
    #expect(intake.subjects.allSatisfy { other.ledger.chain($0)?.restored == nil })
    #expect(try other.judge(release(other, of: intake)).isClean)
  }

  @Test("That somebody is gone is recorded meanwhile, flagged: the lost part may have handed them over")
  func lostSight() throws {
    var (office, opening) = try restored()
    let subject = convoy.intake.subjects[0]
    func judged(_ code: IncidentCode, in office: Office) throws -> Judgement {
      try office.judge(scribe.incident(code, of: [subject], by: coalition.syr, in: office.ledger))
    }
    for code in [IncidentCode.missing, .escape] {
      let judgement = try judged(code, in: office)
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v21] && judgement.flags.count == 1, "\(code)")
      #expect(judgement.flags[0].detail.contains("wait for its log-sealed"))
    }
    #expect(try judged(.injury, in: office).isClean)
    // To a peer nothing is lost, and what is new to the restored log is not.
    var other = Office(coalition.irq, of: coalition)
    try other.register(convoy.intake)
    let missing = try scribe.incident(.missing, of: [subject], by: coalition.syr, in: office.ledger)
    #expect(try other.judge(missing).isClean)
    #expect(try office.register(scribe.sealing(opening, by: coalition.syr)).isClean)
    #expect(try judged(.missing, in: office).isClean)
  }

  @Test(
    "What comes back is recorded and contested until it moves the line away, and when all is sealed nothing is missing")
  func comesBack() throws {
    var (office, opening) = try restored()
    let accepted = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    let back = try office.register(convoy.release, as: .received)
    #expect(back.isRegistered && back.flaggedCodes.isEmpty)
    #expect(all(office) { $0.contest?.heads == [convoy.release.id] && $0.custodian == coalition.syr.name })
    #expect(try office.register(accepted).isRegistered)
    #expect(all(office) { $0.contest == nil && $0.custodian == coalition.irq.name })
    var never = convoy.syr
    try never.register(accepted)
    #expect(try office.register(scribe.sealing(opening, by: coalition.syr)).isClean)
    #expect(office.ledger.chains == never.ledger.chains && office.ledger.restoredLog() == nil)
    #expect(office.ledger.releases == never.ledger.releases)
  }

  @Test(
    "A death on the road of a release is one of the road in a restored log too, and contests nothing when it is sealed")
  func dieOnTheRoad() throws {
    var (office, opening) = try restored()
    let intake = try scribe.intake(by: coalition.irq, 1)
    var irq = convoy.irq
    try irq.register(intake)
    try office.register(intake)
    let release = try release(irq, of: intake, to: coalition.syr)
    try office.register(release)
    let chain = try #require(office.ledger.chain(intake.subjects[0]))
    #expect(chain.openRelease == nil && chain.known.openRelease?.statement == release.id)
    #expect(chain.known.custodian == coalition.irq.name)
    // Recorded as if nothing were open it would compete with the release.
    let inHand = try scribe.incident(.death, of: intake.subjects, by: coalition.syr, in: office.ledger)
    #expect(try office.judge(inHand).refusedCodes.contains(.v7))
    let onRoad = try scribe.incident(
      .death, of: intake.subjects, by: coalition.syr, in: irq.ledger, road: release)
    #expect(try office.register(onRoad).isRegistered)
    try office.register(scribe.sealing(opening, by: coalition.syr))
    #expect(office.ledger.chain(intake.subjects[0])?.openRelease?.statement == release.id)
  }

  @Test("What a peer releases to it meanwhile is contested too, may be answered, and moves on when all is sealed")
  func comesLater() throws {
    var (office, opening) = try restored()
    let intake = try scribe.intake(by: coalition.irq, 1)
    var irq = convoy.irq
    try irq.register(intake)
    try office.register(intake)
    let subject = intake.subjects[0]
    #expect(office.ledger.chain(subject)?.restored == nil)
    let release = try release(irq, of: intake, to: coalition.syr)
    #expect(try office.register(release).isRegistered)
    #expect(office.ledger.chain(subject)?.contest?.parties == [coalition.irq.name, coalition.syr.name].sorted())
    // What it had answered may be lost: that somebody is not here would give away who has been released on since.
    for code in [OutcomeCode.missing, .refused] {
      let refused = try office.judge(scribe.outcome(of: release, all: code, by: coalition.syr))
      #expect(refused.refusals.map(\.code) == [.v7] && refused.refusals[0].detail.contains("restored from a backup"))
    }
    let accepted = try scribe.outcome(of: release, all: .accepted, by: coalition.syr)
    #expect(try office.register(accepted).isRegistered)
    #expect(office.ledger.chain(subject)?.contest?.parties == [coalition.syr.name])
    #expect(try office.judge(self.release(office, of: release)).refusedCodes == [.v7])
    // Nobody else says when it is sealed.
    try office.register(scribe.sealing(opening, by: coalition.irq))
    #expect(office.ledger.chain(subject)?.contest != nil && all(office) { $0.contest != nil })
    try office.register(scribe.sealing(opening, by: coalition.syr))
    #expect(office.ledger.chain(subject)?.custodian == coalition.syr.name && all(office) { $0.contest == nil })
    #expect(try office.judge(self.release(office, of: release)).isClean)
    // From then on what comes is as it always is.
    let next = try scribe.intake(by: coalition.irq, 1)
    try irq.register(next)
    let last = try self.release(irq, of: next, to: coalition.syr)
    for act in [next, last] { #expect(try office.register(act).isClean) }
    #expect(office.ledger.chain(next.subjects[0])?.openRelease?.statement == last.id)
  }

  @Test(
    "Paper settles it without waiting; every log follows what is released then, and hears what comes back as a dispute")
  func settled() throws {
    var (office, _) = try restored()
    var irq = Office(coalition.irq, of: coalition)
    try irq.register(convoy.intake)
    let signed = try scribe.dispute(
      .disputeResolved, of: convoy.intake, office.ledger, custodian: coalition.syr.name, by: coalition.syr)
    #expect(try office.register(signed).isClean)
    #expect(all(office) { $0.phase == .held && $0.head == signed.id })
    let release = try release(office, to: coalition.tur)
    #expect(try office.register(release).isClean)
    for act in [signed, release] { #expect(try irq.register(act).isRegistered) }
    for log in [office, irq] { #expect(all(log) { $0.openRelease?.statement == release.id }) }
    #expect(try office.register(convoy.release, as: .received).isRegistered)
    #expect(try irq.register(convoy.release).isRegistered)
    let heads = [release.id, convoy.release.id].sorted()
    for log in [office, irq] { #expect(all(log) { $0.contest?.heads == heads && $0.contest?.parties.count == 3 }) }
  }
}

extension RestoredLedgerTests {
  @Test("What comes back into its hands after that is contested anew, whatever was signed before")
  func settledAndBack() throws {
    var (office, opening) = try restored()
    let signed = try scribe.dispute(
      .disputeResolved, of: convoy.intake, office.ledger, custodian: coalition.syr.name, by: coalition.syr)
    try office.register(signed)
    let release = try release(office)
    #expect(try office.register(release).isClean)
    let refused = try scribe.outcome(of: release, all: .refused, by: coalition.irq)
    #expect(try office.register(refused).isRegistered)
    #expect(all(office) { $0.contest?.heads == [refused.id] && $0.contest?.parties == [coalition.syr.name] })
    try office.register(scribe.sealing(opening, by: coalition.syr))
    #expect(all(office) { $0.phase == .held && $0.head == refused.id && $0.restored == nil })
  }

  @Test("V21: an epoch is one of the log's own, and follows an earlier one of it")
  func openings() throws {
    let (irq, syr) = (coalition.irq, coalition.syr)
    func judged(_ act: Act) throws -> Judgement { try Office(syr, of: coalition).judge(act) }
    for act in [
      try scribe.opening(by: irq, epoch: 1, follows: nil), try scribe.opening(by: irq), try scribe.opening(by: syr),
      try scribe.opening(by: irq, epoch: 9, follows: 3),
    ] { #expect(try judged(act).isClean, "\(act.event.log?.origin ?? "")") }
    let origin = try irq.authority().origin(epoch: 1)
    let wrong = [
      "without what it follows": try scribe.opening(by: irq, follows: nil),
      "after somebody else's log": try scribe.opening(by: irq, of: syr),
      "after itself": try scribe.opening(by: irq, follows: 2),
      "after a later one": try scribe.opening(by: irq, follows: 3),
      "first, and after one": try scribe.opening(by: irq, epoch: 1, follows: 2),
      "somebody else's": try scribe.opening(by: syr) {
        $0.log = LogOpening(origin: origin, policy: Policy.standard.digest)
      },
      "no log's": try scribe.opening(by: irq) { $0.log = nil },
      "epoch 0": try scribe.opening(by: irq, epoch: 0, follows: nil),
    ]
    for (what, act) in wrong {
      let judgement = try judged(act)
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v21], "\(what)")
    }
  }
}
