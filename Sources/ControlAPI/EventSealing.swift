public import Custody
import OpenSSL
public import Roster
import TransparencyLog

/// Seals what stands beside an event to those who may read it.
public struct EventSealing: Sendable {
  let issuer: Authority
  let roster: VerifiedRoster
  let now: UnixTime

  public init(issuer: Authority, roster: VerifiedRoster, now: UnixTime) {
    self.issuer = issuer
    self.roster = roster
    self.now = now
  }

  /// A ciphertext under its digest, or a list of slots under its root.
  public struct Object: Sendable {
    public let id: [UInt8]
    public let bytes: [UInt8]
    public let isSlots: Bool
  }

  /// The whole set of an event that bears a manifest. Fills in its `sealed`.
  /// - Parameter annexes: what goes to the people of a role, by payload id; nothing of it is kept in clear.
  public func seal(_ content: Content, history: History, annexes: [String: [UInt8]], in event: inout Event) throws
    -> [Object]
  {
    guard let manifest = content.manifest else { return [] }
    var objects: [Object] = []
    for kind in PayloadKind.besideManifest(of: event.kind) {
      let bytes =
        switch kind {
        case .manifest: manifest.encoded()
        case .history: history.encoded()
        default: content.annexes.first { $0.id == kind.id }?.content ?? annexes[kind.id] ?? []
        }
      let salt = content.annexes.first { $0.id == kind.id }?.salt
      objects.append(try seal(bytes, salt: salt ?? randomBytes(Seal.saltByteCount), kind, in: &event))
    }
    if let slots = content.slots {
      objects.append(Object(id: Slots.root(of: slots).bytes, bytes: slots.flatMap(\.self), isSlots: true))
    }
    return objects
  }

  /// Seals one payload and lists it in the event.
  public func seal(_ content: [UInt8], salt: [UInt8], _ kind: PayloadKind, in event: inout Event) throws -> Object {
    let keys = SealRecipients(of: event, issuer: issuer, roster: roster, at: now).keys(for: kind.role)
    guard keys.count <= Seal.recipientSlots else { throw Self.tooMany(keys.count, event.recordID) }
    let context = SealContext(
      issuer: issuer.uri, recordID: event.recordID, payloadID: kind.id, mediaType: kind.mediaType)
    let sealed = try Seal.seal(content, salt: salt, to: keys, in: context)
    event.sealed.append(
      SealedReference(
        id: kind.id, mediaType: kind.mediaType, ciphertextDigest: sealed.digest, commitment: sealed.commitment,
        retentionClass: kind.retentionClass, eraseAfter: Self.eraseAfter(event)))
    return Object(id: sealed.digest, bytes: sealed.ciphertext, isSlots: false)
  }

  /// Until when what stands beside an event is kept at least.
  public static func eraseAfter(_ event: Event) -> OffsetTime {
    OffsetTime(unix: event.occurred.at.unix + PayloadKind.yearsKept * 31_557_600, offsetMinutes: 0)
  }

  private static func tooMany(_ count: Int, _ record: RecordID) -> Problem {
    Problem(
      status: 422, code: CheckCode.v30.rawValue, title: "Too many may read it",
      detail: "\(count) seal keys, and a sealed payload has places for \(Seal.recipientSlots)", record: record.uuid,
      next: "name fewer parties; nothing was stored")
  }
}
