import COSE
import Custody
import OpenSSL
import TestSupport
import Testing

/// Every way in which sealed content can be wrong is refused with its own reason.
@Suite struct SealRefusalTests {
  private let key: PrivateKey
  private let forge: SealForge
  private static let mebibyte = 1 << 20

  init() throws {
    key = try PrivateKey.generate(.p256)
    forge = try SealForge(key, .sample)
  }

  private func whole(_ content: [UInt8], chunks: Int) throws -> [[UInt8]] {
    let plaintext = SealForge.plaintext(content, padded: chunks * Self.mebibyte)
    return try (0..<chunks).map { index in
      let part = Array(plaintext[(index * Self.mebibyte)..<((index + 1) * Self.mebibyte)])
      return try forge.message(part, chunk: (UInt64(index), index == chunks - 1))
    }
  }

  @Test func whatIsForgedRightOpens() throws {
    let small = try forge.message(SealForge.plaintext([7, 8], padded: 4096))
    #expect(refusal(small, key, .sample, of: [7, 8]) == nil)
    let content = [UInt8](repeating: 9, count: Self.mebibyte + 5)
    #expect(refusal(try whole(content, chunks: 2).flatMap { $0 }, key, .sample, of: content) == nil)
    var mixed = forge
    mixed.keys[3] = try PrivateKey.generate(.x25519).publicKey
    mixed.recipients = try mixed.wrapped()
    #expect(refusal(try mixed.message(SealForge.plaintext([], padded: 4096)), key, .sample) == nil)
  }

  @Test func anotherContextIsRefused() throws {
    let sealed = try forge.message(SealForge.plaintext([], padded: 4096))
    let other = RecordID(unchecked: [UInt8](repeating: 9, count: 16))
    let (issuer, record, payload, type) = (
      SealContext.sample.issuer, SealContext.sample.recordID, SealContext.sample.payloadID, SealContext.sample.mediaType
    )
    for context in [
      SealContext(issuer: issuer + "x", recordID: record, payloadID: payload, mediaType: type),
      SealContext(issuer: issuer, recordID: other, payloadID: payload, mediaType: type),
      SealContext(issuer: issuer, recordID: record, payloadID: "identity", mediaType: type),
      SealContext(issuer: issuer, recordID: record, payloadID: payload, mediaType: type + "x"),
      SealContext(issuer: issuer, recordID: record, payloadID: payload + type, mediaType: ""),
    ] {
      #expect(refusal(sealed, key, context) == .altered(chunk: 0))
    }
    #expect(refusal(sealed, key, .sample) == nil)
  }

  @Test func theEnvelopeDecides() throws {
    let sealed = try forge.message(SealForge.plaintext([1], padded: 4096))
    #expect(refusal(sealed, key, .sample, of: [2]) == .commitment)
    #expect(refusal(sealed, key, .sample, of: [1], digest: SHA256.hash([])) == .digest)
    #expect(refusal(sealed, try .generate(.p256), .sample, of: [1]) == .notForThisKey)
    #expect(refusal(sealed, try .generate(.x25519), .sample, of: [1]) == .notForThisKey)
    #expect(refusal(sealed, try .generate(.ed25519), .sample, of: [1]) == .notForThisKey)
    // Another salt with the same content is another commitment.
    var plaintext = SealForge.plaintext([1], padded: 4096)
    plaintext[0] ^= 1
    #expect(refusal(try forge.message(plaintext), key, .sample, of: [1]) == .commitment)
  }

  @Test func lengthAndPaddingAreWhatTheyMustBe() throws {
    func forged(_ length: UInt64, padded: Int = 4096, fill: UInt8 = 0) throws -> SealRefusal? {
      let plaintext = SealForge.plaintext([], length: length, padded: padded, fill: fill)
      return refusal(try forge.message(plaintext), key, .sample)
    }
    for length in [4057, 4096, UInt64.max, UInt64.max - 39, 1 << 63] {
      #expect(try forged(length) == .lengthBeyond, "\(length)")
    }
    #expect(try forged(0, padded: 8192) == .paddingNotMinimal)
    #expect(try forged(4056, padded: 8192) == .paddingNotMinimal)
    #expect(try forged(4057, padded: 8192) == .commitment)
    #expect(try forged(0, fill: 1) == .paddingNotZero)
    var last = SealForge.plaintext([], padded: 4096)
    last[4095] = 1
    #expect(refusal(try forge.message(last), key, .sample) == .paddingNotZero)
    // The padding of a later chunk.
    let content = [UInt8](repeating: 9, count: Self.mebibyte)
    var chunks = try whole(content, chunks: 2)
    var second = [UInt8](repeating: 9, count: 40) + [UInt8](repeating: 0, count: Self.mebibyte - 40)
    second[Self.mebibyte - 1] = 1
    chunks[1] = try forge.message(second, chunk: (1, true))
    #expect(refusal(chunks.flatMap { $0 }, key, .sample, of: content) == .paddingNotZero)
  }

  @Test func sizesThatNoPayloadHasAreRefused() throws {
    let sealed = try forge.message(SealForge.plaintext([], padded: 4096))
    for bytes in [[], Array(sealed.dropLast()), sealed + [0], sealed + sealed, Array(sealed.prefix(2000))] {
      #expect(refusal(bytes, key, .sample) == .size(UInt64(bytes.count)))
    }
    let odd = try forge.message(SealForge.plaintext([], padded: 5000))
    #expect(refusal(odd, key, .sample) == .size(UInt64(odd.count)))
    let noise = [UInt8](repeating: 0x41, count: sealed.count)
    if case .form = try #require(refusal(noise, key, .sample)) { return }
    Issue.record("noise has a form")
  }

  @Test func chunksStandInTheirOrderAndNumber() throws {
    let content = [UInt8](repeating: 9, count: 3 * Self.mebibyte)
    let chunks = try whole(content, chunks: 4)
    func verdict(_ chunks: [[UInt8]]) -> SealRefusal? { refusal(chunks.flatMap { $0 }, key, .sample, of: content) }
    #expect(verdict(chunks) == nil)
    #expect(verdict([chunks[0], chunks[2], chunks[1], chunks[3]]) == .altered(chunk: 1))
    #expect(verdict([chunks[1], chunks[0], chunks[2], chunks[3]]) == .altered(chunk: 0))
    #expect(verdict([chunks[0], chunks[1], chunks[1], chunks[3]]) == .altered(chunk: 2))
    #expect(verdict(Array(chunks.prefix(2))) == .paddingNotMinimal || verdict(Array(chunks.prefix(2))) == .lengthBeyond)
    #expect(verdict(Array(chunks.prefix(3))) == .size(UInt64(chunks[0].count * 3)))
    #expect(verdict(chunks + chunks) == .paddingNotMinimal)
    #expect(verdict(chunks + [chunks[3]]) == .size(UInt64(chunks[0].count * 5)))
    // A single chunk of the right size says that it is one of several.
    #expect(verdict([chunks[0]]) == .altered(chunk: 0))
    // Cut short where the length would allow it: the last chunk must say that it is the last.
    let short = [UInt8](repeating: 9, count: Self.mebibyte + 10)
    var cut = try whole(short, chunks: 2)
    #expect(refusal(cut.flatMap { $0 }, key, .sample, of: short) == nil)
    cut[1] = try forge.message([UInt8](repeating: 9, count: Self.mebibyte), chunk: (1, false))
    #expect(refusal(cut.flatMap { $0 }, key, .sample, of: short) == .altered(chunk: 1))
  }

  @Test func everyChunkRepeatsTheSameRecipients() throws {
    let content = [UInt8](repeating: 9, count: Self.mebibyte)
    var chunks = try whole(content, chunks: 2)
    let second = [UInt8](repeating: 9, count: 40) + [UInt8](repeating: 0, count: Self.mebibyte - 40)
    chunks[1] = try forge.message(second, chunk: (1, true), recipients: try forge.wrapped())
    #expect(refusal(chunks.flatMap { $0 }, key, .sample, of: content) == .otherRecipients(chunk: 1))
    // A chunk of another payload to the same recipients is under another key.
    let other = try SealForge(key, .sample).message(second, chunk: (1, true), recipients: forge.recipients)
    #expect(refusal(chunks[0] + other, key, .sample, of: content) == .altered(chunk: 1))
  }
}
