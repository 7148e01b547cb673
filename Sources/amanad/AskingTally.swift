import ControlAPI
import Custody
import ReceiptStore
import Roster

/// An operation in numbers, for readers who may not read persons.
extension Asking {
  /// GET /v1/questions/tally. Every row is counted by itself and small cells are withheld with their complements, so that
  /// none can be computed from the others; nothing is summed or averaged over authorities.
  func tally(_ query: Query) async throws -> Reply {
    guard let caseID = try query.uuid("case") else { throw Query.invalid("case", "must name the operation, a UUID") }
    let office = office
    let view = try await store.read { reader in
      let counts = try reader.answered(inCase: caseID)
      let pairs = counts.map { [$0.from, $0.to] }.reduce(into: [[String]]()) { if $0.last != $1 { $0.append($1) } }
      return TallyView(
        authority: office.authority.name.description, caseID: caseID.uuid, size: try reader.size(),
        asOf: try reader.latestCheckpointTime(origin: office.origin),
        absent: try reader.absentReleases(inCase: caseID),
        rows: pairs.map { pair in Self.row(counts.filter { [$0.from, $0.to] == pair }, pair) })
    }
    guard !view.rows.isEmpty || view.absent > 0 else {
      throw Problem(
        status: 404, code: "not-found", title: "No release is here",
        detail: "no release of case \(caseID.uuid) is here",
        next: "list what is here with `amana show`")
    }
    return try .json(view)
  }

  private static let unanswered = "unanswered"

  private static func row(_ counts: [AnsweredCount], _ pair: [String]) -> TallyView.Row {
    // Every cell of the closed list is there: that one is empty says something too.
    let names = AnswerCode.allCases.map(\.rawValue) + [unanswered]
    var cells = Dictionary(names.map { ($0, 0) }) { first, _ in first }
    for count in counts { cells[count.code?.rawValue ?? unanswered, default: 0] += count.lines }
    let published = Counts(lines: counts.reduce(0) { $0 + $1.lines }, cells: ["answer": cells])
    let shown = published.tallies["answer"] ?? [:]
    return TallyView.Row(
      from: pair[0], to: pair[1], released: published.total.flatMap { Int(exactly: $0) },
      answers: names.map { name in
        .init(answer: name, lines: (shown[name] ?? nil).flatMap { Int(exactly: $0) })
      })
  }
}
