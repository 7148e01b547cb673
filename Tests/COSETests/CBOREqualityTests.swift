import COSE
import TestSupport
import Testing

/// Two items are equal exactly when their deterministic encodings are: whoever compares an issuer compares its bytes.
@Suite struct CBOREqualityTests {
  /// Swift's String calls these pairs equal (Unicode canonical equivalence).
  @Test(arguments: [("K", "\u{212a}"), ("é", "e\u{301}"), (";", "\u{37e}")])
  func textIsComparedByteByByte(_ first: String, _ second: String) throws {
    #expect(first == second)
    #expect(CBOR.text(first) != CBOR.text(second))
    #expect(Set([CBOR.text(first), CBOR.text(second)]).count == 2)
    let map: CBORMap = [.text(first): 1, .text(second): 2]
    #expect(map[.text(first)] == 1 && map[.text(second)] == 2)
    #expect(throws: DecodeError.self) { try FieldReader(.map(map), path: "statement") }
  }

  @Test func floatsAreComparedByTheirBits() {
    #expect(CBOR.float(0) != CBOR.float(-0.0))
    #expect(CBOR.float(.nan) == CBOR.float(.nan))
    #expect(CBOR.float(1) != CBOR.unsigned(1))
  }

  @Test func equalItemsHaveEqualHashes() {
    var generator = RandomCBOR(random: SeededGenerator(named: "CBOR equality"))
    for _ in 0..<500 {
      let first = generator.item()
      let second = generator.item()
      #expect((first == second) == (first.encoded() == second.encoded()))
      let copy = try? CBOR.decode(first.encoded())
      #expect(copy == first && copy?.hashValue == first.hashValue)
    }
  }
}
