import COSE
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

@Suite struct ManifestTests {
  static let record = RecordID(unchecked: hex("0193a5c0b0007000800000000000002a"))
  /// A line of three fields, as the test vector of formats.md has it.
  static let three = LineSchema(
    id: "test-3", fields: ["subject_ref", "custody_prev", "age"].map { LineField(name: $0, problem: { _ in nil }) })

  static func vectorLeaves() -> [ManifestLeaf] {
    (0..<16).map { index in
      let seed = [UInt8](repeating: UInt8(index + 1), count: 32)
      guard index < 2 else { return ManifestLeaf(seed: seed, fields: []) }
      let subject = [UInt8](repeating: UInt8(0x51 + index), count: 16)
      let previous = [UInt8](repeating: 0xaa, count: 32)
      return ManifestLeaf(
        seed: seed, fields: [.bytes(subject), .bytes(previous), index == 0 ? .text("adult") : .null])
    }
  }

  @Test("The manifest vector of formats.md") func vector() {
    let manifest = Manifest(schema: Self.three, recordID: Self.record, leaves: Self.vectorLeaves())
    #expect(
      hexText(manifest.root.bytes) == "973f5bdcb88a9fc1471458aedd2fa9dcabe315f88ae2ca59c83bfb124fc898ab")
  }

  @Test("Whoever writes nonsense in every field makes nobody list all of it") func enoughProblems() {
    let nonsense = [CBOR](repeating: "x", count: LineSchema.person.fields.count)
    let leaf = ManifestLeaf(seed: [UInt8](repeating: 0, count: 32), fields: nonsense)
    let manifest = Manifest(
      schema: .person, recordID: Self.record, leaves: [ManifestLeaf](repeating: leaf, count: 1024))
    #expect(manifest.problems().count > 10_000)
    #expect((256..<300).contains(manifest.problems(atMost: 256).count))
  }

  @Test func everyFieldEverySeedAndTheRecordChangeTheRoot() {
    let leaves = Self.vectorLeaves()
    var roots: Set<TreeHash> = [Manifest(schema: Self.three, recordID: Self.record, leaves: leaves).root]
    var expected = 1
    func add(_ record: RecordID, _ leaves: [ManifestLeaf]) {
      roots.insert(Manifest(schema: Self.three, recordID: record, leaves: leaves).root)
      expected += 1
    }
    for (index, leaf) in leaves.enumerated() {
      for position in leaf.fields.indices {
        var changed = leaves
        var fields = leaf.fields
        fields[position] = .text("other")
        changed[index] = ManifestLeaf(seed: leaf.seed, fields: fields)
        add(Self.record, changed)
      }
      var changed = leaves
      changed[index] = ManifestLeaf(seed: [0] + leaf.seed.dropFirst(), fields: leaf.fields)
      add(Self.record, changed)
    }
    add(RecordID(unchecked: [0] + Self.record.bytes.dropFirst()), leaves)
    add(Self.record, leaves.reversed())
    #expect(roots.count == expected)
  }

  @Test func aNullFieldIsSaltedLikeAnyOther() {
    let digests = (0..<3).map { position in
      Manifest.fieldDigest(
        record: Self.record, line: 0, position: position, seed: [UInt8](repeating: 1, count: 32), value: .null)
    }
    #expect(Set(digests).count == 3)
    let other = Manifest.fieldDigest(
      record: Self.record, line: 0, position: 0, seed: [UInt8](repeating: 2, count: 32), value: .null)
    #expect(other != digests[0])
  }

  @Test(arguments: [(0, 16), (1, 16), (16, 16), (17, 32), (150, 256), (256, 256), (257, 512), (24_000, 32_768)])
  func theBucketIsTheLeastPowerOfTwo(_ lines: Int, _ bucket: Int) { #expect(Manifest.bucket(for: lines) == bucket) }

  @Test func shufflingKeepsEveryLineOnceAndMixesNullLinesIn() {
    var random = SeededGenerator(named: "shuffle")
    let lines: [[CBOR]] = (0..<20).map { [.unsigned(UInt64($0)), .null, .null] }
    var firsts: Set<[Int]> = []
    for _ in 0..<20 {
      let manifest = Manifest.shuffled(schema: Self.three, recordID: Self.record, lines: lines) { random.bytes($0) }
      #expect(manifest.leaves.count == 32)
      #expect(manifest.lines.map(\.leaf.fields).sorted { ($0[0].uint ?? 0) < ($1[0].uint ?? 0) } == lines)
      #expect(Set(manifest.leaves.map(\.seed)).count == 32)
      firsts.insert(manifest.lines.map(\.index))
    }
    #expect(firsts.count == 20)
  }

  @Test func roundTripAndRefusals() throws {
    let manifest = try #require(Convoy().intake.content.manifest)
    let bytes = manifest.encoded()
    let decoded = try Manifest(decoding: bytes[...])
    #expect(decoded.root == manifest.root && decoded.encoded() == bytes)
    #expect(throws: DecodeError.self) { try Manifest(decoding: (bytes + [0])[...]) }
    #expect(throws: DecodeError.self) { try Manifest(decoding: bytes.dropLast()) }
    for leaf: CBOR in [
      .array([]), .array([.bytes([1])]), .array([.bytes(bytes.prefix(32).map { $0 }), .array([])]), 1,
    ] {
      let item: CBOR = .map([
        "schema": "person-1", "record_id": .bytes(Self.record.bytes), "leaves": .array([leaf]),
      ])
      #expect(throws: DecodeError.self, "\(leaf)") { try Manifest(decoding: item.encoded()[...]) }
    }
  }
}
