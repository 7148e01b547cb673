import COSE
import Foundation
import OpenSSL
import TestSupport
import Testing

@Suite struct SignTests {
  let payload = Array("roster".utf8)

  @Test func severalSigners() throws {
    let keys = try [KeyType.p256, .p384, .ed25519].map { try PrivateKey.generate($0) }
    let message = try Sign.sign(payload, protected: [3: 0], with: keys)
    #expect(message.payload == payload[...] && message.signatures.count == 3)
    for (number, signature) in message.signatures.enumerated() {
      #expect(signature.protected.keyID == keys[number].publicKey.thumbprint)
      for (other, key) in keys.enumerated() {
        let result = message.verify(signature, with: key.publicKey)
        #expect(result == (other == number ? .valid : .algorithmDoesNotFitKey))
      }
      let stranger = try PrivateKey.generate(keys[number].type).publicKey
      #expect(message.verify(signature, with: stranger) == .invalid)
    }
    #expect(try Sign(decoding: message.bytes) == message)
  }

  @Test func aSignatureCoversTheBodyTheSignerAndTheExternalData() throws {
    let key = try PrivateKey.generate(.ed25519)
    let message = try Sign.sign(payload, protected: [3: 0], with: [key])
    let signature = try #require(message.signatures.first)
    #expect(message.verify(signature, with: key.publicKey, externalAAD: [1]) == .invalid)
    for part in ["a10300", hexText(payload), hexText(try #require(key.publicKey.thumbprint))] {
      let text = hexText(message.bytes)
      let range = try #require(text.range(of: part))
      let last = try #require(part.last)
      let changed = text.replacingCharacters(in: range, with: part.dropLast() + (last == "1" ? "2" : "1"))
      let damaged = try Sign(decoding: hex(changed))
      #expect(damaged.verify(try #require(damaged.signatures.first), with: key.publicKey) == .invalid, "\(part)")
    }
  }

  @Test func addingKeepsEverythingElse() throws {
    let keys = try [KeyType.p256, .ed25519].map { try PrivateKey.generate($0) }
    let both = try Sign.sign(payload, protected: [3: 0], with: keys)
    let one = try Sign.sign(payload, protected: [3: 0], with: [keys[0]])
    let two = try one.adding(keys[1])
    #expect(two.signatures.first == one.signatures.first)
    #expect(two.signatures.last == both.signatures.last)  // Ed25519 is deterministic.
    for (signature, key) in zip(two.signatures, keys) { #expect(two.verify(signature, with: key.publicKey) == .valid) }
  }

  /// Unprotected headers, an unsorted protected one and an empty map are all part of "everything else".
  @Test func addingKeepsUnprotectedHeadersByteForByte() throws {
    let head = "d86284" + "41a0" + "a203000441aa" + "4163"
    let signer = "83" + "45a203000126" + "a20a41bb0401" + "4101"
    let key = try PrivateKey.generate(.ed25519)
    let added = try Sign(decoding: hex(head + "81" + signer)).adding(key)
    #expect(hexText(added.bytes).hasPrefix(head + "82" + signer + "83"))
    #expect(added.verify(try #require(added.signatures.last), with: key.publicKey) == .valid)
    let untagged = try Sign(decoding: hex(head.dropFirst(4) + "81" + signer), tagRequired: false)
    #expect(try untagged.adding(key) == added)
  }

  @Test func signingNeedsAKeyThatSigns() throws {
    for type in [KeyType.x25519, .p521] {
      let key = try PrivateKey.generate(type)
      #expect(throws: OpenSSLError.unfit) { try Sign.sign(payload, protected: [:], with: [key]) }
    }
    let detached = try Sign(decoding: hex("d8628440a0f6818340a04101"))
    let key = try PrivateKey.generate(.p256)
    #expect(detached.verify(try #require(detached.signatures.first), with: key.publicKey) == .unsupportedAlgorithm(nil))
    #expect(throws: OpenSSLError.unfit) { try detached.adding(key) }
  }

  static let refused: [(name: String, bytes: String, reason: DecodeError.Reason, offset: Int)] = [
    ("untagged", "8440a04163818340a04101", .unexpectedType, 0),
    ("tag 18", "d28440a04163818340a04101", .unexpectedType, 0),
    ("three elements", "d8628340a04163", .unexpectedType, 2), ("no signatures", "d8628440a0416380", .invalidValue, 7),
    ("signatures bytes", "d8628440a0416340", .unexpectedType, 7),
    ("signer of two", "d8628440a04163818240a0", .unexpectedType, 8),
    ("signer protected twice", "d8628440a04163818345a201260126a04101", .duplicateKey, 10),
    ("signer unprotected twice", "d8628440a04163818340a2040004004101", .duplicateKey, 10),
    ("body protected twice", "d8628445a203000300a04163818340a04101", .duplicateKey, 4),
    ("after the end", "d8628440a04163818340a0410100", .trailingBytes, 13),
    ("signature null", "d8628440a04163818340a0f6", .unexpectedType, 11),
  ]

  @Test func refusals() throws {
    for (name, bytes, reason, offset) in Self.refused {
      let error = try #require(throws: DecodeError.self, "\(name)") { try Sign(decoding: hex(bytes)) }
      #expect(error.reason == reason && error.offset == offset, "\(name): \(error)")
    }
  }

  @Test func atMost128Signatures() throws {
    let signer = hex("8340a04101")
    func message(_ count: UInt8) -> [UInt8] {
      hex("d8628440a041639818").dropLast() + [count] + Array(repeating: signer, count: Int(count)).joined()
    }
    #expect(try Sign(decoding: message(128)).signatures.count == 128)
    let error = try #require(throws: DecodeError.self) { try Sign(decoding: message(129)) }
    #expect(error.reason == .tooLarge && error.offset == 7)
    let bytes = [UInt8](repeating: 0xff, count: Sign.maximumByteCount + 1)
    #expect(throws: DecodeError(.tooLarge, at: Sign.maximumByteCount)) { try Sign(decoding: bytes) }
  }
}
