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
      "nationality": "IRQ", "nationality_status": "claimed", "unaccompanied": "no", "fit_to_travel": "yes",
      "language": "ar-Arab", "injuries": "no", "complaint": "no", "medicines": "no", "deprived_on": "2019-03",
      "deprived_place": "Baghuz", "deprived_by": "self-administration", "ordered_by": "unknown",
      "grounds": "under-investigation", "health": "good",
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
    var event = draft(.intake)
    event.kind = .detaineeTransfer
    event.provenance = .direct
    event.responsibleCustodian = party.name
    event.libertyStatus = .detained
    let chosen = subjects ?? (0..<count).map { _ in SubjectReference(unchecked: bytes(16)) }
    let people = chosen.enumerated().map { ($1, Self.person($0)) }
    let lines = people.map { subject, person in person.line(subject: subject, family: []) }
    let content = content(
      .person, event, lines, identities: Dictionary(people.map { ($0, $1.identity) }) { first, _ in first })
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: party)
  }

  /// An offer or a release of the people in a manifest, or of some of them, each citing the last step in a ledger.
  func handover(
    _ type: EventType, of source: Act, only: [SubjectReference]? = nil, from: Party, to: Party, in ledger: Ledger,
    officers: [PrivateKey]? = nil, citing: [Reference] = [], change: Change = { _ in }
  ) throws -> Act {
    var event = draft(type)
    event.kind = .detaineeTransfer
    (event.from, event.to) = (from.name, to.name)
    event.libertyStatus = .detained
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
      lines.append(fields)
    }
    let content = content(.person, event, lines, identities: [:])
    describe(content, in: &event)
    change(&event)
    return try sign(event, content, by: from, officers: officers)
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
    event.libertyStatus = .detained
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
