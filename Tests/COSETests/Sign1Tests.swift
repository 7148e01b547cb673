import COSE
import OpenSSL
import TestSupport
import Testing

@Suite struct Sign1Tests {
  static let signers: [(KeyType, Int64)] = [(.p256, -9), (.p384, -51), (.ed25519, -19), (.p256, -7), (.ed25519, -8)]
  let payload = Array("content".utf8)

  @Test(arguments: signers) func roundTrip(_ type: KeyType, _ algorithm: Int64) throws {
    let key = try PrivateKey.generate(type)
    let aad = [UInt8](1...5)
    for detached in [false, true] {
      let message = try Sign1.sign(
        payload[...], protected: [1: .int(algorithm), 4: .bytes([9])], detached: detached, externalAAD: aad, with: key)
      let given = detached ? payload[...] : nil
      #expect(message.payload == (detached ? nil : payload[...]))
      #expect(message.protected.algorithmID == algorithm && message.protected.keyID == [9])
      #expect(message.verify(with: key.publicKey, detached: given, externalAAD: aad) == .valid)
      #expect(message.verifyLeniently(with: key.publicKey, detached: given, externalAAD: aad) == .valid)
      #expect(message.verify(with: key.publicKey, detached: given) == .invalid)
      let other = try PrivateKey.generate(type).publicKey
      #expect(message.verify(with: other, detached: given, externalAAD: aad) == .invalid)
      #expect(try Sign1(decoding: message.bytes) == message)
    }
  }

  @Test func aDetachedPayloadMustBeGiven() throws {
    let key = try PrivateKey.generate(.p256)
    let message = try Sign1.sign(payload[...], protected: [1: -9], detached: true, with: key)
    #expect(message.signatureInput() == nil)
    #expect(message.verify(with: key.publicKey) == .payloadMissing)
    #expect(message.verify(with: key.publicKey, detached: [1]) == .invalid)
  }

  /// A payload that is given beside one that is attached must not replace it.
  @Test func anAttachedPayloadIsTheOneVerified() throws {
    let key = try PrivateKey.generate(.p256)
    let message = try Sign1.sign(payload[...], protected: [1: -9], with: key)
    #expect(message.verify(with: key.publicKey, detached: [1]) == .valid)
    #expect(message.signatureInput(detached: [1]) == message.signatureInput())
  }

  @Test func signingNeedsAnAlgorithmThatFits() throws {
    let key = try PrivateKey.generate(.p256)
    for header: CBORMap in [[:], [1: "ES256"], [1: -19], [1: -51], [1: -35], [1: -999]] {
      #expect(throws: OpenSSLError.unfit) { try Sign1.sign(payload[...], protected: header, with: key) }
    }
  }

  @Test func theAlgorithmMustFitTheKey() throws {
    let key = try PrivateKey.generate(.p256)
    let message = try Sign1.sign(payload[...], protected: [1: -7], with: key)
    let p384 = try PrivateKey.generate(.p384).publicKey
    #expect(message.verify(with: p384) == .algorithmDoesNotFitKey)
    #expect(message.verifyLeniently(with: p384) == .invalid)
    let ed25519 = try PrivateKey.generate(.ed25519).publicKey
    #expect(message.verifyLeniently(with: ed25519) == .algorithmDoesNotFitKey)
  }
}
