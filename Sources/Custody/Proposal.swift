import COSE
public import Roster

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

  /// The manifest's lines with their leaf index.
  let lines: [(index: Int, leaf: ManifestLeaf)]
  /// The answers of an outcome, line by line; lines that cannot be read are left to V6.
  let answers: [LineAnswer]

  /// A draft of our own authority.
  public init(
    draft event: Event, issuer: Authority, content: Content, roster: VerifiedRoster, policy: Policy, now: UnixTime
  ) {
    self.init(
      event: event, issuer: issuer, statement: nil, content: content, stage: .draft, roster: roster, policy: policy,
      now: now)
  }

  /// A verified statement, ours or received.
  public init(
    _ statement: VerifiedStatement, content: Content, stage: Stage, roster: VerifiedRoster, policy: Policy,
    now: UnixTime
  ) {
    self.init(
      event: statement.event, issuer: statement.issuer, statement: statement, content: content, stage: stage,
      roster: roster, policy: policy, now: now)
  }

  private init(
    event: Event, issuer: Authority, statement: VerifiedStatement?, content: Content, stage: Stage,
    roster: VerifiedRoster, policy: Policy, now: UnixTime
  ) {
    self.event = event
    self.issuer = issuer
    id = statement?.id
    approvals = statement?.approvals ?? []
    failedApprovals = statement?.failedApprovals ?? []
    self.content = content
    self.stage = stage
    self.roster = roster
    self.policy = policy
    self.now = now
    lines = content.manifest?.lines ?? []
    answers =
      event.type == .outcome && content.manifest?.schema == .outcome
      ? lines.compactMap { LineAnswer(index: $0.index, leaf: $0.leaf) } : []
  }
}

/// One line of an outcome manifest, read.
struct LineAnswer: Sendable {
  let index: Int
  let subject: SubjectReference
  let previous: StatementID?
  let release: StatementID
  let releaseLine: Int
  let code: OutcomeCode

  init?(index: Int, leaf: ManifestLeaf) {
    guard leaf.fields.count == LineSchema.outcome.fields.count, let subject = leaf.subject,
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
