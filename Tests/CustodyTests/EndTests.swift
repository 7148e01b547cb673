import COSE
import Custody
import Roster
import TestSupport
import Testing

/// How chains end, stop and go on: incidents, releases to liberty, ended lines.
@Suite struct EndTests {
  private let coalition: Coalition
  private let scribe: Scribe
  private let intake: Act
  private let office: Office
  private var subject: SubjectReference { intake.subjects[0] }

  init() throws {
    coalition = try .shared()
    scribe = Scribe(coalition)
    intake = try scribe.intake(by: coalition.syr, 2)
    var office = Office(coalition.syr, of: coalition)
    try office.register(intake)
    self.office = office
  }

  private func incident(_ code: IncidentCode, by party: Party? = nil, in office: Office) throws -> Act {
    try scribe.incident(code, of: [subject], by: party ?? coalition.syr, in: office.ledger)
  }

  @Test("What each incident does to a chain that is in its custodian's hands", arguments: IncidentCode.allCases)
  func effects(_ code: IncidentCode) throws {
    var office = office
    let act = try incident(code, in: office)
    #expect(try office.register(act).isClean)
    let chain = try #require(office.ledger.chain(subject))
    let phases: [IncidentCode: String] = [.death: "ended", .escape: "suspended", .missing: "suspended"]
    #expect(chain.phaseName == phases[code] ?? "held")
    #expect(chain.custodian == coalition.syr.name, "responsibility is kept")
    #expect(chain.head == ([.death, .escape, .missing, .found].contains(code) ? act.id : intake.id))
    #expect(office.ledger.occurrence(act.id, subject)?.what == .incident(code))
    #expect(office.ledger.chain(intake.subjects[1])?.phaseName == "held")
  }

  @Test("Who died or was set free is not released, offered or taken in again, and nothing recalls them")
  func ended() throws {
    var office = office
    try office.register(incident(.death, in: office))
    for type in [EventType.release, .offer] {
      let act = try scribe.handover(
        type, of: intake, only: [subject], from: coalition.syr, to: coalition.irq, in: office.ledger)
      #expect(try office.judge(act).refusedCodes.contains(.v3), "\(type.rawValue)")
    }
    let again = try office.judge(scribe.intake(by: coalition.syr, subjects: [subject]))
    #expect(again.refusedCodes == [.v1] && again.refusals[0].detail.contains("ended"))
  }

  @Test("Who escaped is released again only once found; a partner's release of them is registered and flagged")
  func suspended() throws {
    var office = office
    try office.register(incident(.escape, in: office))
    func release() throws -> Act {
      try scribe.handover(
        .release, of: intake, only: [subject], from: coalition.syr, to: coalition.irq, in: office.ledger)
    }
    let early = try release()
    #expect(try office.judge(early).refusedCodes == [.v3])
    var other = Office(coalition.irq, of: coalition)
    try other.register(intake)
    try other.register(incident(.escape, in: self.office))
    let released = try scribe.handover(
      .release, of: intake, only: [subject], from: coalition.syr, to: coalition.irq, in: other.ledger)
    let heard = try other.register(released)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v3])
    #expect(other.ledger.chain(subject)?.phaseName == "released")
    let found = try incident(.found, in: office)
    #expect(try office.register(found).isClean)
    #expect(office.ledger.chain(subject)?.phaseName == "held")
    #expect(try office.judge(release()).isClean)
  }

  @Test("Two who say that they ended one chain contest it, and so does one who does not hold the person")
  func contested() throws {
    var office = office
    let first = try incident(.death, in: office)
    let second = try incident(.death, in: office)
    try office.register(first)
    let twice = try office.register(second)
    #expect(twice.isRegistered && twice.flaggedCodes == [.v2])
    #expect(office.ledger.chain(subject)?.claimants == [coalition.syr.name])
    #expect(Set(office.ledger.chain(subject)?.heads ?? []) == [first.id, second.id])

    var third = self.office
    let grabbed = try incident(.death, by: coalition.tur, in: third)
    let judgement = try third.register(grabbed)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v3, .v7])
    #expect(third.ledger.chain(subject)?.claimants == [coalition.syr.name, coalition.tur.name])
    // In its own daemon it is refused: another log decides.
    var tur = Office(coalition.tur, of: coalition)
    try tur.register(intake)
    #expect(try tur.judge(grabbed).refusedCodes == [.v7])
    // What moves nobody is a fact whoever reports it.
    let injury = try tur.judge(incident(.injury, by: coalition.tur, in: tur))
    #expect(injury.isRegistered && injury.flaggedCodes == [.v3])
  }

  @Test("Who was recorded dead and is found alive contests the end, and the custodian alone settles it")
  func mistaken() throws {
    var office = office
    try office.register(incident(.death, in: office))
    let found = try incident(.found, in: office)
    let heard = try office.register(found)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v2])
    #expect(office.ledger.chain(subject)?.claimants == [coalition.syr.name])
    let settled = try scribe.dispute(
      .disputeResolved, of: intake, office.ledger, custodian: coalition.syr.name, by: coalition.syr, only: [subject])
    #expect(try office.register(settled).isRegistered)
    #expect(office.ledger.chain(subject)?.phaseName == "held")
    #expect(office.ledger.chain(subject)?.head == settled.id)
  }

  @Test("A release to liberty ends the chain; two officers, a witness and the mark or its refusal stand by it")
  func liberty() throws {
    var office = office
    func judged(_ mark: LibertyMark, _ offices: Scribe.Offices) throws -> Judgement {
      try office.judge(scribe.liberty(of: [subject], mark, by: coalition.syr, in: office.ledger, offices: offices))
    }
    #expect(try judged(.refused, [(.witness, 5)]).isClean)
    #expect(try judged(.unable, [(.witness, 5)]).isClean)
    for (mark, offices) in [(LibertyMark.signed, [(.witness, 5)]), (.thumbprint, [(.person, 6)]), (.refused, [])]
      as [(LibertyMark, Scribe.Offices)]
    {
      let judgement = try judged(mark, offices)
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v14], "\(mark)")
    }
    let both = try office.judge(scribe.liberty(of: intake.subjects, by: coalition.syr, in: office.ledger))
    #expect(both.isRegistered && both.flaggedCodes == [.v14], "one approval is one person's mark")
    let free = try scribe.liberty(of: [subject], by: coalition.syr, in: office.ledger)
    #expect(try office.register(free).isClean)
    #expect(office.ledger.chain(subject)?.phaseName == "ended")
  }

  @Test("Whatever is wrong with the custodian's word about a death, it is recorded")
  func facts() throws {
    var office = office
    let act = try scribe.incident(.death, of: [subject], by: coalition.syr, in: office.ledger, offices: []) { event in
      event.occurred = OccurredTime(at: OffsetTime(unix: Coalition.start - 864_000))
    }
    let judgement = try office.register(act, now: Coalition.nextUpdate + 1)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v11, .v14, .v17, .v18])
    #expect(office.ledger.chain(subject)?.phaseName == "ended")
  }

  @Test("An incident that comes before the history it builds on is flagged, and the chain completes")
  func unknown() throws {
    var late = Office(coalition.irq, of: coalition)
    let death = try incident(.death, in: office)
    let heard = try late.register(death)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v2])
    #expect(try late.register(intake).isClean)
    var onTime = office
    try onTime.register(death)
    #expect(late.ledger.chain(subject) == onTime.ledger.chain(subject))
  }
}

/// What ends on the road of an open release.
@Suite struct RoadEndTests {
  @Test("While a release is open only the receiver's outcome ends a chain, citing the death or the release to liberty")
  func onlyTheOutcome() throws {
    var convoy = try Convoy(4)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    let lines = release.lines
    func one(_ index: Int) throws -> [SubjectReference] { [try #require(lines[index].leaf.subject)] }
    // By the releaser, who stays responsible, and by the receiver, who has them.
    let death = try scribe.incident(.death, of: one(0), by: coalition.irq, in: convoy.irq.ledger, road: release)
    let liberty = try scribe.liberty(of: one(1), by: coalition.syr, in: convoy.syr.ledger, road: release)
    let injury = try scribe.incident(.injury, of: one(2), by: coalition.irq, in: convoy.irq.ledger, road: release)
    let escape = try scribe.incident(.escape, of: one(3), by: coalition.irq, in: convoy.irq.ledger, road: release)
    for act in [death, liberty, injury, escape] {
      #expect(try convoy.syr.register(act).isClean && convoy.irq.register(act).isClean)
    }
    #expect(convoy.irq.ledger.chains.values.allSatisfy { $0.phaseName == "released" })

    func judged(_ line: Int, _ incident: Act?) throws -> Set<CheckCode> {
      try convoy.irq.judge(scribe.ended([lines[line].index], of: release, by: incident, coalition.irq)).refusedCodes
    }
    #expect(try judged(0, nil) == [.v4], "it cites nothing")
    #expect(try judged(0, liberty) == [.v4], "of somebody else")
    #expect(try judged(2, injury) == [.v4], "who is injured has not ended")
    #expect(try judged(3, escape) == [.v4], "who escaped is missing")
    #expect(try judged(0, release) == [.v4], "no incident")
    for (line, act) in [(0, death), (1, liberty)] {
      let outcome = try scribe.ended([lines[line].index], of: release, by: act, coalition.irq)
      #expect(try convoy.irq.register(outcome).isClean && convoy.syr.register(outcome).isClean)
    }
    #expect(convoy.syr.ledger.chains == convoy.irq.ledger.chains)
    let ended = convoy.syr.ledger.chains.values.filter(\.isEnded)
    #expect(ended.count == 2 && ended.allSatisfy { $0.custodian == coalition.syr.name })
    let codes = convoy.syr.ledger.releases[release.id]?.values.compactMap(\.answer?.code) ?? []
    #expect(codes == [.ended, .ended])
  }

  @Test("Only the releaser's release to liberty ends a line on the road, and a death only by a party or its carrier")
  func whoseWord() throws {
    let convoy = try Convoy(5)
    let (coalition, scribe, intake) = (convoy.coalition, convoy.scribe, convoy.intake)
    var (syr, irq) = (Office(coalition.syr, of: coalition), Office(coalition.irq, of: coalition))
    try syr.register(intake)
    try irq.register(intake)
    let release = try scribe.handover(
      .release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger
    ) { $0.carrier = coalition.carrier.name }
    try syr.register(release)
    try irq.register(release)
    let lines = release.lines
    func one(_ index: Int) throws -> [SubjectReference] { [try #require(lines[index].leaf.subject)] }
    let foreign = try scribe.incident(.death, of: one(0), by: coalition.tur, in: irq.ledger, road: release) {
      $0.carrier = coalition.tur.name
    }
    let freed = try scribe.liberty(of: one(1), by: coalition.tur, in: irq.ledger, road: release)
    let byReceiver = try scribe.liberty(of: one(2), by: coalition.irq, in: irq.ledger, road: release)
    let carried = try scribe.incident(.death, of: one(3), by: coalition.carrier, in: irq.ledger, road: release)
    let byReleaser = try scribe.incident(.death, of: one(4), by: coalition.syr, in: syr.ledger, road: release)
    for act in [foreign, freed, byReceiver, carried, byReleaser] {
      #expect(try syr.register(act).isRegistered && irq.register(act).isRegistered)
    }
    for (line, act) in [foreign, freed, byReceiver].enumerated() {
      let outcome = try scribe.ended([lines[line].index], of: release, by: act, coalition.irq)
      let own = try irq.judge(outcome)
      #expect(own.refusedCodes == [.v4] && own.refusals[0].detail.contains("may not end"), "\(line)")
      let heard = try syr.judge(outcome)
      #expect(heard.isRegistered && heard.flaggedCodes == [.v4] && heard.flags.count == 1)
    }
    for (line, act) in [(3, carried), (4, byReleaser)] {
      let outcome = try scribe.ended([lines[line].index], of: release, by: act, coalition.irq)
      #expect(try irq.register(outcome).isClean && syr.register(outcome).isClean)
    }
    #expect(irq.ledger.chains == syr.ledger.chains && irq.ledger.chains.values.count(where: \.isEnded) == 2)
  }

  @Test("A partner's ended lines that cite no end are flagged and void nothing, in whatever order they come")
  func oneBadLine() throws {
    var convoy = try Convoy(3)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    let injury = try scribe.incident(
      .injury, of: [try #require(release.lines[0].leaf.subject)], by: coalition.irq, in: convoy.irq.ledger,
      road: release)
    let outcome = try scribe.ended(release.lines.map(\.index), of: release, by: injury, coalition.irq)
    #expect(try convoy.irq.judge(outcome).refusedCodes == [.v4])
    var late = convoy.syr
    #expect(try late.register(outcome).flaggedCodes == [.v2])
    let uncited = try convoy.syr.judge(scribe.ended([release.lines[1].index], of: release, by: nil, coalition.irq))
    #expect(uncited.isRegistered && uncited.flaggedCodes == [.v4])
    #expect(try convoy.syr.register(injury).isClean && late.register(injury).isClean)
    let heard = try convoy.syr.register(outcome)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v4] && heard.flags.count == 3)
    #expect(convoy.syr.ledger.chains == late.ledger.chains && convoy.syr.ledger.releases == late.ledger.releases)
  }

  @Test("What befell people on a road that is not theirs, or when their line was answered otherwise, is flagged")
  func offRoad() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe, release) = (convoy.coalition, convoy.scribe, convoy.release)
    func subject(_ index: Int) throws -> SubjectReference { try #require(release.lines[index].leaf.subject) }
    func incident(_ code: IncidentCode, _ index: Int, by party: Party, road: Act) throws -> Act {
      try scribe.incident(code, of: [subject(index)], by: party, in: convoy.irq.ledger, road: road)
    }
    let before = try incident(.injury, 0, by: coalition.irq, road: release)
    let escape = try incident(.escape, 1, by: coalition.irq, road: release)
    let death = try incident(.death, 0, by: coalition.irq, road: release)
    let lines = release.lines.map(\.index)
    let accepted = try convoy.answer([(lines[0], .accepted)]).0
    _ = try convoy.answer([(lines[1], .missing)])
    // What moves nobody, and what the answer says as well, may come late.
    for act in [before, escape] { #expect(try convoy.irq.register(act).isClean && convoy.syr.register(act).isClean) }
    for office in [convoy.irq, convoy.syr] {
      let heard = try office.judge(death)
      #expect(heard.isRegistered && heard.flaggedCodes == [.v2])
      #expect(heard.flags[0].detail.contains("\(accepted.id) answered its line accepted"))
      #expect(heard.flags[0].detail.contains("\(coalition.irq.name) records"))
    }
    // A former custodian's word with a release that nobody knows.
    let other = try Convoy(2, seed: 9)
    let start: [CBOR] = [
      .bytes(try subject(0).bytes), .bytes(convoy.intake.id.bytes), .bytes(other.release.id.bytes), .unsigned(0),
    ]
    let stray = try scribe.incident(of: start + [.text("escape"), .null, .array([]), .null], by: coalition.syr)
    let heard = try convoy.irq.judge(stray)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v2] && heard.flags[0].detail.contains("is not here"))
  }

  @Test("A death recorded as if nothing were open is refused; a partner's contests")
  func asIfHeld() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let subjects = convoy.intake.subjects
    let held = try scribe.incident(
      .death, of: subjects, by: coalition.syr, in: convoy.syr.ledger, after: convoy.intake.id)
    #expect(try convoy.syr.judge(held).refusedCodes == [.v7])
    let heard = try convoy.irq.register(held)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v7])
    #expect(convoy.irq.ledger.chain(subjects[0])?.claimants == [coalition.irq.name, coalition.syr.name])
  }

  @Test("A stranger's word about somebody on the road is registered and flagged")
  func stranger() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let act = try scribe.incident(
      .death, of: convoy.intake.subjects, by: coalition.tur, in: convoy.syr.ledger, road: convoy.release
    ) { $0.carrier = coalition.tur.name }
    // It names itself the carrier of a release that names none: nothing says otherwise, so it is believed to carry.
    #expect(try convoy.syr.register(act).isRegistered)
    let other = try scribe.incident(
      .death, of: convoy.intake.subjects, by: coalition.tur, in: convoy.syr.ledger, road: convoy.release)
    #expect(try convoy.syr.judge(other).refusedCodes == [.v12], "it is named nowhere")
  }

  @Test("A partner's ended line whose incident has not come is registered and flagged")
  func unseen() throws {
    var convoy = try Convoy(1)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let death = try scribe.incident(
      .death, of: convoy.intake.subjects, by: coalition.irq, in: convoy.irq.ledger, road: convoy.release)
    try convoy.irq.register(death)
    let outcome = try scribe.ended(
      [convoy.release.lines[0].index], of: convoy.release, by: death, coalition.irq)
    #expect(try convoy.irq.register(outcome).isClean)
    let heard = try convoy.syr.register(outcome)
    #expect(heard.isRegistered && heard.flaggedCodes == [.v2])
    #expect(try convoy.syr.register(death).isClean)
    #expect(convoy.syr.ledger.chains == convoy.irq.ledger.chains)
  }

  @Test("A release to liberty on the road that comes behind the answer that cites it is not before its time")
  func lateLiberty() throws {
    let convoy = try Convoy(1)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let free = try scribe.liberty(
      of: convoy.intake.subjects, by: coalition.syr, in: convoy.irq.ledger, road: convoy.release)
    let outcome = try scribe.ended(
      [convoy.release.lines[0].index], of: convoy.release, by: free, coalition.irq)
    var third = Office(coalition.tur, of: coalition)
    for act in [convoy.intake, convoy.release, outcome] { try third.register(act) }
    #expect(!(try third.register(free).flaggedCodes.contains(.v17)))
  }
}
