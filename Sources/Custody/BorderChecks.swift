import COSE
import Roster

/// V28: what is asked where a border is crossed. The software records what was assessed and concludes nothing.
enum BorderChecks {
  static func assessed(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type.isRelease, crossesBorder(proposal) else { return [] }
    var handovers: [StatementID: ForeignHandover] = [:]
    // What it is somewhere at the latest moment at which they may be released.
    let day = OffsetTime(unix: proposal.event.occurred.latest, offsetMinutes: -720).text.prefix(10)
    let found = try proposal.judged(.border) { line in
      guard line["non_refoulement"]?.map?["outcome"]?.text?.isEmpty == false else {
        return "its assessment of non-refoulement is missing"
      }
      let assurances = line["assurances"]?.array ?? []
      guard !assurances.isEmpty else { return "the receiver's assurances are missing" }
      guard !assurances.allSatisfy({ isOver($0.map?["until"]?.text, by: day) }) else {
        return "the receiver's assurances have ended: ask for new ones"
      }
      guard let handover = try handover(line, proposal, view) else { return nil }
      handovers[handover.release] = handover
      return try onwardProblem(line, handover, proposal, view)
    }
    return try found + handovers.values.sorted { $0.release < $1.release }.flatMap { try unread($0, proposal, view) }
  }

  /// Whether a day, a month or a year had ended by a day.
  private static func isOver(_ date: String?, by day: Substring) -> Bool {
    guard let date, ManifestEntry.isDate(date) else { return false }
    let end = date.prefix { $0 != "?" && $0 != "~" && $0 != "%" }
    return end < day.prefix(end.count)
  }

  /// What whoever handed them over says of their going on may be a refusal while its lines are not here.
  private static func unread(_ handover: ForeignHandover, _ proposal: Proposal, _ view: any CustodyView) throws
    -> [Violation]
  {
    try view.awaitedConsents(of: handover.release).filter { proposal.successions.areOne($0.issuer, handover.from) }
      .map {
        Violation(
          .v28,
          "\($0.issuer), who handed them over by \(handover.release), says in \($0.id) whether they may go on, and its lines "
            + "are not here: ask for them", isWarning: true)
      }
  }

  /// Authorities of one State hand over within it. An organisation has no territory: what goes to it or comes from it is
  /// taken for crossing a border, unless it stays within the organisation.
  private static func crossesBorder(_ proposal: Proposal) -> Bool {
    guard let from = proposal.event.from?.member, let to = proposal.event.to?.member, from != to else { return false }
    func country(_ key: String) -> String? { proposal.roster.body.members.first { $0.key == key }?.iso3 }
    guard let origin = country(from), let destination = country(to) else { return true }
    return origin != destination
  }

  /// By whom somebody was handed over who has to agree before they go on to a third; back to them nobody has to ask.
  private static func handover(_ line: ContentLine, _ proposal: Proposal, _ view: any CustodyView) throws
    -> ForeignHandover?
  {
    guard let subject = line.leaf.subject, let chain = try view.chain(subject),
      let handover = try view.handover(
        of: chain, after: line.leaf.custodyPrevious, to: proposal.issuer.name.member, except: proposal.id),
      !proposal.successions.areOne(handover.from, proposal.event.to)
    else { return nil }
    return handover
  }

  private static func onwardProblem(
    _ line: ContentLine, _ handover: ForeignHandover, _ proposal: Proposal, _ view: any CustodyView
  ) throws -> String? {
    guard let subject = line.leaf.subject else { return nil }
    let (places, event) = (proposal.successions, proposal.event)
    let now = proposal.now + proposal.policy.toleranceSeconds
    let said = try view.consents(of: subject).counting(on: handover, to: event.to, view, under: places, at: now)
    // Of its own clock nobody gains time.
    if let said { return said.problem(at: event.occurred.latest) }
    let consent = line["onward_consent"]?.map?["by"]?.text.flatMap { AuthorityName($0) }
    guard let consent, places.areOne(consent, handover.from) else {
      return "\(handover.from), who handed them over, has not consented to their going on"
    }
    return nil
  }
}
