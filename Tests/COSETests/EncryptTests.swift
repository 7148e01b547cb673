import COSE
import OpenSSL
import TestSupport
import Testing

/// COSE_Encrypt of our own making, and what its decoder refuses.
@Suite struct EncryptTests {
  private static let aad = Array("context".utf8)
  private static let text = Array("a payload".utf8)

  private static func message(_ keys: [PublicKey], aad: [UInt8] = aad) throws -> [UInt8] {
    let contentKey = try randomBytes(32)
    return try Encrypt.encrypt(
      text, contentKey: contentKey, nonce: randomBytes(12), externalAAD: aad,
      recipients: keys.map { try EncryptRecipient.wrapping(contentKey, to: $0) })
  }

  @Test(arguments: [KeyType.p256, .x25519]) func everyRecipientOpens(_ type: KeyType) throws {
    let keys = try (0..<4).map { _ in try PrivateKey.generate(type) }
    let other = try PrivateKey.generate(type == .p256 ? .x25519 : .p256)
    let message = try Encrypt(decoding: Self.message(keys.map(\.publicKey) + [other.publicKey]))
    #expect(message.recipients.count == 5)
    for key in keys + [other] {
      #expect(try message.decrypt(with: .agreeing(key), externalAAD: Self.aad) == Self.text)
      #expect(throws: DecryptRefusal.altered) { try message.decrypt(with: .agreeing(key), externalAAD: []) }
    }
    let stranger = try PrivateKey.generate(type)
    #expect(throws: DecryptRefusal.notForThisKey) {
      try message.decrypt(with: .agreeing(stranger), externalAAD: Self.aad)
    }
    #expect(throws: DecryptRefusal.unsupportedRecipient(-31)) { try message.decrypt(with: .shared([1, 2, 3])) }
  }

  @Test func noFlippedBitOfAMessageToOneOpens() throws {
    let key = try PrivateKey.generate(.x25519)
    let bytes = try Self.message([key.publicKey])
    var refused: Set<String> = []
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(bit)
        do {
          let message = try Encrypt(decoding: flipped)
          _ = try message.decrypt(with: .agreeing(key), externalAAD: Self.aad)
          // X25519 ignores the last bit of a coordinate (RFC 7748 §5): it is the same key, written otherwise.
          let ephemeral = try #require(message.recipients[0].ephemeralKey?.map?[-2]?.bytes)
          #expect(bit == 7 && ephemeral.last == bytes[index] ^ 0x80, "byte \(index), bit \(bit)")
        } catch let error as DecodeError {
          refused.insert(error.reason.rawValue)
        } catch let refusal as DecryptRefusal {
          refused.insert("\(refusal)")
        }
      }
    }
    #expect(refused.isSuperset(of: ["altered", "notForThisKey", "nonce", "unexpected-type", "truncated"]))
  }

  /// A message from these elements, with tag 96.
  private static func encoded(_ elements: [CBOR]) -> [UInt8] { CBOR.tagged(96, .array(elements)).encoded() }

  private static let header: CBOR = .bytes(hex("a10103"))
  private static let nonce: CBOR = .map([5: .bytes([UInt8](repeating: 0, count: 12))])
  private static let recipient: CBOR = .array([.bytes([]), .map([1: -6]), .bytes([])])
  private static let content: CBOR = .bytes([UInt8](repeating: 0, count: 16))

  private static func reason(_ elements: [CBOR]) -> DecodeError.Reason? {
    do {
      _ = try Encrypt(decoding: encoded(elements))
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func malformedMessagesAreRefused() throws {
    let (header, nonce, recipient, content) = (Self.header, Self.nonce, Self.recipient, Self.content)
    #expect(throws: Never.self) { try Encrypt(decoding: Self.encoded([header, nonce, content, .array([recipient])])) }
    let nested: CBOR = .array([.bytes([]), .map([1: -3]), .bytes([]), .array([recipient])])
    let cases: [([CBOR], DecodeError.Reason)] = [
      ([header, nonce, content, .array([])], .invalidValue),
      ([header, nonce, content, .array([nested])], .unsupported),
      ([header, nonce, content, .array(Array(repeating: recipient, count: 33))], .tooLarge),
      ([header, nonce, content, .array([.array([.bytes([])])])], .unexpectedType),
      ([header, nonce, content, recipient], .unexpectedType),
      ([header, nonce, .text("x"), .array([recipient])], .unexpectedType),
      ([header, .array([]), content, .array([recipient])], .unexpectedType),
      ([.map([:]), nonce, content, .array([recipient])], .unexpectedType),
      ([header, nonce, content], .unexpectedType),
    ]
    for (elements, reason) in cases { #expect(Self.reason(elements) == reason) }
    let valid = Self.encoded([header, nonce, content, .array([recipient])])
    #expect(throws: DecodeError(.trailingBytes, at: valid.count)) { try Encrypt(decoding: valid + [0]) }
    #expect(throws: DecodeError.self) { try Encrypt(decoding: Array(valid.dropFirst(2))) }
    #expect(throws: Never.self) { try Encrypt(decoding: Array(valid.dropFirst(2)), tagRequired: false) }
    let large = [UInt8](repeating: 0, count: Encrypt.maximumByteCount + 1)
    #expect(throws: DecodeError(.tooLarge, at: Encrypt.maximumByteCount)) { try Encrypt(decoding: large) }
    #expect(throws: DecodeError(.tooLarge, at: Encrypt.maximumByteCount)) { try Encrypt0(decoding: large) }
  }

  @Test func decryptingRefusesByName() throws {
    let secret = RecipientKey.shared([UInt8](repeating: 1, count: 32))
    func refusal(
      _ header: CBORMap, _ unprotected: CBORMap, content: CBOR = Self.content,
      _ recipients: [CBOR] = [Self.recipient]
    ) throws -> DecryptRefusal? {
      let elements: [CBOR] = [.bytes(CBOR.map(header).encoded()), .map(unprotected), content, .array(recipients)]
      let message = try Encrypt(decoding: Self.encoded(elements))
      do {
        _ = try message.decrypt(with: secret)
        return nil
      } catch {
        return error
      }
    }
    let nonce: CBORMap = [5: .bytes([UInt8](repeating: 0, count: 12))]
    #expect(try refusal([1: 3], nonce) == .altered)
    #expect(try refusal([1: 24], nonce) == .unsupportedAlgorithm(24))
    #expect(try refusal([:], [1: 3, 5: .bytes([])]) == .unsupportedAlgorithm(nil))
    #expect(try refusal([1: 3], [1: 3]) == .unsupportedAlgorithm(nil))
    #expect(try refusal([1: 3, 2: .array([5])], nonce) == .critical)
    #expect(try refusal([1: 3], [6: .bytes([1])]) == .nonce)
    #expect(try refusal([1: 3], [5: .bytes([1])]) == .nonce)
    #expect(try refusal([1: 3], nonce, content: .null) == .ciphertextMissing)
    #expect(try refusal([1: 3], nonce, content: .bytes([1, 2])) == .altered)
    // A key used directly must be the only one; and it must have the algorithm's length.
    #expect(try refusal([1: 3], nonce, [Self.recipient, Self.recipient]) == .unsupportedRecipient(-6))
    #expect(try refusal([1: 1], nonce) == .notForThisKey)
    #expect(try refusal([1: 3], nonce, [.array([.bytes([]), .map([1: -6]), .bytes([1])])]) == .notForThisKey)
    #expect(try refusal([1: 3], nonce, [.array([.bytes([]), .map([1: -5]), .bytes([1])])]) == .notForThisKey)
    #expect(try refusal([1: 3], nonce, [.array([.bytes([]), .map([1: -3]), .bytes([1])])]) == .notForThisKey)
  }
}
