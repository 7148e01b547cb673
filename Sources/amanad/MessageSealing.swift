import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

/// Seals a message and its attachments to its readers, piece by piece.
struct MessageSealing: Sendable {
  let office: Office
  let store: ReceiptStore
  let now: UnixTime

  /// A message sealed to up to as many readers as a payload has places.
  struct Sealed: Sendable {
    let event: Event
    let content: Content
    var objects: [StoredObject]
  }

  private var sealing: Sealing { Sealing(office: office, now: now) }

  /// Readers in groups that one payload has places for, ourselves and our recovery keys counted.
  func groups(_ readers: [AuthorityName]) throws -> [[AuthorityName]] {
    var groups: [[AuthorityName]] = []
    for reader in readers {
      if let last = groups.last,
        keys(for: .party, of: event(newRecord, to: last + [reader], about: nil)).count <= Seal.recipientSlots
      {
        groups[groups.count - 1].append(reader)
      } else {
        groups.append([reader])
      }
    }
    return groups
  }

  func seal(_ plan: Messages.Plan, to readers: [AuthorityName]) async throws -> Sealed {
    var event = event(plan.id, to: readers, about: plan.about)
    let salt = try randomBytes(Seal.saltByteCount)
    let bytes = plan.content.encoded()
    let kind = PayloadKind.message
    let message = try sealing.seal(bytes, salt: salt, kind, in: &event)
    let annex = Annex(id: kind.id, mediaType: kind.mediaType, salt: salt, content: bytes)
    var sealed = Sealed(event: event, content: Content(annexes: [annex]), objects: [])
    do {
      sealed.objects.append(try await store.objects.put(message.id, as: .ciphertext, message.bytes))
      for (index, file) in plan.files.enumerated() {
        let (reference, object) = try await seal(file, .attachment(index + 1), event)
        event.sealed.append(reference)
        sealed.objects.append(object)
      }
    } catch {
      await discard([sealed])
      throw error
    }
    return Sealed(event: event, content: sealed.content, objects: sealed.objects)
  }

  /// What a message's envelope says of an attachment: nothing of its name or its type.
  private func seal(_ file: SpooledFile, _ kind: PayloadKind, _ event: Event) async throws
    -> (SealedReference, StoredObject)
  {
    let context = SealContext(
      issuer: office.authority.uri, recordID: event.recordID, payloadID: kind.id, mediaType: kind.mediaType)
    var seal = try SealWriter(
      contentByteCount: file.size, salt: randomBytes(Seal.saltByteCount), to: keys(for: kind.role, of: event),
      in: context)
    let writer = try await store.objects.writer()
    try await file.read { try await writer.write(try seal.write($0)) }
    while let padding = try seal.padding() { try await writer.write(padding) }
    let (digest, commitment) = try seal.finish()
    let object = try await writer.finish()
    guard object.id == digest else { throw StoreError.damaged("a ciphertext was written otherwise than it was made") }
    return (
      SealedReference(
        id: kind.id, mediaType: kind.mediaType, ciphertextDigest: digest, commitment: commitment,
        retentionClass: kind.retentionClass, eraseAfter: sealing.eraseAfter(event)),
      object
    )
  }

  /// Takes away what no statement came to commit to.
  func discard(_ sealed: [Sealed]) async {
    try? await store.forget(objects: sealed.flatMap(\.objects).map(\.id))
  }

  private func keys(for role: SealRole, of event: Event) -> [PublicKey] {
    SealRecipients(of: event, issuer: office.authority, roster: office.roster, at: now).keys(for: role)
  }

  private var newRecord: RecordID { RecordID(milliseconds: 0, random: []) }

  private func event(_ id: RecordID, to readers: [AuthorityName], about: StatementID?) -> Event {
    let time = OffsetTime(unix: now, offsetMinutes: 180)
    var event = Event(
      recordID: id, type: .message, occurred: OccurredTime(at: time), recordedAt: time, roster: office.roster.digest)
    event.exercise = office.roster.body.exercise
    if readers.count == 1 { event.to = readers.first } else { event.parties = readers.sorted() }
    if let about { event.references = [Reference(.basis, about)] }
    return event
  }
}
