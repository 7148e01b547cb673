import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// A record kept from a State: by member, never from a party and never from the neutral agency.
@Suite("Kept from a State") struct WithheldTests {
  private func intake(_ scribe: Scribe, from kept: [(member: String, code: String)]) throws -> Act {
    try scribe.intake(by: scribe.coalition.syr, 2) {
      $0.withheldFrom = kept.map { Withholding(member: $0.member, code: $0.code) }
    }
  }

  /// The carrier's member is an organisation: as an observer it is a neutral agency.
  private func withObserver(_ coalition: Coalition, _ observer: Party) throws -> VerifiedRoster {
    try coalition.changedRoster { authority in
      guard authority.name == observer.name else { return authority }
      return Authority(
        name: authority.name, uri: authority.uri, names: authority.names, role: .observer,
        competence: authority.competence, keys: authority.keys, officers: authority.officers)
    }
  }

  @Test("It is kept from every authority of a member that has no part in it, and from nobody else") func kept() throws {
    let coalition = try Coalition.shared()
    let (syr, irq, tur, agency) = (coalition.syr, coalition.irq, coalition.tur, coalition.carrier)
    let scribe = Scribe(coalition)
    let event = try intake(scribe, from: [("TUR", "risk-to-person")]).event
    func isKept(_ party: Party, _ event: Event, _ roster: VerifiedRoster) -> Bool {
      event.isWithheld(from: party.name, issuedBy: syr.name, under: roster)
    }
    #expect(isKept(tur, event, coalition.roster))
    for party in [syr, irq, agency, coalition.police] { #expect(!isKept(party, event, coalition.roster)) }
    // A State's own observer is an organ of it.
    #expect(isKept(tur, event, try withObserver(coalition, tur)))
    // Whoever has a part in it is told, whatever it says.
    var addressed = event
    addressed.to = tur.name
    #expect(!isKept(tur, addressed, coalition.roster))
    let fromAgency = try intake(scribe, from: [("IOM", "risk-to-person")]).event
    #expect(isKept(agency, fromAgency, coalition.roster), "a carrier is no neutral agency")
    #expect(!isKept(agency, fromAgency, try withObserver(coalition, agency)))
  }

  @Test("V11 flags what is kept from a party, a neutral agency or nobody that is listed; V25 a code that no list has")
  func judged() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    let office = Office(coalition.syr, of: coalition)
    #expect(try office.judge(intake(scribe, from: [("TUR", "risk-to-person")])).isClean)
    for member in ["SYR", "XXX"] {
      let judgement = try office.judge(intake(scribe, from: [(member, "risk-to-person")]))
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v11], "\(member): \(judgement)")
    }
    let judgement = try office.judge(intake(scribe, from: [("TUR", "no-such-code")]))
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25])
    let observed = try withObserver(coalition, coalition.carrier)
    let problems = { (member: String) in
      try self.intake(scribe, from: [(member, "court-order")]).event.withholdingProblems(
        issuedBy: coalition.syr.name, under: observed)
    }
    #expect(try problems("IOM").count == 1 && problems("TUR").isEmpty)
  }

  @Test("An own intention that keeps itself from its receiver is refused") func gated() throws {
    var convoy = try Convoy(2)
    let intake = try convoy.scribe.intake(by: convoy.coalition.syr, 2)
    try convoy.syr.register(intake)
    func release(_ kept: [Withholding]) throws -> Judgement {
      let act = try convoy.scribe.handover(
        .release, of: intake, from: convoy.coalition.syr, to: convoy.coalition.irq, in: convoy.syr.ledger
      ) { $0.withheldFrom = kept }
      return try convoy.syr.judge(act)
    }
    #expect(try release([Withholding(member: "IRQ", code: "court-order")]).refusedCodes == [.v11])
    #expect(try release([Withholding(member: "TUR", code: "court-order")]).isClean)
  }

  @Test("Members stand once each and sorted, and a code is no free text") func coding() throws {
    let coalition = try Coalition.shared()
    let kept = [Withholding(member: "IRQ", code: "court-order"), Withholding(member: "TUR", code: "child-interest")]
    var event = Scribe(coalition).draft(.observed)
    event.withheldFrom = kept
    #expect(try Event(decoding: event.encoded()[...]).withheldFrom == kept)
    for wrong in [
      Array(kept.reversed()), [kept[0], kept[0]], [Withholding(member: "", code: "x")],
      [Withholding(member: "TUR", code: String(repeating: "x", count: 65))],
    ] {
      event.withheldFrom = wrong
      #expect(throws: DecodeError.self) { try Event(decoding: event.encoded()[...]) }
    }
  }
}
