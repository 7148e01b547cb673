import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

@testable import amana

/// The text that people review says what is signed, no more and no less.
@Suite struct RosterDocumentTests {
  private static let keys = Result { try RandomRoster.Keys() }

  @Test("Body to text to body, and text to body to text, is the same to the last byte", arguments: 0..<60)
  func roundTrip(seed: Int) throws {
    var random = SeededGenerator(named: "roster text \(seed)")
    let body = try RandomRoster(keys: Self.keys.get()).body(&random)
    let text = try RosterDocument(body).text()
    let read = try RosterDocument(text: text)
    #expect(read.body.encoded() == body.encoded())
    #expect(try read.text() == text)
  }

  @Test("Every field that is unknown is refused with its place, wherever it stands")
  func unknownFields() throws {
    var random = SeededGenerator(named: "roster unknown")
    let body = try RandomRoster(keys: Self.keys.get()).full(&random)
    let value = try RosterText.value(CBOR.decode(body.encoded()), field: "")
    var places = 0
    try value.eachObject { path, put in
      // Names and code lists have the keys that people give them.
      guard !path.hasSuffix("names"), !path.hasSuffix("code_lists") else { return }
      places += 1
      let text = try put(["colour": .text("red")]).pretty()
      let refused = #expect(throws: RefusedDocument.self, "\(path)") { try RosterDocument(text: text) }
      if !path.hasSuffix("final_checkpoint") {
        #expect(
          refused?.description.contains("roster\(path).colour") == true, "\(path): \(String(describing: refused))")
      }
    }
    #expect(places > 15)
  }

  /// What may be left out, without the indices: OPTIONAL of Tests/Schema/validate.py for a roster-body.
  private static let optional: Set = [
    ".root.holders.status", ".root.holders.keys.revocations", ".root.holders.keys.replaces",
    ".authorities.keys.revocations", ".authorities.keys.replaces", ".authorities.keys.role",
    ".authorities.keys.certificate", ".authorities.keys.link", ".authorities.officers.keys.revocations",
    ".authorities.officers.keys.replaces", ".authorities.anchors", ".authorities.anchors.statements",
    ".authorities.anchors.timestamps", ".authorities.succeeds", ".authorities.witnessing",
    ".code_lists", ".code_lists.reason", ".code_lists.key",
  ]

  /// A text without one field: refused by its name, or another body where it may be left out.
  private func expectMissed(_ field: String, at path: String, in text: [UInt8], of body: RosterBody) {
    let read: RosterDocument
    do throws(RefusedDocument) { read = try RosterDocument(text: text) } catch {
      let why = error.description
      #expect(why.contains("roster\(path)") && why.contains(field), "\(path).\(field): \(why)")
      return
    }
    let place = "\(path).\(field)".replacing(/\[[0-9]+\]/, with: "")
    #expect(Self.optional.contains(place), "\(path).\(field) may be left out")
    #expect(read.body.encoded() != body.encoded(), "\(path).\(field) means nothing")
  }

  @Test("Every field that may not be left out is missed by its name, and every wrong type is refused")
  func fields() throws {
    var random = SeededGenerator(named: "roster fields")
    let body = try RandomRoster(keys: Self.keys.get()).full(&random)
    let value = try RosterText.value(CBOR.decode(body.encoded()), field: "")
    var (leftOut, wronged) = (0, 0)
    try value.eachObject { path, put in
      for field in try #require(value.object(at: path)).keys where !path.hasSuffix("names") && field != "kid" {
        leftOut += 1
        try expectMissed(field, at: path, in: put([field: .null]).pretty(), of: body)
        for wrong in [JSONValue.number(7), .text("\u{202e}"), .list([.null]), .object(["x": .null])] {
          wronged += 1
          let text = try put([field: wrong]).pretty()
          // What was drawn may be that very number.
          guard try text != value.pretty(), let read = try? RosterDocument(text: text) else { continue }
          // A number may be right where a number or a time stands.
          #expect(wrong == .number(7), "\(path).\(field) takes \(wrong)")
          #expect(read.body.encoded() != body.encoded())
        }
      }
    }
    #expect(leftOut > 100 && wronged > 400, "\(leftOut) \(wronged)")
  }

  @Test("A kid that is not the key's own is refused, and may be left out")
  func kids() throws {
    var random = SeededGenerator(named: "roster kids")
    let body = try RandomRoster(keys: Self.keys.get()).full(&random)
    let text = String(decoding: try RosterDocument(body).text(), as: UTF8.self)
    let kid = try #require(body.authorities.first?.keys.first.map { hexadecimal($0.kid) })
    let zeros = String(repeating: "0", count: 64)
    let wrong = text.replacing("\"kid\" : \"\(kid)\"", with: "\"kid\" : \"\(zeros)\"")
    let refused = #expect(throws: RefusedDocument.self) { try RosterDocument(text: Array(wrong.utf8)) }
    #expect(refused?.description.contains("keys[0].kid") == true)
    let without = text.replacing(/\n *"kid" : "[0-9a-f]*",/, with: "")
    #expect(!without.contains("kid"))
    #expect(try RosterDocument(text: Array(without.utf8)).body.encoded() == body.encoded())
  }

  @Test(
    "What is no text of a roster is refused with a sentence",
    arguments: [
      ("", "no JSON"), ("[]", "no object"), ("{}", "schema"), ("{\"schema\":1,\"schema\":1}", "twice"),
      ("{\"schema\":-1}", "roster"), ("{\"schema\":1.5}", "roster"), ("nonsense", "JSON"),
      ("{\"schema\":2}", "schema"), ("{\"schema\":1,\"coalition\":\"a\\u202eb\"}", "roster.coalition"),
      ("{\"schema\":1,\"issued_at\":\"yesterday\"}", "roster.issued_at"),
      ("{\"schema\":1,\"previous\":\"xyz\"}", "roster.previous"),
    ])
  func refused(text: String, words: String) {
    let refused = #expect(throws: RefusedDocument.self) { try RosterDocument(text: Array(text.utf8)) }
    #expect(refused?.description.contains(words) == true, "\(String(describing: refused))")
  }
}

extension JSONValue {
  /// Visits each object with its path and a way to make the whole text anew with fields put into it; one that is put as
  /// null is taken out.
  func eachObject(_ visit: (String, ([String: JSONValue]) -> JSONValue) throws -> Void) throws {
    try walk("", { $0 }, visit)
  }

  private func walk(
    _ path: String, _ rebuild: @escaping (JSONValue) -> JSONValue,
    _ visit: (String, ([String: JSONValue]) -> JSONValue) throws -> Void
  ) throws {
    switch self {
    case .object(let fields):
      try visit(path) { more in
        rebuild(.object(fields.merging(more) { $1 }.filter { more[$0.key] != JSONValue.null }))
      }
      for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
        try value.walk("\(path).\(name)", { rebuild(.object(fields.merging([name: $0]) { $1 })) }, visit)
      }
    case .list(let values):
      for (index, value) in values.enumerated() {
        try value.walk(
          "\(path)[\(index)]",
          { changed in
            var all = values
            all[index] = changed
            return rebuild(.list(all))
          }, visit)
      }
    default: return
    }
  }

  func object(at path: String) -> [String: JSONValue]? {
    var found: [String: JSONValue]?
    let look: (String, ([String: JSONValue]) -> JSONValue) -> Void = { place, _ in
      if place == path, case .object(let fields) = at(place) { found = fields }
    }
    try? walk("", { $0 }, look)
    return found
  }

  private func at(_ path: String) -> JSONValue? {
    var value: JSONValue? = self
    for part in path.split(whereSeparator: { ".[]".contains($0) }) {
      switch value {
      case .object(let fields): value = fields[String(part)]
      case .list(let values): value = Int(part).map { values[$0] }
      default: return nil
      }
    }
    return value
  }
}
