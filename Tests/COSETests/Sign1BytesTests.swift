import COSE
import OpenSSL
import TestSupport
import Testing

/// What is kept of the bytes received, and what is refused in them.
@Suite struct Sign1BytesTests {
  /// d2 84, protected, unprotected, payload, signature: all as hexadecimal text.
  private static func message(_ protected: String, _ unprotected: String, _ rest: String = "4163" + "4101") -> [UInt8] {
    hex("d284" + protected + unprotected + rest)
  }

  /// Content type before alg: not sorted, and signed that way.
  static let unsorted = "45a203000126"

  @Test(arguments: ["40", "41a0", "43a10126", unsorted, "46a20126044105"])
  func replacingTheUnprotectedHeaderKeepsEveryOtherByte(_ protected: String) throws {
    for rest in ["4163" + "4101", "f6" + "4101", "40" + "40", "5818" + String(repeating: "ab", count: 24) + "4101"] {
      let message = try Sign1(decoding: Self.message(protected, "a2044105" + "0300", rest))
      let replaced = message.replacingUnprotected([394: .array([.bytes([7])])])
      #expect(replaced == Self.message(protected, "a1" + "19018a" + "814107", rest))
      let emptied = try Sign1(decoding: Self.message(protected, "a0", rest))
      #expect(message.replacingUnprotected([:]) == emptied.bytes)
      #expect(emptied.signatureInput(detached: [1]) == message.signatureInput(detached: [1]))
    }
  }

  @Test func anUnsortedProtectedHeaderIsKeptAndVerifiesVerbatim() throws {
    let key = try PrivateKey.generate(.p256)
    let input = hex("846a5369676e617475726531" + Self.unsorted + "40" + "4163")
    let signature = hexText(try key.sign(input, scheme: .ecdsaSHA256))
    let message = try Sign1(decoding: Self.message(Self.unsorted, "a0", "4163" + "5840" + signature))
    #expect(hexText(message.protected.encoded) == Self.unsorted.dropFirst(2))
    #expect(message.signatureInput() == input)
    #expect(message.verify(with: key.publicKey) == .valid)
    let sorted = try Sign1(decoding: Self.message("45a201260300", "a0", "4163" + "5840" + signature))
    #expect(sorted.verify(with: key.publicKey) == .invalid)
  }

  /// RFC 9052 §4.4: the empty map and the empty string are signed alike, and each is kept.
  @Test func anEmptyProtectedHeaderIsSignedAsTheEmptyString() throws {
    let input = hex("846a5369676e617475726531" + "40" + "40" + "4163")
    for protected in ["40", "41a0"] {
      let message = try Sign1(decoding: Self.message(protected, "a0"))
      #expect(message.signatureInput() == input)
      #expect(message.replacingUnprotected([:]) == message.bytes)
    }
  }

  /// RFC 9052 §3: what stands in the protected header counts, even if it is nothing we know.
  @Test func anUnprotectedAlgorithmNeverOverridesTheProtectedOne() throws {
    let key = try PrivateKey.generate(.p256)
    let protected = "4aa10167756e6b6e6f776e"
    let input = hex("846a5369676e617475726531" + protected + "40" + "4163")
    let signature = hexText(try key.sign(input, scheme: .ecdsaSHA256))
    let message = try Sign1(decoding: Self.message(protected, "a10126", "4163" + "5840" + signature))
    #expect(message.verifyLeniently(with: key.publicKey) == .unsupportedAlgorithm(nil))
    #expect(message.verify(with: key.publicKey) == .unsupportedAlgorithm(nil))
  }

  static let refused: [(name: String, bytes: String, reason: DecodeError.Reason, offset: Int)] = [
    ("untagged", "8443a10126a041634101", .unexpectedType, 0), ("tag 98", "d8628440a041634101", .unexpectedType, 0),
    ("tag 18 twice", "d2d28440a041634101", .unexpectedType, 1), ("long tag", "d8128440a041634101", .nonShortest, 0),
    ("three elements", "d28340a04163", .unexpectedType, 1), ("five", "d28540a04163410100", .unexpectedType, 1),
    ("a map", "d2a10000", .unexpectedType, 1), ("indefinite", "d29f40a041634101ff", .indefiniteLength, 1),
    ("protected map", "d284a0a041634101", .unexpectedType, 2),
    ("protected list", "d2844180a041634101", .unexpectedType, 3),
    ("protected cut", "d28442a101a041634101", .truncated, 5),
    ("protected long", "d28442a000a041634101", .trailingBytes, 4),
    ("protected twice", "d28445a201260126a041634101", .duplicateKey, 3),
    ("protected twice apart", "d28447a3012603000126a041634101", .duplicateKey, 3),
    ("unprotected twice", "d28440a20400040041634101", .duplicateKey, 3),
    ("unprotected list", "d284408041634101", .unexpectedType, 3),
    ("unprotected null", "d28440f641634101", .unexpectedType, 3),
    ("payload text", "d28440a061634101", .unexpectedType, 4),
    ("payload undefined", "d28440a0f74101", .unexpectedType, 4),
    ("signature null", "d28440a04163f6", .unexpectedType, 6),
    ("after the end", "d28440a04163410100", .trailingBytes, 8),
    ("long length", "d28440a0580163" + "4101", .nonShortest, 4), ("cut", "d28440a041634201", .truncated, 8),
    ("indefinite payload", "d28440a05f4163ff4101", .indefiniteLength, 4), ("empty", "", .truncated, 0),
  ]

  @Test func refusals() throws {
    for (name, bytes, reason, offset) in Self.refused {
      let error = try #require(throws: DecodeError.self, "\(name)") { try Sign1(decoding: hex(bytes)) }
      #expect(error.reason == reason && error.offset == offset, "\(name): \(error)")
    }
  }

  @Test func aMessageOverFourMebibytesIsRefusedUnread() {
    let bytes = [UInt8](repeating: 0xff, count: Sign1.maximumByteCount + 1)
    #expect(throws: DecodeError(.tooLarge, at: Sign1.maximumByteCount)) { try Sign1(decoding: bytes) }
  }
}
