import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// The steps of a convoy, each as the daemon would draft it; `change` is made before anybody approves or signs.
extension Scribe {
  typealias Change = (inout Event) -> Void

  static func person(_ index: Int) -> ManifestEntry {
    ManifestEntry([
      "reference": "R-\(index)", "name_arabic": "أحمد \(index)", "born": "199\(index % 10)",
      "age": index % 7 == 6 ? "child" : "adult", "age_basis": "statement", "sex": index % 5 == 4 ? "2" : "1",
      "nationality": "IRQ", "nationality_status": "claimed", "unaccompanied": index % 7 == 6 ? "yes" : "no",
      "fit_to_travel": "yes",
      "language": "ar-Arab", "injuries": "no", "complaint": "no", "medicines": "no", "deprived_on": "2019-03",
      "deprived_place": "Baghuz", "deprived_by": "self-administration", "ordered_by": "unknown",
      "grounds": "under-investigation", "health": "good", "assessment": "no-risk-found", "assessed_by": "SYR/prisons",
      "assessed_on": "2026-11-10", "assessment_informed": "yes", "assessment_challenge": "yes",
      "assurances": "memorandum", "monitoring": "full",
    ])
  }

  func content(
    _ schema: LineSchema, _ event: Event, _ lines: [[CBOR]], identities: [SubjectReference: [String: String]]
  ) -> Content {
    let manifest = Manifest.shuffled(schema: schema, recordID: event.recordID, lines: lines, random: bytes)
    let listsSlots = Lifecycle.row(for: event.type)?.listsSlots == true
    let annex = Annex(
      id: Annex.identityID, mediaType: Annex.identityMediaType, salt: bytes(32),
      content: IdentityAnnex(persons: identities).encoded())
    return Content(
      manifest: manifest, slots: listsSlots ? Slots.list(for: event.type, manifest: manifest, random: bytes) : nil,
      annexes: [annex])
  }

  func intake(by party: Party, _ count: Int = 3, subjects: [SubjectReference]? = nil, change: Change = { _ in }) throws
    -> Act
  {
    try intake(of: Self.person, by: party, count, subjects: subjects, change: change)
  }

  /// - Parameter entry: who or what is taken in, by number; its kind is the intake's.
  func intake(
    of entry: (Int) -> ManifestEntry, by party: Party, _ count: Int = 3, subjects: [SubjectReference]? = nil,
    change: Change = { _ in }
  ) throws -> Act {
    var event = draft(.intake)
    let kind = entry(0).kind
    event.kind = kind
    event.provenance = .direct
    event.responsibleCustodian = party.name
    event.libertyStatus = kind.row.liberty
    let chosen = subjects ?? (0..<count).map { _ in SubjectReference(unchecked: bytes(16)) }
    let people = chosen.enumerated().map { ($1, entry($0)) }
    let lines = people.map { subject, person in person.line(subject: subject, family: []) }
    let content = content(
      kind.row.schema, event, lines, identities: Dictionary(people.map { ($0, $1.identity) }) { first, _ in first })
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// An offer or a release of the people in a manifest, or of some of them, each citing the last step in a ledger.
  func handover(
    _ type: EventType, of source: Act, only: [SubjectReference]? = nil, from: Party, to: Party, in ledger: Ledger,
    officers: [PrivateKey]? = nil, citing: [Reference] = [], site: SiteBlock? = .example, consent: AuthorityName? = nil,
    change: Change = { _ in }
  ) throws -> Act {
    var event = draft(type)
    let kind = source.event.kind ?? .detaineeTransfer
    event.kind = kind
    (event.from, event.to) = (from.name, to.name)
    event.libertyStatus = kind.row.liberty
    event.references = citing.isEmpty ? [Reference(.basis, source.id)] : citing
    if type.isRelease {
      event.responsibleCustodian = from.name
      event.acceptBy = OffsetTime(unix: clock + 43_200, offsetMinutes: 180)
    }
    var lines: [[CBOR]] = []
    for (_, leaf) in source.lines {
      guard let subject = leaf.subject, only?.contains(subject) ?? true else { continue }
      var fields = leaf.fields
      fields[1] = .bytes((ledger.chain(subject)?.head ?? source.id).bytes)
      // Whoever handed them over consents to their going on.
      if let consent = consent ?? giver(ledger.chain(subject), to: from),
        let position = kind.row.schema.position(of: "onward_consent")
      {
        fields[position] = .map(["by": .text(consent.description)])
      }
      lines.append(fields)
    }
    var content = content(kind.row.schema, event, lines, identities: [:])
    if let site, kind.row.rules.contains(.site) {
      content.annexes.append(
        Annex(id: SiteBlock.id, mediaType: SiteBlock.mediaType, salt: bytes(32), content: site.encoded()))
    }
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: from, officers: officers)
  }

  /// Who of another member released somebody last.
  private func giver(_ chain: ChainState?, to party: Party) -> AuthorityName? {
    let releases = (chain?.steps ?? []).filter { step in
      if case .release = step.effect { step.issuer.member != party.name.member } else { false }
    }
    return releases.max { $0.earliest < $1.earliest }?.issuer
  }

  func agreement(_ type: EventType = .offerAgreed, to offer: Act, by party: Party, change: Change = { _ in }) throws
    -> Act
  {
    var event = draft(type, record: offer.event.recordID)
    (event.kind, event.from, event.to) = (offer.event.kind, offer.event.from, offer.event.to)
    event.references = [Reference(.offer, offer.id)]
    change(&event)
    return try sign(event, by: party)
  }

  /// Answers lines of a release, by their index in its manifest.
  func outcome(
    of release: Act, _ answers: [(line: Int, code: OutcomeCode)], by party: Party, change: Change = { _ in }
  ) throws -> Act {
    var event = draft(.outcome, record: release.event.recordID)
    (event.kind, event.from, event.to) = (release.event.kind, release.event.from, party.name)
    event.libertyStatus = release.event.libertyStatus
    event.references = [Reference(.release, release.id)]
    let accepted = Set(answers.map { $0.code == .accepted })
    if accepted.count == 1 { event.responsibleCustodian = accepted.contains(true) ? event.to : event.from }
    let leaves = release.content.manifest?.leaves ?? []
    let lines: [[CBOR]] = answers.map { answer in
      [
        leaves[answer.line].fields[0], leaves[answer.line].fields[1], .bytes(release.id.bytes),
        .unsigned(UInt64(answer.line)), .text(answer.code.rawValue), .null, .array([]), .null, .null, .null,
      ]
    }
    let content = content(.outcome, event, lines, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// The same answer for every line.
  func outcome(of release: Act, all code: OutcomeCode, by party: Party, change: Change = { _ in }) throws -> Act {
    try outcome(of: release, release.lines.map { ($0.index, code) }, by: party, change: change)
  }
}
