public import COSE
public import Custody
import Roster

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
