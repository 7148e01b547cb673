import COSE
import ControlAPI
import Custody
import Roster

/// What is drafted from a kit.
extension OfflineDesk {
  /// Who is taken in: newborns and whoever came along on the road of a release that the kit holds cite it.
  func born(_ count: Int, _ request: DraftRequest, _ provenance: Provenance, _ event: inout Event) throws -> [Newcomer]
  {
    if request.statement != nil {
      let release = try cited(request.statement, [.release, .redirect])
      guard provenance == .bornInTransit || provenance == .unlistedArrival else {
        throw Problem.badRequest(
          "statement", "a release is cited by an intake of born-in-transit or unlisted-arrival alone")
      }
      event.caseID = event.caseID ?? release.event.caseID
      event.references.append(Reference(.release, release.id))
      event.parties = [release.event.from.map(draftRoster.successions.current)].compactMap(\.self)
        .filter { $0 != drafter.name }
    }
    return try (0..<count).map { _ in try .unknown() }
  }

  /// An offer or a release of lines that a statement of the kit holds: the same people, citing each one's last step.
  func handover(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try cited(request.statement, [.intake, .offer, .offerAgreed, .release, .redirect])
    guard let kit, let to = request.to.flatMap({ AuthorityName($0) }), to != drafter.name else {
      throw Problem.badRequest("to", "must name another authority, MEMBER/authority")
    }
    (event.from, event.to) = (drafter.name, to)
    event.kind = try kind(request) ?? source.event.kind ?? .detaineeTransfer
    event.caseID = event.caseID ?? source.event.caseID
    let holder = try holder(of: source, &event)
    let content = kit.content(of: holder)
    guard let manifest = content.manifest else {
      throw Problem.badRequest(
        "statement",
        kit.isErased(holder.id)
          ? "what \(holder.id) said of people was erased" : "the kit holds no lines of \(holder.id): write it again")
    }
    try describeHandover(request, before: holder.event.libertyStatus, in: &event)
    let selected = try select(request.lines, from: manifest, of: source.id)
    let persons = try content.annexes.first { $0.id == Annex.identityID }?.persons() ?? [:]
    let hop = NextHop(
      drafter: drafter.name, places: draftRoster.successions, earlier: kit, described: holder.id,
      schema: manifest.schema, to: to)
    return try handingOver(
      selected, of: manifest.schema, request, &event, hop, unknown: "was never taken in, as far as the kit knows"
    ) { subject, leaf in
      kit.ledger.chain(subject).map { HandedOver(chain: $0, fields: leaf.fields, names: persons[subject] ?? [:]) }
    }
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
    guard let kit, let summary = kit.ledger.summary(release.id) else {
      throw Problem.badRequest("statement", "the kit does not know \(release.id)")
    }
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
    event.flags += kit.flags(release.id).map { Custody.Flag(statement: release.id, code: $0) }
    return try content(schema: .outcome, record: event.recordID, lines: lines, identities: [:], event: .outcome)
  }
}
