import Roster

/// V11, V12 and V14: who may act, who is named, who approved.
enum AuthorityChecks {
  static func competentParties(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    let row = Lifecycle.row(for: event.type)
    var found = event.withholdingProblems(issuedBy: proposal.issuer.name, under: proposal.roster).map {
      Violation(.v11, $0)
    }
    guard let kind = event.kind else {
      guard row?.bearsManifest == true else { return found }
      return found + [Violation(.v11, "it says no kind, so nobody's competence can be judged")]
    }
    if row?.issuer == .from, event.to == nil || event.to == event.from {
      found.append(Violation(.v11, "it names no receiver other than its releaser"))
    }
    if proposal.roster.isStale(at: proposal.now) {
      found.append(Violation(.v11, "roster version \(proposal.roster.body.version) is past its next update"))
    }
    let active = Set(proposal.roster.body.members.filter { $0.status == .active }.map(\.key))
    for name in Set(event.addressees + [proposal.issuer.name]).sorted() {
      guard let authority = proposal.roster.authority(name), authority.status == .active, active.contains(name.member)
      else {
        found.append(Violation(.v11, "\(name) is no active authority of an active member"))
        continue
      }
      // Anybody may ask for somebody, whoever is asked answers, and anybody says what they saw.
      let isAsked = [.inquiry, .inquiryAnswered, .observed].contains(event.type)
      if ![event.carrier, event.nextCarrier, event.host].contains(name), !isAsked,
        !authority.competence.kinds.contains(kind.rawValue)
      {
        found.append(Violation(.v11, "\(name) is not competent for \(kind.rawValue)"))
      }
    }
    return found + powerProblems(proposal)
  }

  private static func powerProblems(_ proposal: Proposal) -> [Violation] {
    let event = proposal.event
    func competence(_ name: AuthorityName?) -> Competence? {
      name.flatMap { proposal.roster.authority($0) }?.competence
    }
    var found: [Violation] = []
    if event.type.isRelease || event.type == .offer {
      if competence(event.from)?.mayRelease == false { found.append(Violation(.v11, "the releaser may not release")) }
      if competence(event.to)?.mayAccept == false { found.append(Violation(.v11, "the receiver may not accept")) }
    }
    if event.type != .incident {
      // Whoever hands over or takes over may bring people itself.
      let carriers = Set([event.carrier, event.nextCarrier]).subtracting([event.from, event.to]).compactMap(\.self)
      for name in carriers.sorted() where competence(name)?.mayCarry == false {
        found.append(Violation(.v11, "\(name) may not carry"))
      }
    }
    if let site = event.place?.siteID, event.type == .intake || event.type == .lodged,
      let sites = competence(proposal.issuer.name)?.sites, !sites.isEmpty, !sites.contains(site)
    {
      found.append(Violation(.v11, "\(proposal.issuer.name) is not competent for site \(site)"))
    }
    return found
  }

  static func namedParty(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard let row = Lifecycle.row(for: event.type) else {
      return [Violation(.v12, "this version cannot judge \(event.type.rawValue): upgrade, then bring it again")]
    }
    let named: AuthorityName?
    func oneOf(_ names: [AuthorityName?]) -> AuthorityName? {
      names.contains(proposal.issuer.name) ? proposal.issuer.name : names.compactMap(\.self).first
    }
    switch row.issuer {
    case .holder: named = oneOf([event.from, event.to, event.carrier])
    case .parties: named = oneOf([event.from, event.to])
    case .from: named = event.from
    case .to: named = event.to
    case .carrier: named = event.carrier
    case .host: named = event.host
    case .custodian, .author, .log: named = proposal.issuer.name
    }
    guard named == proposal.issuer.name else {
      return [
        Violation(.v12, "\(named.map(\.description) ?? "nobody") is named for it, \(proposal.issuer.name) signed")
      ]
    }
    return try answeredParty(proposal, view) + RoadChecks.carriers(proposal, view)
  }

  /// Who answers an offer or a release must be the one it was addressed to.
  private static func answeredParty(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let (event, places) = (proposal.event, proposal.successions)
    let relation: Relation
    switch event.type {
    case .offerAgreed, .offerDeclined: relation = .offer
    case .recallAgreed, .recallRefused: relation = .recall
    case .returnAgreed, .returnRefused: relation = .returnRequested
    case .inquiryAnswered: relation = .inquiry
    case .outcome, .recall, .closed, .returnRequested, .onwardConsent: relation = .release
    default: return []
    }
    guard let cited = event.reference(relation), let answered = try view.summary(cited) else {
      // An outcome without its release is V4's; a recall may overtake the release; the rest, which are facts, V2's.
      return [.release, .returnRequested, .inquiry].contains(relation)
        ? [] : [Violation(.v12, "the \(relation.rawValue) it answers is not known here")]
    }
    if [.recall, .closed, .returnRequested, .onwardConsent].contains(event.type) {
      guard !places.areOne(answered.from, event.from) || !places.areOne(answered.to, event.to) else { return [] }
      let from = event.from?.description ?? "nobody"
      return [Violation(.v12, "\(cited) was not released by \(from) to the party it names")]
    }
    guard places.areOne(answered.to, proposal.issuer.name) else {
      return [
        Violation(
          .v12,
          "\(cited) was addressed to \(answered.to.map(\.description) ?? "nobody"), not to \(proposal.issuer.name)")
      ]
    }
    guard places.areOne(answered.from, event.from) else {
      let (from, named) = (answered.from?.description ?? "nobody", event.from?.description ?? "nobody")
      return [
        Violation(
          .v12,
          "\(cited) came from \(from), and it answers \(named), of whom no roster here says that it followed \(from)")
      ]
    }
    // The release an agreement gives back must be one from and to the same two.
    if event.type == .recallAgreed, let cited = event.reference(.release), let release = try view.summary(cited),
      !places.areOne(release.from, event.from) || !places.areOne(release.to, event.to)
    {
      return [
        Violation(
          .v12, "\(cited) was not released by \(event.from?.description ?? "nobody") to \(proposal.issuer.name)")
      ]
    }
    return []
  }

  static func enoughOfficers(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.stage != .draft else { return [] }
    let needed = Lifecycle.row(for: proposal.event.type)?.officers ?? 0
    let failed =
      proposal.failedApprovals.filter { !($0.isUnverifiableHere && $0.role == .authorityPQ) }
      .map { Violation(.v14, "an approval does not count: \($0.why)") } + secondSignature(proposal) + left(proposal)
    let (keys, numbers) = proposal.approvals.officers
    let missing = rolesMissing(proposal) + sameInTwo(proposal)
    guard min(keys, numbers) < needed else { return failed + missing }
    return failed + missing + [
      Violation(.v14, "\(needed) different officers must approve; \(numbers) officers with \(keys) keys did")
    ]
  }

  /// Officers who approved while they were in office and had left it when their authority signed: nobody is moved on their
  /// word any more, and what they say happened is on record with that.
  private static func left(_ proposal: Proposal) -> [Violation] {
    proposal.approvals.compactMap { approval in
      guard let officer = approval.officer,
        let since = proposal.roster.leftOffice(approval.keyID, by: proposal.signedAt)
      else { return nil }
      return Violation(
        .v14, "officer \(officer) had left when it was signed: the key is retired since \(OffsetTime(unix: since))")
    }
  }

  /// A physician for a death, and for whoever is set free a witness and the mark of the person.
  private static func rolesMissing(_ proposal: Proposal) -> [Violation] {
    let given = proposal.approvals.map(\.role)
    let missing = proposal.rolesNeeded.lacking(proposal.approvals.offices).map {
      Violation(.v14, "an approval in the office of \($0.rawValue) is missing")
    }
    // One approval is the mark of one person, and says nothing of another.
    let (marks, taken) = (proposal.occurrences.count { $0.mark?.isGiven == true }, given.count { $0 == .person })
    guard taken > 0, taken < marks else { return missing }
    return missing + [
      Violation(.v14, "it tells of \(marks) marks, and \(taken) approvals in the office of person stand by")
    ]
  }

  /// Officers who approved in two offices, with as many keys: each office takes somebody of its own.
  private static func sameInTwo(_ proposal: Proposal) -> [Violation] {
    var offices: [UInt64: [ApprovalRole]] = [:]
    for approval in proposal.approvals {
      guard let number = approval.officer, offices[number]?.contains(approval.role) != true else { continue }
      offices[number, default: []].append(approval.role)
    }
    return offices.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { number, roles in
      let names = roles.map(\.rawValue).sorted().joined(separator: " and as ")
      return Violation(.v14, "officer \(number) approved as \(names): nobody approves in two offices")
    }
  }

  /// What the policy asks of whoever has an ML-DSA key. What this machine cannot verify is not there for it.
  private static func secondSignature(_ proposal: Proposal) -> [Violation] {
    guard proposal.policy.postQuantum == .both, !proposal.isSignedByMLDSA,
      proposal.issuer.hasMLDSAKey(at: proposal.signedAt),
      !proposal.approvals.contains(where: { $0.role == .authorityPQ })
    else { return [] }
    let unverified = proposal.failedApprovals.first { $0.isUnverifiableHere && $0.role == .authorityPQ }
    return [
      Violation(
        .v14,
        unverified.map { "the policy asks for an ML-DSA signature beside the classical one, and \($0.why)" }
          ?? "the policy asks for an ML-DSA signature beside the classical one, and none of its authority counts")
    ]
  }
}
