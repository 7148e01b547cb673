import COSE
import Roster
import TestSupport
import Testing

@testable import Custody

/// A manifest of random values, each so long that it stands nowhere by chance, and the statement that bears its root.
struct DisclosedManifest {
  static let schemas: [(schema: LineSchema, event: EventType, kind: Kind?)] =
    [
      (.person, .intake, nil), (.outcome, .outcome, nil), (.recall, .recall, nil), (.dispute, .disputed, nil),
      (.incident, .incident, nil), (.liberty, .releasedToLiberty, nil), (.certificate, .certificate, nil),
      (.onward, .onwardConsent, nil),
    ] + KindTable.rows.map { ($0.schema, .release, $0.kind) }

  let manifest: Manifest
  let signed: SignedStatement
  let coalition: Coalition

  init(
    _ scribe: Scribe, schema: LineSchema = .person, event type: EventType = .intake, kind: Kind? = nil,
    lines count: Int,
    record: RecordID? = nil, change: (Int, Int, CBOR) -> CBOR = { $2 }
  ) throws {
    coalition = scribe.coalition
    var event = scribe.draft(type, record: record)
    event.kind = kind
    let lines = (0..<count).map { line in
      schema.fields.indices.map { position in
        change(line, position, position == 0 ? .bytes(scribe.bytes(16)) : Self.value(&scribe.random))
      }
    }
    manifest = Manifest.shuffled(schema: schema, recordID: event.recordID, lines: lines, random: scribe.bytes)
    scribe.describe(Content(manifest: manifest), in: &event)
    signed = try scribe.sign(event, by: scribe.coalition.syr, officers: []).signed
  }

  private static func value(_ random: inout SeededGenerator) -> CBOR {
    let bytes = random.bytes(24)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return .bytes(bytes)
    case 1: return .array([.text(hexText(bytes)), .null])
    case 2: return .map(["since": .unsigned(random.next()), "status": .text(hexText(bytes))])
    default: return .text(hexText(bytes))
    }
  }

  func line(_ random: inout SeededGenerator) throws -> Int {
    try #require(manifest.lines.randomElement(using: &random)).index
  }

  func fields(_ random: inout SeededGenerator) -> [String] {
    let names = manifest.schema.fields.map(\.name).shuffled(using: &random)
    return Array(names.prefix(Int.random(in: 0...names.count, using: &random)))
  }

  func disclosure(_ line: Int, _ fields: [String], receipts: [[UInt8]] = []) throws -> Disclosure {
    Disclosure(
      schema: manifest.schema.id,
      proof: try Disclosure(of: manifest, line: line, fields: fields, statement: signed).proof,
      statement: receipts.isEmpty ? signed : try SignedStatement(decoding: signed.attaching(receipts)))
  }
}

/// Where bytes stand in others, if they do.
func place(of needle: [UInt8], in bytes: [UInt8]) -> Range<Int>? {
  guard let first = needle.first, needle.count <= bytes.count else { return nil }
  for start in 0...(bytes.count - needle.count) where bytes[start] == first {
    if bytes[start..<(start + needle.count)].elementsEqual(needle) { return start..<(start + needle.count) }
  }
  return nil
}
