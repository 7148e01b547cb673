import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

extension Drafting {
  /// An intake: every person gets a reference, a line and an entry in the identity annex.
  func intake(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let persons = (request.persons ?? []).map(ManifestEntry.init)
    guard !persons.isEmpty, persons.count <= Manifest.maximumLeaves else {
      throw badRequest("persons", "must list 1 to \(Manifest.maximumLeaves) persons")
    }
    try refuseProblems(persons)
    guard let kind = Kind(rawValue: request.kind ?? Kind.detaineeTransfer.rawValue), kind == .detaineeTransfer else {
      throw badRequest("kind", "only detainee-transfer can be recorded in this version")
    }
    event.kind = kind
    guard let provenance = Provenance(rawValue: request.provenance ?? "direct") else {
      throw badRequest("provenance", "is none of \(Provenance.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    event.provenance = provenance
    guard let liberty = LibertyStatus(rawValue: request.libertyStatus ?? "detained") else {
      throw badRequest("liberty_status", "is none of detained, restricted, at_liberty")
    }
    event.libertyStatus = liberty
    guard let site = request.siteID, !site.isEmpty else { throw badRequest("site_id", "must name the site") }
    event.place = Place(siteID: site, pcode: request.pcode)
    event.responsibleCustodian = office.authority.name
    return try personContent(persons, record: event.recordID)
  }

  private func refuseProblems(_ persons: [ManifestEntry]) throws {
    var failings: [Problem.Failing] = []
    for (index, person) in persons.enumerated() {
      for problem in person.problems() {
        failings.append(
          Problem.Failing(code: "invalid-value", line: index, detail: "\(problem.column) \(problem.problem)"))
      }
    }
    if let twice = firstRepeated(persons.map { $0["reference"] }) {
      failings.append(Problem.Failing(code: "duplicate", detail: "reference \"\(twice)\" stands twice"))
    }
    guard !failings.isEmpty else { return }
    throw Problem(
      status: 422, code: "invalid-value", title: "The persons listed cannot be taken in",
      detail: "\(failings.count) entries are wrong, first: \(failings[0].detail)",
      next: "correct every entry listed; nothing was stored", failings: failings)
  }

  private func personContent(_ persons: [ManifestEntry], record: RecordID) throws -> Content {
    let subjects = try persons.map { _ in SubjectReference(unchecked: try randomBytes(SubjectReference.byteCount)) }
    var families: [String: [Int]] = [:]
    for (index, person) in persons.enumerated() where !person["family"].isEmpty {
      families[person["family"], default: []].append(index)
    }
    let lines = persons.enumerated().map { index, person in
      let relatives = (families[person["family"]] ?? []).filter { $0 != index }
      return person.line(
        subject: subjects[index], family: relatives.map { (role: persons[$0]["family_role"], subject: subjects[$0]) })
    }
    let identities = Dictionary(zip(subjects, persons.map(\.identity))) { first, _ in first }
    return try content(schema: .person, record: record, lines: lines, identities: identities, event: .intake)
  }

  /// Lines, slots and the identity annex of a record, freshly salted and shuffled.
  func content(
    schema: LineSchema, record: RecordID, lines: [[CBOR]], identities: [SubjectReference: [String: String]],
    event: EventType
  ) throws -> Content {
    let random: (Int) throws -> [UInt8] = { try randomBytes($0) }
    let manifest = try Manifest.shuffled(schema: schema, recordID: record, lines: lines, random: random)
    var content = Content(manifest: manifest)
    if Lifecycle.row(for: event)?.listsSlots == true {
      content.slots = try Slots.list(for: event, manifest: manifest, random: random)
    }
    if !identities.isEmpty {
      content.annexes = [
        Annex(
          id: Annex.identityID, mediaType: Annex.identityMediaType, salt: try randomBytes(32),
          content: IdentityAnnex(persons: identities).encoded())
      ]
    }
    return content
  }

  private func firstRepeated(_ texts: [String]) -> String? {
    var seen: Set<String> = []
    return texts.first { !$0.isEmpty && !seen.insert($0).inserted }
  }
}
