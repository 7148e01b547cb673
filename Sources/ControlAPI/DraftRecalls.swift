public import COSE
public import Custody
import Roster

/// Recalls, and agreements to them and to give people back (custody.md, The serialization rule).
extension DraftMaking {
  /// Asks for lines of an own release to come back: those named, or all that have no answer yet.
  /// - Throws: `Problem` naming what to change in the request, or that every line is answered.
  public func recall(
    _ request: DraftRequest, of release: StatementSummary, knowing known: some KnownStatements, _ event: inout Event
  ) throws -> Content {
    event.continues(release, under: draftRoster.successions)
    event.references = [Reference(.release, release.id)]
    var selected = try select(request.lines, from: known.people(of: release.id).manifest, of: release.id)
    if request.lines == nil {
      selected = try selected.filter { try known.custody.releaseLine(release.id, $0.index)?.answer == nil }
    }
    guard !selected.isEmpty else {
      throw Problem(
        status: 409, code: "V7", title: "Every line is answered",
        detail: "the release \(release.id) has no line without an answer", record: event.recordID.uuid,
        next: "see the answers with `amana show --lines`; who was accepted comes back by a release of the receiver")
    }
    let lines = try selected.map { index, leaf in try start(index, leaf, release.id) }
    return try content(schema: .recall, record: event.recordID, lines: lines, identities: [:], event: .recall)
  }

  /// Agrees to a recall, of all its lines or of those named by their number in the recall.
  public func agreeRecall(
    _ request: DraftRequest, to recall: StatementSummary, knowing known: some KnownStatements, _ event: inout Event
  ) throws -> Content {
    try answer(recall, .recall, known, &event)
    event.responsibleCustodian = event.from
    var selected = try select(request.lines, from: known.people(of: recall.id).manifest, of: recall.id)
    // Without a choice: what can still be given back.
    let open = try selected.filter { try answer(recalled: $0.leaf, known.custody) == nil }
    if request.lines == nil, !open.isEmpty { selected = open }
    return try content(
      schema: .recall, record: event.recordID, lines: selected.map(\.leaf.fields), identities: [:], event: event.type)
  }

  /// Agrees to give people back, all of the request or those named by their number in it. A release back follows.
  public func agreeReturn(
    _ request: DraftRequest, to asked: StatementSummary, knowing known: some KnownStatements, _ event: inout Event
  ) throws -> Content {
    try answer(asked, .returnRequested, known, &event)
    let selected = try select(request.lines, from: known.people(of: asked.id).manifest, of: asked.id)
    return try content(
      schema: .recall, record: event.recordID, lines: selected.map(\.leaf.fields), identities: [:], event: event.type)
  }

  /// What every answer to a recall or to a request to return people begins with.
  public func answer(
    _ asked: StatementSummary, _ relation: Relation, _ known: some KnownStatements, _ event: inout Event
  ) throws {
    event.continues(asked, under: draftRoster.successions)
    event.references = [Reference(relation, asked.id)]
    if let release = try known.signed(asked.id)?.event.reference(.release) {
      event.references.append(Reference(.release, release))
    }
  }

  /// What a line begins with that speaks of a line of a release. A partner's may be flagged for its shape and be here.
  public func start(_ index: Int, _ leaf: ManifestLeaf, _ release: StatementID) throws -> [CBOR] {
    guard leaf.fields.count > 1 else { throw Problem.badRequest("lines", "line \(index) of \(release) cannot be read") }
    return [leaf.fields[0], leaf.fields[1], .bytes(release.bytes), .unsigned(UInt64(index))]
  }

  /// The answer to the line of a release that a line of a recall names; nil where there is none.
  private func answer(recalled leaf: ManifestLeaf, _ custody: any CustodyView) throws -> ReleaseLine.Answer? {
    guard leaf.fields.count > 3, let release = leaf.fields[2].bytes.flatMap({ StatementID($0) }),
      let line = leaf.fields[3].uint.flatMap({ Int(exactly: $0) })
    else { return nil }
    return try custody.releaseLine(release, line)?.answer
  }
}
