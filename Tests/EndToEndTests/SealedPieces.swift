import Custody
import Foundation
import Testing

/// A bundle whose sealed payloads and slots can be brought one by one, as they come over a link that fails.
struct SealedPieces {
  let bundle: Custody.Bundle

  init(_ bytes: [UInt8]) throws { bundle = try Custody.Bundle(decoding: bytes) }

  /// What belongs to a statement, by payload id.
  func payloads(of event: EventType) throws -> [String] {
    let found = try #require(bundle.statements.first { $0.value.event.type == event }).value.event
    return found.sealed.map(\.id) + (found.slotsRoot == nil ? [] : ["slots"])
  }

  /// Statements of these events, in this order, with these payloads only; all when nil.
  func bytes(_ events: [EventType]? = nil, payloads: Set<String>? = nil, corrupt: String? = nil) throws -> [UInt8] {
    var writer = BundleWriter(exercise: false, created: bundle.created, clear: false)
    for roster in bundle.rosters { writer.roster(roster.value) }
    let all = bundle.statements.map(\.value)
    let chosen = events.map { events in events.compactMap { event in all.first { $0.event.type == event } } } ?? all
    for statement in chosen {
      writer.statement(statement.attaching(statement.receipts))
      for reference in statement.event.sealed where payloads?.contains(reference.id) ?? true {
        guard var ciphertext = bundle.sealed[reference.ciphertextDigest] else { continue }
        if corrupt == reference.id { ciphertext[ciphertext.count / 2] ^= 1 }
        writer.sealed(reference.ciphertextDigest, ciphertext)
      }
      if payloads?.contains("slots") ?? true {
        writer.content(Content(slots: bundle.slots[statement.id]), of: statement.id)
      }
    }
    return writer.bytes
  }
}
