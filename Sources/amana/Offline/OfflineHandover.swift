import COSE
import ControlAPI
import Custody
import Roster

/// What is drafted from a kit.
extension OfflineDesk {
  /// Who is taken in: newborns cite their birth, and whoever came along on the road of a release that release.
  func born(_ count: Int, _ request: DraftRequest, _ provenance: Provenance, _ event: inout Event) throws -> [Newcomer]
  {
    guard request.statement != nil else { return try unknown(count) }
    return try born(
      count, request, provenance, citing: summary(request.statement, [.incident, .release, .redirect]),
      knowing: needed(), &event)
  }

  /// An offer or a release of lines that a statement of the kit holds: the same people, citing each one's last step.
  func handover(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try cited(request.statement, [.intake, .offer, .offerAgreed, .release, .redirect])
    let kit = try needed()
    guard let to = request.to.flatMap({ AuthorityName($0) }), to != drafter.name else {
      throw Problem.badRequest("to", "must name another authority, MEMBER/authority")
    }
    (event.from, event.to) = (drafter.name, to)
    event.kind = try kind(request) ?? source.event.kind ?? .detaineeTransfer
    event.caseID = event.caseID ?? source.event.caseID
    let holder = try holder(of: source, &event)
    let people = try kit.people(of: holder.id)
    return try handover(
      select(request.lines, from: people.manifest, of: source.id), of: people, before: holder.event.libertyStatus,
      request, knowing: kit, unknown: "was never taken in, as far as the kit knows", &event)
  }

  /// Where the people of a handover are described: an agreement points on to its offer, whose record goes on.
  private func holder(of source: SignedStatement, _ event: inout Event) throws -> SignedStatement {
    var holder = source
    if source.event.type == .offerAgreed {
      holder = try cited(source.event.reference(.offer)?.description, [.offer])
      event.references.append(Reference(.offerAgreed, source.id))
    }
    if holder.event.type == .offer { event.recordID = holder.event.recordID }
    event.references.append(Reference(holder.event.type == .offer ? .offer : .basis, holder.id))
    return holder
  }

  /// Answers to lines of a release that the kit holds.
  func outcome(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let release = try cited(request.statement, [.release, .redirect])
    let (kit, summary) = (try needed(), try summary(request.statement, [.release, .redirect]))
    let answers = try answers(request, to: summary, before: release.event.libertyStatus, in: &event)
    let lines = try answers.map { answer in
      guard answer.outcome != OutcomeCode.ended.rawValue else {
        throw Problem.badRequest("answers", "who died or was set free on the road is answered where the daemon is")
      }
      guard let line = kit.ledger.releaseLine(release.id, answer.line) else {
        throw Problem.badRequest("answers", "\(release.id) has no line \(answer.line)")
      }
      return try outcomeLine(answer, of: line, incident: nil)
    }
    event.flags += Custody.Flag.naming(kit.flags(release.id), about: release.id, of: release.event.counts)
    return try content(schema: .outcome, record: event.recordID, lines: lines, identities: [:], event: .outcome)
  }
}
