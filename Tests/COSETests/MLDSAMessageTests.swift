import COSE
import Foundation
import OpenSSL
import TestSupport
import Testing

/// ML-DSA in COSE (RFC 9964).
@Suite struct MLDSAMessageTests {
  private struct Example: Decodable {
    let key: String
    let sign1: String
    let raw_to_be_signed: String
    let raw_public_key: String
  }

  private func example(_ set: Int) throws -> Example {
    try JSONDecoder().decode(Example.self, from: Vectors.file("ml-dsa/ML_DSA_\(set).cose.json"))
  }

  /// The public half of a COSE_Key that also has its kid and its seed, which ours never have.
  private func publicPart(_ item: CBOR) throws -> CBOR {
    var map = try #require(item.map)
    map[2] = nil
    map[-2] = nil
    return .map(map)
  }

  @Test("The RFC's examples: key, thumbprint and message; without ML-DSA all but the verification")
  func vectors() throws {
    guard Vectors.folder != nil else { return Vectors.announce("ml-dsa") }
    var tally = VectorTally("ml-dsa")
    for (set, type) in [(65, KeyType.mlDSA65), (87, .mlDSA87)] {
      let example = try example(set)
      let item = try CBOR.decode(hex(example.key), allowing: .unsortedKeys)
      let key = try PublicKey(coseKey: publicPart(item))
      #expect(key.type == type && key.raw == hex(example.raw_public_key))
      // Their kid is the thumbprint: type, algorithm and key, and nothing else.
      #expect(key.thumbprint == item.map?[2]?.bytes)
      let message = try Sign1(decoding: hex(example.sign1))
      #expect(message.signatureInput() == hex(example.raw_to_be_signed))
      let result = message.verify(with: key)
      if MLDSA.isAvailable {
        #expect(result == .valid)
        var changed = hex(example.sign1)
        changed[changed.count - 1000] ^= 1
        #expect(try Sign1(decoding: changed).verify(with: key) == .invalid)
        tally.accepted += 1
      } else {
        #expect(result == .notVerifiableHere)
        tally.skip("ML_DSA_\(set)", because: MLDSA.absence)
      }
    }
    let other = try #require(throws: DecodeError.self) {
      try PublicKey(coseKey: publicPart(CBOR.decode(hex(example(44).key), allowing: .unsortedKeys)))
    }
    #expect(other.reason == .unsupported)
    tally.skip("ML_DSA_44", because: "this project takes the sets 65 and 87 only")
    tally.report()
  }

  @Test(
    "A message round-trips and fits its own key only; without ML-DSA it is neither valid nor invalid",
    arguments: [(KeyType.mlDSA65, Int64(-49)), (.mlDSA87, -50)])
  func roundTrip(_ type: KeyType, _ algorithm: Int64) throws {
    let elliptic = try PrivateKey.generate(.p256)
    let stranger = try PublicKey(type: type, raw: [UInt8](repeating: 3, count: type.coordinateByteCount ?? 0))
    let classical = try Sign1.sign([1], protected: [1: -9], with: elliptic)
    #expect(classical.verify(with: stranger) == .algorithmDoesNotFitKey)
    // Nobody signed this: where it can be looked at it is invalid.
    let madeUp = try Sign1(decoding: hex("d28444a10138\(type == .mlDSA65 ? "30" : "31")a041634101"))
    let result: SignatureResult = MLDSA.isAvailable ? .invalid : .notVerifiableHere
    #expect(madeUp.verify(with: stranger) == result)
    #expect(madeUp.verify(with: elliptic.publicKey) == .algorithmDoesNotFitKey)
    guard MLDSA.isAvailable else { return print("SKIPPED: signing with \(type): \(MLDSA.absence)") }
    let key = try PrivateKey.generate(type)
    let message = try Sign1.sign([1, 2], protected: [1: .int(algorithm)], with: key)
    #expect(message.verify(with: key.publicKey) == .valid && message.verify(with: stranger) == .invalid)
    #expect(message.verify(with: elliptic.publicKey) == .algorithmDoesNotFitKey)
    let wrong = type == .mlDSA65 ? KeyType.mlDSA87 : .mlDSA65
    #expect(message.verify(with: try PrivateKey.generate(wrong).publicKey) == .algorithmDoesNotFitKey)
    #expect(throws: OpenSSLError.unfit) { try Sign1.sign([1], protected: [1: -9], with: key) }
    let list = try Sign.sign([1, 2], protected: [:], with: [key, elliptic])
    let signature = try #require(list.signatures.first)
    #expect(list.verify(signature, with: key.publicKey) == .valid)
  }

  static let pub = [UInt8](repeating: 5, count: 1952)
  static let akp: CBORMap = [1: 7, 3: -49, -1: .bytes(pub)]

  private static func with(_ changes: (CBOR, CBOR?)...) -> CBOR {
    var map = akp
    for (key, value) in changes { map[key] = value }
    return .map(map)
  }

  static let refused: [(String, CBOR, DecodeError.Reason)] = [
    ("no alg", with((3, nil)), .unexpectedType), ("alg as text", with((3, "ML-DSA-65")), .unexpectedType),
    ("no pub", with((-1, nil)), .unexpectedType), ("ML-DSA-44", with((3, -48)), .unsupported),
    ("ES256", with((3, -7)), .unsupported), ("the length of 87", with((3, -50)), .invalidValue),
    ("short", with((-1, .bytes(Array(pub.dropLast())))), .invalidValue),
    ("long", with((-1, .bytes(pub + [0]))), .invalidValue), ("kid", with((2, .bytes([1]))), .invalidValue),
    ("a private key", with((-2, .bytes([UInt8](repeating: 0, count: 32)))), .invalidValue),
    ("as OKP", with((1, 1)), .unexpectedType),
  ]

  @Test("A COSE_Key of this type is read strictly") func strictly() throws {
    let read = try PublicKey(coseKey: .map(Self.akp))
    #expect(read.coseKey == .map(Self.akp) && read.type == .mlDSA65)
    #expect(read.thumbprint == SHA256.hash(CBOR.map(Self.akp).encoded()))
    for (name, item, reason) in Self.refused {
      let error = try #require(throws: DecodeError.self, "\(name)") { try PublicKey(coseKey: item, offset: 7) }
      #expect(error.reason == reason && error.offset == 7, "\(name): \(error)")
    }
  }
}
