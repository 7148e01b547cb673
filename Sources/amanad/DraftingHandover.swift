import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

extension Drafting {
  /// An offer or a release of lines that a statement holds: the same people, citing each one's last step.
  func handover(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(request.statement, "statement", [.intake, .offer, .offerAgreed, .release, .redirect])
    guard let to = request.to.flatMap({ AuthorityName($0) }), to != office.authority.name else {
      throw badRequest("to", "must name another authority, MEMBER/authority")
    }
    event.from = office.authority.name
    event.to = to
    event.kind = try kind(request) ?? source.summary.kind
    event.caseID = event.caseID ?? source.summary.caseID
    let people = try peopleSource(of: source, &event)
    return try handover(select(request.lines, from: people.manifest, of: source.id), of: people, request, &event)
  }

  /// The people chosen, each citing the last step known of them.
  func handover(
    _ selected: [(index: Int, leaf: ManifestLeaf)], of people: People, _ request: DraftRequest, _ event: inout Event
  ) throws -> Content {
    let kind = event.kind ?? .detaineeTransfer
    let before = try reader.statement(people.id).flatMap { try SignedStatement(decoding: $0.bytes).event.libertyStatus }
    event.libertyStatus = try liberty(request, of: kind, before: before)
    if let site = request.siteID { event.place = Place(siteID: site, pcode: request.pcode) }
    if event.type.isRelease {
      event.responsibleCustodian = office.authority.name
      event.carrier = try authority(request.carrier, "carrier")
    }
    var additions = try additions(request, of: kind)
    let corrections = try ownCorrections(of: people)
    var hop = NextHop(office: office, reader: reader, people: people, to: event.to)
    var lines: [[CBOR]] = []
    var kept: [SubjectReference: [String: String]] = [:]
    for (index, leaf) in selected {
      guard let subject = leaf.subject, let chain = try reader.chain(subject) else {
        throw badRequest("lines", "line \(index) was never taken in here")
      }
      try refuseMalformed(leaf, index, people.manifest.schema)
      var (known, line) = (people.identities[subject] ?? [:], leaf.fields)
      for (correction, names) in corrections[subject] ?? [] {
        line = correction.applied(to: line, of: people.manifest.schema)
        known.merge(names) { $1 }
      }
      let entry = known["reference"].flatMap { additions.removeValue(forKey: $0) } ?? ManifestEntry([:], kind: kind)
      let links = try links(entry, subject)
      // What a correction says of the age is later than what we saw at arrival.
      let isAgeSaid = !entry["age"].isEmpty || hop.differs("age", line, leaf)
      let carried = try hop.fields(of: line, chain, isAgeSaid: isAgeSaid)
      guard var fields = entry.addition(to: carried, of: people.manifest.schema, links) else {
        throw badRequest("kind", "a thing is no person: \(kind.rawValue) cannot hand over line \(index)")
      }
      fields[1] = .bytes(chain.head.bytes)
      try cite(consentFor: chain, in: &fields, of: kind.row.schema, &event)
      lines.append(fields)
      let identity = known.merging(identity(entry, links)) { $1 }
      if !identity.isEmpty { kept[subject] = identity }
    }
    if let unknown = additions.keys.min() {
      throw badRequest(kind.row.isOfPersons ? "persons" : "items", "\"\(unknown)\" is not among the lines that go")
    }
    return try content(
      schema: kind.row.schema, record: event.recordID, lines: lines, identities: kept, event: event.type)
  }

  /// A partner's line may be flagged for its shape and be on record all the same (V6); nobody goes on as such a line.
  func refuseMalformed(_ leaf: ManifestLeaf, _ index: Int, _ schema: LineSchema) throws {
    let (count, wanted) = (leaf.fields.count, schema.fields.count)
    guard count != wanted else { return }
    throw badRequest(
      "statement",
      "line \(index) has \(count) fields where \(schema.id) has \(wanted): "
        + "name another statement here that describes them, or ask its issuer for one")
  }

  /// What is said anew of some of those who go, by reference.
  private func additions(_ request: DraftRequest, of kind: Kind) throws -> [String: ManifestEntry] {
    let entries = try entries(request, of: kind)
    let codes = office.codes
    try refuseProblems(entries) { $0.additionProblems(by: codes) }
    return Dictionary(entries.map { ($0["reference"], $0) }) { first, _ in first }
  }

  struct People {
    let manifest: Manifest
    let identities: [SubjectReference: [String: String]]
    /// The statement that describes them.
    let id: StatementID
  }

  /// Where the people of a handover are described: an agreement points on to its offer, whose record goes on.
  private func peopleSource(of source: StoredStatement, _ event: inout Event) throws -> People {
    var holder = source
    if source.summary.type == .offerAgreed {
      let agreement = try SignedStatement(decoding: source.bytes)
      holder = try statement(agreement.event.reference(.offer)?.description, "statement", [.offer])
      event.references.append(Reference(.offerAgreed, source.id))
    }
    if holder.summary.type == .offer {
      event.recordID = holder.summary.recordID
      event.references.append(Reference(.offer, holder.id))
    } else {
      event.references.append(Reference(.basis, holder.id))
    }
    return try people(of: holder.id)
  }

  func people(of id: StatementID) throws -> People {
    let content = try reader.content(owner: id.bytes)
    guard let manifest = content.manifest else {
      throw Self.incomplete(id)
    }
    return People(manifest: manifest, identities: try identities(of: content), id: id)
  }

  func identities(of content: Content) throws -> [SubjectReference: [String: String]] {
    try content.annexes.first { $0.id == Annex.identityID }?.persons() ?? [:]
  }

  func select(_ wanted: [Int]?, from manifest: Manifest, of id: StatementID) throws
    -> [(index: Int, leaf: ManifestLeaf)]
  {
    guard let wanted else { return manifest.lines }
    guard Set(wanted).count == wanted.count, !wanted.isEmpty else {
      throw badRequest("lines", "must be different line numbers, at least one")
    }
    let byIndex = Dictionary(manifest.lines.map { ($0.index, $0.leaf) }) { first, _ in first }
    return try wanted.map { index in
      guard let leaf = byIndex[index] else { throw badRequest("lines", "\(id) has no line \(index)") }
      return (index: index, leaf: leaf)
    }
  }

  /// An outcome: one answer for each line named, all of one release.
  func outcome(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let release = try statement(request.statement, "statement", [.release, .redirect])
    event.continues(release.summary, under: office.roster.successions)
    event.references = [Reference(.release, release.id)]
    event.libertyStatus = try liberty(
      request, of: event.kind, before: SignedStatement(decoding: release.bytes).event.libertyStatus)
    if let site = request.siteID { event.place = Place(siteID: site, pcode: request.pcode) }
    let answers = request.answers ?? []
    guard !answers.isEmpty, answers.count <= Manifest.maximumLeaves else {
      throw badRequest("answers", "must answer at least one line")
    }
    let lines = try answers.map { try outcomeLine($0, release.id) }
    let codes = Set(answers.map(\.outcome))
    if !codes.contains("accepted") || codes.count == 1 {
      event.responsibleCustodian = codes == ["accepted"] ? event.to : event.from
    }
    let ends = Set(try answers.filter { $0.outcome == OutcomeCode.ended.rawValue }.map(ending))
    event.references += ends.sorted().map { Reference(.incident, $0) }
    event.flags += try reader.flags(release.id).map(\.code).reduce(into: Set<CheckCode>()) { $0.insert($1) }.sorted()
      .map { Flag(statement: release.id, code: $0) }
    return try content(
      schema: .outcome, record: event.recordID, lines: lines, identities: [:], event: .outcome)
  }

  /// What an ended line cites: the death, or the release to liberty.
  private func ending(_ answer: DraftRequest.Answer) throws -> StatementID {
    try statement(answer.incident, "answers: line \(answer.line), incident", [.incident, .releasedToLiberty]).id
  }

  private func outcomeLine(_ answer: DraftRequest.Answer, _ release: StatementID) throws -> [CBOR] {
    guard let line = try reader.releaseLine(release, answer.line) else {
      throw badRequest("answers", "\(release) has no line \(answer.line)")
    }
    guard let code = OutcomeCode(rawValue: answer.outcome) else {
      throw badRequest("answers", "line \(answer.line): outcome must be accepted, refused, missing or ended")
    }
    let incident = try code == .ended ? ending(answer) : nil
    if let age = answer.observedAge, AgeFlag(rawValue: age) == nil {
      throw badRequest("answers", "line \(answer.line): observed_age must be adult, child, child_presumed or disputed")
    }
    let condition: [(String, CBOR?)] = [
      ("visible_injuries", answer.injuries.map(CBOR.bool)), ("complaint_made", answer.complaint.map(CBOR.bool)),
      ("medicines", answer.medicines.map(CBOR.bool)),
    ]
    let observed = condition.contains { $0.1 != nil }
    return [
      .bytes(line.subject.bytes), .bytes(line.previous.bytes), .bytes(release.bytes), .unsigned(UInt64(answer.line)),
      .text(answer.outcome), observed ? .map(CBORMap(fields: condition)) : .null,
      .array((answer.discrepancies ?? []).map(CBOR.text)), answer.observedAge.map(CBOR.text) ?? .null,
      incident.map { .bytes($0.bytes) } ?? .null,
      answer.reason.map(CBOR.text) ?? .null,
    ]
  }
}
