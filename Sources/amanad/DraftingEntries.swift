import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

extension Drafting {
  /// An intake: every person or thing gets a reference, a line and an entry in the identity annex.
  func intake(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let kind = try kind(request) ?? .detaineeTransfer
    let entries = try entries(request, of: kind)
    guard !entries.isEmpty, entries.count <= Manifest.maximumLeaves else {
      let field = kind.row.isOfPersons ? "persons" : "items"
      throw badRequest(field, "must list 1 to \(Manifest.maximumLeaves) \(field)")
    }
    // It is a fact: what its lines say by codes that no list has is registered and flagged (V25).
    let codes = office.codes.takingAnyCode
    try refuseProblems(entries) { $0.problems(by: codes) }
    event.kind = kind
    guard let provenance = Provenance(rawValue: request.provenance ?? "direct") else {
      throw badRequest("provenance", "is none of \(Provenance.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    event.provenance = provenance
    event.libertyStatus = try liberty(request, of: kind)
    guard let site = request.siteID, !site.isEmpty else { throw badRequest("site_id", "must name the site") }
    event.place = Place(siteID: site, pcode: request.pcode)
    event.responsibleCustodian = office.authority.name
    return try content(of: entries, born(entries.count, request, provenance, &event), event)
  }

  func kind(_ request: DraftRequest) throws -> Kind? {
    guard let name = request.kind else { return nil }
    guard let kind = Kind(rawValue: name) else {
      throw badRequest("kind", "is none of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return kind
  }

  /// The liberty status that is named, or the one they had, or that of the kind; things have none.
  func liberty(_ request: DraftRequest, of kind: Kind?, before: LibertyStatus? = nil) throws -> LibertyStatus? {
    guard let name = request.libertyStatus else {
      return (kind ?? .detaineeTransfer).row.liberty.map { before ?? $0 }
    }
    guard let liberty = LibertyStatus(rawValue: name), kind?.row.isOfPersons != false else {
      throw badRequest("liberty_status", "is none of detained, restricted, at_liberty, or things have none")
    }
    return liberty
  }

  /// The persons or things of a request, under the name that fits their kind.
  func entries(_ request: DraftRequest, of kind: Kind) throws -> [ManifestEntry] {
    let (wanted, other) = kind.row.isOfPersons ? (request.persons, request.items) : (request.items, request.persons)
    guard other == nil else {
      throw badRequest(
        kind.row.isOfPersons ? "items" : "persons",
        "has no meaning in \(kind.rawValue): list \(kind.row.isOfPersons ? "persons" : "items")")
    }
    return (wanted ?? []).map { ManifestEntry($0, kind: kind) }
  }

  /// Refuses everything wrong with the entries at once.
  func refuseProblems(
    _ entries: [ManifestEntry],
    _ problems: (ManifestEntry) -> [(column: String, problem: String)]
  ) throws {
    var failings: [Problem.Failing] = []
    for (index, entry) in entries.enumerated() {
      for problem in problems(entry) {
        failings.append(
          Problem.Failing(code: "invalid-value", line: index, detail: "\(problem.column) \(problem.problem)"))
      }
    }
    if let twice = firstRepeated(entries.map { $0["reference"] }) {
      failings.append(Problem.Failing(code: "duplicate", detail: "reference \"\(twice)\" stands twice"))
    }
    guard !failings.isEmpty else { return }
    let isOfPersons = entries.first?.kind.row.isOfPersons != false
    throw Problem(
      status: 422, code: "invalid-value",
      title: "The \(isOfPersons ? "persons" : "items") listed cannot be taken as they are",
      detail: "\(failings.count) entries are wrong, first: \(failings[0].detail)",
      next: "correct every entry listed; nothing was stored", failings: failings)
  }

  private func content(of entries: [ManifestEntry], _ newcomers: [Newcomer], _ event: Event) throws -> Content {
    let subjects = newcomers.map(\.subject)
    let byReference = Dictionary(zip(entries.map { $0["reference"] }, subjects)) { first, _ in first }
    var families: [String: [Int]] = [:]
    for (index, entry) in entries.enumerated() where !entry["family"].isEmpty {
      families[entry["family"], default: []].append(index)
    }
    var lines: [[CBOR]] = []
    var identities: [SubjectReference: [String: String]] = [:]
    for (index, entry) in entries.enumerated() {
      var links = try links(entry, subjects[index])
      links.family = (families[entry["family"]] ?? []).filter { $0 != index }.map {
        (role: entries[$0]["family_role"], subject: subjects[$0])
      }
      // Who was just born goes with the mother.
      if let mother = newcomers[index].mother { links.family.append((role: "parent", subject: mother)) }
      if !entry["derived_from"].isEmpty {
        guard let source = byReference[entry["derived_from"]] else { throw Self.noSource(entry) }
        links.derivedFrom = source
      }
      lines.append(entry.line(links))
      identities[subjects[index]] = identity(entry, links)
    }
    let schema = entries[0].kind.row.schema
    return try content(
      schema: schema, record: event.recordID, lines: lines, identities: identities, event: event.type)
  }

  private static func noSource(_ entry: ManifestEntry) -> Problem {
    badRequest(
      "items", "\"\(entry["derived_from"])\", from which \"\(entry["reference"])\" was made, is not among them")
  }

  /// A number that a line commits to needs a salt of its own, which stands beside it.
  func links(_ entry: ManifestEntry, _ subject: SubjectReference) throws -> LineLinks {
    var links = LineLinks(subject)
    if !entry["travel_document_number"].isEmpty { links.documentSalt = try randomBytes(Seal.saltByteCount) }
    return links
  }

  func identity(_ entry: ManifestEntry, _ links: LineLinks) -> [String: String] {
    var identity = entry.identity
    if let salt = links.documentSalt { identity["travel_document_salt"] = hexadecimal(salt) }
    return identity
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

  /// What is said of the site, or nothing.
  func siteBlock(_ request: DraftRequest) throws -> [UInt8] {
    guard let site = request.site else { return [] }
    let failings = site.problems().map {
      Problem.Failing(code: "invalid-value", detail: "site.\($0.field) \($0.problem)")
    }
    guard failings.isEmpty else {
      throw Problem(
        status: 422, code: "invalid-value", title: "The site block cannot be taken as it is",
        detail: "\(failings.count) values are wrong, first: \(failings[0].detail)",
        next: "correct every value listed; nothing was stored", failings: failings)
    }
    return site.encoded()
  }

  private func firstRepeated(_ texts: [String]) -> String? {
    var seen: Set<String> = []
    return texts.first { !$0.isEmpty && !seen.insert($0).inserted }
  }
}
