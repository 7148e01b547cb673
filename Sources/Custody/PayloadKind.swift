public import Roster

/// One of the sealed payloads that an envelope lists: what it is for and who opens it.
public struct PayloadKind: Hashable, Sendable {
  public let id: String
  public let mediaType: String
  /// Whose key opens it.
  public let role: SealRole
  public let retentionClass: String
  /// How long it is kept at least, counted from when the event occurred, in years of 365.25 days.
  public static let yearsKept: Int64 = 30

  public static let manifest = PayloadKind(
    id: "manifest", mediaType: Manifest.mediaType, role: .party, retentionClass: "custody-record")
  public static let identity = PayloadKind(
    id: Annex.identityID, mediaType: Annex.identityMediaType, role: .party, retentionClass: "custody-record")
  public static let history = PayloadKind(
    id: History.id, mediaType: History.mediaType, role: .party, retentionClass: "custody-record")

  /// What is said of a place beside its people, where a site changes hands.
  public static let site = PayloadKind(
    id: SiteBlock.id, mediaType: SiteBlock.mediaType, role: .party, retentionClass: "custody-record")

  /// What a message says; its attachments follow as payloads of their own.
  public static let message = PayloadKind(
    id: "message", mediaType: "application/vnd.amana.message+cbor", role: .party, retentionClass: "message")

  /// An attachment of a message, counted from 1, opened by whoever reads it. Its name and type stand in the message.
  public static func attachment(_ number: Int) -> PayloadKind {
    PayloadKind(
      id: "attachment-\(number)", mediaType: sealedBytes, role: .party, retentionClass: message.retentionClass)
  }

  /// Of what is sealed and not named: it says nothing of what is inside.
  private static let sealedBytes = "application/octet-stream"

  /// What the parties open: their daemons recount it.
  public static let ofParties = [manifest, identity, history]

  /// What people of a role open with a key that no daemon reads. Their media type says nothing of what is inside.
  public static let ofRoles: [PayloadKind] = [
    annex("medical", .medical, "medical"), annex("judicial", .judicial, "custody-record"),
    annex("child-protection", .childProtection, "child-protection"), annex("property", .property, "custody-record"),
  ]

  /// Every envelope that bears a manifest lists its kind's, empty ones included, in this order, so that the presence of
  /// one betrays nobody.
  public static func besideManifest(of kind: Kind?) -> [PayloadKind] {
    ofParties + (kind?.row.rules.contains(.site) == true ? [site] : []) + ofRoles
  }

  private static func annex(_ id: String, _ role: SealRole, _ retention: String) -> PayloadKind {
    PayloadKind(id: id, mediaType: sealedBytes, role: role, retentionClass: retention)
  }

  /// What a party's daemon opens as soon as it arrives.
  public static let openedAtOnce = ofParties + [site, message]

  /// How many bytes of ciphertext a daemon reads at once to open it.
  public var largestCiphertext: UInt64 { self == Self.message ? 4 << 20 : 130 << 20 }
}

extension Event {
  /// What it says of one sealed payload.
  public func sealed(_ kind: PayloadKind) -> SealedReference? {
    sealed.first { $0.id == kind.id && $0.mediaType == kind.mediaType }
  }

  /// The objects that must arrive beside it before it is complete: ciphertexts by their digest, slots by their root.
  public var objects: [(payload: String, id: [UInt8])] {
    sealed.map { (payload: $0.id, id: $0.ciphertextDigest) } + (slotsRoot.map { [(payload: "slots", id: $0)] } ?? [])
  }
}
