import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

/// Corrections of what lines and names say, of one or of many statements at once. The originals stay as they are.
extension Drafting {
  /// One statement that is corrected, with the lines that are meant.
  private struct Original {
    let stored: StoredStatement
    let people: DescribedPeople
    let selected: [(index: Int, leaf: ManifestLeaf)]
    let readers: [AuthorityName]
  }

  private static let correctable: [EventType] = [.intake, .offer, .release, .redirect]

  func correct(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    guard let reason = request.reason, !reason.isEmpty else {
      throw badRequest("reason", "must say by a code why it is corrected")
    }
    let originals = try originals(request)
    guard let first = originals.first else { throw badRequest("statement", "must name what is corrected") }
    let kind = first.stored.summary.kind ?? .detaineeTransfer
    event.kind = kind
    if originals.count == 1 { event.recordID = first.stored.summary.recordID }
    event.references = originals.map { Reference(.original, $0.stored.id) }
    var entries = try Dictionary(
      correctedEntries(request, of: kind).map { ($0["reference"], $0) }
    ) { first, _ in first }
    var (lines, identities): ([[CBOR]], [SubjectReference: [String: String]]) = ([], [:])
    var (seen, told): (Set<SubjectReference>, [(who: String, parties: [AuthorityName])]) = ([], [])
    var own = OwnCorrections(here)
    for original in originals {
      let readings = try own.readings(of: original.people)
      for (index, leaf) in original.selected {
        guard let subject = leaf.subject else { continue }
        try refuseMalformed(leaf, index, original.people.manifest.schema)
        guard let reading = readings[subject] else { continue }
        let reference = reading.names["reference"]
        let entry = reference.flatMap { entries.removeValue(forKey: $0) }
        guard let made = try correction(of: reading, at: index, subject, by: entry, request.set ?? [:], original)
        else { continue }
        guard seen.insert(subject).inserted else {
          throw try NamingRefusal(Self.twice(subject, reference), read: request.cited, reader)
        }
        lines.append(made.correction.manifestLine(reason: reason))
        if !made.identity.isEmpty { identities[subject] = made.identity }
        told.append((reference ?? subject.description, try concerned(by: original.stored, original.readers, subject)))
      }
    }
    if let unknown = entries.keys.min() {
      throw badRequest(kind.row.isOfPersons ? "persons" : "items", "\"\(unknown)\" is not among the lines corrected")
    }
    guard !lines.isEmpty else { throw Self.nothing(event) }
    event.parties = try alike(told, originals.count == 1 ? "lines" : "statements", request)
    return try content(
      schema: .correction, record: event.recordID, lines: lines, identities: identities, event: event.type)
  }

  /// What is corrected together is read by the same authorities, so that none learns of lines of which it knew nothing.
  private func originals(_ request: DraftRequest) throws -> [Original] {
    let named = try named(request, atMost: 255)
    guard named.count == 1 || request.lines == nil else {
      throw badRequest("lines", "go with one statement: of several, persons are named by their reference")
    }
    let found = try named.map { id in
      let stored = try statement(id, "statements", Self.correctable)
      let people = try people(of: stored.id)
      return Original(
        stored: stored, people: people, selected: try select(request.lines, from: people.manifest, of: stored.id),
        readers: try readers(of: stored))
    }
    guard Set(found.map { Set($0.readers) }).count == 1, Set(found.map(\.stored.summary.kind)).count == 1 else {
      throw badRequest("statements", "are of different kinds or parties: correct them apart")
    }
    return found
  }

  private func correctedEntries(_ request: DraftRequest, of kind: Kind) throws -> [ManifestEntry] {
    let entries = try entries(request, of: kind)
    let common = request.set.map { [ManifestEntry($0, kind: kind)] } ?? []
    guard !(entries + common).isEmpty else {
      throw badRequest("set", "or persons or items must say what is to be read instead")
    }
    guard request.set?["reference"] == nil else { throw badRequest("set", "reference says who is meant: it stays") }
    // It is a fact, as an intake is: a code that no list has is registered and flagged (V25).
    let codes = office.codes.takingAnyCode
    try refuseProblems(entries + common) { $0.additionProblems(by: codes) }
    return entries
  }

  /// What differs from the original as it is read by now, so that a correction can be corrected, and taken back; nil when
  /// nothing does.
  private func correction(
    of reading: LineReading, at index: Int, _ subject: SubjectReference, by own: ManifestEntry?,
    _ common: [String: String], _ original: Original
  ) throws -> (correction: Correction, identity: [String: String])? {
    let entry = ManifestEntry(
      common.merging(own?.values ?? [:]) { $1 }, kind: original.stored.summary.kind ?? .detaineeTransfer)
    let schema = original.people.manifest.schema
    let links = try links(entry, subject)
    guard let line = entry.addition(to: reading.fields, of: schema, links) else { return nil }
    var fields = CBORMap()
    for (field, (old, new)) in zip(schema.fields, zip(reading.fields, line)) where old.encoded() != new.encoded() {
      fields[.text(field.name)] = new
    }
    let said = identity(entry, links).filter { $0.key != "reference" && reading.names[$0.key] != $0.value }
    guard !fields.isEmpty || !said.isEmpty else { return nil }
    return (
      Correction(
        subject: subject, original: original.stored.id, line: index, fields: fields, columns: said.keys.sorted()), said
    )
  }

  private static func twice(_ subject: SubjectReference, _ reference: String?) -> Problem {
    badRequest("statements", "\(reference ?? subject.description) stands in two of them: correct them apart")
  }

  private static func nothing(_ event: Event) -> Problem {
    Problem(
      status: 409, code: "conflict", title: "There is nothing to correct",
      detail: "every line says already what is to be read", record: event.recordID.uuid,
      next: "see them with `amana show --lines`")
  }
}
