import COSE
import Custody
import Testing

@testable import amana

@Suite("Fields of a line, for people") struct DisclosedFieldsTests {
  private func text(_ value: CBOR, _ name: String = "", _ language: Language = .en) -> String {
    DisclosedFields(fields: [], language: language).text(value, of: name)
  }

  @Test("Every field of today's schemas has a name in both languages; another keeps its own")
  func labels() {
    let schemas =
      KindTable.rows.map(\.schema) + [.outcome, .recall, .dispute, .incident, .liberty, .certificate, .onward]
      + [.inquiry, .inquiryAnswer, .link, .protest, .correction]
    for schema in schemas {
      for field in schema.fields {
        let arabic = DisclosedFields.label(field.name, in: .ar)
        #expect(arabic != field.name && arabic.unicodeScalars.contains { (0x0600...0x06ff).contains($0.value) })
        #expect(!DisclosedFields.label(field.name, in: .en).isEmpty)
      }
    }
    for name in ["shoe_size", "", "_", "not_utf8\u{202e}", String(repeating: "a", count: 200)] {
      #expect(DisclosedFields.label(name, in: .ar) == name)
    }
    // Only a field's name is one: other sentences of the catalogue begin with other words.
    #expect(DisclosedFields.label("no_header", in: .en) == "no_header")
  }

  @Test("Codes that everybody must understand have words; what is absent is said to be not stated")
  func values() {
    #expect(text(.null) == "not stated" && text(.null, "", .ar) == "غير مذكور")
    #expect(text(.bool(true)) == "yes" && text(.bool(false), "", .ar) != "no")
    #expect(text(1, "sex") == "male" && text(2, "sex", .ar) == "أنثى" && text(1) == "1")
    #expect(text("child_presumed", "age", .ar) != "child_presumed" && text("unknown", "age_basis") == "unknown")
    #expect(text("unknown", "age_basis", .ar) == "unknown", "not the word for an unknown clock")
    #expect(text(.bytes([0xab, 1])) == "ab01" && text(.int(-5)) == "-5")
    #expect(text(.array([])) == "none" && text(.array(["a", "b"])) == "a; b")
    #expect(text(.map(["status": "yes", "at": .null])) == "status: yes, at: not stated")
  }

  @Test("A file of a later version is not said to be wrong: nothing can be told of it here")
  func laterVersion() throws {
    func result(_ format: String) throws -> VerifyReport {
      let bytes = CBOR.map(["format": .text(format)]).encoded()
      #expect(Disclosure.isDisclosure(bytes))
      return try Verify().verifyDisclosure("x", bytes, Verify.Trust(digest: nil, file: nil, .en), [])
    }
    let later = try result("amana-disclosure-9")
    #expect(later.result == .cannotTell && !later.failures.isEmpty)
    #expect(try result("amana-disclosure-1").result == .doesNotHold)
  }

  @Test("Nobody who was handed over is said to be released, as if set free")
  func handedOver() {
    #expect(text("released", "phase") == "handed over, not yet answered for")
    #expect(text("released", "finding") == text("released", "phase") && text("not-known", "finding") != "not-known")
    #expect(text("held", "phase") == "held" && text("ended", "phase") == "ended")
    #expect(text("released", "phase", .ar) == "سُلّم إلى جهة أخرى لم تُجب عنه بعد")
    for language in [Language.en, .ar] {
      #expect(certifiedPhaseWord("released", in: language) == text("released", "phase", language))
    }
    #expect(!DisclosedFields.label("released_to", in: .en).contains("released"))
  }

  @Test("What would turn the reader's line is written out")
  func deceiving() {
    #expect(!text("a\u{2066}b\u{200f}").unicodeScalars.contains { [0x2066, 0x200f].contains($0.value) })
  }
}
