import COSE
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

@Suite("Disclosures") struct DisclosureTests {
  @Test("Any fields of any line of any manifest are proven, by the file alone, and the file has one form")
  func everySubset() throws {
    var random = SeededGenerator(named: "disclosures")
    let scribe = Scribe(try .shared(), seed: random.next())
    for round in 0..<60 {
      let (schema, event, kind) = DisclosedManifest.schemas[round % DisclosedManifest.schemas.count]
      let made = try DisclosedManifest(
        scribe, schema: schema, event: event, kind: kind, lines: Int.random(in: 1...40, using: &random))
      let (line, fields) = (try made.line(&random), made.fields(&random))
      let bytes = try made.disclosure(line, fields).encoded()
      #expect(Disclosure.isDisclosure(bytes))
      let read = try Disclosure(decoding: bytes)
      #expect(read.encoded() == bytes)
      let shown = try read.verify()
      #expect(shown.line == line && shown.subject == made.manifest.leaves[line].subject)
      #expect(Set(shown.fields.map(\.name)) == Set(fields + ["subject_ref"]))
      #expect(shown.withheld == schema.fields.count - shown.fields.count)
      for field in shown.fields {
        #expect(field.value == made.manifest.leaves[line].fields[field.position])
        #expect(schema.fields[field.position].name == field.name)
      }
    }
  }

  @Test("One changed bit outside the statement is never proven")
  func oneBit() throws {
    var random = SeededGenerator(named: "bits")
    let scribe = Scribe(try .shared(), seed: random.next())
    let step = ProcessInfo.processInfo.environment["AMANA_FLIP_EVERY"].flatMap { Int($0) } ?? 7
    var tried = 0
    for round in 0..<4 {
      let (schema, event, _) = DisclosedManifest.schemas[round]
      let made = try DisclosedManifest(scribe, schema: schema, event: event, lines: 3)
      let bytes = try made.disclosure(made.line(&random), made.fields(&random)).encoded()
      let statement = try #require(place(of: made.signed.message.bytes, in: bytes))
      let first = Int.random(in: 0..<step, using: &random)
      for bit in stride(from: first, to: bytes.count * 8, by: step) where !statement.contains(bit / 8) {
        var changed = bytes
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        tried += 1
        #expect(Self.proven(changed) == nil, "bit \(bit) of \(bytes.count) bytes of \(schema.id)")
      }
    }
    #expect(tried > 300)
    print("BITS: \(tried) changed bits refused")
  }

  private static func proven(_ bytes: [UInt8]) -> DisclosedLine? { try? Disclosure(decoding: bytes).verify() }

  /// A whole file, judged as `amana verify` does.
  private static func holds(_ bytes: [UInt8], _ coalition: Coalition) -> Bool {
    guard let read = try? Disclosure(decoding: bytes), (try? read.verify()) != nil else { return false }
    let verifier = StatementVerifier(roster: coalition.roster, policy: .standard, revocations: [])
    guard let anchored = try? verifier.verify(read.statement, seenAt: Coalition.now) else { return false }
    return anchored.receipts.count == 1
  }

  @Test("One changed byte of the whole file shows, save in a receipt's size and index, which nobody signs")
  func oneByte() throws {
    var random = SeededGenerator(named: "disclosure flips")
    let scribe = Scribe(try .shared(), seed: random.next())
    let made = try DisclosedManifest(scribe, lines: 2)
    let receipt = try scribe.coalition.syr.receipt(of: made.signed, at: Coalition.now)
    let bytes = try made.disclosure(made.line(&random), ["age", "sex"], receipts: [receipt]).encoded()
    try #require(Self.holds(bytes, scribe.coalition))
    let whole = try #require(place(of: receipt, in: bytes))
    let proof = try #require(place(of: [0x83, 0x01, 0x00, 0x80], in: receipt))
    let unsigned = (whole.lowerBound + proof.lowerBound + 1)..<(whole.lowerBound + proof.lowerBound + 3)
    let every = ProcessInfo.processInfo.environment["AMANA_FLIP_EVERY"].flatMap { Int($0) } ?? 11
    for index in stride(from: Int.random(in: 0..<every, using: &random), to: bytes.count, by: every)
    where !unsigned.contains(index) {
      var changed = bytes
      changed[index] ^= UInt8.random(in: 1...255, using: &random)
      #expect(!Self.holds(changed, scribe.coalition), "byte \(index) of \(bytes.count)")
    }
  }

  @Test("A proof beside another statement, of another record or event, is refused for its own reason")
  func otherStatement() throws {
    let scribe = Scribe(try .shared(), seed: 3)
    let made = try DisclosedManifest(scribe, lines: 3)
    let line = try #require(made.manifest.lines.first).index
    let disclosure = try made.disclosure(line, ["age"])
    func beside(_ statement: SignedStatement, schema: String = "person-1") throws -> DisclosedLine {
      try Disclosure(schema: schema, proof: disclosure.proof, statement: statement).verify()
    }
    let same = try DisclosedManifest(scribe, lines: 3, record: made.signed.event.recordID)
    #expect(throws: DisclosureRefusal.otherRoot) { try beside(same.signed) }
    #expect(throws: DisclosureRefusal.otherRecord) { try beside(DisclosedManifest(scribe, lines: 3).signed) }
    let wide = try DisclosedManifest(scribe, lines: 17, record: made.signed.event.recordID)
    #expect(throws: DisclosureRefusal.pathLength(4, bucket: 32)) { try beside(wide.signed) }
    let none = try scribe.sign(scribe.draft(.observed), by: scribe.coalition.syr).signed
    #expect(throws: DisclosureRefusal.noManifest) { try beside(none) }
    #expect(throws: DisclosureRefusal.unknownSchema("person-9")) { try beside(made.signed, schema: "person-9") }
    for schema in ["outcome-1", "family-1"] {
      #expect(throws: DisclosureRefusal.otherSchema(schema, event: .intake)) {
        try beside(made.signed, schema: schema)
      }
    }
  }

  @Test("What cannot be shown is refused before anything is written")
  func notMade() throws {
    let scribe = Scribe(try .shared(), seed: 4)
    let (made, other) = (try DisclosedManifest(scribe, lines: 3), try DisclosedManifest(scribe, lines: 3))
    let line = try #require(made.manifest.lines.first).index
    func make(_ fields: [String], _ statement: SignedStatement) throws(DisclosureRefusal) {
      _ = try Disclosure(of: made.manifest, line: line, fields: fields, statement: statement)
    }
    #expect(throws: DisclosureRefusal.unknownField("colour")) { try make(["age", "colour"], made.signed) }
    #expect(throws: DisclosureRefusal.fieldTwice(3)) { try make(["age", "age"], made.signed) }
    #expect(throws: DisclosureRefusal.otherRecord) { try make(["age"], other.signed) }
    // That the person is meant is always shown, and may be named.
    #expect(throws: Never.self) { try make([], made.signed) }
    #expect(throws: Never.self) { try make(["subject_ref"], made.signed) }
  }
}
