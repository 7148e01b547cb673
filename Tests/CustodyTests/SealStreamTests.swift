import Custody
import OpenSSL
import TestSupport
import Testing

/// Sealing and opening piece by piece gives what is given in memory, and nothing before its tag.
@Suite struct SealStreamTests {
  private let key: PrivateKey

  init() throws { key = try PrivateKey.generate(.x25519) }

  /// Pieces of random lengths, some of them empty.
  private static func pieces(_ bytes: [UInt8], longest: Int, _ random: inout SeededGenerator) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Int.random(in: 0...longest, using: &random)
      pieces.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  @Test(arguments: [(0, 10), (5000, 700), (1 << 20 - 40, 300_000), (3 << 20, 900_000), (3 << 20, 3_000_000)])
  func piecesOfAnyLength(_ count: Int, _ longest: Int) throws {
    var random = SeededGenerator(named: "seal \(count)")
    let content = random.bytes(count)
    var writer = try SealWriter(
      contentByteCount: UInt64(count), salt: SealForge.salt, to: [key.publicKey], in: .sample)
    var ciphertext: [UInt8] = []
    for piece in Self.pieces(content, longest: longest, &random) { ciphertext += try writer.write(piece) }
    while let more = try writer.padding() { ciphertext += more }
    let (digest, commitment) = try writer.finish()
    #expect(digest == SHA256.hash(ciphertext) && commitment == SealForge.commitment(content))
    #expect(UInt64(ciphertext.count) == Seal.ciphertextByteCount(contentByteCount: UInt64(count)))
    var reader = try SealReader(
      ciphertextByteCount: UInt64(ciphertext.count), with: key, in: .sample, digest: digest, commitment: commitment)
    var found: [UInt8] = []
    for piece in Self.pieces(ciphertext, longest: longest, &random) { found += try reader.read(piece) }
    #expect(try reader.finish() == SealForge.salt)
    #expect(found == content)
    #expect(refusal(ciphertext, key, .sample, of: content) == nil)
  }

  @Test func nothingComesOutBeforeItsTag() throws {
    let content = [UInt8](repeating: 9, count: 3 << 20)
    let sealed = try Seal.seal(content, salt: SealForge.salt, to: [key.publicKey], in: .sample)
    let message = sealed.ciphertext.count / 4
    var damaged = sealed.ciphertext
    damaged[2 * message + message / 2] ^= 1
    var reader = try SealReader(
      ciphertextByteCount: UInt64(damaged.count), with: key, in: .sample, digest: sealed.digest,
      commitment: sealed.commitment)
    #expect(try reader.read(damaged[..<(message - 1)]) == [])
    #expect(try reader.read(damaged[(message - 1)..<message]).count == 1 << 20 - 40)
    #expect(try reader.read(damaged[message..<(2 * message)]).count == 1 << 20)
    #expect(try reader.read(damaged[(2 * message)..<(3 * message - 1)]) == [])
    do {
      _ = try reader.read(damaged[(3 * message - 1)...])
      Issue.record("a damaged chunk came out")
    } catch { #expect(error == .altered(chunk: 2)) }
    do {
      _ = try reader.read(damaged[(3 * message)...])
      Issue.record("it goes on after a refusal")
    } catch { #expect(error == .altered(chunk: 2)) }
    do {
      _ = try reader.finish()
      Issue.record("it ends well after a refusal")
    } catch { #expect(error == .altered(chunk: 2)) }
  }

  @Test func whatIsMissingOrTooMuchIsRefused() throws {
    let sealed = try Seal.seal([1, 2], salt: SealForge.salt, to: [key.publicKey], in: .sample)
    func reader(_ digest: [UInt8]? = nil) throws -> SealReader {
      try SealReader(
        ciphertextByteCount: UInt64(sealed.ciphertext.count), with: key, in: .sample, digest: digest ?? sealed.digest,
        commitment: sealed.commitment)
    }
    var short = try reader()
    _ = try short.read(sealed.ciphertext.dropLast())
    do {
      _ = try short.finish()
      Issue.record("a byte is missing")
    } catch { #expect(error == .truncated) }
    var long = try reader()
    #expect(try long.read(sealed.ciphertext) == [1, 2])
    do {
      _ = try long.read([0])
      Issue.record("a byte is too many")
    } catch { #expect(error == .excess) }
    var other = try reader([UInt8](repeating: 0, count: 32))
    _ = try other.read(sealed.ciphertext)
    do {
      _ = try other.finish()
      Issue.record("another object")
    } catch { #expect(error == .digest) }
  }

  @Test func theWriterWantsExactlyWhatWasAnnounced() throws {
    var more = try SealWriter(contentByteCount: 3, salt: SealForge.salt, to: [], in: .sample)
    _ = try more.write([1, 2])
    do {
      _ = try more.write([3, 4])
      Issue.record("more than announced")
    } catch { #expect(error == .contentLength(1)) }
    var less = try SealWriter(contentByteCount: 3, salt: SealForge.salt, to: [], in: .sample)
    _ = try less.write([1, 2])
    do {
      _ = try less.padding()
      Issue.record("less than announced")
    } catch { #expect(error == .contentLength(1)) }
    do {
      _ = try less.finish()
      Issue.record("finished without its content")
    } catch { #expect(error == .truncated) }
  }

  /// A gibibyte in memory would be seen at once; one chunk at a time is not.
  @Test func whatItGivesAtOnceIsOneChunk() throws {
    var writer = try SealWriter(contentByteCount: 8 << 20, salt: SealForge.salt, to: [], in: .sample)
    let piece = [UInt8](repeating: 1, count: 1 << 16)
    var largest = 0
    for _ in 0..<128 { largest = max(largest, try writer.write(piece).count) }
    while let more = try writer.padding() { largest = max(largest, more.count) }
    _ = try writer.finish()
    #expect(largest == 1 << 20 + 1044)
  }
}
