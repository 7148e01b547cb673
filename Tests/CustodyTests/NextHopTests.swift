import COSE
import Testing

@testable import Custody

/// What a line says of one hop alone, and what was found on it.
@Suite struct NextHopTests {
  @Test(
    "What is said of one receiver stays behind, and all else that is said of somebody goes on", arguments: Kind.allCases
  )
  func forAnotherReceiver(_ kind: Kind) {
    let schema = kind.row.schema
    let entry = Scribe.entry(0, of: kind).with(kind.row.isOfPersons ? ["onward_consent": "SYR/prisons"] : [:])
    let line = entry.line(LineLinks(SubjectReference(unchecked: [UInt8](repeating: 7, count: 16))))
    let next = schema.forAnotherReceiver(line)
    let gone = schema.fields.indices.filter { next[$0] != line[$0] }
    var expected: Set =
      kind.row.isOfPersons
      ? ["release_or_transfer", "non_refoulement", "assurances", "onward_consent", "monitoring_access"] : []
    if kind == .familyReturn || kind == .thirdCountryRepatriation { expected.formUnion(["consent", "child_views"]) }
    if kind == .thirdCountryRepatriation {
      expected.formUnion(["best_interests", "expected_status", "transit_consents"])
    }
    #expect(Set(gone.map { schema.fields[$0].name }) == expected)
    #expect(gone.allSatisfy { next[$0] == .null } && next.count == line.count)
    #expect(schema.forAnotherReceiver([.null]) == [.null], "a line that ends early ends where it did")
  }

  // Whether they are fit to travel was left standing until a review found that each next releaser signed the first one's
  // word of months ago as its own.
  @Test("Whether they are fit to travel is asked anew for the next journey, and V6 says so", arguments: Kind.allCases)
  func forAnotherJourney(_ kind: Kind) throws {
    let schema = kind.row.schema
    let entry = Scribe.entry(0, of: kind).with(kind.row.isOfPersons ? ["onward_consent": "SYR/prisons"] : [:])
    let line = entry.line(LineLinks(SubjectReference(unchecked: [UInt8](repeating: 7, count: 16))))
    let (receiver, journey) = (schema.forAnotherReceiver(line), schema.forAnotherJourney(line))
    let more = schema.fields.indices.filter { receiver[$0] != journey[$0] }
    #expect(more.map { schema.fields[$0].name } == (kind.row.isOfPersons ? ["fit_to_travel"] : []))
    guard let position = schema.position(of: "fit_to_travel") else { return }
    #expect(journey[position] == .null)
    #expect(schema.fields[position].problem(.null)?.contains("anew") == true)
    #expect(schema.fields[position].problem(line[position]) == nil)
  }

  @Test("Injuries and complaints that a receiver saw go on with somebody, and those of before do not vanish")
  func condition() throws {
    let schema = LineSchema.person
    let position = try #require(schema.position(of: "condition"))
    func told(_ before: CBOR, _ seen: CBORMap?) -> [UInt8] {
      var line = [CBOR](repeating: .null, count: schema.fields.count)
      line[position] = before
      return schema.observing(condition: seen, in: line)[position].encoded()
    }
    let none: CBOR = .map(["visible_injuries": .bool(false), "complaint_made": .bool(false), "medicines": .bool(true)])
    #expect(told(none, nil) == none.encoded())
    let injured: CBOR = .map([
      "visible_injuries": .bool(true), "complaint_made": .bool(false), "medicines": .bool(true),
    ])
    #expect(told(none, ["visible_injuries": .bool(true)]) == injured.encoded())
    #expect(
      told(injured, ["visible_injuries": .bool(false)]) == injured.encoded(), "what was said once is not unsaid by it")
    #expect(told(.null, ["complaint_made": .bool(true)]) == CBOR.map(["complaint_made": .bool(true)]).encoded())
  }

  @Test(
    "Who was seen to be a child is one from then on, on no former basis; who was seen to be grown up stays what they were"
  )
  func observing() {
    let schema = LineSchema.person
    func told(_ age: String, _ seen: AgeFlag?) -> [String?] {
      let line = Scribe.person(0).with(["age": age, "age_basis": "document"]).line(
        subject: SubjectReference(unchecked: [UInt8](repeating: 7, count: 16)), family: [])
      let next = schema.observing(seen, in: line)
      return ["age", "age_basis"].map { name in schema.position(of: name).flatMap { next[$0].text } }
    }
    #expect(told("adult", .child) == ["child", "unknown"] && told("adult", .disputed) == ["disputed", "unknown"])
    #expect(told("adult", nil) == ["adult", "document"] && told("child", .adult) == ["child", "document"])
    #expect(told("child", .child) == ["child", "document"])
  }

  @Test("V27: whom the receiver saw to be a child, at a place for adults only, is flagged on the outcome")
  func atAPlaceForAdults() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    func judged(_ regime: String, _ code: OutcomeCode, _ age: String) throws -> [Judgement] {
      let intake = try scribe.intake(
        of: { Scribe.person($0).with(["destination_regime": regime]) }, by: coalition.syr, 2)
      var (syr, irq) = (Office(coalition.syr, of: coalition), Office(coalition.irq, of: coalition))
      try syr.register(intake)
      try irq.register(intake)
      let release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger)
      #expect(try syr.register(release).isClean && irq.register(release).isClean)
      let outcome = try scribe.outcome(of: release, all: code, by: coalition.irq, "observed_age", age)
      #expect(outcome.content.manifest?.observedAges.count == 2)
      return [try irq.judge(outcome, keeping: [release]), try syr.judge(outcome, keeping: [release])]
    }
    for judgement in try judged("adults-only", .accepted, "child_presumed") {
      #expect(judgement.isRegistered && judgement.flaggedCodes == [.v27] && judgement.flags.count == 2)
    }
    for judgement in try judged("mixed", .accepted, "child") + judged("adults-only", .refused, "child")
      + judged("adults-only", .accepted, "adult")
    { #expect(judgement.isClean, "\(judgement)") }
  }
}
