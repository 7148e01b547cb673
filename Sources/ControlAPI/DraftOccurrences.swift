public import COSE
public import Custody
import OpenSSL
import Roster

/// What befalls people, and whom their custodian sets free.
extension DraftMaking {
  /// Events with lines of people whom something may befall, the furthest step first.
  public static var befallen: [EventType] {
    [
      .outcome, .redirect, .release, .intake, .recallAgreed, .recall, .incident, .releasedToLiberty, .disputed,
      .disputeResolved,
    ]
  }

  /// An incident or a release to liberty: of people in our hands, or on the road of one open release.
  /// - Parameters:
  ///   - source: a statement with their lines, one of `befallen`.
  ///   - known: what is known of it and of their custody.
  /// - Throws: `Problem` naming what to change in the request.
  public func occurrence(
    _ request: DraftRequest, of source: StatementSummary, knowing known: some KnownStatements, _ event: inout Event
  ) throws -> Content {
    let what = try what(request, event.type)
    if source.kind?.row.isOfPersons == false { try refuseOfThings(what, event.type) }
    let chains = try chosen(request, source, known)
    for chain in chains where chain.isEnded { try refuseEnded(chain, what, event) }
    let road = try road(chains)
    (event.recordID, event.kind) = (source.recordID, source.kind)
    event.caseID = event.caseID ?? source.caseID
    event.references = [Reference(.basis, source.id)]
    try place(chains, road, known, in: &event)
    if event.type == .releasedToLiberty { event.libertyStatus = .atLiberty }
    if let site = request.siteID { event.place = Place(siteID: site, pcode: request.pcode) }
    let lines = try chains.map { chain in
      try occurrenceStart(of: chain) + end(of: request, what)
    }
    let schema: LineSchema = event.type == .incident ? .incident : .liberty
    return try content(schema: schema, record: event.recordID, lines: lines, identities: [:], event: event.type)
  }

  /// The code of the incident, or of the mark.
  private func what(_ request: DraftRequest, _ type: EventType) throws -> String {
    guard type == .incident else {
      guard let mark = request.mark.flatMap(LibertyMark.init) else {
        throw Problem.badRequest(
          "mark", "must be one of \(LibertyMark.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return mark.rawValue
    }
    guard let code = request.incident.flatMap(IncidentCode.init) else {
      throw Problem.badRequest(
        "incident", "must be one of \(IncidentCode.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return code.rawValue
  }

  /// Things can be lost and found; nothing else befalls them.
  private func refuseOfThings(_ what: String, _ type: EventType) throws {
    guard type == .incident else { throw Problem.badRequest("event", "things are not set free: hand them over") }
    guard [IncidentCode.missing, .found].map(\.rawValue).contains(what) else {
      throw Problem.badRequest("incident", "\"\(what)\" befalls people: things are missing or found")
    }
  }

  /// Nobody is recorded dead because somebody forgot to say who it was.
  private func chosen(_ request: DraftRequest, _ source: StatementSummary, _ known: some KnownStatements) throws
    -> [ChainState]
  {
    let manifest = try known.people(of: source.id).manifest
    guard request.lines != nil || manifest.lines.count == 1 else {
      throw Problem.badRequest("lines", "must name whom it is about")
    }
    return try select(request.lines, from: manifest, of: source.id).map { index, leaf in
      guard let chain = try leaf.subject.flatMap({ try known.custody.chain($0) }) else {
        throw Problem.badRequest("lines", "line \(index) was never taken in, as far as is known here")
      }
      return chain.known
    }
  }

  /// What ended goes on for nobody; only that somebody was found contests it, which its custodian may then settle.
  private func refuseEnded(_ chain: ChainState, _ what: String, _ event: Event) throws {
    let effects = [IncidentCode.death, .escape, .missing].map(\.rawValue)
    guard event.type == .releasedToLiberty || effects.contains(what) else { return }
    throw Problem(
      status: 409, code: CheckCode.v2.rawValue, title: "The chain has ended",
      detail: "\(chain.subject): its chain has ended by \(chain.head)", record: event.recordID.uuid,
      next:
        "see it with `amana show`; who turns out to live is recorded with the incident found, which contests the end")
  }

  private func road(_ chains: [ChainState]) throws -> ChainState.OpenRelease? {
    let open = chains.map(\.openRelease)
    guard Set(open.map { $0?.statement }).count <= 1, Set(chains.map { claimed($0) }).count <= 1 else {
      throw Problem.badRequest(
        "lines", "some are on the road and others are not, or have another custodian: record them apart")
    }
    return open.first ?? nil
  }

  /// Whose hands the person is in, as we say it: where several claim that, in ours if we are one of them.
  private func claimed(_ chain: ChainState) -> AuthorityName {
    chain.claimants?.contains(drafter.name) == true ? drafter.name : chain.custodian
  }

  private func place(
    _ chains: [ChainState], _ road: ChainState.OpenRelease?, _ known: some KnownStatements, in event: inout Event
  ) throws {
    event.from = chains.first.map { claimed($0) }
    event.responsibleCustodian = event.from
    guard let road else { return }
    event.to = road.to
    event.references.append(Reference(.release, road.statement))
    event.carrier = try known.signed(road.statement)?.event.carrier
  }

  /// What a line begins with that tells what befell somebody: the last step that it builds on, and the road.
  public func occurrenceStart(of chain: ChainState) -> [CBOR] {
    // Of a contested chain each claimant goes on from its own last step, if that is a transition.
    let claim = chain.steps.last { step in
      if case .release = step.effect { return false }
      return step.issuer == drafter.name && chain.contest?.heads.contains(step.id) == true
    }
    let road = chain.openRelease
    return [
      .bytes(chain.subject.bytes), .bytes((claim?.id ?? chain.head).bytes),
      road.map { .bytes($0.statement.bytes) } ?? .null, road.map { .unsigned(UInt64($0.line)) } ?? .null,
    ]
  }

  private func end(of request: DraftRequest, _ what: String) throws -> [CBOR] {
    let reason = request.reason.map(CBOR.text) ?? .null
    guard request.event == EventType.incident.rawValue else { return [.text(what), reason] }
    // A newborn is taken in under a reference of its own, which the birth names.
    let child: CBOR =
      what == IncidentCode.birth.rawValue ? .bytes(try randomBytes(SubjectReference.byteCount)) : .null
    let told = PayloadKind.ofRoles.map(\.id).filter { request.annexes?[$0] != nil }
    return [.text(what), child, .array(told.map(CBOR.text)), reason]
  }

  /// In what offices somebody must approve, and what of it the request does without. A release of children is an intention
  /// and does not go without whoever protects them (V27).
  public func roles(of proposal: Proposal, _ request: DraftRequest) throws
    -> (needed: [ApprovalRole], missing: [Violation])
  {
    let needed = proposal.rolesNeeded
    let protection: [ApprovalRole] = proposal.awaitsChildProtection ? [.childProtection] : []
    let without = request.without ?? []
    if let other = without.first(where: { !needed.map(\.rawValue).contains($0) }) {
      throw Problem.badRequest(
        "without",
        protection.map(\.rawValue).contains(other)
          ? "children are not released without an approval in the office of \"\(other)\""
          : "nobody has to approve in the office of \"\(other)\"")
    }
    // Said before anybody has signed: an intention that lacks an approval is refused, and only a fact is flagged.
    if let office = without.first, Lifecycle.row(for: proposal.event.type)?.isIntention == true {
      throw Problem.badRequest(
        "without",
        "\(proposal.event.type.rawValue) is an intention, entered from paper or not: without an approval in the office of "
          + "\"\(office)\" it would be refused (V14) after the officers have signed")
    }
    return (
      protection + needed.filter { !without.contains($0.rawValue) },
      without.map { Violation(.v14, "an approval in the office of \($0) is missing") }
    )
  }
}
