import COSE
import Foundation
import TestSupport
import Testing

/// RFC 8949 appendix A: what is deterministic round-trips, what is not is refused by name.
@Suite struct AppendixATests {
  private struct Example: Decodable { let hex: String }

  static let refused: [String: DecodeError] = [
    // RFC 7049 wrote simple(24) so; RFC 8949 §3.3 makes it not well-formed.
    "f818": DecodeError(.reservedEncoding, at: 0),
    "fa7f800000": DecodeError(.nonShortest, at: 0),
    "fa7fc00000": DecodeError(.nonShortest, at: 0),
    "faff800000": DecodeError(.nonShortest, at: 0),
    "fb7ff0000000000000": DecodeError(.nonShortest, at: 0),
    "fb7ff8000000000000": DecodeError(.nonShortest, at: 0),
    "fbfff0000000000000": DecodeError(.nonShortest, at: 0),
    "5f42010243030405ff": DecodeError(.indefiniteLength, at: 0),
    "7f657374726561646d696e67ff": DecodeError(.indefiniteLength, at: 0),
    "9fff": DecodeError(.indefiniteLength, at: 0),
    "9f018202039f0405ffff": DecodeError(.indefiniteLength, at: 0),
    "9f01820203820405ff": DecodeError(.indefiniteLength, at: 0),
    "83018202039f0405ff": DecodeError(.indefiniteLength, at: 5),
    "83019f0203ff820405": DecodeError(.indefiniteLength, at: 2),
    "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff": DecodeError(.indefiniteLength, at: 0),
    "bf61610161629f0203ffff": DecodeError(.indefiniteLength, at: 0),
    "826161bf61626163ff": DecodeError(.indefiniteLength, at: 3),
    "bf6346756ef563416d7421ff": DecodeError(.indefiniteLength, at: 0),
  ]

  @Test func everyExample() throws {
    guard Vectors.folder != nil else { return Vectors.announce("cbor") }
    let examples = try JSONDecoder().decode([Example].self, from: Vectors.file("cbor/appendix_a.json"))
    var tally = VectorTally("cbor")
    for example in examples {
      let bytes = hex(example.hex)
      if let expected = Self.refused[example.hex] {
        let error = try #require(throws: DecodeError.self) { try CBOR.decode(bytes) }
        #expect(error.reason == expected.reason && error.offset == expected.offset, "\(example.hex): \(error)")
        tally.refused += 1
      } else {
        #expect(try CBOR.decode(bytes).encoded() == bytes, "\(example.hex)")
        tally.accepted += 1
      }
    }
    #expect(tally.cases == 82 && tally.accepted == 64 && tally.refused == Self.refused.count)
    tally.report()
  }

  /// What a round trip cannot show: that the bytes mean what the appendix says.
  @Test func valuesOfSomeExamples() throws {
    let values: [(String, CBOR)] = [
      ("1bffffffffffffffff", .unsigned(.max)), ("3bffffffffffffffff", .negative(.max)), ("3903e7", -1000), ("20", -1),
      ("c249010000000000000000", .tagged(2, .bytes([1, 0, 0, 0, 0, 0, 0, 0, 0]))), ("f93e00", .float(1.5)),
      ("fb7e37e43c8800759c", .float(1e300)), ("f90001", .float(5.960464477539063e-08)), ("f97bff", .float(65504)),
      ("f98000", .float(-0.0)), ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null), ("f7", .undefined),
      ("f0", .simple(16)), ("f8ff", .simple(255)), ("64f0908591", "\u{10151}"), ("62225c", "\"\\"),
      ("d818456449455446", .tagged(24, .bytes([0x64, 0x49, 0x45, 0x54, 0x46]))),
      ("a26161016162820203", .map(["a": 1, "b": .array([2, 3])])),
    ]
    for (bytes, value) in values { #expect(try CBOR.decode(hex(bytes)) == value, "\(bytes)") }
    #expect(CBOR.negative(.max).int == nil && CBOR.unsigned(.max).int == nil)
    #expect(CBOR.int(.min).int == .min && CBOR.int(.max).int == .max)
  }
}
