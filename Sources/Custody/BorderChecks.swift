import COSE
import Roster

/// V28: what is asked where a border is crossed. The software records what was assessed and concludes nothing.
enum BorderChecks {
  static func assessed(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.type.isRelease, crossesBorder(proposal) else { return [] }
    return try proposal.judged(.border) { line in
      guard line["non_refoulement"]?.map?["outcome"]?.text?.isEmpty == false else {
        return "its assessment of non-refoulement is missing"
      }
      guard line["assurances"]?.array?.isEmpty == false else { return "the receiver's assurances are missing" }
      return try onwardProblem(line, proposal, view)
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

  /// Whoever handed somebody over agrees before they go on to a third; back to them nobody has to ask.
  private static func onwardProblem(_ line: ContentLine, _ proposal: Proposal, _ view: any CustodyView) throws
    -> String?
  {
    let places = proposal.successions
    guard let subject = line.leaf.subject, let chain = try view.chain(subject),
      let handover = try view.handover(
        of: chain, after: line.leaf.custodyPrevious, to: proposal.issuer.name.member, except: proposal.id),
      !places.areOne(handover.from, proposal.event.to)
    else { return nil }
    let said = try view.consents(of: subject).counting(on: handover, to: proposal.event.to, view, under: places)
    if let said { return said.problem(at: proposal.event.occurred.earliest) }
    let consent = line["onward_consent"]?.map?["by"]?.text.flatMap { AuthorityName($0) }
    guard let consent, places.areOne(consent, handover.from) else {
      return "\(handover.from), who handed them over, has not consented to their going on"
    }
    return nil
  }
}
