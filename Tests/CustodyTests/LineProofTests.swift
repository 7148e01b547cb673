import COSE
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

@Suite("A line's proof") struct LineProofTests {
  private static let root = "973f5bdcb88a9fc1471458aedd2fa9dcabe315f88ae2ca59c83bfb124fc898ab"

  private static func proof(_ line: Int, _ positions: Set<Int>) throws -> LineProof {
    let manifest = Manifest(
      schema: ManifestTests.three, recordID: ManifestTests.record, leaves: ManifestTests.vectorLeaves())
    return try LineProof(of: manifest, line: line, positions: positions)
  }

  private static func check(_ proof: LineProof) throws(DisclosureRefusal) {
    guard let root = TreeHash(hex(root)) else { throw .otherRoot }
    try proof.check(root: root, bucket: 16, fieldCount: 3)
  }

  @Test("The disclosure vector of formats.md") func vector() throws {
    let proof = try Self.proof(0, [2])
    #expect(proof.fields.map(\.position) == [0, 2])
    #expect(
      proof.fields.map { hexText($0.salt) } == ["62263570194e611e7873a3303e6e8af9", "0b1b52c22e2d2a3d2822f719b971e23e"])
    #expect(proof.fields.map(\.value) == [.bytes([UInt8](repeating: 0x51, count: 16)), "adult"])
    #expect(
      proof.digests.map(hexText) == [
        "ea81ee7ff60e8ed0bbc0582f17131f6f2f6a674eb26eee5b9e187392abd4f6e0",
        "cf82de26711755e8448095c3a0494df4083af4a494341d431d1ad1e29b72fe7e",
        "7905d08cc9f1bf7c4110e9ecb4a6ff012d2ae882cbd9b823a47dba088c17ca31",
      ])
    #expect(
      proof.path.map { hexText($0.bytes) } == [
        "7541b1a410db9ed55b12c684832cd15e604da1ca548e0e05f380876b8ba36522",
        "67863aa3208102d3a5084f0a23cc6bc72f128adc32b1ba3b953db0b49dac6968",
        "1ac06aae7531b697dd4236271b4e18b81b934b28648c4fe6d209c8b6e7285486",
        "d046690a661d62e775c15dd42a0bfe46ff6e174fffc15611ada1bbbea725af40",
      ])
    try Self.check(proof)
    // A null is shown and proven like any other value.
    try Self.check(Self.proof(1, [1, 2]))
  }

  @Test("Nothing is shown of a line in which nobody stands, of a line that is none, or of a position that is none")
  func nobody() throws {
    for line in [2, 15, 16, -1] {
      #expect(throws: DisclosureRefusal.noSuchLine(line)) { try Self.proof(line, [0]) }
    }
    #expect(throws: DisclosureRefusal.unknownPosition(3)) { try Self.proof(0, [3]) }
    #expect(throws: DisclosureRefusal.unknownPosition(-1)) { try Self.proof(0, [-1]) }
  }

  /// One thing altered in a proof, and the reason for which it must be refused.
  struct Alteration: CustomTestStringConvertible, Sendable {
    let name: String
    let refusal: DisclosureRefusal
    let change: @Sendable (inout Parts) -> Void
    var testDescription: String { name }
  }

  /// A proof taken apart.
  struct Parts {
    var line: Int
    var digests: [[UInt8]]
    var fields: [LineProof.Field]
    var path: [TreeHash]

    mutating func set(_ index: Int, position: Int? = nil, salt: [UInt8]? = nil, value: CBOR? = nil) {
      let field = fields[index]
      fields[index] = LineProof.Field(
        position: position ?? field.position, salt: salt ?? field.salt, value: value ?? field.value)
    }
  }

  static let alterations: [Alteration] = [
    Alteration(name: "the value of another position", refusal: .wrongPosition(1, stands: 2)) {
      $0.set(1, position: 1)
    },
    Alteration(name: "another salt", refusal: .saltOrValue(2)) { $0.set(1, salt: [UInt8](repeating: 7, count: 16)) },
    Alteration(name: "a salt too short", refusal: .saltOrValue(2)) { $0.set(1, salt: []) },
    Alteration(name: "another value", refusal: .saltOrValue(2)) { $0.set(1, value: "child") },
    Alteration(name: "another line's number", refusal: .otherLine(1, is: 0)) { $0.line = 1 },
    Alteration(name: "a line beyond the bucket", refusal: .noSuchLine(16)) { $0.line = 16 },
    Alteration(name: "a negative line", refusal: .noSuchLine(-1)) { $0.line = -1 },
    Alteration(name: "a path cut short", refusal: .pathLength(3, bucket: 16)) { $0.path.removeLast() },
    Alteration(name: "a path too long", refusal: .pathLength(5, bucket: 16)) { $0.path.append(.empty) },
    Alteration(name: "another path", refusal: .otherRoot) { $0.path[2] = .empty },
    Alteration(name: "another digest of a field that is not shown", refusal: .otherRoot) {
      $0.digests[1] = [UInt8](repeating: 0, count: 32)
    },
    Alteration(name: "a digest less", refusal: .digestCount(2, schema: 3)) { $0.digests.removeLast() },
    Alteration(name: "a digest more", refusal: .digestCount(4, schema: 3)) { $0.digests.append($0.digests[0]) },
    Alteration(name: "a digest that is none", refusal: .digestCount(3, schema: 3)) { $0.digests[1].removeLast() },
    Alteration(name: "a field twice", refusal: .fieldTwice(2)) { $0.fields.append($0.fields[1]) },
    Alteration(name: "fields out of order", refusal: .unsorted(0)) { $0.fields.reverse() },
    Alteration(name: "no subject_ref", refusal: .noSubject) { $0.fields.removeFirst() },
    Alteration(name: "nothing shown", refusal: .noSubject) { $0.fields = [] },
    Alteration(name: "a position beyond the schema", refusal: .unknownPosition(3)) { $0.set(1, position: 3) },
  ]

  @Test("Whatever is altered is refused for its own reason", arguments: alterations)
  func altered(_ alteration: Alteration) throws {
    let proof = try Self.proof(0, [2])
    var parts = Parts(line: proof.line, digests: proof.digests, fields: proof.fields, path: proof.path)
    alteration.change(&parts)
    let altered = LineProof(
      recordID: proof.recordID, line: parts.line, digests: parts.digests, fields: parts.fields, path: parts.path)
    #expect(throws: alteration.refusal) { try Self.check(altered) }
  }

  @Test("Whose a value is is looked for only where it is short: a file can't make its reader hash for long")
  func costly() throws {
    for (length, refusal) in [
      (LineProof.maximumSought - 3, DisclosureRefusal.otherLine(1, is: 0)),
      (LineProof.maximumSought - 2, .saltOrValue(2)),
    ] {
      let leaves = ManifestTests.vectorLeaves()
      var fields = leaves[0].fields
      fields[2] = .bytes([UInt8](repeating: 7, count: length))
      let manifest = Manifest(
        schema: ManifestTests.three, recordID: ManifestTests.record,
        leaves: [ManifestLeaf(seed: leaves[0].seed, fields: fields)] + leaves.dropFirst())
      let proof = try LineProof(of: manifest, line: 0, positions: [2])
      let moved = LineProof(
        recordID: proof.recordID, line: 1, digests: proof.digests, fields: [proof.fields[0], proof.fields[1]],
        path: proof.path)
      // subject_ref is short, and of another line as well.
      #expect(throws: DisclosureRefusal.otherLine(1, is: 0)) { try Self.check(moved) }
      let salt = Manifest.salt(seed: leaves[1].seed, position: 0)
      let digest = Manifest.fieldDigest(
        record: proof.recordID, line: 1, position: 0, salt: salt, value: proof.fields[0].value)
      let own = LineProof(
        recordID: proof.recordID, line: 1, digests: [digest] + proof.digests.dropFirst(),
        fields: [LineProof.Field(position: 0, salt: salt, value: proof.fields[0].value), proof.fields[1]],
        path: proof.path)
      #expect(throws: refusal) { try Self.check(own) }
    }
  }

  @Test("The path of another line does not prove this one, and another tree's root is not this one's")
  func mixed() throws {
    let (zero, one) = (try Self.proof(0, [2]), try Self.proof(1, [2]))
    let mixed = LineProof(
      recordID: zero.recordID, line: 0, digests: zero.digests, fields: zero.fields, path: one.path)
    #expect(throws: DisclosureRefusal.otherRoot) { try Self.check(mixed) }
    #expect(throws: DisclosureRefusal.otherRoot) { try zero.check(root: .empty, bucket: 16, fieldCount: 3) }
    #expect(throws: DisclosureRefusal.pathLength(4, bucket: 32)) {
      try zero.check(root: .empty, bucket: 32, fieldCount: 3)
    }
    #expect(throws: DisclosureRefusal.noSuchLine(0)) { try zero.check(root: .empty, bucket: 0, fieldCount: 3) }
  }
}
