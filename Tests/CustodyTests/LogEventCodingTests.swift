import COSE
import Testing

@testable import Custody

/// What a log says of its epochs, and what its peers answer: written and read.
@Suite struct LogEventCodingTests {
  private let digest = [UInt8](1...32)

  private func event(_ type: EventType, _ change: (inout Event) -> Void) throws -> Event {
    var event = Scribe(try .shared()).draft(type)
    change(&event)
    return event
  }

  private func read(_ event: Event) throws -> Event { try Event(decoding: event.encoded()[...]) }

  @Test("An opening that follows a log, and an answer to it, come back as they were written")
  func roundTrip() throws {
    let prior = LogOpening.PriorLog(origin: "o/log/1", size: .max, root: digest)
    for follows in [prior, nil] {
      let opened = try event(.logOpened) { $0.log = LogOpening(origin: "o/log/2", policy: digest, follows: follows) }
      #expect(try read(opened) == opened && read(opened).log?.follows == follows)
    }
    let answers: [(LogOpening.PriorLog?, UInt64, UInt64)] = [
      (prior, 1, 1), (nil, 1, 1), (prior, 2, 2), (nil, 7, .max),
    ]
    for (known, part, parts) in answers {
      let answered = try event(.logAnswered) {
        $0.references = [Reference(.answer, StatementID(unchecked: digest))]
        $0.references += (0..<255).map { Reference(.held, StatementID(unchecked: [UInt8](repeating: $0, count: 32))) }
        $0.logAnswer = LogAnswer(known: known, part: part, parts: parts)
      }
      let found = try read(answered)
      #expect(found == answered && found.encoded() == answered.encoded())
      #expect(found.logAnswer?.known == known && found.logAnswer?.part == part && found.logAnswer?.parts == parts)
    }
  }

  /// What a decoder says to an answer with another map in it.
  private func refusal(_ change: (inout CBORMap) -> Void) throws -> DecodeError? {
    let known = LogOpening.PriorLog(origin: "o/log/1", size: 7, root: digest)
    let answered = try event(.logAnswered) { $0.logAnswer = LogAnswer(known: known, part: 1, parts: 2) }
    var map = try #require(CBOR.decode(answered.encoded()[...]).map)
    var answer = try #require(map["log_answer"]?.map)
    change(&answer)
    map["log_answer"] = .map(answer)
    do throws(DecodeError) {
      _ = try Event(decoding: CBOR.map(map).encoded()[...])
      return nil
    } catch {
      return error
    }
  }

  @Test("A part is counted from 1 and is one of the parts")
  func parts() throws {
    func problem(_ part: UInt64, _ parts: UInt64) throws -> DecodeError? {
      try refusal {
        $0["part"] = .unsigned(part)
        $0["parts"] = .unsigned(parts)
      }
    }
    for (part, parts) in [(1, 1), (3, 3), (.max, .max)] as [(UInt64, UInt64)] {
      #expect(try problem(part, parts) == nil)
    }
    for (part, parts) in [(0, 0), (0, 1), (2, 1), (.max, 1)] as [(UInt64, UInt64)] {
      let found = try problem(part, parts)
      #expect(found?.reason == .invalidValue && found?.detail.hasPrefix("log_answer.part ") == true, "\(part)/\(parts)")
    }
  }

  @Test("An answer has all of its fields and no other, and names a place in a log whole or not at all")
  func fields() throws {
    for field in ["known", "part", "parts"] {
      #expect(try refusal { $0[.text(field)] = nil } == DecodeError(.missingField, at: 0, "log_answer.\(field)"))
    }
    #expect(try refusal { $0["held"] = .array([]) } == DecodeError(.unknownField, at: 0, "log_answer.held"))
    func known(_ change: (inout CBORMap) -> Void) throws -> DecodeError? {
      var place: CBORMap = ["origin": "o/log/1", "size": 7, "root": .bytes(digest)]
      change(&place)
      return try refusal { $0["known"] = .map(place) }
    }
    #expect(try known { _ in } == nil && refusal { $0["known"] = .null } == nil)
    for root in [[], Array(digest.dropLast()), digest + [0]] {
      let found = try known { $0["root"] = .bytes(root) }
      #expect(found?.detail.hasPrefix("log_answer.known.root") == true, "\(root.count) bytes")
    }
    for field in ["origin", "size", "root"] {
      let found = try known { $0[.text(field)] = nil }
      #expect(found == DecodeError(.missingField, at: 0, "log_answer.known.\(field)"))
    }
    #expect(try known { $0["origin"] = .text(String(repeating: "o", count: 257)) } != nil)
    #expect(try known { $0["index"] = 1 } == DecodeError(.unknownField, at: 0, "log_answer.known.index"))
  }
}
