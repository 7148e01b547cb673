import COSE
import Foundation
import Roster
import Testing

@testable import Custody

/// What stands in the published lists: that no constant is missing, and that its texts can be read by those they are for.
@Suite struct CodeTextTests {
  /// Every code of the formats, by list.
  private static let constants: [(CodeListName, [String])] = [
    (.kind, Kind.allCases.map(\.rawValue)), (.provenance, Provenance.allCases.map(\.rawValue)),
    (.libertyStatus, LibertyStatus.allCases.map(\.rawValue)), (.outcome, OutcomeCode.allCases.map(\.rawValue)),
    (.age, AgeFlag.allCases.map(\.rawValue)), (.incident, IncidentCode.allCases.map(\.rawValue)),
    (.libertyMark, LibertyMark.allCases.map(\.rawValue)), (.discrepancy, Discrepancy.allCases.map(\.rawValue)),
    (.sex, ["0", "1", "2", "9"]),
    (
      .retentionClass,
      (PayloadKind.besideManifest(of: .siteHandover) + [.message]).map(\.retentionClass).reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
    ),
  ]

  @Test("A list of codes that the format fixes holds just those", arguments: 0..<constants.count)
  func fixed(_ index: Int) throws {
    let (name, codes) = Self.constants[index]
    #expect(try Set(#require(CodesInForce.standard[name]).ids) == Set(codes))
  }

  @Test("What lines of version 0.1.0 hold and what the daemon writes by itself is listed")
  func earlier() throws {
    func has(_ name: CodeListName, _ codes: [String]) throws {
      let list = try #require(CodesInForce.standard[name])
      for code in codes { #expect(list[code]?.isDeprecated == false, "\(name.rawValue) \(code)") }
    }
    try has(.ageBasis, ["document", "statement", "medical", "appearance", "unknown"])
    try has(.nationalityStatus, ["claimed", "verified", "denied", "unknown"])
    try has(.familyRole, ["parent", "child", "spouse", "sibling", "grandparent", "guardian"])
    try has(.vulnerability, ["pregnant", "disability", "chronic-illness", "elderly", "nursing", "at-risk"])
    try has(.fitToTravel, ["yes", "no", "conditions"])
    try has(
      .deprivedBy, ["syr-internal-security", "syr-military", "self-administration", "coalition-forces", "unknown"])
    try has(.orderedBy, ["syr-court-counter-terrorism", "syr-prosecutor", "no-order", "unknown"])
    try has(
      .grounds,
      [
        "terrorism-law", "armed-group-membership", "security-measure", "accompanying-family", "under-investigation",
        "unknown",
      ])
    try has(.health, ["good", "treatment", "urgent", "unknown"])
    try has(.unknownReason, ["not-in-register"])
    try has(.reason, ["already-answered"])
    try has(
      .incident,
      [
        "death", "birth", "escape", "hospital", "injury", "separation", "missing", "found", "released-in-error",
      ])
    try has(.consent, ["given", "refused", "withdrawn"])
  }

  private static let texts: [(place: String, language: String, text: String)] = CodeList.embedded.flatMap { list in
    list.texts.map { ("\(list.name)", $0.key, $0.value) }
      + list.codes.flatMap { code in code.texts.map { ("\(list.name) \(code.id)", $0.key, $0.value) } }
  }

  /// The letters that each language is written with (CLDR), with the vowel marks of Arabic that stand here.
  private static let letters: [String: Set<Unicode.Scalar>] = [
    "ar": Set(
      "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي\u{64b}\u{64c}\u{64d}\u{64e}\u{64f}\u{650}\u{651}\u{652}".unicodeScalars),
    "ckb": Set("ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنھەوۆیێ".unicodeScalars),
    "kmr": Set("abcçdeêfghiîjklmnopqrsştuûvwxyzABCÇDEÊFGHIÎJKLMNOPQRSŞTUÛVWXYZ".unicodeScalars),
    "en": Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars),
  ]

  @Test("Every text is written with the letters of its language, whole, and turns no direction")
  func letters() throws {
    let rest = Set(" ,()/-'0123456789".unicodeScalars)
    #expect(Self.texts.count > 700)
    for (place, language, text) in Self.texts {
      let allowed = try #require(Self.letters[language], "\(language)").union(rest)
      let foreign = text.unicodeScalars.filter { !allowed.contains($0) }
      #expect(foreign.isEmpty, "\(place) \(language): \(foreign.map { characterName($0) })")
      #expect(isSafeText(text) && text == text.precomposedStringWithCanonicalMapping, "\(place) \(language)")
      #expect(text.first != " " && text.last != " " && text.last != "." && !text.contains("  "), "\(place) \(language)")
      // Right to left: nothing of another direction stands within, so no reader sees another order.
      let isRightToLeft = language == "ar" || language == "ckb"
      #expect(
        !isRightToLeft || text.unicodeScalars.allSatisfy { $0.value > 0x7f || $0 == " " || $0 == "," }, "\(place)")
    }
  }

  @Test(
    "Each code has its text in English, Arabic, Sorani and Kurmanji, and no two of a list the same",
    arguments: CodeList.embedded)
  func whole(_ list: CodeList) {
    for language in ["en", "ar", "ckb", "kmr"] {
      let texts = list.codes.map { $0.texts[language] ?? "" }
      #expect(!texts.contains("") && Set(texts).count == texts.count, "\(list.name) \(language)")
      #expect(list.texts[language]?.isEmpty == false, "\(list.name) \(language)")
    }
  }

  @Test("docs/codes.md shows every code with its texts, and no other")
  func document() throws {
    let text = try String(contentsOf: CodeListTests.docs.appending(path: "codes.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    let sections = text.split(separator: "\n").filter { $0.hasPrefix("## ") && $0.contains(", version ") }
    #expect(sections.map(String.init) == CodeList.embedded.map { "## \($0.name), version \($0.version)" })
    #expect(rows == CodeList.embedded.flatMap { list in list.codes.map { Self.row($0) } }, "run docs/codes/embed.py")
    for list in CodeList.embedded { #expect(text.contains("`sha256:\(hexadecimal(list.digest))`")) }
  }

  private static func row(_ code: CodeList.Code) -> String {
    func cell(_ language: String) -> String {
      let text = code.texts[language] ?? ""
      return language == "ar" || language == "ckb" ? "<span dir=\"rtl\">\(text)</span>" : text
    }
    let standing = code.isDeprecated ? ", deprecated" + (code.replacedBy.map { ": use `\($0)`" } ?? "") : ""
    let cells = ["en", "ar", "ckb", "kmr"].map(cell).joined(separator: " | ")
    return "| `\(code.id)` | \(code.since)\(standing) | \(cells) |"
  }

  @Test("Every place where codes stand is a field of its schema, and every line that this version writes passes")
  func places() {
    for (id, places) in CodePlaces.ofLines {
      let schema = LineSchema.named(id)
      for place in places { #expect(schema?.position(of: place.field) != nil, "\(id) \(place.field)") }
    }
    let ofPersons = KindTable.rows.filter(\.isOfPersons).map(\.schema)
    for place in CodePlaces.ofEveryKind {
      #expect(ofPersons.contains { $0.position(of: place.field) != nil }, "\(place.field)")
    }
    #expect(Set(CodePlaces.ofLines.keys) == Set(LineSchema.all.map(\.id)))
  }
}
