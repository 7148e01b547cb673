import COSE
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

@Suite("What a disclosure does not say") struct DisclosureSecrecyTests {
  @Test("No seed, and no salt or value of any field that is not shown, stands anywhere in the bytes")
  func nothingElse() throws {
    var random = SeededGenerator(named: "secrecy")
    let scribe = Scribe(try .shared(), seed: random.next())
    for round in 0..<8 {
      let (schema, event, kind) = DisclosedManifest.schemas[round % DisclosedManifest.schemas.count]
      let made = try DisclosedManifest(scribe, schema: schema, event: event, kind: kind, lines: 5)
      let (chosen, fields) = (try made.line(&random), made.fields(&random))
      let bytes = try made.disclosure(chosen, fields).encoded()
      for (line, leaf) in made.manifest.leaves.enumerated() {
        #expect(place(of: leaf.seed, in: bytes) == nil)
        for (position, value) in leaf.fields.enumerated() {
          let isShown = line == chosen && (position == 0 || fields.contains(schema.fields[position].name))
          let salt = Manifest.salt(seed: leaf.seed, position: position)
          #expect((place(of: salt, in: bytes) != nil) == isShown, "salt \(position) of line \(line)")
          #expect((place(of: value.encoded(), in: bytes) != nil) == isShown, "value \(position) of line \(line)")
        }
      }
    }
  }

  @Test("Neither length nor form says whether a field that is not shown is filled in")
  func sameLength() throws {
    let scribe = Scribe(try .shared(), seed: 9)
    let shown = ["age", "sex"]
    func file(_ change: @escaping (Int, Int, CBOR) -> CBOR) throws -> Disclosure {
      let made = try DisclosedManifest(scribe, lines: 3) { line, position, value in
        switch position {
        case 0: value
        case 3: "adult"
        case 5: 1
        default: change(line, position, value)
        }
      }
      return try made.disclosure(try #require(made.manifest.lines.first).index, shown)
    }
    let files = [
      try file { _, _, value in value }, try file { _, _, _ in .null },
      try file { _, _, _ in .text(String(repeating: "x", count: 5000)) },
    ]
    // A line's number takes one byte below 24, whatever it is.
    #expect(Set(files.map { $0.encoded().count }).count == 1)
    for file in files {
      #expect(file.proof.digests.count == LineSchema.person.fields.count && Set(file.proof.digests).count == 26)
      #expect(file.proof.path.count == 4 && file.proof.fields.count == 3)
    }
  }

  @Test("Two disclosures of one line show what they show together, and no more")
  func together() throws {
    let scribe = Scribe(try .shared(), seed: 10)
    let made = try DisclosedManifest(scribe, lines: 3)
    let line = try #require(made.manifest.lines.first).index
    let (age, sex) = (try made.disclosure(line, ["age"]), try made.disclosure(line, ["sex"]))
    #expect(age.proof.digests == sex.proof.digests && age.proof.path == sex.proof.path)
    let merged = Disclosure(
      schema: age.schema,
      proof: LineProof(
        recordID: age.proof.recordID, line: line, digests: age.proof.digests,
        fields: age.proof.fields + sex.proof.fields.dropFirst(), path: age.proof.path), statement: age.statement)
    #expect(try merged.verify().fields.map(\.name) == ["subject_ref", "age", "sex"])
  }
}
