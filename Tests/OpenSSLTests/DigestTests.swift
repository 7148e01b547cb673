import OpenSSL
import TestSupport
import Testing

@Suite struct DigestTests {
  /// FIPS 180-2 appendix B and the empty message.
  static let known: [(String, String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]

  @Test func knownAnswers() {
    for (message, digest) in Self.known { #expect(hexText(SHA256.hash(Array(message.utf8))) == digest) }
  }

  @Test func streamingEqualsOneShot() {
    var random = SeededGenerator(named: "streaming")
    for _ in 0..<200 {
      let message = random.bytes(Int.random(in: 0...500, using: &random))
      var hasher = SHA256Hasher()
      var position = 0
      while position < message.count {
        let next = Int.random(in: position...message.count, using: &random)
        hasher.update(message[position..<next])
        position = next
      }
      #expect(hasher.finish() == SHA256.hash(message))
    }
  }

  @Test func bytesThatAreNotContiguousGiveTheSameDigest() {
    let message = [UInt8](0...255)
    #expect(SHA256.hash(message.lazy.map { $0 }) == SHA256.hash(message))
    #expect(SHA256.hash(message[10..<20]) == SHA256.hash(Array(message[10..<20])))
  }

  /// RFC 4231 test cases 1 to 4, 6 and 7 (5 is truncated), and the empty key over the empty message.
  @Test func hmac() throws {
    let long = [UInt8](repeating: 0xaa, count: 131)
    let sixth = "Test Using Larger Than Block-Size Key - Hash Key First"
    let seventh =
      "This is a test using a larger than block-size key and a larger than block-size data. "
      + "The key needs to be hashed before being used by the HMAC algorithm."
    let cases: [(key: [UInt8], message: [UInt8], mac: String)] = [
      (
        .init(repeating: 0x0b, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        .init(repeating: 0xaa, count: 20), .init(repeating: 0xdd, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        .init(1...25), .init(repeating: 0xcd, count: 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
      ),
      (long, Array(sixth.utf8), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
      (long, Array(seventh.utf8), "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
      ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ]
    for item in cases { #expect(hexText(try hmacSHA256(key: item.key, message: item.message)) == item.mac) }
  }

  @Test func randomAndComparison() throws {
    let first = try randomBytes(32)
    let second = try randomBytes(32)
    #expect(first.count == 32 && first != second)
    #expect(constantTimeEqual(first, Array(first)) && constantTimeEqual([], []))
    #expect(!constantTimeEqual(first, second) && !constantTimeEqual(first, first.dropLast()))
  }
}
