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
  /// The bounds of when it was said.
  public let earliest: UnixTime
  public let latest: UnixTime

  public init(
    statement: StatementID, subject: SubjectReference, release: StatementID, issuer: AuthorityName, status: Status,
    receiver: AuthorityName?, until: UnixTime?, earliest: UnixTime, latest: UnixTime
  ) {
    self.statement = statement
    self.subject = subject
    self.release = release
    self.issuer = issuer
    self.status = status
    self.receiver = receiver
    self.until = until
    self.earliest = earliest
    self.latest = latest
  }

  /// A refusal that a wrong clock dated into the future counts as said when it was heard: a consent can follow it.
  init(_ line: OnwardLine, of id: StatementID, _ proposal: Proposal) {
    let occurred = proposal.event.occurred
    let latest = line.status == .given ? occurred.latest : min(occurred.latest, proposal.now)
    self.init(
      statement: id, subject: line.answered.subject, release: line.answered.release, issuer: proposal.issuer.name,
      status: line.status, receiver: line.receiver, until: line.until, earliest: min(occurred.earliest, latest),
      latest: latest)
  }

  /// Whether it takes the place of another: a consent only where it was said later beyond what the clocks may be off.
  func comes(after other: OnwardConsent) -> Bool {
    func place(_ consent: OnwardConsent) -> (UnixTime, Int, StatementID) {
      consent.status == .given
        ? (consent.earliest, 0, consent.statement) : (consent.latest, 1, consent.statement)
    }
    return place(self) > place(other)
  }

  /// Why nobody goes on by it at a moment, which may be as late as that; nil when they may.
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
  /// Who of another member handed somebody over last, as of one step of their chain: refused attempts since, releases
  /// within the member and settlements change nothing.
  /// - Parameter id: What is judged, which is no handover to the member that it leaves.
  public func handover(
    of chain: ChainState, after step: StatementID?, to member: String, except id: StatementID? = nil
  ) throws -> ForeignHandover? {
    let search = HandoverSearch(chain, after: step, to: member)
    if let found = search.found { return found }
    // What is known of them may begin with a release.
    guard search.isIncomplete, chain.source != id, let source = try summary(chain.source), source.type.isRelease,
      let first = source.from, first.member != member
    else { return nil }
    return ForeignHandover(from: first, release: source.id)
  }
}

/// The way back from a step of a chain to whatever brought somebody to a member.
private struct HandoverSearch {
  private let member: String
  private let steps: [StatementID: Step]
  /// Releases by other members, each with the step that tells when it brought them.
  private var candidates: [(release: Step, by: Step)] = []
  private var isSettled = false
  private var hasLeft = false

  init(_ chain: ChainState, after step: StatementID?, to member: String) {
    self.member = member
    steps = Dictionary(chain.steps.map { ($0.id, $0) }) { first, _ in first }
    let resolutions = Dictionary(chain.resolutions.map { ($0.id, $0) }) { first, _ in first }
    var (open, seen) = ([step].compactMap(\.self), Set<StatementID>())
    while let place = open.popLast() {
      guard seen.insert(place).inserted else { continue }
      if let step = steps[place] {
        open += visit(step).map { [$0] } ?? []
      } else if let resolution = resolutions[place] {
        // Each of those that competed may be how they came.
        isSettled = true
        open += resolution.heads
      } else {
        hasLeft = true
      }
    }
  }

  /// Whether what came before may not all be known here.
  var isIncomplete: Bool { hasLeft || !isSettled }

  /// The last one; of one that competed with others, that by which they came to the member itself.
  var found: ForeignHandover? {
    let own = candidates.filter { reaches($0) }
    let last = (own.isEmpty ? candidates : own).max { ($0.by.earliest, $0.by.id) < ($1.by.earliest, $1.by.id) }
    return last.map { ForeignHandover(from: $0.release.issuer, release: $0.release.id) }
  }

  private func reaches(_ candidate: (release: Step, by: Step)) -> Bool {
    if case .release(let to, _) = candidate.by.effect { return to.member == member }
    return candidate.by.issuer.member == member
  }

  /// - Returns: where to go on from it; nil where the way ends.
  private mutating func visit(_ step: Step) -> StatementID? {
    switch step.effect {
    case .answer(let code):
      guard let release = step.previous.flatMap({ steps[$0] }) else { return step.previous }
      if code == .accepted, release.issuer.member != member {
        candidates.append((release, step))
        return nil
      }
      // Whatever else it was answered brought nobody.
      return release.previous
    case .release(let to, _):
      // Unanswered, it was settled that they came by it.
      if isSettled, to.member == member, step.issuer.member != member { candidates.append((step, step)) }
      return step.previous
    default: return step.previous
    }
  }
}

extension Sequence<OnwardConsent> {
  /// The word that counts: the last that whoever handed somebody over has said of a receiver, in whatever order it was
  /// heard. Where clocks do not say which came last, it is no consent. What others may have signed does not count, nor a
  /// consent that is dated later than now: it would outlast every withdrawal until then.
  public func counting(
    on handover: ForeignHandover, to receiver: AuthorityName?, _ view: any CustodyView, under places: Successions,
    at now: UnixTime
  ) throws -> OnwardConsent? {
    try filter { consent in
      let isAbout = consent.receiver == nil || places.areOne(consent.receiver, receiver)
      guard isAbout, consent.release == handover.release, places.areOne(consent.issuer, handover.from) else {
        return false
      }
      if consent.status == .given, consent.earliest > now { return false }
      return try !view.isDoubted(consent.statement)
    }.max { $1.comes(after: $0) }
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
