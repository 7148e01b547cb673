import COSE
import Roster
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

@Suite("The bytes of a disclosure") struct DisclosureCodingTests {
  private let disclosure: Disclosure
  private let bytes: [UInt8]

  init() throws {
    let scribe = Scribe(try .shared(), seed: 5)
    let made = try DisclosedManifest(scribe, lines: 2)
    disclosure = try made.disclosure(try #require(made.manifest.lines.first).index, ["age"])
    bytes = disclosure.encoded()
  }

  private func map() throws -> CBORMap { try #require(try CBOR.decode(bytes).map) }

  private func refused(_ change: (inout CBORMap) -> Void) throws -> DecodeError.Reason? {
    var map = try map()
    change(&map)
    return reason(CBOR.map(map).encoded())
  }

  private func reason(_ bytes: [UInt8]) -> DecodeError.Reason? {
    do throws(DecodeError) {
      _ = try Disclosure(decoding: bytes)
      return nil
    } catch { return error.reason }
  }

  @Test("It begins with its format, and other files do not")
  func recognised() throws {
    #expect(Disclosure.isDisclosure(bytes))
    #expect(bytes.dropFirst().starts(with: [0x66] + Array("format".utf8) + [0x72] + Array("amana-disclosure-1".utf8)))
    let bundle = BundleWriter(exercise: false, created: OffsetTime(unix: Coalition.now), clear: false).bytes
    for other in [[], [0xa8], bundle, disclosure.statement.message.bytes] {
      #expect(!Disclosure.isDisclosure(other))
    }
  }

  @Test("A later format is recognised and not read; every departure from the form is refused by name")
  func malformed() throws {
    let later = try #require(try? CBOR.decode(bytes).map)
    var next = later
    next["format"] = "amana-disclosure-2"
    #expect(Disclosure.isDisclosure(CBOR.map(next).encoded()) && reason(CBOR.map(next).encoded()) == .unsupported)
    #expect(reason(bytes + [0]) == .trailingBytes)
    #expect(reason([]) == .truncated)
    #expect(try refused { $0["colour"] = 1 } == .unknownField)
    #expect(try refused { $0["digests"] = nil } == .unexpectedType)
    #expect(
      try refused {
        $0["digests"] = nil
        $0["salts"] = .array([])
      } == .unknownField)
    #expect(try refused { $0["schema"] = .text(String(repeating: "x", count: 70)) } == .tooLarge)
    #expect(try refused { $0["schema"] = 1 } == .unexpectedType)
    #expect(try refused { $0["schema"] = "person\u{202e}" } == .forbiddenText)
    #expect(try refused { $0["record_id"] = .bytes([1]) } == .invalidValue)
    #expect(try refused { $0["leaf_index"] = 65_536 } == .invalidValue)
    #expect(try refused { $0["leaf_index"] = .int(-1) } == .invalidValue)
    #expect(try refused { $0["digests"] = .array([.bytes([1])]) } == .invalidValue)
    let hash = CBOR.bytes([UInt8](repeating: 0, count: 32))
    #expect(try refused { $0["digests"] = .array([CBOR](repeating: hash, count: 257)) } == .tooLarge)
    #expect(try refused { $0["inclusion_path"] = .array([CBOR](repeating: hash, count: 65)) } == .tooLarge)
    #expect(try refused { $0["statement"] = .bytes([]) } != nil)
    #expect(try refused { $0["roster"] = 1 } == .unexpectedType)
  }

  @Test("A shown field is [position, salt, value] and holds nothing that a payload may not")
  func fields() throws {
    let salt = CBOR.bytes([UInt8](repeating: 0, count: 16))
    let wrong: [(CBOR, DecodeError.Reason)] = [
      (.array([0, salt]), .unexpectedType), (.array([0, salt, 1, 1]), .unexpectedType),
      (.array([0, .bytes([1]), 1]), .invalidValue), (.array([256, salt, 1]), .invalidValue),
      (.array([0, salt, .float(1.5)]), .unexpectedType), (.array([0, salt, .tagged(1, 1)]), .unexpectedType),
      (.array([0, salt, .undefined]), .unexpectedType), (.array([0, salt, "a\u{0}b"]), .forbiddenText),
      (.array([0, salt, .text(String(repeating: "x", count: 2 << 20))]), .tooLarge), (1, .unexpectedType),
    ]
    for (field, reason) in wrong {
      #expect(try refused { $0["disclosed"] = .array([field]) } == reason, "\(reason)")
    }
    let many = CBOR.array([0, salt, .text(String(repeating: "x", count: 600_000))])
    #expect(try refused { $0["disclosed"] = .array([many, many]) } == .tooLarge)
  }

  @Test("Lengths that are announced and not there take nothing")
  func announced() throws {
    for head: [UInt8] in [[0xbf], [0xbb, 255, 255, 255, 255, 255, 255, 255, 255], [0xa9], [0x88]] {
      #expect(reason(head + bytes.dropFirst()) != nil)
    }
    for length in stride(from: 0, to: bytes.count, by: 13) { #expect(reason(Array(bytes.prefix(length))) != nil) }
    #expect(reason([UInt8](repeating: 0, count: Disclosure.maximumByteCount + 1)) == .tooLarge)
  }

  @Test("A roster that goes with it stays as it was, and is no part of the proof")
  func roster() throws {
    let roster = try Coalition.shared().roster.bytes
    let with = Disclosure(
      schema: disclosure.schema, proof: disclosure.proof, statement: disclosure.statement, roster: roster)
    let read = try Disclosure(decoding: with.encoded())
    #expect(read == with && read.roster == roster)
    #expect(try read.verify() == disclosure.verify())
  }
}
