public import COSE
import OpenSSL
public import Roster
import TransparencyLog

/// A draft that was made where no daemon is, and the approvals given to it: what comes to its authority's daemon on a
/// stick. What stands beside the event is sealed to those who may read it, the authority's own party key first, so that
/// whoever finds the stick learns what an envelope says and nothing else (formats.md, Draft file).
public struct DraftFile: Sendable {
  public static let format = "amana-draft-1"
  public static let mediaType = "application/vnd.amana.draft+cbor-seq"
  public static let maximumByteCount = 256 << 20
  /// What is drafted where no daemon is (decision 0055).
  public static let drafted: Set<EventType> = [
    .intake, .offer, .release, .outcome, .incident, .releasedToLiberty, .recall, .recallAgreed, .returnAgreed,
  ]

  /// How many lines its manifest has; for people on the way, who cannot open it. The daemon counts them again.
  public let lines: UInt64
  /// In what offices somebody must approve beside the officers, an office twice where two must; for people on the way, the
  /// daemon finds it anew.
  public let roles: [ApprovalRole]
  /// The roster version that it relies on, which names the officers.
  public let roster: VerifiedRoster
  /// On whose behalf it was drafted.
  public let authority: Authority
  public let event: Event
  /// The deterministic event map without approvals, exactly what its officers sign.
  public let eventBytes: [UInt8]
  /// Ciphertexts, in the order in which the event lists them.
  public let sealed: [[UInt8]]
  /// The list that `slots_root` stands for.
  public let slots: [[UInt8]]?
  /// Tagged COSE_Sign1 messages, sorted bytewise by kid.
  public private(set) var approvals: [[UInt8]] = []

  /// A file without approvals.
  public init(
    event: Event, authority: Authority, roster: VerifiedRoster, sealed: [[UInt8]], slots: [[UInt8]]?, lines: Int,
    roles: [ApprovalRole]
  ) {
    self.event = event
    self.authority = authority
    self.roster = roster
    self.sealed = sealed
    self.slots = slots
    self.lines = UInt64(clamping: lines)
    self.roles = roles
    eventBytes = event.encoded(includingApprovals: false)
  }

  /// The id of the draft that it becomes: a UUIDv8 of the event's digest, so that one draft has one effect, however often
  /// and in whatever state it is brought.
  public var id: RecordID {
    var bytes = Array(digest.prefix(RecordID.byteCount))
    bytes[6] = bytes[6] & 0x0f | 0x80
    bytes[8] = bytes[8] & 0x3f | 0x80
    return RecordID(unchecked: bytes)
  }

  /// SHA-256 of what its officers sign, 32 bytes.
  public var digest: [UInt8] { SHA256.hash(eventBytes) }

  /// How many officers must approve.
  public var officersNeeded: Int { Lifecycle.row(for: event.type)?.officers ?? 0 }

  /// What an approval of it is worth by a roster; by that which it relies on, when none is named.
  public func verified(_ approval: Approval, under other: VerifiedRoster? = nil) -> Result<
    VerifiedApproval, ApprovalRefusal
  > {
    let roster = other ?? roster
    return VerifiedApproval.verify(
      approval, draft: eventBytes, record: event.recordID, issuer: roster.authority(authority.name) ?? authority,
      roster: roster, draftedAt: event.recordedAt.unix)
  }

  /// Adds an approval in its place.
  /// - Returns: false when one of the same key is there; nothing is changed then.
  public mutating func add(approval bytes: [UInt8]) throws(DecodeError) -> Bool {
    let kid = try Approval(decoding: bytes).keyID
    var place = 0
    for other in approvals {
      let known = try Approval(decoding: other).keyID
      guard known != kid else { return false }
      if known.lexicographicallyPrecedes(kid) { place += 1 }
    }
    approvals.insert(bytes, at: place)
    return true
  }
}

extension DraftFile {
  /// A CBOR Sequence (RFC 8742): a header map and items [type, content], in one order.
  public func encoded() -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.item(
      .map([
        "format": .text(Self.format), "lines": .unsigned(lines),
        "roles": .array(roles.map { .text($0.rawValue) }), "issuer": .text(authority.uri),
      ]))
    func begin(_ type: String) {
      encoder.arrayHead(2)
      encoder.text(type)
    }
    begin("roster")
    encoder.byteString(roster.bytes)
    begin("event")
    encoder.byteString(eventBytes)
    for ciphertext in sealed {
      begin("sealed")
      encoder.byteString(ciphertext)
    }
    if let slots {
      begin("slots")
      encoder.item(.array(slots.map(CBOR.bytes)))
    }
    for approval in approvals {
      begin("approval")
      encoder.byteString(approval)
    }
    return encoder.bytes
  }

  /// Reads a whole file or refuses it whole, naming the byte. There is one way to write each.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw DecodeError(.tooLarge, at: Self.maximumByteCount, "a draft has at most \(Self.maximumByteCount) bytes")
    }
    var reader = DraftFileReader(bytes)
    let header = try reader.header()
    let roster = try reader.roster()
    guard let authority = roster.authority(uri: header.issuer) else {
      throw DecodeError(.invalidValue, at: 0, "header.issuer: the roster of the draft lists no such authority")
    }
    let event = try reader.event(under: roster)
    self.init(
      event: event, authority: authority, roster: roster, sealed: try reader.sealed(of: event),
      slots: try reader.slots(of: event), lines: Int(clamping: header.lines), roles: header.roles)
    try readApprovals(&reader)
  }

  private mutating func readApprovals(_ reader: inout DraftFileReader) throws(DecodeError) {
    var last: [UInt8]?
    while let (start, approval) = try reader.approval() {
      guard sameBytes(approval.issuer, authority.uri), sameBytes(approval.subject, event.recordID.uri) else {
        throw DecodeError(.invalidValue, at: start, "an approval was given for another draft")
      }
      guard last?.lexicographicallyPrecedes(approval.keyID) != false, approvals.count < Event.maximumApprovals else {
        throw DecodeError(.invalidValue, at: start, "approvals are sorted by kid, each once, at most 16")
      }
      last = approval.keyID
      approvals.append(reader.taken)
    }
  }
}
