import COSE
import Custody
import Roster
import TestSupport
import Testing

/// V22: every departure from deterministic CBOR, and every form that has a second one, in the payload.
@Suite struct EventDeviationTests {
  let convoy: Convoy
  let entries: [CBORMap.Entry]

  init() throws {
    convoy = try Convoy(1)
    entries = try #require(CBOR.decode(convoy.release.event.encoded()[...]).map).entries
  }

  private func head(_ count: Int) -> [UInt8] { count < 24 ? [0xa0 | UInt8(count)] : [0xb8, UInt8(count)] }

  private func bytes(_ entries: [CBORMap.Entry]) -> [UInt8] {
    head(entries.count) + entries.flatMap { $0.key.encoded() + $0.value.encoded() }
  }

  private func error(_ bytes: [UInt8]) -> DecodeError? {
    do throws(DecodeError) {
      _ = try Event(decoding: bytes[...])
      return nil
    } catch {
      return error
    }
  }

  @Test func encodingsWithTwoReadings() throws {
    let whole = bytes(entries)
    let body = Array(whole.dropFirst(head(entries.count).count))
    #expect(error(whole) == nil)
    #expect(error(whole + [0xf6]) == DecodeError(.trailingBytes, at: whole.count))
    let long: [UInt8] = entries.count < 24 ? [0xb8, UInt8(entries.count)] : [0xb9, 0, UInt8(entries.count)]
    #expect(error(long + body)?.reason == .nonShortest && error(long + body)?.offset == 0)
    #expect(error([0xbf] + body + [0xff])?.reason == .indefiniteLength)
    #expect(error(bytes([entries[1], entries[0]] + entries.dropFirst(2)))?.reason == .unsortedKeys)
    let twice = bytes([entries[0]] + entries)
    #expect(error(twice)?.reason == .duplicateKey)
    #expect(error(Array(whole.dropLast()))?.reason == .truncated)
  }

  @Test func valuesThatNoPayloadHolds() throws {
    func replaced(_ field: String, _ value: [UInt8]) throws -> DecodeError? {
      let index = try #require(entries.firstIndex { $0.key == .text(field) })
      let parts = entries.enumerated().flatMap { position, entry in
        entry.key.encoded() + (position == index ? value : entry.value.encoded())
      }
      return error(head(entries.count) + parts)
    }
    #expect(try replaced("schema", [1]) == nil)
    #expect(try replaced("schema", [0x18, 1])?.reason == .nonShortest)
    #expect(try replaced("event", [0x61, 0xff])?.reason == .invalidUTF8)
    #expect(try replaced("schema", [0xc1, 1])?.reason == .unexpectedType)
    #expect(try replaced("schema", [0xf9, 0x3c, 0])?.reason == .unexpectedType)
    #expect(try replaced("schema", [0xf7])?.reason == .unexpectedType)
    #expect(try replaced("schema", [UInt8](repeating: 0x81, count: 20) + [1])?.reason == .tooDeep)
    #expect(try replaced("schema", [2])?.reason == .invalidValue)
    #expect(try replaced("refs", [0x80])?.reason == .invalidValue)
    #expect(try replaced("event", [0x60])?.reason == .invalidValue)
  }

  /// A key that Swift takes for another one must not hide it.
  @Test func keysThatLookTheSame() {
    var map = CBORMap(entries)
    map[.text("\u{212a}")] = 1
    map["K"] = 2
    #expect(error(CBOR.map(map).encoded())?.reason == .duplicateKey)
  }

  /// Each absent or empty form that the writer never writes: approvals are checked over what is written.
  @Test func formsThatWouldBeWrittenOtherwise() throws {
    for (field, value) in [
      ("flags", CBOR.array([])), ("approvals", .array([])), ("annexes", .array([])), ("exercise", .bool(false)),
    ] {
      var map = CBORMap(entries)
      map[.text(field)] = value
      #expect(error(CBOR.map(map).encoded())?.reason == .invalidValue, "\(field)")
    }
    var unsealed = CBORMap(entries)
    unsealed["sealed"] = nil
    #expect(error(CBOR.map(unsealed).encoded())?.reason == .invalidValue)
    var label = CBORMap(entries)
    label["label"] = .map([
      "policy": "p", "classification": "c", "releasable_to": .array(["SYR", 1]), "originator": "o",
      "created": "2026-11-25T14:03:00+03:00",
    ])
    let refusal = error(CBOR.map(label).encoded())
    #expect(refusal?.reason == .invalidValue && refusal?.detail.hasPrefix("label.releasable_to") == true)
  }

  @Test func offsetsCountFromTheFirstByteOfTheMessage() throws {
    let event = convoy.release.event
    let signed = try convoy.scribe.signRaw(
      event.encoded() + [0], record: event.recordID, by: convoy.coalition.syr)
    let end = try #require(Sign1(decoding: signed).payloadRange).upperBound
    #expect(throws: DecodeError(.trailingBytes, at: end - 1)) { try SignedStatement(decoding: signed) }
  }
}
