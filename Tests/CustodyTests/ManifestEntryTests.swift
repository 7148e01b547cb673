import COSE
import Testing

@testable import Custody

@Suite struct ManifestEntryTests {
  private func problems(_ column: String, _ value: String) -> Set<String> {
    var values = Scribe.person(0).values
    values[column] = value
    return Set(ManifestEntry(values).problems().map(\.column))
  }

  @Test func aRightEntryHasNoProblemAndMakesARightLine() throws {
    #expect(Scribe.person(0).problems().isEmpty)
    #expect(try #require(Convoy(20).intake.content.manifest).problems().isEmpty)
  }

  @Test(arguments: [
    ("reference", ""), ("born", "12/03/1987"), ("born", "١٩٨٧"), ("age", "minor"), ("age", ""), ("age_basis", "guess"),
    ("sex", "male"), ("sex", "3"), ("nationality", "iq"), ("nationality", "IQ"), ("nationality_status", "sure"),
    ("family_role", "cousin"), ("unaccompanied", "maybe"), ("vulnerability", "tall"), ("fit_to_travel", "safe"),
    ("language", "ar"), ("language", "ar-Arab-SY"), ("language", "12-!!!!"), ("language", "ar-٠٠"), ("injuries", "1"),
    ("complaint", ""), ("medicines", "no "), ("deprived_on", ""), ("deprived_place", ""), ("deprived_by", "me"),
    ("ordered_by", "x"), ("grounds", "none"), ("health", "fine"), ("document", "A\u{202e}1"), ("name_latin", "a\nb"),
    ("religion", "x"), ("father_name", String(repeating: "a", count: 257)),
  ])
  func eachColumnIsJudged(_ column: String, _ value: String) { #expect(problems(column, value).contains(column)) }

  @Test(
    "An authority's name is one that a roster can hold, each of several too",
    arguments: [
      ("IRQ/moj", true), ("IRQ/moj TUR/x.y_z-1", true), (" ", false), ("", false), ("IRQ", false), ("/moj", false),
      ("IRQ/", false), ("/", false), ("IRQ/moj TUR/", false), ("IRQ/a/b", false), ("IRQ/mój", false),
      ("IRQ/" + String(repeating: "a", count: 64), true), ("IRQ/" + String(repeating: "a", count: 65), false),
    ])
  func authorities(_ text: String, _ holds: Bool) {
    #expect((ColumnRule(.authority).problem(text) == nil) == holds)
  }

  @Test func columnsMustAgree() {
    #expect(problems("name_arabic", "") == ["name_arabic"])
    #expect(problems("nationality", "") == ["nationality_status"])
    #expect(problems("family", "F1") == ["family_role"])
    #expect(problems("family_role", "child") == ["family_role"])
    #expect(problems("unaccompanied", "yes") == ["unaccompanied"])
  }

  @Test(arguments: ["1987-03-12", "1994-06", "1990", "1990?", "1985~", "1985%", "198X", "19XX", "2000-02-29"])
  func dates(_ text: String) { #expect(ManifestEntry.isDate(text) && problems("born", text).isEmpty) }

  @Test(arguments: [
    "87", "1987-13", "1987-00", "1987-02-29", "1900-02-29", "1987-3-1", "1987-03-12T00", "198X-03", "1XXX", "X987",
    "1987??", "?", "-", "1987-", "1987-03-", "1987/03/12", "١٩٨٧", "1990?\u{301}", "+1987", "1987-+1",
  ])
  func noDates(_ text: String) { #expect(!ManifestEntry.isDate(text) && problems("born", text) == ["born"]) }

  @Test func whoSomeoneIsStaysOutOfTheLine() throws {
    let person = Scribe.person(3)
    let line = person.line(subject: SubjectReference(unchecked: [UInt8](repeating: 7, count: 16)), family: [])
    let text = CBOR.array(line).encoded()
    for column in Kind.detaineeTransfer.row.columns.filter(\.isIdentity).map(\.name) where !person[column].isEmpty {
      let needle = Array(person[column].utf8)
      #expect(!text.indices.contains { text[$0...].starts(with: needle) }, "\(column)")
      #expect(person.identity[column] == person[column])
    }
  }

  @Test func nobodyHidesAnotherInTheIdentityAnnex() throws {
    let one: CBOR = .map(["subject_ref": .bytes([UInt8](repeating: 1, count: 16)), "name_latin": "A"])
    let two: CBOR = .map(["subject_ref": .bytes([UInt8](repeating: 2, count: 16)), "name_latin": "B"])
    func decode(_ persons: [CBOR]) throws -> Int {
      try IdentityAnnex(decoding: CBOR.map(["persons": .array(persons)]).encoded()[...]).persons.count
    }
    #expect(try decode([one, two]) == 2)
    #expect(throws: DecodeError.self) { try decode([one, one]) }
    #expect(throws: DecodeError.self) { try decode([.map(["name_latin": "A"])]) }
    let looks: CBOR = .map(["subject_ref": .bytes([UInt8](repeating: 1, count: 16)), "K": "A", "\u{212a}": "B"])
    #expect(throws: DecodeError.self) { try decode([looks]) }
  }
}
