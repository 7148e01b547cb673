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
    let people: People
    let selected: [(index: Int, leaf: ManifestLeaf)]
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
    var (seen, chains): (Set<SubjectReference>, [ChainState]) = ([], [])
    for original in originals {
      for (index, leaf) in original.selected {
        guard let subject = leaf.subject else { continue }
        let known = original.people.identities[subject] ?? [:]
        let own = known["reference"].flatMap { entries.removeValue(forKey: $0) }
        guard let made = try correction(index, leaf, known, own, request.set ?? [:], kind, original) else { continue }
        guard seen.insert(subject).inserted else { throw Self.twice(subject, known["reference"]) }
        lines.append(made.correction.manifestLine(reason: reason))
        if !made.identity.isEmpty { identities[subject] = made.identity }
        if let chain = try reader.chain(subject) { chains.append(chain) }
      }
    }
    if let unknown = entries.keys.min() {
      throw badRequest(kind.row.isOfPersons ? "persons" : "items", "\"\(unknown)\" is not among the lines corrected")
    }
    guard !lines.isEmpty else { throw Self.nothing(event) }
    event.parties = concerned(chains, originals.map(\.stored.summary))
    return try content(
      schema: .correction, record: event.recordID, lines: lines, identities: identities, event: event.type)
  }

  /// What is corrected together is read by the same authorities, so that none learns of lines of which it knew nothing.
  private func originals(_ request: DraftRequest) throws -> [Original] {
    let named = request.statements ?? [request.statement].compactMap(\.self)
    guard request.statements == nil || request.statement == nil, !named.isEmpty, named.count < 256,
      Set(named).count == named.count
    else { throw badRequest("statements", "must be 1 to 255 different statements, in place of statement") }
    guard named.count == 1 || request.lines == nil else {
      throw badRequest("lines", "go with one statement: of several, persons are named by their reference")
    }
    let found = try named.map { id in
      let stored = try statement(id, "statements", Self.correctable)
      let people = try people(of: stored.id)
      return Original(
        stored: stored, people: people, selected: try select(request.lines, from: people.manifest, of: stored.id))
    }
    let readers = Set(found.map { concerned([], [$0.stored.summary]) })
    guard readers.count == 1, Set(found.map(\.stored.summary.kind)).count == 1 else {
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

  /// What differs from the original; nil when nothing does.
  private func correction(
    _ index: Int, _ leaf: ManifestLeaf, _ known: [String: String], _ own: ManifestEntry?, _ common: [String: String],
    _ kind: Kind, _ original: Original
  ) throws -> (correction: Correction, identity: [String: String])? {
    guard let subject = leaf.subject else { return nil }
    let entry = ManifestEntry(common.merging(own?.values ?? [:]) { $1 }, kind: kind)
    let schema = original.people.manifest.schema
    try refuseMalformed(leaf, index, schema)
    let links = try links(entry, subject)
    guard let line = entry.addition(to: leaf.fields, of: schema, links) else { return nil }
    var fields = CBORMap()
    for (field, (old, new)) in zip(schema.fields, zip(leaf.fields, line)) where old.encoded() != new.encoded() {
      fields[.text(field.name)] = new
    }
    let said = identity(entry, links).filter { $0.key != "reference" && known[$0.key] != $0.value }
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

  /// What this authority has corrected of the people of a statement, in order: whoever goes, goes with what is right.
  /// What was corrected elsewhere since is wrong here as well where this statement took it over as it was.
  func ownCorrections(of people: People) throws -> [SubjectReference: [(Correction, [String: String])]] {
    var found: [SubjectReference: [(Correction, [String: String])]] = [:]
    var originals: [StatementID: People] = [people.id: people]
    let lines = Dictionary(people.manifest.lines.map { ($0.leaf.subject, $0.leaf) }) { first, _ in first }
    let index = try reader.statement(people.id)?.index ?? 0
    for stored in try reader.testimonies([.corrected], sharing: people.id)
    where office.places.contains(stored.summary.issuer) {
      let content = try reader.content(owner: stored.id.bytes)
      let names = try identities(of: content)
      for (_, leaf) in content.manifest?.lines ?? [] {
        guard let correction = Correction(leaf), let line = lines[correction.subject] else { continue }
        let said = (correction, names[correction.subject] ?? [:])
        guard correction.original != people.id else {
          found[correction.subject, default: []].append(said)
          continue
        }
        guard stored.index > index, try isHere(correction.original, in: &originals),
          let original = originals[correction.original]
        else { continue }
        found[correction.subject, default: []].append(Self.takenOver(said, from: original, by: line, of: people))
      }
    }
    return found
  }

  /// Reads an original once.
  private func isHere(_ id: StatementID, in originals: inout [StatementID: People]) throws -> Bool {
    guard originals[id] == nil, try reader.content(owner: id.bytes).manifest != nil else { return originals[id] != nil }
    originals[id] = try people(of: id)
    return true
  }

  /// Of a correction, what another line says in the words of the original.
  private static func takenOver(
    _ said: (correction: Correction, names: [String: String]), from original: People, by line: ManifestLeaf,
    of people: People
  ) -> (Correction, [String: String]) {
    let (correction, leaves) = (said.correction, original.manifest.leaves)
    let wrong = leaves.indices.contains(correction.line) ? leaves[correction.line] : nil
    let fields = correction.fields.entries.filter { entry in
      guard let name = entry.key.text, let wrong, wrong.subject == correction.subject,
        let value = people.manifest.value(name, of: line)
      else { return false }
      return value.encoded() == original.manifest.value(name, of: wrong)?.encoded()
    }
    let (known, told) = (people.identities[correction.subject] ?? [:], original.identities[correction.subject] ?? [:])
    let names = said.names.filter { known[$0.key] == told[$0.key] }
    return (
      Correction(
        subject: correction.subject, original: correction.original, line: correction.line, fields: CBORMap(fields),
        columns: names.keys.sorted()), names
    )
  }
}
