import COSE
import TestSupport
import Testing

@Suite struct CBORRefusalTests {
  static let encodings: [(bytes: String, error: DecodeError)] = [
    ("", DecodeError(.truncated, at: 0)),
    ("1c", DecodeError(.reservedEncoding, at: 0)), ("3d", DecodeError(.reservedEncoding, at: 0)),
    ("8101fe", DecodeError(.trailingBytes, at: 2)), ("81fe", DecodeError(.reservedEncoding, at: 1)),
    ("ff", DecodeError(.indefiniteLength, at: 0)), ("1f", DecodeError(.indefiniteLength, at: 0)),
    ("df00", DecodeError(.indefiniteLength, at: 0)), ("f800", DecodeError(.reservedEncoding, at: 0)),
    ("f81f", DecodeError(.reservedEncoding, at: 0)), ("f97e01", DecodeError(.nonShortest, at: 0)),
    ("f9fe00", DecodeError(.nonShortest, at: 0)), ("6180", DecodeError(.invalidUTF8, at: 1)),
    ("62c080", DecodeError(.invalidUTF8, at: 1)), ("63eda080", DecodeError(.invalidUTF8, at: 1)),
    ("64f4908080", DecodeError(.invalidUTF8, at: 1)), ("61c3", DecodeError(.invalidUTF8, at: 1)),
    ("a3010002000100", DecodeError(.duplicateKey, at: 5)), ("a201000000", DecodeError(.unsortedKeys, at: 3)),
    ("a2616200616100", DecodeError(.unsortedKeys, at: 4)), ("a10102a0", DecodeError(.trailingBytes, at: 3)),
  ]

  @Test("V22: malformed and non-deterministic items are refused, each with its reason and byte")
  func malformedAndNonDeterministicItems() throws {
    for (bytes, expected) in Self.encodings {
      let error = try #require(throws: DecodeError.self) { try CBOR.decode(hex(bytes)) }
      #expect(error.reason == expected.reason && error.offset == expected.offset, "\(bytes): \(error)")
      #expect(error.description.hasPrefix("\(expected.reason.rawValue) at byte \(expected.offset)"))
    }
  }

  @Test(arguments: ["81", "a100", "c0"]) func sixteenLevelsAreReadAndSeventeenRefused(_ level: String) throws {
    let head = hex(level)
    for innermost in ["00", "80", "a0", "c000", "40", "f6"] {
      let isContainer = ["80", "a0", "c000"].contains(innermost)
      let most = isContainer ? 15 : 16
      let deepest = Array(repeating: head, count: most).joined() + hex(innermost)
      #expect(try CBOR.decode(Array(deepest)).encoded() == Array(deepest))
      let error = try #require(throws: DecodeError.self) { try CBOR.decode(head + deepest) }
      #expect(error.reason == .tooDeep && error.offset == 16 * head.count, "\(innermost): \(error)")
    }
    let bomb = Array(Array(repeating: head, count: 1_000_000).joined())
    #expect(throws: DecodeError(.tooDeep, at: 16 * head.count)) { try CBOR.decode(bomb) }
  }

  @Test func deepKeysAreRefused() {
    let bytes = [UInt8](repeating: 0xa1, count: 17) + [UInt8](repeating: 0, count: 18)
    #expect(throws: DecodeError(.tooDeep, at: 16)) { try CBOR.decode(bytes) }
  }

  static let huge = [
    "1a7fffffff", "1b0000000100000000", "1b7fffffffffffffff", "1b8000000000000000", "1bffffffffffffffff",
  ]

  @Test(arguments: huge) func hugeCountsAreRefusedAtOnce(_ argument: String) throws {
    for major in [UInt8(2), 3, 4, 5] {
      var head = hex(argument)
      head[0] |= major << 5
      for bytes in [head, head + [0, 0, 0, 0], [0x82, 0x00] + head, [0xa1, 0x00] + head] {
        let error = try #require(throws: DecodeError.self) { try CBOR.decode(bytes) }
        #expect(error.reason == .truncated && error.offset <= bytes.count)
      }
      for prefix in ["d284", "d28440", "d28440a0", "d28440a040", "d86284", "d8628440", "d8628440a0", "d8628440a040"] {
        let bytes = hex(prefix) + head
        #expect(throws: DecodeError.self) { try Sign1(decoding: bytes) }
        #expect(throws: DecodeError.self) { try Sign(decoding: bytes) }
      }
    }
  }

  @Test func allowancesLetPassWhatTheyNameOnly() throws {
    #expect(try CBOR.decode(hex("a201000000"), allowing: .unsortedKeys).map?.entries.map(\.key) == [1, 0])
    #expect(throws: DecodeError(.duplicateKey, at: 0)) {
      try CBOR.decode(hex("a3010000000100"), allowing: .unsortedKeys)
    }
    #expect(throws: DecodeError(.nonShortest, at: 1)) { try CBOR.decode(hex("a1180100"), allowing: .unsortedKeys) }
    #expect(try CBOR.decode(hex("1900ff"), allowing: .nonShortest) == 255)
    #expect(try CBOR.decode(hex("fb3ff8000000000000"), allowing: .nonShortest) == .float(1.5))
    #expect(try CBOR.decode(hex("a201000100"), allowing: .duplicateKeys).map?.entries.count == 2)
    for bytes in ["9fff", "6180"] {
      let all: CBORDecoder.Allowances = [.unsortedKeys, .nonShortest, .duplicateKeys, .trailingBytes]
      #expect(throws: DecodeError.self) { try CBOR.decode(hex(bytes), allowing: all) }
    }
  }

  /// 1 and 1 in two bytes are one key (RFC 8949 §5.6 compares values, not encodings).
  @Test func aKeyInTwoEncodingsIsADuplicate() {
    for allowances: CBORDecoder.Allowances in [.nonShortest, [.nonShortest, .unsortedKeys]] {
      #expect(throws: DecodeError.self) { try CBOR.decode(hex("a20100180100"), allowing: allowances) }
    }
  }

  @Test func offsetsCountFromTheFirstByteOfWhatWasHandedIn() {
    let bytes = hex("ffff811800")
    #expect(throws: DecodeError(.nonShortest, at: 3)) { try CBOR.decode(bytes[2...]) }
  }
}
