import COSE
import TestSupport
import Testing

@Suite struct CBORPropertyTests {
  @Test func randomItemsRoundTrip() throws {
    var generator = RandomCBOR(random: SeededGenerator(named: "CBOR round trip"))
    for _ in 0..<2000 {
      let item = generator.item()
      let bytes = item.encoded()
      let decoded = try CBOR.decode(bytes)
      #expect(decoded == item)
      #expect(decoded.encoded() == bytes)
    }
  }

  @Test func everyStrictPrefixIsTruncated() throws {
    var generator = RandomCBOR(random: SeededGenerator(named: "CBOR prefixes"))
    for _ in 0..<200 {
      let bytes = generator.item().encoded()
      for count in bytes.indices {
        let error = try #require(throws: DecodeError.self) { try CBOR.decode(bytes[..<count]) }
        #expect(error.reason == .truncated && error.offset <= count, "\(error) in \(hexText(bytes[..<count]))")
      }
    }
  }

  @Test func anySingleByteAppendedIsRefused() throws {
    var generator = RandomCBOR(random: SeededGenerator(named: "CBOR trailing bytes"))
    for _ in 0..<20 {
      let bytes = generator.item().encoded()
      for byte in UInt8.min...UInt8.max {
        let error = try #require(throws: DecodeError.self) { try CBOR.decode(bytes + [byte]) }
        #expect(error == DecodeError(.trailingBytes, at: bytes.count))
      }
      #expect(try CBOR.decode(bytes + [0], allowing: .trailingBytes).encoded() == bytes)
    }
  }

  @Test(arguments: DeviantEncoder.Deviation.allCases)
  func everyDeviationIsRefusedWhereItStands(_ deviation: DeviantEncoder.Deviation) throws {
    var generator = RandomCBOR(random: SeededGenerator(named: "CBOR \(deviation)"))
    var places = 0
    while places < 2000 {
      let item = generator.item()
      for place in 0... {
        var encoder = DeviantEncoder(deviation, at: place)
        encoder.item(item)
        guard let offset = encoder.offset else {
          #expect(encoder.bytes == item.encoded())
          break
        }
        let error = try #require(throws: DecodeError.self) { try CBOR.decode(encoder.bytes) }
        let found = "\(error), expected at \(offset) in \(hexText(encoder.bytes))"
        #expect(error.reason == deviation.reason && error.offset == offset, "\(found)")
        places += 1
      }
    }
  }
}
