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

extension Content {
  /// Who the people are of whom the identity annex says so, column to text; nobody where it is not here.
  public func persons() throws -> [SubjectReference: [String: String]] {
    try annexes.first { $0.id == Annex.identityID && !$0.content.isEmpty }?.persons() ?? [:]
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

  /// How much of what stands beside a received statement is here when it is judged.
  public enum Arrival: Sendable {
    /// All of it, or all that will ever come.
    case whole
    /// Its lines, in the history of a statement that builds on it; slots and annexes are for others.
    case lines
    /// Nothing yet: what needs its lines is judged when they come.
    case awaited
  }

  public let event: Event
  public let issuer: Authority
  /// Nil for a draft, which has no id yet.
  public let id: StatementID?
  public let approvals: [VerifiedApproval]
  public let failedApprovals: [ApprovalRefusal]
  /// Since when others may have the keys of officers whom it needed (V15), when nobody else had seen it before.
  public let approvalsExposedFrom: UnixTime?
  public let content: Content
  public let stage: Stage
  public let arrival: Arrival
  public let roster: VerifiedRoster
  public let policy: Policy
  public let now: UnixTime
  /// When its authority says that it signed; now for a draft.
  let signedAt: UnixTime
  /// Whether its authority's own signature is one by ML-DSA.
  let isSignedByMLDSA: Bool
  /// Whether it stands in our log already and is only judged again: what is asked of content since then flags it, and takes
  /// nothing back.
  public var isOnRecord = false
  /// Whether what stood beside it was erased since: its content is what stays of its lines (`Manifest.custodyAlone`), of
  /// which nothing is asked.
  public var isErased = false
  /// Whether it is one of a log that ended, and not known to lie within what was sealed (V21).
  public var isBeyondSeal = false
  /// Whether its log was restored since, and the epoch that followed is not known to hold it (V21): then it comes without
  /// its lines.
  public var isOutsideSeal = false
  /// The code lists at hand: its roster names the versions that count.
  public var codeBook = CodeBook.embedded
  /// Whether the roster that it relies on is the one it is judged by, or one that went before that. Another one may name
  /// code lists that are newer than ours.
  public var isUnderKnownRoster: Bool
  /// Whether its lines came after it.
  var isCompletion = false
  /// Who acts in whose place: by its roster, or where its lines come later, by the roster in force then.
  public var successions: Successions
  /// Whether it is heard and decides nothing by itself.
  var isInDoubt: Bool { isBeyondSeal || approvalsExposedFrom != nil }

  /// The manifest's lines with their leaf index.
  let lines: [(index: Int, leaf: ManifestLeaf)]
  /// The answers of an outcome, line by line; lines that cannot be read are left to V6.
  let answers: [LineAnswer]
  /// The lines that a `recall` or `recall-agreed`, or one about a return, names.
  let recalls: [AnsweredLine]
  /// The lines of a dispute, or of the signature under its end.
  let disputes: [DisputeLine]
  /// The lines of a consent to people going on.
  let consents: [OnwardLine]
  /// The lines of an incident or of a release to liberty.
  let occurrences: [OccurrenceLine]
  /// What an answer to an inquiry answers.
  let inquiries: [(index: Int, answered: InquiryLine)]
  /// What a `same-as` or `not-same-as` says.
  let links: [(index: Int, link: Link)]
  /// The lines of a protest: against which statement, and about whom.
  let protests: [(index: Int, statement: StatementID, subject: SubjectReference)]
  let corrections: [(index: Int, correction: Correction)]
  /// The lines that say who was told.
  let notices: [(index: Int, line: NoticeLine)]

  /// A draft of our own authority.
  public init(
    draft event: Event, issuer: Authority, content: Content, roster: VerifiedRoster, policy: Policy, now: UnixTime
  ) {
    self.init(
      event: event, issuer: issuer, statement: nil, content: content, stage: .draft, arrival: .whole, roster: roster,
      policy: policy, now: now)
  }

  /// A verified statement, ours or received.
  public init(
    _ statement: VerifiedStatement, content: Content, stage: Stage, arrival: Arrival = .whole, roster: VerifiedRoster,
    policy: Policy, now: UnixTime
  ) {
    self.init(
      event: statement.event, issuer: statement.issuer, statement: statement, content: content, stage: stage,
      arrival: arrival, roster: roster, policy: policy, now: now)
  }

  /// What nobody signed, as if somebody had: how a great many random histories are judged. Not reachable without asking for
  /// the testing interface.
  @_spi(Testing) public init(
    unsigned event: Event, id: StatementID, issuer: Authority, content: Content, stage: Stage, arrival: Arrival,
    roster: VerifiedRoster, policy: Policy, now: UnixTime
  ) {
    self.init(
      event: event, issuer: issuer, statement: nil, id: id, content: content, stage: stage, arrival: arrival,
      roster: roster, policy: policy, now: now)
  }

  private init(
    event: Event, issuer: Authority, statement: VerifiedStatement?, id: StatementID? = nil, content: Content,
    stage: Stage, arrival: Arrival, roster: VerifiedRoster, policy: Policy, now: UnixTime
  ) {
    self.event = event
    self.issuer = issuer
    self.id = statement?.id ?? id
    approvals = statement?.approvals ?? []
    failedApprovals = statement?.failedApprovals ?? []
    approvalsExposedFrom = statement?.approvalsExposedFrom
    self.content = content
    self.stage = stage
    self.arrival = arrival
    self.roster = roster
    isUnderKnownRoster = event.roster == roster.digest
    successions = roster.successions
    self.policy = policy
    self.now = now
    signedAt = statement?.signed.issuedAt ?? now
    isSignedByMLDSA = statement?.signed.message.protected.algorithm?.isMLDSA ?? false
    lines = content.manifest?.lines ?? []
    // A manifest of another schema than the event's is V6's to refuse.
    let isRead = content.manifest?.schema == Lifecycle.row(for: event.type)?.manifest(of: event.kind)
    let readable = isRead ? lines : []
    answers = event.type == .outcome ? readable.compactMap { LineAnswer(index: $0.index, leaf: $0.leaf) } : []
    let isRecall = Lifecycle.row(for: event.type)?.manifest == .recall
    recalls = isRecall ? readable.compactMap { AnsweredLine(index: $0.index, leaf: $0.leaf) } : []
    let isDispute = event.type == .disputed || event.type == .disputeResolved
    disputes = isDispute ? readable.compactMap { DisputeLine(index: $0.index, leaf: $0.leaf) } : []
    consents = event.type == .onwardConsent ? readable.compactMap { OnwardLine(index: $0.index, leaf: $0.leaf) } : []
    let befalls: LineSchema? =
      switch event.type {
      case .incident: .incident
      case .releasedToLiberty: .liberty
      default: nil
      }
    occurrences =
      befalls.map { schema in
        readable.compactMap { OccurrenceLine(index: $0.index, leaf: $0.leaf, of: schema) }
      } ?? []
    inquiries =
      event.type == .inquiryAnswered
      ? readable.compactMap { line in InquiryLine(answeredBy: line.leaf).map { (line.index, $0) } } : []
    let isLink = event.type == .sameAs || event.type == .notSameAs
    // A draft has no id; whose link it is is asked only of those on record.
    let linkID = statement?.id ?? StatementID(unchecked: [UInt8](repeating: 0, count: StatementID.byteCount))
    links =
      isLink
      ? readable.compactMap { line in
        Link(line.leaf, of: linkID, isSame: event.type == .sameAs).map { (line.index, $0) }
      } : []
    protests =
      event.type == .underProtest
      ? readable.compactMap { line in
        guard line.leaf.fields.count > 2, let subject = line.leaf.subject,
          let cited = line.leaf.fields[2].bytes.flatMap({ StatementID($0) })
        else { return nil }
        return (line.index, cited, subject)
      } : []
    corrections =
      event.type == .corrected ? readable.compactMap { line in Correction(line.leaf).map { (line.index, $0) } } : []
    notices =
      event.type == .notified ? readable.compactMap { line in NoticeLine(line.leaf).map { (line.index, $0) } } : []
  }
}
