public import COSE
public import Custody
import Roster

/// Somebody who is handed over, as whoever drafts knows them.
public struct HandedOver: Sendable {
  public let chain: ChainState
  /// The line that describes them, as it is read by now.
  public let fields: [CBOR]
  /// What the identity annex says of them by now.
  public let names: [String: String]
  /// Where in the log the age was corrected last; nil where it never was.
  public let ageCorrectedAt: UInt64?

  public init(chain: ChainState, fields: [CBOR], names: [String: String], ageCorrectedAt: UInt64? = nil) {
    (self.chain, self.fields, self.names, self.ageCorrectedAt) = (chain, fields, names, ageCorrectedAt)
  }
}

/// Offers and releases: one loop, so that a laptop and a daemon make the same lines of the same people.
extension DraftMaking {
  /// The lines and names of those who are handed over, each citing the last step known of them.
  /// - Parameters:
  ///   - schema: of the lines that describe them.
  ///   - unknown: what is said of a line of whose custody nothing is known.
  ///   - known: somebody of a line; nil where nothing is known of their custody.
  ///   - finish: what is written into a line beside, and cited for it.
  /// - Throws: `Problem` naming what to change in the request.
  public func handingOver<Earlier>(
    _ selected: [(index: Int, leaf: ManifestLeaf)], of schema: LineSchema, _ request: DraftRequest,
    _ event: inout Event,
    _ hop: NextHop<Earlier>, unknown: String, known: (SubjectReference, ManifestLeaf) throws -> HandedOver?,
    finish: (inout [CBOR], ChainState, inout Event) throws -> Void = { _, _, _ in }
  ) throws -> Content {
    var hop = hop
    let kind = event.kind ?? .detaineeTransfer
    var additions = try additions(request, of: kind)
    var (lines, kept) = ([[CBOR]](), [SubjectReference: [String: String]]())
    for (index, leaf) in selected {
      guard let subject = leaf.subject, let person = try known(subject, leaf) else {
        throw Problem.badRequest("lines", "line \(index) \(unknown)")
      }
      try refuseMalformed(leaf, index, schema)
      let entry =
        person.names["reference"].flatMap { additions.removeValue(forKey: $0) } ?? ManifestEntry([:], kind: kind)
      let links = try links(entry, subject)
      let carried = try hop.fields(
        of: person.fields, person.chain, isAgeSaid: !entry["age"].isEmpty, correctedAt: person.ageCorrectedAt)
      guard var fields = entry.addition(to: carried, of: schema, links) else {
        throw Problem.badRequest("kind", "a thing is no person: \(kind.rawValue) cannot hand over line \(index)")
      }
      fields[1] = .bytes(person.chain.head.bytes)
      try finish(&fields, person.chain, &event)
      lines.append(fields)
      let identity = person.names.merging(identity(entry, links)) { $1 }
      if !identity.isEmpty { kept[subject] = identity }
    }
    if let unknown = additions.keys.min() {
      throw Problem.badRequest(
        kind.row.isOfPersons ? "persons" : "items", "\"\(unknown)\" is not among the lines that go")
    }
    return try content(
      schema: kind.row.schema, record: event.recordID, lines: lines, identities: kept, event: event.type)
  }

  /// The people chosen of a statement, as they are read by now, each citing the last step known of them and what was said of
  /// their going on.
  /// - Parameters:
  ///   - before: the liberty status that the statement which describes them names.
  ///   - known: what is known of earlier statements.
  ///   - unknown: what is said of a line of whose custody nothing is known.
  /// - Throws: `Problem` naming what to change in the request.
  public func handover(
    _ selected: [(index: Int, leaf: ManifestLeaf)], of people: DescribedPeople, before: LibertyStatus?,
    _ request: DraftRequest, knowing known: some KnownStatements, unknown: String, _ event: inout Event
  ) throws -> Content {
    try describeHandover(request, before: before, in: &event)
    var corrections = OwnCorrections(known)
    let readings = try corrections.readings(of: people)
    let schema = (event.kind ?? .detaineeTransfer).row.schema
    let hop = NextHop(
      drafter: drafter.name, places: draftRoster.successions, earlier: known, described: people.id,
      schema: people.manifest.schema, to: event.to)
    return try handingOver(selected, of: people.manifest.schema, request, &event, hop, unknown: unknown) {
      subject, leaf in
      let reading = readings[subject]
      return try known.custody.chain(subject).map {
        HandedOver(
          chain: $0, fields: reading?.fields ?? leaf.fields, names: reading?.names ?? [:],
          ageCorrectedAt: reading?.ageCorrectedAt)
      }
    } finish: { fields, chain, event in
      try cite(consentFor: chain, in: &fields, of: schema, knowing: known, &event)
    }
  }

  /// What the envelope of an offer or a release says beside whom it is of.
  /// - Parameter before: the liberty status that the statement which describes them names.
  public func describeHandover(_ request: DraftRequest, before: LibertyStatus?, in event: inout Event) throws {
    event.libertyStatus = try liberty(request, of: event.kind ?? .detaineeTransfer, before: before)
    if let site = request.siteID { event.place = Place(siteID: site, pcode: request.pcode) }
    guard event.type.isRelease else { return }
    event.responsibleCustodian = drafter.name
    event.carrier = try authority(request.carrier, "carrier")
  }
}

/// What a handover and its answers share wherever they are drafted.
extension DraftMaking {
  /// A partner's line may be flagged for its shape and be on record all the same (V6); nobody goes on as such a line.
  public func refuseMalformed(_ leaf: ManifestLeaf, _ index: Int, _ schema: LineSchema) throws {
    let (count, wanted) = (leaf.fields.count, schema.fields.count)
    guard count != wanted else { return }
    throw Problem.badRequest(
      "statement",
      "line \(index) has \(count) fields where \(schema.id) has \(wanted): "
        + "name another statement here that describes them, or ask its issuer for one")
  }

  /// What is said anew of some of those who go, by reference.
  public func additions(_ request: DraftRequest, of kind: Kind) throws -> [String: ManifestEntry] {
    let entries = try entries(request, of: kind)
    let codes = draftCodes
    try refuseProblems(entries) { $0.additionProblems(by: codes) }
    return Dictionary(entries.map { ($0["reference"], $0) }) { first, _ in first }
  }

  /// The lines of a statement that are named; all of them when none is.
  public func select(_ wanted: [Int]?, from manifest: Manifest, of id: StatementID) throws
    -> [(index: Int, leaf: ManifestLeaf)]
  {
    guard let wanted else { return manifest.lines }
    guard Set(wanted).count == wanted.count, !wanted.isEmpty else {
      throw Problem.badRequest("lines", "must be different line numbers, at least one")
    }
    let byIndex = Dictionary(manifest.lines.map { ($0.index, $0.leaf) }) { first, _ in first }
    return try wanted.map { index in
      guard let leaf = byIndex[index] else { throw Problem.badRequest("lines", "\(id) has no line \(index)") }
      return (index: index, leaf: leaf)
    }
  }

  /// The answers of an outcome, and what the event says because of them.
  /// - Parameter before: the liberty status that the release names.
  public func answers(
    _ request: DraftRequest, to release: StatementSummary, before: LibertyStatus?, in event: inout Event
  ) throws -> [DraftRequest.Answer] {
    event.continues(release, under: draftRoster.successions)
    event.references = [Reference(.release, release.id)]
    event.libertyStatus = try liberty(request, of: event.kind, before: before)
    if let site = request.siteID { event.place = Place(siteID: site, pcode: request.pcode) }
    let answers = request.answers ?? []
    guard !answers.isEmpty, answers.count <= Manifest.maximumLeaves else {
      throw Problem.badRequest("answers", "must answer at least one line")
    }
    let codes = Set(answers.map(\.outcome))
    if !codes.contains("accepted") || codes.count == 1 {
      event.responsibleCustodian = codes == ["accepted"] ? event.to : event.from
    }
    return answers
  }

  /// The line of an outcome that gives one answer.
  /// - Parameter incident: what an ended line cites.
  public func outcomeLine(_ answer: DraftRequest.Answer, of line: ReleaseLine, incident: StatementID?) throws -> [CBOR]
  {
    guard OutcomeCode(rawValue: answer.outcome) != nil else {
      throw Problem.badRequest("answers", "line \(answer.line): outcome must be accepted, refused, missing or ended")
    }
    if let age = answer.observedAge, AgeFlag(rawValue: age) == nil {
      throw Problem.badRequest(
        "answers", "line \(answer.line): observed_age must be adult, child, child_presumed or disputed")
    }
    let condition: [(String, CBOR?)] = [
      ("visible_injuries", answer.injuries.map(CBOR.bool)), ("complaint_made", answer.complaint.map(CBOR.bool)),
      ("medicines", answer.medicines.map(CBOR.bool)),
    ]
    let observed = condition.contains { $0.1 != nil }
    return [
      .bytes(line.subject.bytes), .bytes(line.previous.bytes), .bytes(line.release.bytes),
      .unsigned(UInt64(clamping: line.line)),
      .text(answer.outcome), observed ? .map(CBORMap(fields: condition)) : .null,
      .array((answer.discrepancies ?? []).map(CBOR.text)), answer.observedAge.map(CBOR.text) ?? .null,
      incident.map { .bytes($0.bytes) } ?? .null,
      answer.reason.map(CBOR.text) ?? .null,
    ]
  }
}
