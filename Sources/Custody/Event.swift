public import Roster

/// What a statement says: the payload of `application/vnd.amana.event+cbor` (custody.md, Record content).
/// It names no person; people stand in the manifest and the annexes beside it.
public struct Event: Hashable, Sendable {
  public static let mediaType = "application/vnd.amana.event+cbor"
  public static let schema: UInt64 = 1

  public var recordID: RecordID
  public var caseID: RecordID?
  public var kind: Kind?
  public var type: EventType
  public var provenance: Provenance?
  public var references: [Reference] = []
  public var from: AuthorityName?
  public var to: AuthorityName?
  public var carrier: AuthorityName?
  /// Who carries from then on, in `carrier-changed`.
  public var nextCarrier: AuthorityName?
  /// In whose place people stop on the road, in `stopover` and `lodged`.
  public var host: AuthorityName?
  /// Everyone a dispute concerns, sorted; empty elsewhere.
  public var parties: [AuthorityName] = []
  public var responsibleCustodian: AuthorityName?
  public var libertyStatus: LibertyStatus?
  public var basis: Basis?
  public var occurred: OccurredTime
  public var recordedAt: OffsetTime
  public var acceptBy: OffsetTime?
  public var place: Place?
  public var counts: Counts?
  /// RFC 9162 root over the manifest's leaves, 32 bytes.
  public var manifestRoot: [UInt8]?
  /// The number of leaves, a power of two.
  public var manifestBucket: UInt64?
  public var slotsRoot: [UInt8]?
  public var sealed: [SealedReference] = []
  public var annexes: [AnnexReference] = []
  public var label: Label?
  public var flags: [Flag] = []
  /// Digest of the roster version relied on, 32 bytes.
  public var roster: [UInt8]
  public var exercise = false
  public var supersedes: StatementID?
  public var reason: String?
  public var log: LogOpening?
  /// What its signer holds of a restored log, in `log-answered`.
  public var logAnswer: LogAnswer?
  /// Where paper came first.
  public var lateEntry: LateEntry?
  /// From which members it is kept, sorted.
  public var withheldFrom: [Withholding] = []
  /// Digest of the policy adopted, in `policy-adopted`.
  public var policy: [UInt8]?
  /// Tagged COSE_Sign1 messages, sorted bytewise by kid.
  public var approvals: [[UInt8]] = []
  /// The most that one event holds.
  public static let maximumApprovals = 16

  public init(recordID: RecordID, type: EventType, occurred: OccurredTime, recordedAt: OffsetTime, roster: [UInt8]) {
    self.recordID = recordID
    self.type = type
    self.occurred = occurred
    self.recordedAt = recordedAt
    self.roster = roster
  }

  /// The first statement cited in a relation.
  public func reference(_ relation: Relation) -> StatementID? {
    references.first { $0.relation == relation }?.statement
  }

  /// Who is told what is sealed beside it: its parties, and not the carrier.
  public var readers: [AuthorityName] { [from, to].compactMap { $0 } + parties }

  /// The parties, and whoever carries or lodges people: who must be told.
  public var addressees: [AuthorityName] { [from, to, carrier, nextCarrier, host].compactMap { $0 } + parties }
}

extension EventType {
  /// How many statements an event of this type cites at most: a closing cites every answer to its release (decision 69).
  public var maximumReferences: Int { self == .closed ? 4096 : 256 }
}
