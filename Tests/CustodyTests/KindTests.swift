import COSE
import OpenSSL
import TestSupport
import Testing

@testable import Custody

/// The five kinds, each from the intake to the answer.
@Suite struct KindTests {
  @Test("Every kind is taken in, released and accepted, with nothing to say against it", arguments: Kind.allCases)
  func throughEverything(_ kind: Kind) throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var (syr, irq) = (Office(coalition.syr, of: coalition), Office(coalition.irq, of: coalition))
    let intake = try scribe.intake(of: { Scribe.entry($0, of: kind) }, by: coalition.syr, 8)
    #expect(Scribe.entry(0, of: kind).problems().isEmpty, "\(Scribe.entry(0, of: kind).problems())")
    #expect(intake.content.manifest?.schema == kind.row.schema)
    for office in [syr, irq] {
      let judgement = try office.judge(intake)
      #expect(judgement.isClean, "\(judgement)")
    }
    try syr.register(intake)
    try irq.register(intake)
    let release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger)
    for office in [syr, irq] {
      let judgement = try office.judge(release)
      #expect(judgement.isClean, "\(judgement)")
    }
    try syr.register(release)
    try irq.register(release)
    let outcome = try scribe.outcome(of: release, all: .accepted, by: coalition.irq)
    #expect(try irq.register(outcome).isClean)
    #expect(try syr.register(outcome).isClean)
    #expect(syr.custodians(of: intake) == [coalition.irq.name])
  }

  @Test("A line of another kind does not belong beside a statement", arguments: Kind.allCases)
  func linesOfAnotherKind(_ kind: Kind) throws {
    let coalition = try Coalition.shared()
    let other: Kind = kind == .propertyHandover ? .siteHandover : .propertyHandover
    let intake = try Scribe(coalition).intake(
      of: { Scribe.entry($0, of: other) }, by: coalition.syr, change: { $0.kind = kind })
    #expect(try Office(coalition.syr, of: coalition).judge(intake).refusedCodes.contains(.v6))
  }

  @Test("The kinds of persons share the first positions, and a schema is found by its name")
  func positions() {
    for row in KindTable.rows {
      if row.isOfPersons {
        #expect(row.schema.fields.prefix(26).map(\.name) == LineSchema.person.fields.map(\.name))
      }
      #expect(row.schema.fields.prefix(3).map(\.name) == ["subject_ref", "custody_prev", "prior_refs"])
      #expect(Set(row.names).count == row.names.count)
      #expect(LineSchema.named(row.schema.id) == row.schema)
    }
    #expect(Set(KindTable.rows.map(\.kind)) == Set(Kind.allCases))
  }

  @Test("Every column of a kind changes its line or its identity", arguments: Kind.allCases)
  func everyColumnIsWritten(_ kind: Kind) {
    let subject = SubjectReference(unchecked: [UInt8](repeating: 7, count: 16))
    let full = Scribe.entry(0, of: kind)
    var links = LineLinks(subject)
    links.documentSalt = [UInt8](repeating: 1, count: 32)
    // The mark of a family is not kept, and the item that another was made from is found by the daemon.
    for column in kind.row.columns where !["family", "family_role", "derived_from"].contains(column.name) {
      let other = full.with([column.name: full[column.name].isEmpty ? column.example : ""])
      let isSame = other.line(links) == full.line(links) && other.identity == full.identity
      let isExampleMissing = full[column.name].isEmpty && column.example.isEmpty
      // An empty number or flag is read as 0 or no.
      let readsSame = column.rule.form == .yesNo && full[column.name] == "no"
      #expect(!isSame || isExampleMissing || readsSame, "\(column.name)")
    }
  }

  @Test("Slots of families are random, so that nobody can tell from them who moved")
  func slotsOfFamilies() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    for kind in [Kind.familyReturn, .detaineeTransfer] {
      var syr = Office(coalition.syr, of: coalition)
      let intake = try scribe.intake(of: { Scribe.entry($0, of: kind) }, by: coalition.syr)
      try syr.register(intake)
      let release = try scribe.handover(.release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger)
      let slots = Set(try #require(release.content.slots))
      let own = Slots.required(by: try #require(release.content.manifest))
      #expect(own.allSatisfy(slots.contains) == (kind == .detaineeTransfer))
      #expect(try syr.judge(release).isClean)
    }
  }

  @Test("Who hands over a site says what it is, and both sides' counts may differ")
  func theSiteBlock() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition)
    var (syr, irq) = (Office(coalition.syr, of: coalition), Office(coalition.irq, of: coalition))
    let intake = try scribe.intake(of: { Scribe.entry($0, of: .siteHandover) }, by: coalition.syr)
    try syr.register(intake)
    try irq.register(intake)
    let silent = try scribe.handover(
      .release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger, site: nil)
    #expect(try syr.judge(silent).refusedCodes == [.v30])
    let received = try irq.judge(silent)
    #expect(received.isRegistered && received.flaggedCodes == [.v30])
    var block = SiteBlock.example
    block.stores[0].code = "gold"
    let odd = try scribe.handover(
      .release, of: intake, from: coalition.syr, to: coalition.irq, in: syr.ledger, site: block)
    #expect(try syr.judge(odd).refusedCodes == [.v25])
  }

  @Test("A site block is read back as it was written, and strictly")
  func siteBlockCoding() throws {
    let bytes = SiteBlock.example.encoded()
    #expect(try SiteBlock(decoding: bytes[...]) == SiteBlock.example)
    #expect(SiteBlock.example.problems().isEmpty)
    #expect(throws: DecodeError.self) { try SiteBlock(decoding: (bytes + [0])[...]) }
    var map = try #require(try CBOR.decode(bytes[...]).map)
    map["colour"] = "red"
    #expect(throws: DecodeError.self) { try SiteBlock(decoding: CBOR.map(map).encoded()[...]) }
    for change: (inout SiteBlock) -> Void in [
      { $0.effectiveAt = "soon" }, { $0.count.cutOff = "" }, { $0.registers[0].digest = "00" },
      { $0.courtDates[0].on = "14/12/2026" }, { $0.sector = "" }, { $0.assumption = "\u{202e}" },
    ] {
      var block = SiteBlock.example
      change(&block)
      #expect(!block.problems().isEmpty)
      #expect(throws: DecodeError.self) { try SiteBlock(decoding: block.encoded()[...]) }
    }
  }

  @Test("A person's line becomes that of another kind; a thing never becomes a person")
  func anotherKind() throws {
    let subject = SubjectReference(unchecked: [UInt8](repeating: 7, count: 16))
    let line = Scribe.person(0).line(LineLinks(subject))
    let more = ManifestEntry(["reference": "R-0", "consent": "given"], kind: .familyReturn)
    let family = try #require(more.addition(to: line, of: .person, LineLinks(subject)))
    #expect(family.count == LineSchema.family.fields.count && Array(family.prefix(26)) == line)
    #expect(family[26] == .map(["status": "given"]))
    #expect(
      more.addition(
        to: Scribe.entry(0, of: .propertyHandover).line(LineLinks(subject)), of: .property, LineLinks(subject)) == nil)
    #expect(more.additionProblems().isEmpty)
    #expect(more.with(["consent": "perhaps"]).additionProblems().map(\.column) == ["consent"])
  }

  @Test("A line that has not the fields of its schema is nobody's to go on with, whatever the form adds")
  func malformedLine() {
    let subject = SubjectReference(unchecked: [UInt8](repeating: 7, count: 16))
    let line = Scribe.person(0).line(LineLinks(subject))
    for kind in [Kind.detaineeTransfer, .familyReturn] {
      let more = ManifestEntry(["reference": "R-0", "health": "treatment"], kind: kind)
      #expect(more.addition(to: line, of: .person, LineLinks(subject)) != nil)
      for fields in [Array(line.prefix(2)), line + [.null], []] {
        #expect(more.addition(to: fields, of: .person, LineLinks(subject)) == nil)
      }
    }
  }

  /// A field of an own full line after an addition.
  private func field(_ name: String, adding values: [String: String], to kind: Kind) throws -> CBOR {
    var links = LineLinks(SubjectReference(unchecked: [UInt8](repeating: 7, count: 16)))
    links.documentSalt = [UInt8](repeating: 1, count: 32)
    let line = Scribe.entry(0, of: kind).with(Self.full).line(links)
    let added = ManifestEntry(values, kind: kind).addition(to: line, of: kind.row.schema, links)
    let position = try #require(kind.row.schema.position(of: name))
    return try #require(added)[position]
  }

  private static let full = [
    "injuries": "yes", "complaint": "yes", "medicines": "yes", "nationality": "IRQ", "nationality_status": "claimed",
    "admitted_on": "2019-03-09", "admitted_place": "SYR-HSK-01", "admitted_regime": "mixed",
    "destination_site": "IRQ-BGD-01", "destination_regime": "mixed",
    "assurances": "memorandum", "assurances_digest": String(repeating: "ab", count: 32), "assurances_until": "2031",
  ]

  @Test("What a form leaves empty stays, within one field too")
  func additionsKeepTheRest() throws {
    let condition = try field("condition", adding: ["injuries": "no"], to: .detaineeTransfer).map
    #expect(condition?["visible_injuries"] == .bool(false))
    #expect(condition?["complaint_made"] == .bool(true) && condition?["medicines"] == .bool(true))
    let place = try field("release_or_transfer", adding: ["destination_regime": "children"], to: .detaineeTransfer).map
    #expect(place?["site"] == "IRQ-BGD-01" && place?["regime"] == "children")
    let admission = try field("admission", adding: ["admitted_regime": "children"], to: .detaineeTransfer).map
    #expect(admission?["regime"] == "children" && admission?["place"]?.map?["code"] == "SYR-HSK-01")
    let known = try field("nationalities", adding: ["nationality_status": "verified"], to: .detaineeTransfer).array
    #expect(known?.first?.map?["code"] == "IRQ" && known?.first?.map?["status"] == "verified" && known?.count == 1)
    let assured = try field("assurances", adding: ["assurances_until": "2032"], to: .detaineeTransfer).array?.first?.map
    #expect(assured?["scope"] == "memorandum" && assured?["until"] == "2032")
    #expect(assured?["instrument_digest"]?.bytes?.count == 32)
    let thing = try field("quantity", adding: ["quantity": "9"], to: .propertyHandover).map
    #expect(thing?["number"] == .unsigned(9) && thing?["unit"]?.text?.isEmpty == false)
    let wrong = ManifestEntry(["nationality": "SYR"], kind: .detaineeTransfer).additionProblems()
    #expect(wrong.map(\.column) == ["nationality_status"], "the status that stands there is another nationality's")
  }

  @Test("Every column of a field of several has a key of its own", arguments: Kind.allCases)
  func keysOfColumns(_ kind: Kind) {
    for field in kind.row.schema.fields {
      guard let source = FieldSource.named(field.name, of: kind), source.columns.count > 1 else { continue }
      let keys = source.columns.compactMap { FieldSource.keys[$0] }
      #expect(Set(keys).count == source.columns.count, "\(field.name)")
    }
  }

  @Test("Nothing is said of a line by columns that nobody has filled in")
  func silenceIsNoAnswer() throws {
    let subject = SubjectReference(unchecked: [UInt8](repeating: 7, count: 16))
    var line = Scribe.person(0).line(LineLinks(subject))
    let position = try #require(LineSchema.person.position(of: "condition"))
    line[position] = .null
    let added = ManifestEntry(["injuries": "yes"], kind: .detaineeTransfer).addition(
      to: line, of: .person, LineLinks(subject))
    #expect(added?[position] == .map(["visible_injuries": .bool(true)]))
  }
}
