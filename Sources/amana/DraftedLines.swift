import ControlAPI
import Custody

/// Whom the lines of a draft are about, as a table without the columns in which nothing stands.
struct DraftedLines {
  private let lines: [LineView]
  private let language: Language

  init(_ lines: [LineView], language: Language) {
    self.lines = lines.sorted { Self.mark($0) < Self.mark($1) }
    self.language = language
  }

  /// The register reference, else the beginning of the subject_ref.
  private static func mark(_ line: LineView) -> String { line.reference ?? String(line.subject.prefix(8)) }

  var table: Table {
    let columns: [(heading: Text, cells: [String])] = [
      (.headReference, lines.map(Self.mark)), (.headName, lines.map { $0.name ?? $0.item?.category ?? "" }),
      (.headAge, lines.map { $0.age.map { word($0, in: language) } ?? "" }),
      (.headContainer, lines.map { $0.item?.container ?? "" }),
      (.headSeals, lines.map { $0.item?.seals?.joined(separator: " ") ?? "" }),
      (.headQuantity, lines.map { $0.item?.shownQuantity ?? "" }),
      (.headAnswer, lines.map { said($0) }),
    ].filter { $0.cells.contains { !$0.isEmpty } }
    var table = Table(columns.map { say($0.heading, in: language) })
    for row in lines.indices { table.add(columns.map { $0.cells[row] }) }
    return table
  }

  private func said(_ line: LineView) -> String {
    [line.answer, line.incident].compactMap { $0.map { word($0, in: language) } }
      .joined(separator: separator(in: language))
  }
}

extension LineView.Item {
  /// How many, with the unit unless they are counted.
  var shownQuantity: String? { quantity.map { unit == "1" ? String($0) : "\($0) \(unit ?? "")" } }
}

extension Session {
  /// The lines that a draft would sign; nil where whoever asks may not read persons.
  func lines(of draft: DraftView) async throws -> [LineView]? {
    guard draft.lines > 0 else { return [] }
    do { return try await get("/v1/drafts/\(draft.draftID)/lines", as: [LineView].self) } catch let failure
      as CommandFailure where failure.problem?.status == 403
    { return nil }
  }
}
