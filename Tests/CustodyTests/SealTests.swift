import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

/// Content is sealed to whom it concerns, opens for them, and shows nothing but its padded length.
@Suite struct SealTests {
  static let boundaries: [Int] =
    [0, 1, 4055, 4056, 4057, 8151, 8152, 8153, 65_495, 65_496, 65_497, 1 << 20 - 41, 1 << 20 - 40, 1 << 20 - 39]
    + [2 << 20 - 40, 2 << 20 - 39]

  /// The least power of two that 40 bytes and the content fit, 4 KiB at least.
  private static func padded(_ count: Int) -> Int {
    var size = 4096
    while size < count + 40 { size *= 2 }
    return size
  }

  @Test(arguments: boundaries) func everySizeComesBackAndShowsItsPaddedLengthOnly(_ count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    let (curve, edwards) = (try PrivateKey.generate(.p256), try PrivateKey.generate(.x25519))
    let content = random.bytes(count)
    let salt = random.bytes(32)
    let sealed = try Seal.seal(content, salt: salt, to: [curve.publicKey, edwards.publicKey], in: .sample)
    let annex = Annex(id: "manifest", mediaType: "", salt: salt, content: content)
    let commitment = SealForge.commitment(content, salt: salt)
    #expect(sealed.commitment == commitment && annex.commitment == commitment)
    #expect(sealed.digest == SHA256.hash(sealed.ciphertext))
    for key in [curve, edwards] {
      let opened = try Seal.open(
        sealed.ciphertext, with: key, in: .sample, digest: sealed.digest, commitment: sealed.commitment)
      #expect(opened.content == content && opened.salt == salt)
    }
    let size = Self.padded(count)
    let chunks = max(1, size >> 20)
    let overhead = 1_000 + 42 + (size / chunks + 16 > 0xffff ? 2 : 0)
    #expect(sealed.ciphertext.count == size + chunks * overhead)
    #expect(Seal.ciphertextByteCount(contentByteCount: UInt64(count)) == UInt64(sealed.ciphertext.count))
    #expect(Seal.isCiphertextByteCount(UInt64(sealed.ciphertext.count)))
    #expect(!Seal.isCiphertextByteCount(UInt64(sealed.ciphertext.count) - 1))
    for less: UInt64 in [0, 1, 500] {
      let least = Seal.ciphertextByteCount(atLeast: UInt64(sealed.ciphertext.count) - less)
      #expect(least == UInt64(sealed.ciphertext.count))
    }
  }

  @Test("The least length is the smallest payload's, and beyond the longest there is none") func leastLengths() throws {
    let longest = try #require(Seal.ciphertextByteCount(contentByteCount: Seal.maximumContentByteCount))
    #expect(Seal.ciphertextByteCount(atLeast: 0) == Seal.ciphertextByteCount(contentByteCount: 0))
    #expect(Seal.ciphertextByteCount(atLeast: longest) == longest)
    #expect(Seal.ciphertextByteCount(atLeast: longest + 1) == nil && Seal.ciphertextByteCount(atLeast: .max) == nil)
  }

  @Test func neitherNumberNorTypeOfRecipientsShows() throws {
    var sizes: Set<Int> = []
    for (curves, edwards) in [(0, 0), (1, 0), (0, 1), (4, 4), (8, 0), (0, 8), (3, 5), (6, 1)] {
      let keys =
        try (0..<curves).map { _ in try PrivateKey.generate(.p256) }
        + (0..<edwards).map { _ in try PrivateKey.generate(.x25519) }
      let sealed = try Seal.seal([1], salt: SealForge.salt, to: keys.map(\.publicKey), in: .sample)
      sizes.insert(sealed.ciphertext.count)
      let message = try Encrypt(decoding: sealed.ciphertext)
      #expect(message.recipients.count == 8)
      let types = message.recipients.compactMap { $0.ephemeralKey?.map?[-1]?.int }
      // All of P-256 where nobody's is X25519; else four of each, unless more than four of one type are real.
      #expect(types.filter { $0 == 1 }.count == (edwards == 0 ? 8 : max(min(4, 8 - edwards), curves)))
      #expect(message.recipients.allSatisfy { $0.unprotected[4] == nil && $0.protected.values[4] == nil })
      for key in keys { #expect(refusal(sealed.ciphertext, key, .sample, of: [1]) == nil) }
      #expect(refusal(sealed.ciphertext, try .generate(.p256), .sample, of: [1]) == .notForThisKey)
    }
    #expect(sizes.count == 1)
  }

  /// Among 60 messages a lone recipient stands in many places: 8 at random, all but certainly more than 3.
  @Test func positionSaysNothing() throws {
    let key = try PrivateKey.generate(.x25519)
    var places: Set<Int> = []
    for _ in 0..<60 {
      let sealed = try Seal.seal([], salt: SealForge.salt, to: [key.publicKey], in: .sample)
      let message = try Encrypt(decoding: sealed.ciphertext)
      let found = message.recipients.firstIndex {
        (try? $0.contentKey(with: .agreeing(key), for: .a256GCM, alone: false)) != nil
      }
      places.insert(try #require(found))
    }
    #expect(places.count > 3)
  }

  @Test func twoSealingsHaveNothingInCommon() throws {
    let key = try PrivateKey.generate(.p256)
    let first = try Seal.seal([1], salt: SealForge.salt, to: [key.publicKey, key.publicKey], in: .sample)
    let second = try Seal.seal([1], salt: SealForge.salt, to: [key.publicKey], in: .sample)
    #expect(first.commitment == second.commitment && first.digest != second.digest)
    let messages = try [first, second].map { try Encrypt(decoding: $0.ciphertext) }
    let keys = Set(messages.flatMap { $0.recipients.compactMap(\.ephemeralKey) })
    #expect(keys.count == 16)
    #expect(messages[0].unprotected != messages[1].unprotected)
  }

  @Test func whatCannotBeSealedIsSaid() throws {
    let keys = try (0..<9).map { _ in try PrivateKey.generate(.p256).publicKey }
    func refused(_ salt: [UInt8], _ keys: [PublicKey]) -> Bool {
      do { _ = try Seal.seal([], salt: salt, to: keys, in: .sample) } catch {
        if case .cannotSeal = error { return true }
      }
      return false
    }
    #expect(refused(SealForge.salt, keys) && !refused(SealForge.salt, Array(keys.dropLast())))
    #expect(refused(Array(SealForge.salt.dropLast()), []))
    #expect(refused(SealForge.salt, [try PrivateKey.generate(.ed25519).publicKey]))
    #expect(refused(SealForge.salt, [try PrivateKey.generate(.p384).publicKey]))
    let identity = try PublicKey(type: .x25519, raw: [UInt8](repeating: 0, count: 32))
    #expect(throws: SealRefusal.libcrypto(OpenSSLError(code: .agree, reasons: []))) {
      try Seal.seal([], salt: SealForge.salt, to: [identity], in: .sample)
    }
    #expect(throws: SealRefusal.contentLength(1 << 32)) {
      _ = try SealWriter(contentByteCount: 1 << 32, salt: SealForge.salt, to: [], in: .sample)
    }
    #expect(Seal.ciphertextByteCount(contentByteCount: .max) == nil)
    #expect(Seal.ciphertextByteCount(contentByteCount: 1 << 32 - 40) == 4096 * (1 << 20 + 1044))
  }
}
