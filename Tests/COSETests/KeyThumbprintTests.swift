import COSE
import OpenSSL
import TestSupport
import Testing

@Suite struct KeyThumbprintTests {
  static let x = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
  static let y = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"

  /// RFC 9679 §6.
  @Test func theExampleOfTheRFC() throws {
    let encoded = hex("a401022001215820" + Self.x + "225820" + Self.y)
    let key = try PublicKey(coseKey: CBOR.decode(encoded))
    #expect(key.type == .p256)
    #expect(key.coseKey?.encoded() == encoded)
    let thumbprint = try #require(key.thumbprint)
    #expect(hexText(thumbprint) == "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec")
  }

  @Test(arguments: [
    (KeyType.p256, "a4010220012158", 75), (.p384, "a4010220022158", 107), (.p521, "a4010220032158", 143),
    (.ed25519, "a3010120062158", 40), (.x25519, "a3010120042158", 40),
  ])
  func roundTrip(_ type: KeyType, _ head: String, _ count: Int) throws {
    let key = try PrivateKey.generate(type).publicKey
    let encoded = try #require(key.coseKey).encoded()
    #expect(hexText(encoded).hasPrefix(head) && encoded.count == count)
    let read = try PublicKey(coseKey: CBOR.decode(encoded))
    #expect(read == key && read.type == type)
    #expect(read.thumbprint == SHA256.hash(encoded))
  }

  static let ec: CBORMap = [1: 2, -1: 1, -2: .bytes(hex(x)), -3: .bytes(hex(y))]
  static let okp: CBORMap = [1: 1, -1: 6, -2: .bytes(hex(x))]

  private static func with(_ map: CBORMap, _ changes: (CBOR, CBOR?)...) -> CBOR {
    var map = map
    for (key, value) in changes { map[key] = value }
    return .map(map)
  }

  static let refused: [(String, CBOR, DecodeError.Reason)] = [
    ("no map", .array([]), .unexpectedType), ("empty", .map([:]), .unexpectedType),
    ("no kty", with(ec, (1, nil)), .unexpectedType), ("kty as text", with(ec, (1, "EC2")), .unexpectedType),
    ("no crv", with(ec, (-1, nil)), .unexpectedType), ("no x", with(ec, (-2, nil)), .unexpectedType),
    ("no y", with(ec, (-3, nil)), .invalidValue), ("y as a sign bit", with(ec, (-3, .bool(true))), .invalidValue),
    ("y of an OKP key", with(okp, (-3, .bytes(hex(y)))), .invalidValue),
    ("a private key", with(ec, (-4, .bytes(hex(x)))), .invalidValue),
    ("kid", with(ec, (2, .bytes([1]))), .invalidValue), ("alg", with(okp, (3, -8)), .invalidValue),
    ("symmetric", .map([1: 4, -1: 1, -2: .bytes(hex(x))]), .unsupported), ("crv 8", with(ec, (-1, 8)), .unsupported),
    ("Ed448", with(okp, (-1, 7)), .unsupported), ("EC2 with the curve of OKP", with(ec, (-1, 6)), .unsupported),
    ("short x", with(ec, (-2, .bytes(hex(x).dropLast()))), .invalidValue),
    ("long y", with(ec, (-3, .bytes([0] + hex(y)))), .invalidValue),
    ("x moved into y", with(ec, (-2, .bytes([])), (-3, .bytes(hex(x + y)))), .invalidValue),
    ("off the curve", with(ec, (-3, .bytes(hex(x)))), .invalidValue),
    ("short OKP", with(okp, (-2, .bytes(hex(x).dropLast()))), .invalidValue),
  ]

  @Test func refusals() throws {
    for (name, item, reason) in Self.refused {
      let error = try #require(throws: DecodeError.self, "\(name)") { try PublicKey(coseKey: item, offset: 7) }
      #expect(error.reason == reason && error.offset == 7, "\(name): \(error)")
    }
  }

  @Test func anRSAKeyHasNoThumbprint() throws {
    // Every other type has one; RSA keys are verified with by certificate only.
    let modulus = [0x00, 0x80] + [UInt8](repeating: 0, count: 254) + [0x01]
    let key = hex("3082010a02820101") + modulus + hex("0203010001")
    let der = hex("30820122300d06092a864886f70d01010105000382010f00") + key
    let rsa = try PublicKey(subjectPublicKeyInfo: der)
    #expect(rsa.type == .rsa && rsa.coseKey == nil && rsa.thumbprint == nil)
  }
}
