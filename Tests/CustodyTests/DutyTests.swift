import COSE
import Custody
import Foundation
import Roster
import Testing

/// Who must be told of whom, by when, and that they were.
@Suite("Duties to notify") struct DutyTests {
  private static let day: UnixTime = 86_400

  private func codes(_ ledger: Ledger, of act: Act) -> [DutyCode] {
    ledger.openDuties.filter { $0.statement == act.id }.map(\.duty).sorted { $0.rawValue < $1.rawValue }
  }

  @Test("Of whoever is taken in and is not free the family and a neutral agency are told within a week")
  func intake() throws {
    let convoy = try Convoy(3)
    let found = convoy.syr.ledger.openDuties
    #expect(found.map(\.duty) == [.family, .neutralAgency])
    let due = convoy.intake.event.occurred.at.unix + 7 * Self.day
    for duty in found {
      #expect(duty.statement == convoy.intake.id && duty.owner == convoy.coalition.syr.name)
      #expect(duty.due == due && duty.lines == 3 && duty.open == 3)
      #expect(!duty.isOverdue(at: due) && duty.isOverdue(at: due + 1))
    }
    #expect(convoy.irq.ledger.openDuties == found, "both logs know what SYR owes")
  }

  @Test("Of the free, and of things, nobody need be told") func none() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var syr = Office(coalition.syr, of: coalition)
    try syr.register(scribe.intake(by: coalition.syr) { $0.libertyStatus = .atLiberty })
    try syr.register(scribe.intake(of: { Scribe.entry($0, of: .propertyHandover) }, by: coalition.syr))
    #expect(syr.ledger.summaries.count == 2 && syr.ledger.openDuties.isEmpty)
  }

  @Test("Of a child alone whoever protects children is told within a day") func child() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var syr = Office(coalition.syr, of: coalition)
    // The seventh is a child without family.
    let intake = try scribe.intake(by: coalition.syr, 7)
    try syr.register(intake)
    let found = try #require(syr.ledger.openDuties.first { $0.duty == .childProtection })
    #expect(found.lines == 1 && found.due == intake.event.occurred.at.unix + Self.day)
    #expect(syr.ledger.openDuties.first == found, "what is due first stands first")
  }

  @Test("Whoever accepts owes for those whom it has; of the missing the releaser owes, who stays responsible")
  func outcome() throws {
    var convoy = try Convoy(3)
    let lines = convoy.release.lines.map(\.index)
    let (outcome, _, _) = try convoy.answer([
      (lines[0], .accepted), (lines[1], .accepted), (lines[2], .missing),
    ])
    let (syr, irq) = (convoy.coalition.syr.name, convoy.coalition.irq.name)
    for ledger in [convoy.syr.ledger, convoy.irq.ledger] {
      let found = ledger.openDuties.filter { $0.statement == outcome.id }
      #expect(found.count == 3 && found.allSatisfy { $0.lines == $0.open })
      func lines(_ duty: DutyCode, _ owner: AuthorityName) -> Int? {
        found.first { $0.duty == duty && $0.owner == owner }?.lines
      }
      #expect(lines(.family, irq) == 2 && lines(.neutralAgency, irq) == 2 && lines(.family, syr) == 1)
    }
  }

  @Test("Each incident makes the duties of the table, at whoever is responsible", arguments: IncidentCode.allCases)
  func incident(_ code: IncidentCode) throws {
    var convoy = try Convoy(2)
    let road = convoy.release
    let incident = try convoy.scribe.incident(
      code, of: [convoy.intake.subjects[0]], by: convoy.coalition.irq, in: convoy.syr.ledger, road: road)
    try convoy.syr.register(incident)
    let expected: [DutyCode] =
      switch code {
      case .death: [.family, .neutralAgency, .stateOfNationality]
      case .escape, .missing, .hospital, .injury: [.family]
      case .separation: [.childProtection]
      case .birth, .found, .releasedInError: []
      }
    #expect(codes(convoy.syr.ledger, of: incident) == expected)
    let owners = convoy.syr.ledger.openDuties.filter { $0.statement == incident.id }.map(\.owner)
    #expect(Set(owners).isSubset(of: [convoy.coalition.syr.name]), "IRQ tells of it, SYR is responsible")
  }

  @Test("V31: what somebody was told discharges it line by line; who was not reached is owed still")
  func notices() throws {
    var convoy = try Convoy(3)
    let (syr, scribe) = (convoy.coalition.syr, convoy.scribe)
    func open() -> [Int] { convoy.syr.ledger.openDuties.map(\.open) }
    let tried = try scribe.notice(of: convoy.intake, means: Notice.notReached, by: syr)
    #expect(try convoy.syr.register(tried).isClean)
    #expect(open() == [3, 3])
    let first = try scribe.notice(of: convoy.intake, only: [convoy.intake.subjects[0]], by: syr)
    #expect(try convoy.syr.register(first).isClean)
    #expect(open() == [2, 3])
    // Told twice is told once.
    try convoy.syr.register(scribe.notice(of: convoy.intake, only: [convoy.intake.subjects[0]], by: syr))
    #expect(open() == [2, 3])
    let before = convoy.syr.ledger.chains
    try convoy.syr.register(scribe.notice(of: convoy.intake, means: "declined-by-person", by: syr))
    #expect(convoy.syr.ledger.openDuties.map(\.duty) == [.neutralAgency])
    #expect(convoy.syr.ledger.chains == before, "nobody moves")
    let told = convoy.syr.ledger.duty(convoy.intake.id, .family, convoy.intake.subjects[0])
    #expect(told?.notice == first.id, "the first that reached somebody")
  }

  @Test("Of erased lines the same is owed and discharged, but for a child alone, of whom nothing stays") func erased()
    throws
  {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var syr = Office(coalition.syr, of: coalition)
    let intake = try scribe.intake(by: coalition.syr, 7)
    let notice = try scribe.notice(of: intake, only: [intake.subjects[0]], by: coalition.syr)
    var replayed = Ledger()
    for act in [intake, notice] {
      try syr.register(act)
      let alone = try #require(act.content.manifest).custodyAlone
      var proposal = try syr.proposal(Act(signed: act.signed, content: Content(manifest: alone)))
      (proposal.isOnRecord, proposal.isErased) = (true, true)
      #expect(try replayed.register(proposal, by: Judge(checks: checksInForce)).isRegistered)
    }
    #expect(replayed.notices == syr.ledger.notices && replayed.notices.count == 1)
    #expect(DutyTable.ofContent(.intake) == [.childProtection] && DutyTable.ofContent(.incident).isEmpty)
    #expect(replayed.openDuties == syr.ledger.openDuties.filter { $0.duty != .childProtection })
    #expect(replayed.openDuties.count == 2)
  }

  @Test("Nobody discharges what another owes, and what is told of a statement that is not here waits for it")
  func others() throws {
    let convoy = try Convoy(2)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    var syr = convoy.syr
    let foreign = try syr.register(scribe.notice(of: convoy.intake, by: coalition.irq))
    #expect(foreign.isRegistered && foreign.flaggedCodes == [.v3])
    #expect(syr.ledger.openDuties.map(\.open) == [2, 2])
    var tur = Office(coalition.tur, of: coalition)
    let notice = try scribe.notice(of: convoy.intake, by: coalition.syr)
    let early = try tur.register(notice)
    #expect(early.isRegistered && early.flaggedCodes == [.v2])
    try tur.register(convoy.intake)
    try syr.register(notice)
    #expect(tur.ledger.openDuties.map(\.duty) == [.neutralAgency])
    #expect(syr.ledger.openDuties.map(\.duty) == [.neutralAgency])
    #expect(
      tur.ledger.duties == syr.ledger.duties, "in whatever order they were heard")
  }

  @Test("A code of a later list is on record and discharges nothing that this version knows; one of none is flagged")
  func codes() throws {
    let convoy = try Convoy(1)
    var syr = convoy.syr
    let result = try syr.register(
      convoy.scribe.notice(of: convoy.intake, duty: "ombudsman", means: "by-drum", by: convoy.coalition.syr))
    #expect(result.isRegistered && result.flaggedCodes == [.v25] && result.flags.count == 2)
    #expect(syr.ledger.openDuties.map(\.open) == [1, 1])
    #expect(syr.ledger.notices(about: convoy.intake.id).map(\.duty) == ["ombudsman"])
  }

  @Test("Lines that come after their statement make its duties then") func late() throws {
    let convoy = try Convoy(2)
    var tur = Office(convoy.coalition.tur, of: convoy.coalition)
    let judge = Judge(checks: checksInForce)
    var proposal = try tur.proposal(convoy.intake, arrival: .awaited)
    _ = try tur.ledger.register(proposal, by: judge)
    #expect(tur.ledger.openDuties.isEmpty)
    proposal = try tur.proposal(convoy.intake, arrival: .lines)
    _ = try tur.ledger.complete(proposal, by: judge)
    #expect(tur.ledger.openDuties.map(\.open) == [2, 2])
  }

  @Test("Whoever acts in the place of an authority that ended owes what that one owed, and discharges it")
  func succession() throws {
    let convoy = try Convoy(3)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let accepted = try scribe.outcome(of: convoy.release, all: .accepted, by: coalition.irq)
    var log = try Succeeded(coalition)
    for act in [convoy.intake, convoy.release] { #expect(try log.register(act).isRegistered) }
    #expect(try log.register(accepted, seenAt: Succeeded.since - 1).isRegistered)
    func owed(_ log: Succeeded) -> [OpenDuty] { log.ledger.openDuties.filter { $0.statement == accepted.id } }
    #expect(owed(log).map { $0.under(log.roster.successions).owner } == [coalition.tur.name, coalition.tur.name])
    let foreign = try log.register(scribe.notice(of: accepted, by: coalition.syr))
    #expect(foreign.isRegistered && foreign.flaggedCodes == [.v3] && owed(log).count == 2)
    let told = try log.register(scribe.notice(of: accepted, by: coalition.tur))
    #expect(told.isRegistered && told.flags.isEmpty, "\(told.refusals) \(told.flags)")
    #expect(owed(log).map(\.duty) == [.neutralAgency])
  }

  @Test("Anybody says what they saw of a statement and where; without that it is flagged, and nobody moves")
  func observed() throws {
    let convoy = try Convoy(2)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    var syr = convoy.syr
    func seen(_ cited: [StatementID], at place: Place?) throws -> Act {
      var event = scribe.draft(.observed)
      (event.kind, event.place, event.reason) = (.detaineeTransfer, place, "not-present")
      event.references = cited.map { Reference(.about, $0) }
      event.parties = [coalition.syr.name]
      return try scribe.sign(event, by: coalition.carrier)
    }
    let before = syr.ledger.chains
    let here = Place(siteID: "M5")
    #expect(try syr.register(seen([convoy.intake.id, convoy.release.id], at: here)).isClean)
    for act in [
      try seen([], at: here), try seen([convoy.intake.id], at: nil),
      try seen([StatementID(unchecked: scribe.bytes(32))], at: here),
    ] {
      let judgement = try syr.judge(act)
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v2])
    }
    #expect(syr.ledger.chains == before)
  }

  /// A row as docs/checks.md prints it.
  private func documented(_ row: DutyRow) -> String {
    let what = "`\(row.event.rawValue)`" + (row.line.map { ": `\($0)`" } ?? "")
    let owner = row.owner == .from ? "who stays responsible (`from`)" : "its signer"
    let days = row.seconds / Self.day
    return "| \(what) | \(row.condition.rawValue) | `\(row.duty.rawValue)` | \(owner) | "
      + "\(days) \(days == 1 ? "day" : "days") | \(row.source) |"
  }

  @Test("docs/checks.md prints the table, no more and no less") func documented() throws {
    let text = try String(contentsOf: CodeListTests.docs.appending(path: "checks.md"), encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## Duties to notify\n").last)
    let printed = section.components(separatedBy: "\n## ")[0].components(separatedBy: "\n")
      .filter { $0.hasPrefix("| `") }
    #expect(printed == DutyTable.rows.map(documented))
  }

  @Test("Every row names a time, a source and an event of the list of those that make duties") func table() {
    #expect(Set(DutyTable.rows.map(\.event)) == Set(DutyTable.events))
    #expect(DutyTable.rows.allSatisfy { $0.seconds >= Self.day && !$0.source.isEmpty })
    let known = CodesInForce.standard
    #expect(known[.duty].map { Set($0.codes.map(\.id)) } == Set(DutyCode.allCases.map(\.rawValue)))
    #expect(known[.noticeMeans]?.codes.contains { $0.id == Notice.notReached } == true)
  }
}
