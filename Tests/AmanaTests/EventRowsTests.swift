import COSE
import Custody
import Roster
import Testing

@testable import amana

/// What whoever approves a draft is shown of it.
@Suite("What an officer is about to sign") struct EventRowsTests {
  /// An event that says everything an event can say.
  private static func whole() throws -> Event {
    let time = try #require(OffsetTime("2026-11-25T14:03:00+03:00"))
    let later = try #require(OffsetTime("2026-11-26T15:04:00+03:00"))
    let cited = try #require(StatementID(hex: String(repeating: "ab", count: 32)))
    let replaced = try #require(StatementID(hex: String(repeating: "cd", count: 32)))
    func name(_ text: String) throws -> AuthorityName { try #require(AuthorityName(text)) }
    var event = Event(
      recordID: try #require(RecordID(uuid: "0193a5c0-b000-7000-8000-00000000002a")), type: .release,
      occurred: OccurredTime(at: time, precision: .hour, source: .manual, clockError: 90), recordedAt: later,
      roster: [UInt8](repeating: 1, count: 32))
    event.caseID = RecordID(uuid: "0193a5c0-b000-7000-8000-00000000002b")
    (event.kind, event.provenance, event.libertyStatus) = (.familyReturn, .inherited, .restricted)
    event.references = [Reference(.offerAgreed, cited)]
    (event.from, event.to, event.carrier) = (try name("SYR/a"), try name("IRQ/b"), try name("IOM/c"))
    (event.nextCarrier, event.host, event.parties) = (try name("IOM/d"), try name("TUR/e"), [try name("JOR/f")])
    event.responsibleCustodian = try name("SYR/g")
    (event.basis, event.reason) = (Basis(code: "court-order"), "transfer")
    (event.acceptBy, event.place) = (OffsetTime("2026-11-27T16:05:00+03:00"), Place(siteID: "SITE-1", pcode: "SY01"))
    event.counts = Counts(lines: 30, cells: ["by_age": ["adult": 22, "child": 8, "disputed": 0]])
    event.annexes = [AnnexReference(id: "register", mediaType: "text/csv", commitment: [])]
    event.label = Label(
      policy: "P", classification: "RESTRICTED", releasableTo: ["IRQ"], originator: "SYR", created: time)
    event.flags = [Flag(statement: nil, code: .v18), Flag(statement: cited, code: .v27)]
    (event.exercise, event.supersedes) = (true, replaced)
    event.lateEntry = LateEntry(form: "F-17", scanDigest: [UInt8](repeating: 2, count: 32))
    event.withheldFrom = [Withholding(member: "TUR", code: "risk-to-person")]
    return event
  }

  private func lines(_ event: Event, _ language: Language = .en) -> String {
    let said = EventRows(event: event, language: language)
    return (said.rows.map { "\(say($0.0, in: language)): \($0.1)" } + said.flags).joined(separator: "\n")
  }

  @Test("Nothing is signed that is not shown: every field of the bytes has its row or a reason why not")
  func everyField() throws {
    let event = try Self.whole()
    let shown = lines(event)
    for value in [
      "family-return", "inherited", "restricted", "SYR/a", "IRQ/b", "IOM/c", "IOM/d", "TUR/e", "JOR/f", "SYR/g",
      "court-order", "transfer", "2026-11-25T14:03:00+03:00 ±90 s (clock set by hand)", "precise to: hour",
      "2026-11-26T15:04:00+03:00", "2026-11-27T16:05:00+03:00", "SITE-1 SY01", "lines: 30",
      "offer-agreed abababababababab", "cdcdcdcdcdcdcdcd", "F-17", "TUR (risk-to-person)", "RESTRICTED, IRQ",
      "register", "0193a5c0-b000-7000-8000-00000000002b", "flag V18: ", "flag V27, of statement abababababababab: ",
    ] { #expect(shown.contains(value), "\(value) in \(shown)") }
    let told: Set = [
      "case_id", "kind", "provenance", "refs", "from", "to", "carrier", "next_carrier", "host", "parties",
      "responsible_custodian", "occurred_at", "precision", "time_source", "clock_error_s", "recorded_at", "accept_by",
      "liberty_status", "basis", "place", "counts", "annexes", "label", "flags", "supersedes", "reason", "late_entry",
      "withheld_from",
    ]
    // In the sentence above the rows, in the banner, or a digest that only a program compares.
    let elsewhere: Set = [
      "schema", "record_id", "event", "exercise", "roster", "manifest_root", "manifest_bucket", "slots_root", "sealed",
    ]
    let fields = Set(try #require(CBOR.decode(event.encoded()).map).entries.compactMap(\.key.text))
    #expect(fields.subtracting(elsewhere) == told)
  }

  @Test("Whether people are free, who is kept out and what is wrong is told in Arabic too")
  func arabic() throws {
    let shown = lines(try Self.whole(), .ar)
    for text in [Text.headLiberty, .headKeptFrom, .headCites, .headPaperForm] {
      #expect(shown.contains(say(text, in: .ar)), "\(shown)")
    }
    #expect(shown.contains("V18") && shown.contains(say(.wordRestricted, in: .ar)))
    #expect(!shown.contains("What is recorded"), "the rule stands there in Arabic")
  }

  @Test("Whom the tallies do not tell apart they do not leave out")
  func untold() throws {
    var event = try Self.whole()
    let ages = ["adult": 140, "child": 8, "child_presumed": 2, "disputed": 0]
    event.counts = Counts(lines: 150, cells: ["by_age": ages])
    #expect(lines(event).contains("adult 140, not told apart 10"), "\(lines(event))")
    let sexes = ["0": 0, "1": 90, "2": 60, "9": 0]
    event.counts = Counts(lines: 150, cells: ["by_age": ages, "by_sex": sexes])
    #expect(lines(event).contains("adult 140, not told apart 10; male 90, female 60\n"), "\(lines(event))")
    let alike = ["adult": 12, "child": 0, "child_presumed": 0, "disputed": 0]
    event.counts = Counts(lines: 12, cells: ["by_age": alike])
    #expect(lines(event).contains("of them: adult 12\n"), "\(lines(event))")
  }

  @Test("An ordinary clock needs no words, and what is not said has no row")
  func plain() throws {
    let time = try #require(OffsetTime("2026-11-25T14:03:00+03:00"))
    let event = Event(
      recordID: try #require(RecordID(uuid: "0193a5c0-b000-7000-8000-00000000002a")), type: .closed,
      occurred: OccurredTime(at: time), recordedAt: time, roster: [UInt8](repeating: 1, count: 32))
    #expect(EventRows(event: event, language: .en).rows.map(\.0) == [.headOccurred, .headRecorded])
    #expect(EventRows(event: event, language: .en).rows.map(\.1) == [time.text, time.text])
  }
}
