import COSE
import Custody
import Roster
import TestSupport
import Testing

/// Gate intentions, record facts: a fact of our own that fails a check of effect G or G/F is registered with a flag.
@Suite struct FactTests {
  static let facts = Lifecycle.rows.filter { !$0.isIntention }.map(\.event)
  static let gates = CheckTable.rows.filter { $0.effect == .gates || $0.effect == .gatesOrFlags }.map(\.code)

  /// A fact with everything wrong that any of the checks of this kind looks at: under a stale roster, approved by
  /// unreadable bytes, late, before the last step, for a reason that no list has, and without its annex.
  private func wrongFact(_ type: EventType, _ convoy: Convoy) throws -> (Act, Office) {
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let spoil: Scribe.Change = { event in
      event.occurred = OccurredTime(at: OffsetTime(unix: Coalition.start - 864_000))
      event.approvals = [[0]]
      event.reason = "no-such-code"
      event.annexes += [AnnexReference(id: "medical", mediaType: "a/b", commitment: [UInt8](repeating: 1, count: 32))]
    }
    var act: Act
    var party = coalition.syr
    var office = Office(party, of: coalition)
    switch type {
    case .intake:
      let wrong = ["grounds": "", "vulnerability": "tall", "age": "child", "admitted_regime": "adults-only"]
      act = try scribe.intake(
        of: { Scribe.entry($0, of: .detaineeTransfer).with(wrong) }, by: party, change: spoil)
    case .outcome:
      (party, office) = (coalition.irq, convoy.irq)
      act = try scribe.outcome(of: convoy.release, all: .accepted, by: party, change: spoil)
    case .incident:
      act = try scribe.incident(
        .death, of: convoy.intake.subjects, by: party, in: office.ledger, after: convoy.intake.id, change: spoil)
      try office.register(convoy.intake)
    case .releasedToLiberty:
      try office.register(convoy.intake)
      act = try scribe.liberty(of: convoy.intake.subjects, by: party, in: office.ledger, change: spoil)
    case .disputed, .disputeResolved:
      if type == .disputeResolved { office = try contested(convoy) }
      act = try scribe.dispute(
        type, of: convoy.intake, type == .disputed ? convoy.syr.ledger : office.ledger, custodian: party.name,
        by: party, change: spoil)
    case .certificate:
      act = try scribe.certificate(of: convoy.intake, convoy.syr.ledger, by: party, change: spoil)
    case .returnRequested:
      act = try scribe.returning(type, of: convoy.release, by: party, change: spoil)
    case .returnAgreed, .returnRefused:
      (party, office) = (coalition.irq, convoy.irq)
      act = try scribe.returning(type, of: convoy.release, by: party, change: spoil)
    case .onwardConsent:
      act = try scribe.consent(.given, of: convoy.release, by: party, change: spoil)
    case .inquiry:
      act = try scribe.inquiry(about: convoy.intake.subjects, by: party, to: coalition.irq, change: spoil)
    case .inquiryAnswered:
      let inquiry = try scribe.inquiry(about: convoy.intake.subjects, by: coalition.irq, to: party)
      try office.register(inquiry)
      act = try scribe.answer(to: inquiry, in: convoy.syr.ledger, by: party, change: spoil)
    case .sameAs, .notSameAs:
      act = try scribe.link(
        [(convoy.intake.subjects[0], convoy.intake.subjects[1])], as: type, by: party, change: spoil)
    case .underProtest: act = try scribe.protest(against: convoy.intake, by: party, change: spoil)
    case .corrected: act = try scribe.correction(of: [convoy.intake], ["age": "child"], by: party, change: spoil)
    case .notified: act = try scribe.notice(of: convoy.intake, by: party, change: spoil)
    default:
      var event = scribe.draft(type)
      (event.kind, event.from, event.to) = (.detaineeTransfer, coalition.syr.name, coalition.irq.name)
      event.carrier = coalition.carrier.name
      if Lifecycle.row(for: type)?.issuer == .carrier { party = coalition.carrier }
      if Lifecycle.row(for: type)?.issuer == .host { (party, event.host) = (coalition.tur, coalition.tur.name) }
      if type == .recallRefused {
        let recall = try scribe.recall(of: convoy.release, by: party)
        event.references = [Reference(.recall, recall.id)]
        party = coalition.irq
        office = convoy.irq
        try office.register(recall)
      }
      spoil(&event)
      act = try scribe.sign(event, by: party, officers: [])
    }
    // The scribe puts approvals in; what is wanted here is one that cannot be read.
    var event = act.event
    event.approvals = [[0]]
    act = Act(
      signed: try .sign(event, issuer: party.uri, at: event.recordedAt.unix, with: party.key(.statement)),
      content: act.content)
    if office.party.name != party.name { office = Office(party, of: coalition) }
    return (act, office)
  }

  /// SYR's log of people whom TUR says it took in as well.
  private func contested(_ convoy: Convoy) throws -> Office {
    var office = convoy.syr
    try office.register(convoy.scribe.intake(by: convoy.coalition.tur, subjects: convoy.intake.subjects))
    return office
  }

  @Test(arguments: facts) func anOwnFactIsNeverGated(_ type: EventType) throws {
    let (act, office) = try wrongFact(type, Convoy(2))
    let judgement = try office.judge(act, now: Coalition.nextUpdate + 1)
    #expect(judgement.isRegistered, "\(judgement.refusals)")
    // V3 is in order here, and V17 looks at steps of a chain that exists.
    let moves: Bool = [.outcome, .disputeResolved, .incident, .releasedToLiberty].contains(type)
    // What is asked of people's lines is asked of who is taken in; borders and consent are a release's.
    let ofContent: Set<CheckCode> = type == .intake ? [.v28, .v29] : [.v26, .v27, .v28, .v29]
    let expected = Self.gates.filter { $0 != .v3 && ($0 != .v17 || moves) && !ofContent.contains($0) }
    for code in expected { #expect(judgement.flaggedCodes.contains(code), "\(code.rawValue) of \(type.rawValue)") }
  }

  @Test func theRowsAreThoseOfTheDesign() {
    #expect(Self.facts.count == 32)
    #expect(Self.gates == [.v3, .v11, .v14, .v17, .v18, .v25, .v26, .v27, .v28, .v29, .v30])
  }

  @Test func whatThisVersionCannotJudgeIsNotRegistered() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    let unknown = EventType.allCases.filter { Lifecycle.row(for: $0) == nil }
    #expect(unknown == [.lateEntry])
    for type in unknown {
      let act = try scribe.sign(scribe.draft(type), by: coalition.syr)
      #expect(try Office(coalition.syr, of: coalition).judge(act).refusedCodes == [.v12], "\(type.rawValue)")
      #expect(try Office(coalition.irq, of: coalition).judge(act).refusedCodes == [.v12], "\(type.rawValue)")
    }
  }
}
