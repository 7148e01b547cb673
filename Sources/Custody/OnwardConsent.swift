import COSE
public import Roster

/// Whether whoever handed somebody over lets them go on to a third, as one statement says it (custody.md, Lifecycle).
public struct OnwardConsent: Hashable, Sendable {
  /// What they say: yes, no, or no longer.
  public enum Status: String, Sendable, CaseIterable { case given, refused, withdrawn }

  public let statement: StatementID
  public let subject: SubjectReference
  /// The release by which they went: of another handover it says nothing.
  public let release: StatementID
  public let issuer: AuthorityName
  public let status: Status
  /// To whom alone; nil for anybody.
  public let receiver: AuthorityName?
  public let until: UnixTime?
  /// When it was said, at the earliest.
  public let earliest: UnixTime

  public init(
    statement: StatementID, subject: SubjectReference, release: StatementID, issuer: AuthorityName, status: Status,
    receiver: AuthorityName?, until: UnixTime?, earliest: UnixTime
  ) {
    self.statement = statement
    self.subject = subject
    self.release = release
    self.issuer = issuer
    self.status = status
    self.receiver = receiver
    self.until = until
    self.earliest = earliest
  }

  init(_ line: OnwardLine, of id: StatementID, _ proposal: Proposal) {
    self.init(
      statement: id, subject: line.answered.subject, release: line.answered.release, issuer: proposal.issuer.name,
      status: line.status, receiver: line.receiver, until: line.until, earliest: proposal.event.occurred.earliest)
  }

  /// Why nobody goes on by it at a moment; nil when they may.
  func problem(at time: UnixTime) -> String? {
    switch status {
    case .refused: "\(issuer), who handed them over, has refused their going on, by \(statement)"
    case .withdrawn: "\(issuer), who handed them over, has withdrawn its consent to their going on, by \(statement)"
    case .given:
      until.map { $0 < time } == true
        ? "the consent of \(issuer), who handed them over, to their going on has ended: \(statement)" : nil
    }
  }
}

/// Who of another member handed somebody over, and by which release: without whose consent they do not go on.
public struct ForeignHandover: Hashable, Sendable {
  public let from: AuthorityName
  public let release: StatementID

  public init(from: AuthorityName, release: StatementID) {
    self.from = from
    self.release = release
  }
}

extension CustodyView {
  /// Who of another member handed somebody over last, as of one step of their chain: refused attempts since and releases
  /// within the member change nothing.
  /// - Parameter id: What is judged, which is no handover to the member that it leaves.
  public func handover(
    of chain: ChainState, after step: StatementID?, to member: String, except id: StatementID? = nil
  ) throws -> ForeignHandover? {
    let steps = Dictionary(chain.steps.map { ($0.id, $0) }) { first, _ in first }
    var place = step
    for _ in chain.steps {
      guard let step = place.flatMap({ steps[$0] }) else { break }
      if step.effect == .answer(.accepted), let release = step.previous.flatMap({ steps[$0] }),
        release.issuer.member != member
      {
        return ForeignHandover(from: release.issuer, release: release.id)
      }
      place = step.previous
    }
    guard chain.source != id, let source = try summary(chain.source), source.type.isRelease, let first = source.from,
      first.member != member
    else { return nil }
    return ForeignHandover(from: first, release: source.id)
  }
}

extension Sequence<OnwardConsent> {
  /// The word that counts: the last that whoever handed somebody over has said of a receiver, in whatever order it was
  /// heard. What others may have signed does not count.
  public func counting(
    on handover: ForeignHandover, to receiver: AuthorityName?, _ view: any CustodyView, under places: Successions
  ) throws -> OnwardConsent? {
    try filter { consent in
      let isAbout = consent.receiver == nil || places.areOne(consent.receiver, receiver)
      guard isAbout, consent.release == handover.release, places.areOne(consent.issuer, handover.from) else {
        return false
      }
      return try !view.isDoubted(consent.statement)
    }.max { ($0.earliest, $0.statement) < ($1.earliest, $1.statement) }
  }
}

/// One line of a consent with its place in the manifest.
struct OnwardLine: Sendable {
  let answered: AnsweredLine
  let status: OnwardConsent.Status
  let receiver: AuthorityName?
  let until: UnixTime?

  /// - Returns: nil when the leaf is no such line; V6 refuses it.
  init?(index: Int, leaf: ManifestLeaf) {
    guard leaf.fields.count == LineSchema.onward.fields.count, let line = AnsweredLine(index: index, leaf: leaf),
      let status = leaf.fields[4].text.flatMap(OnwardConsent.Status.init)
    else { return nil }
    answered = line
    self.status = status
    receiver = leaf.fields[5].text.flatMap { AuthorityName($0) }
    until = leaf.fields[7].text.flatMap { OffsetTime($0) }?.unix
  }
}
