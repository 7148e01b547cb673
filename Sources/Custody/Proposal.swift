import COSE
public import Roster
import TransparencyLog

/// What stands beside a statement: the manifest, the slots and the annexes, all in clear here.
public struct Content: Hashable, Sendable {
  public var manifest: Manifest?
  public var slots: [[UInt8]]?
  public var annexes: [Annex]

  public init(manifest: Manifest? = nil, slots: [[UInt8]]? = nil, annexes: [Annex] = []) {
    self.manifest = manifest
    self.slots = slots
    self.annexes = annexes
  }

  /// The manifest's root, computed once by whoever judges.
  var manifestRoot: TreeHash? { manifest?.root }
}

/// A statement, or the draft of one, that asks to be registered.
public struct Proposal: Sendable {
  public enum Stage: Sendable {
    /// Our own, before its approvals.
    case draft
    /// Our own, signed.
    case own
    /// A partner's.
    case received
  }

  public let event: Event
  public let issuer: Authority
  /// Nil for a draft, which has no id yet.
  public let id: StatementID?
  public let approvals: [VerifiedApproval]
  public let failedApprovals: [ApprovalRefusal]
  public let content: Content
  public let stage: Stage
  public let roster: VerifiedRoster
  public let policy: Policy
  public let now: UnixTime

  /// A draft of our own authority.
  public init(
    draft event: Event, issuer: Authority, content: Content, roster: VerifiedRoster, policy: Policy, now: UnixTime
  ) {
    self.event = event
    self.issuer = issuer
    id = nil
    approvals = []
    failedApprovals = []
    self.content = content
    stage = .draft
    self.roster = roster
    self.policy = policy
    self.now = now
  }

  /// A verified statement, ours or received.
  public init(
    _ statement: VerifiedStatement, content: Content, stage: Stage, roster: VerifiedRoster, policy: Policy,
    now: UnixTime
  ) {
    event = statement.event
    issuer = statement.issuer
    id = statement.id
    approvals = statement.approvals
    failedApprovals = statement.failedApprovals
    self.content = content
    self.stage = stage
    self.roster = roster
    self.policy = policy
    self.now = now
  }

  /// The manifest's lines with their leaf index.
  var lines: [(index: Int, leaf: ManifestLeaf)] { content.manifest?.lines ?? [] }

  /// The answers of an outcome, line by line; lines that cannot be read are left to V25 and the form.
  var answers: [LineAnswer] {
    guard event.type == .outcome, let manifest = content.manifest, manifest.schema == .outcome else { return [] }
    return manifest.lines.compactMap { LineAnswer(manifest, index: $0.index, leaf: $0.leaf) }
  }
}

/// One line of an outcome manifest, read.
struct LineAnswer {
  let index: Int
  let subject: SubjectReference
  let previous: StatementID?
  let release: StatementID
  let releaseLine: Int
  let code: OutcomeCode

  init?(_ manifest: Manifest, index: Int, leaf: ManifestLeaf) {
    guard leaf.fields.count == manifest.schema.fields.count, let subject = leaf.subject,
      let release = leaf.fields[2].bytes.flatMap({ StatementID($0) }),
      let line = leaf.fields[3].uint.flatMap({ Int(exactly: $0) }),
      let code = leaf.fields[4].text.flatMap(OutcomeCode.init)
    else { return nil }
    self.index = index
    self.subject = subject
    previous = leaf.custodyPrevious
    self.release = release
    releaseLine = line
    self.code = code
  }
}
