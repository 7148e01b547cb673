import COSE
import Custody
import Roster
import Testing

/// Tracing inquiries: anybody asks, whoever is asked answers, and nobody moves by it.
@Suite("Tracing inquiries") struct InquiryTests {
  private func stranger(_ scribe: Scribe) -> SubjectReference { SubjectReference(unchecked: scribe.bytes(16)) }

  @Test("Anybody asks of anybody, and the one who was asked answers by what its log knows; nobody moves")
  func answered() throws {
    var convoy = try Convoy(2)
    let (coalition, scribe) = (convoy.coalition, convoy.scribe)
    let nobody = stranger(scribe)
    let asked = convoy.intake.subjects + [nobody]
    var tur = Office(coalition.tur, of: coalition)
    let inquiry = try scribe.inquiry(
      about: asked, by: coalition.tur, to: coalition.syr, identities: [nobody: ["name_latin": "Somebody"]])
    let before = convoy.syr.ledger.chains
    for result in [try tur.register(inquiry), try convoy.syr.register(inquiry)] { #expect(result.isClean) }
    let answer = try scribe.answer(to: inquiry, in: convoy.syr.ledger, by: coalition.syr)
    for result in [try convoy.syr.register(answer), try tur.register(answer)] { #expect(result.isClean) }
    #expect(convoy.syr.ledger.chains == before && tur.ledger.chains.isEmpty)
    let manifest = try #require(answer.content.manifest)
    let found = Dictionary(
      uniqueKeysWithValues: manifest.lines.map { ($0.leaf.subject, $0.leaf) })
    let known = try #require(found[asked[0]])
    #expect(manifest.value("finding", of: known)?.text == "released")
    #expect(manifest.value("custodian", of: known)?.text == coalition.syr.name.description)
    #expect(manifest.value("released_to", of: known)?.text == coalition.irq.name.description)
    #expect(manifest.value("as_of", of: known)?.map?["size"]?.uint == 7)
    #expect(manifest.value("found", of: known) == .null)
    let unknown = try #require(found[nobody])
    #expect(manifest.value("finding", of: unknown)?.text == "not-known")
    #expect(manifest.value("custodian", of: unknown) == .null && manifest.value("as_of", of: unknown) == .null)
  }

  @Test("An observer that is competent for no kind may ask")
  func observer() throws {
    let coalition = try Coalition.shared()
    let inquiry = try Scribe(coalition).inquiry(
      about: [stranger(Scribe(coalition))], by: coalition.carrier, to: coalition.syr)
    #expect(try Office(coalition.carrier, of: coalition).judge(inquiry).isClean)
    #expect(try Office(coalition.syr, of: coalition).judge(inquiry).isClean)
  }

  @Test("Only whoever was asked answers; an answer without its inquiry, or of somebody else, is recorded and flagged")
  func wrong() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var tur = Office(coalition.tur, of: coalition)
    let inquiry = try scribe.inquiry(about: [stranger(scribe)], by: coalition.tur, to: coalition.syr)
    let early = try tur.judge(scribe.answer(to: inquiry, in: tur.ledger, by: coalition.syr))
    #expect(early.isRegistered && early.flaggedCodes == [.v2])
    try tur.register(inquiry)
    let other = try scribe.answer(to: inquiry, in: tur.ledger, by: coalition.irq)
    #expect(try tur.judge(other).refusedCodes == [.v12])
    let claimed = try scribe.answer(to: inquiry, in: tur.ledger, by: coalition.irq) { $0.to = coalition.irq.name }
    #expect(try tur.judge(claimed).refusedCodes == [.v12])
    let another = try scribe.inquiry(about: [stranger(scribe)], by: coalition.tur, to: coalition.syr)
    let ofOthers = try scribe.answer(to: another, in: tur.ledger, by: coalition.syr) {
      $0.references = [Reference(.inquiry, inquiry.id)]
    }
    let judgement = try tur.judge(ofOthers)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v2])
    #expect(judgement.flags.contains { $0.line != nil })
  }

  @Test("One officer under an answer is flagged, as under any fact") func officers() throws {
    let convoy = try Convoy(1)
    let inquiry = try convoy.scribe.inquiry(
      about: convoy.intake.subjects, by: convoy.coalition.tur, to: convoy.coalition.syr)
    var syr = convoy.syr
    try syr.register(inquiry)
    let answer = try convoy.scribe.answer(to: inquiry, in: syr.ledger, by: convoy.coalition.syr)
    var event = answer.event
    event.approvals = []
    let alone = try convoy.scribe.sign(event, answer.content, by: convoy.coalition.syr, officers: [])
    let judgement = try syr.judge(alone)
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v14])
  }

  @Test("For whom is asked is a code of a list, and another one is flagged") func codes() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var event = scribe.draft(.inquiry)
    (event.kind, event.from, event.to) = (.detaineeTransfer, coalition.tur.name, coalition.syr.name)
    let content = scribe.content(
      .inquiry, event, [[.bytes(scribe.bytes(16)), .null, "neighbour"]], identities: [:])
    scribe.describe(content, in: &event)
    let judgement = try Office(coalition.syr, of: coalition).judge(
      try scribe.sign(event, content, by: coalition.tur))
    #expect(judgement.isRegistered && judgement.flaggedCodes == [.v25])
  }

  @Test("V19: an inquiry is overdue past its deadline while a line is open, and not when all are answered")
  func overdue() throws {
    let coalition = try Coalition.shared()
    let id = StatementID(unchecked: [UInt8](repeating: 1, count: 32))
    func alarms(_ open: Int, answers: [StatementID], lines: Int = 2, at time: UnixTime) -> [Violation] {
      TimerChecks().alarms(
        [
          Inquiry(
            statement: id, from: coalition.tur.name, to: coalition.syr.name, due: 100, lines: lines, open: open,
            answers: answers)
        ], at: time)
    }
    #expect(alarms(2, answers: [], at: 100).isEmpty)
    let late = alarms(1, answers: [id], at: 101)
    #expect(late.map(\.code) == [.v19] && late.allSatisfy { $0.detail.contains("\(id)") })
    #expect(alarms(0, answers: [id], at: 101).isEmpty)
    #expect(alarms(0, answers: [], lines: 0, at: 101).count == 1, "its lines are not here")
    #expect(alarms(0, answers: [id], lines: 0, at: 101).isEmpty)
  }
}
