import COSE
import OpenSSL
import TestSupport
import Testing

/// Random and damaged bytes: nothing traps, and what is accepted strictly is what would be written again.
@Suite struct FuzzTests {
  private struct Counts {
    var items = 0
    var messages = 0
  }

  private func decode(_ bytes: [UInt8], _ counts: inout Counts) {
    if let item = try? CBOR.decode(bytes) {
      counts.items += 1
      #expect(item.encoded() == bytes, "\(hexText(bytes))")
    }
    if let message = try? Sign1(decoding: bytes) {
      counts.messages += 1
      let rebuilt = message.replacingUnprotected(message.unprotected)
      let isStrict = (try? CBOR.decode(bytes)) != nil
      #expect(rebuilt == bytes || !isStrict, "\(hexText(bytes))")
      #expect((try? Sign1(decoding: rebuilt))?.signatureInput() == message.signatureInput())
    }
    if let message = try? Sign(decoding: bytes) {
      counts.messages += 1
      #expect(message.bytes == bytes && !message.signatures.isEmpty)
    }
    _ = try? Sign1(decoding: bytes, tagRequired: false)
    _ = try? Sign(decoding: bytes, tagRequired: false)
  }

  @Test func hundredThousandRandomByteStrings() {
    var random = SeededGenerator(named: "fuzz, random bytes")
    let heads: [[UInt8]] = [[], [0xd2, 0x84], [0xd2, 0x84, 0x43, 0xa1, 0x01, 0x26], [0xd8, 0x62, 0x84, 0x40, 0xa0]]
    var counts = Counts()
    for number in 0..<100_000 {
      let tail = random.bytes(Int.random(in: 0...24, using: &random))
      decode(heads[number % heads.count] + tail, &counts)
    }
    #expect(counts.items > 400)
  }

  @Test func damagedMessages() throws {
    var random = SeededGenerator(named: "fuzz, damaged messages")
    let keys = try [KeyType.p256, .ed25519].map { try PrivateKey.generate($0) }
    let header: CBORMap = [1: -9, 3: "text/plain", 15: .map([1: "urn:a", 2: "urn:b"])]
    let single = try Sign1.sign(
      hex("a16161820102")[...], protected: header, unprotected: [394: .array([.bytes([1, 2, 3])])], with: keys[0])
    let several = try Sign.sign(hex("a16161820102"), protected: [3: 0], with: keys)
    var counts = Counts()
    for message in [single.bytes, several.bytes] {
      decode(message, &counts)
      for bit in 0..<(message.count * 8) {
        var changed = message
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        decode(changed, &counts)
      }
      for _ in 0..<5000 { decode(damaged(message, &random), &counts) }
    }
    #expect(counts.messages > 100)
  }

  /// A few bytes replaced, removed, repeated or inserted.
  private func damaged(_ message: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = message
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let position = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes.remove(at: position)
      case 2: bytes.insert(bytes[position], at: position)
      default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: position)
      }
    }
    return bytes
  }
}
