import COSE
import Custody
import Roster
import Testing

/// Duties to notify that arise after people were taken in: by what is corrected, and by what they ask for.
@Suite("Duties that arise later") struct DutyChangeTests {
  private static let day: UnixTime = 86_400

  @Test(
    "Of whoever is corrected to be a child, or alone, somebody is told; of whoever turns out to be an adult nobody is")
  func correctedChild() throws {
    let convoy = try Convoy(2)
    var syr = convoy.syr
    let (party, scribe) = (convoy.coalition.syr, convoy.scribe)
    let cases: [(CBORMap, Bool)] = [
      (["age": "child"], true), (["age": "disputed"], true), (["unaccompanied": .bool(true)], true),
      (["age": "adult"], false),
      (["age": "adult", "unaccompanied": .bool(true)], false), (["sex": .unsigned(2)], false),
    ]
    for (fields, isOwed) in cases {
      let act = try scribe.correction(of: [convoy.intake], fields, by: party)
      try syr.register(act)
      let found = syr.ledger.openDuties.filter { $0.statement == act.id }
      #expect(found.map(\.duty) == (isOwed ? [.childProtection] : []), "\(fields)")
      guard isOwed else { continue }
      #expect(found[0].lines == 2 && found[0].owner == party.name)
      #expect(found[0].due == act.event.occurred.at.unix + Self.day)
      try syr.register(scribe.notice(of: act, duty: DutyCode.childProtection.rawValue, by: party))
      #expect(!syr.ledger.openDuties.contains { $0.statement == act.id })
    }
    #expect(Set(DutyTable.ofContent(.corrected)) == [.childProtection, .stateOfNationality])
  }

  @Test("The State of whoever asks for it is told in three days, and again when it turns out to be another one")
  func nationality() throws {
    let convoy = try Convoy(2)
    var syr = convoy.syr
    let (party, scribe) = (convoy.coalition.syr, convoy.scribe)
    let code = DutyCode.stateOfNationality
    func open(_ ledger: Ledger) -> [OpenDuty] { ledger.openDuties.filter { $0.duty == code } }
    func notice(_ act: Act, _ means: String, asks: Bool = false, by signer: Party? = nil) throws -> Act {
      try scribe.notice(
        of: act, duty: code.rawValue, means: means, only: [convoy.intake.subjects[0]], by: signer ?? party
      ) { if asks { $0.reason = Notice.personAsked } }
    }
    let fields: CBORMap = ["nationalities": .array([])]
    try syr.register(scribe.correction(of: [convoy.intake], fields, by: party))
    #expect(open(syr.ledger).isEmpty, "nobody was told of anybody")
    let foreign = try syr.register(notice(convoy.intake, Notice.notReached, asks: true, by: convoy.coalition.tur))
    #expect(foreign.flaggedCodes == [.v3] && open(syr.ledger).isEmpty)
    let asked = try notice(convoy.intake, Notice.notReached, asks: true)
    #expect(try syr.register(asked).isClean)
    let owed = open(syr.ledger)
    #expect(owed.map(\.statement) == [convoy.intake.id] && owed[0].lines == 1 && owed[0].owner == party.name)
    #expect(owed[0].due == asked.event.occurred.at.unix + 3 * Self.day)
    // Corrected before anybody was told, the right one is told.
    try syr.register(scribe.correction(of: [convoy.intake], fields, by: party))
    #expect(open(syr.ledger) == owed)
    #expect(try syr.register(notice(convoy.intake, "letter")).isClean)
    #expect(open(syr.ledger).isEmpty)
    // Asked twice is told once.
    try syr.register(notice(convoy.intake, Notice.notReached, asks: true))
    #expect(open(syr.ledger).isEmpty)
    let late = try scribe.correction(of: [convoy.intake], fields, by: party)
    try syr.register(late)
    #expect(open(syr.ledger).map(\.statement) == [late.id] && open(syr.ledger)[0].lines == 1)
    #expect(try syr.register(notice(late, "letter")).isClean)
    #expect(open(syr.ledger).isEmpty)
  }

  @Test("What was told before somebody asked is no answer, and what was told after it is one, whichever is heard first")
  func asked() throws {
    let convoy = try Convoy(2)
    let (party, scribe) = (convoy.coalition.syr, convoy.scribe)
    func notice(_ means: String, asks: Bool = false) throws -> Act {
      try scribe.notice(of: convoy.intake, duty: DutyCode.stateOfNationality.rawValue, means: means, by: party) {
        if asks { $0.reason = Notice.personAsked }
      }
    }
    let (early, asked, late) = try (notice("letter"), notice(Notice.notReached, asks: true), notice("telephone"))
    let cases: [([Act], [Int])] = [([early, asked], [2]), ([late, early, asked], []), ([asked, late], [])]
    for (acts, open) in cases {
      var office = convoy.irq
      for act in acts { #expect(try office.register(act).isRegistered) }
      #expect(office.ledger.openDuties.filter { $0.duty == .stateOfNationality }.map(\.open) == open)
    }
  }
}
