import OpenSSL
import TestSupport
import Testing

/// A key type with the schemes it is tried with.
struct Signer: Sendable, CustomTestStringConvertible {
  let type: KeyType
  let scheme: SignatureScheme
  let byteCount: Int
  var testDescription: String { type.rawValue }

  static let ecdsa = [
    Signer(type: .p256, scheme: .ecdsaSHA256, byteCount: 64),
    Signer(type: .p384, scheme: .ecdsaSHA384, byteCount: 96),
    Signer(type: .p521, scheme: .ecdsaSHA512, byteCount: 132),
  ]
  static let all = ecdsa + [Signer(type: .ed25519, scheme: .ed25519, byteCount: 64)]
}

@Suite struct SignatureTests {
  let message = Array("This is the content.".utf8)

  @Test(arguments: Signer.all) func roundTrip(_ signer: Signer) throws {
    let key = try PrivateKey.generate(signer.type)
    for message in [[], [0], message, [UInt8](repeating: 7, count: 100_000)] {
      let signature = try key.sign(message, scheme: signer.scheme)
      #expect(signature.count == signer.byteCount)
      #expect(key.publicKey.verifies(signature, of: message, scheme: signer.scheme))
      #expect(!key.publicKey.verifies(signature, of: message + [0], scheme: signer.scheme))
    }
  }

  @Test(arguments: Signer.all) func everyFlippedBitOfTheSignatureIsInvalid(_ signer: Signer) throws {
    let key = try PrivateKey.generate(signer.type)
    let signature = try key.sign(message, scheme: signer.scheme)
    for bit in 0..<(signature.count * 8) {
      var changed = signature
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!key.publicKey.verifies(changed, of: message, scheme: signer.scheme), "bit \(bit)")
    }
  }

  @Test(arguments: Signer.all) func anotherKeyDoesNotVerify(_ signer: Signer) throws {
    let signature = try PrivateKey.generate(signer.type).sign(message, scheme: signer.scheme)
    let other = try PrivateKey.generate(signer.type).publicKey
    #expect(!other.verifies(signature, of: message, scheme: signer.scheme))
  }

  @Test(arguments: Signer.ecdsa) func sIsAlwaysLowAndBothTwinsVerify(_ signer: Signer) throws {
    let order = try #require(CurveOrder.of(signer.type))
    let key = try PrivateKey.generate(signer.type)
    for number in 0..<40 {
      let message = message + [UInt8(number)]
      let signature = try key.sign(message, scheme: signer.scheme)
      #expect(CurveOrder.isLow(signature, order: order))
      let twin = CurveOrder.twin(of: signature, order: order)
      #expect(twin != signature && !CurveOrder.isLow(twin, order: order))
      #expect(key.publicKey.verifies(twin, of: message, scheme: signer.scheme))
    }
  }

  @Test(arguments: Signer.all) func wrongLengthsAndGarbageAreFalse(_ signer: Signer) throws {
    let key = try PrivateKey.generate(signer.type)
    let signature = try key.sign(message, scheme: signer.scheme)
    let zeros = [UInt8](repeating: 0, count: signer.byteCount)
    let ones = [UInt8](repeating: 0xff, count: signer.byteCount)
    let wrong = [
      [], [0], zeros, ones, Array(signature.dropLast()), signature + [0], [0] + signature, signature + signature,
    ]
    for signature in wrong + [DER.encoded(signature)] {
      #expect(!key.publicKey.verifies(signature, of: message, scheme: signer.scheme))
    }
  }

  @Test func aSchemeThatDoesNotFitIsFalseOrAnError() throws {
    let pairs: [(KeyType, SignatureScheme)] = [
      (.p256, .ed25519), (.p256, .rsaPSSSHA256), (.ed25519, .ecdsaSHA256), (.x25519, .ed25519), (.x25519, .ecdsaSHA256),
    ]
    for (type, scheme) in pairs {
      let key = try PrivateKey.generate(type)
      #expect(throws: OpenSSLError.self) { try key.sign(message, scheme: scheme) }
      #expect(!key.publicKey.verifies([UInt8](repeating: 1, count: 64), of: message, scheme: scheme))
    }
  }
}
