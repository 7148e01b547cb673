import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Seals what stands beside an event of ours to those who may read it.
struct Sealing {
  let office: Office
  let now: UnixTime

  /// A ciphertext under its digest, or a list of slots under its root.
  struct Object: Sendable {
    let id: [UInt8]
    let bytes: [UInt8]
    var kind = StoredObject.Kind.ciphertext
  }

  /// Seals one payload and lists it in the event.
  func seal(_ content: [UInt8], salt: [UInt8], _ kind: PayloadKind, in event: inout Event) throws -> Object {
    Object(
      try EventSealing(issuer: office.authority, roster: office.roster, now: now)
        .seal(content, salt: salt, kind, in: &event))
  }

  func eraseAfter(_ event: Event) -> OffsetTime { EventSealing.eraseAfter(event) }
}

extension Sealing.Object {
  init(_ sealed: EventSealing.Object) {
    self.init(id: sealed.id, bytes: sealed.bytes, kind: sealed.isSlots ? .slots : .ciphertext)
  }
}
