import ControlAPI
import Custody

/// Whom the lines of a draft are about, as a table without the columns in which nothing stands.
struct DraftedLines {
  private let lines: [LineView]
  private let language: Language

  init(_ lines: [LineView], language: Language) {
    self.lines = lines.sorted { $0.mark < $1.mark }
    self.language = language
  }

  var table: Table {
    var columns: [(heading: Text, cells: [String])] = []
    func add(_ heading: Text, _ cell: (LineView) -> String?) {
      let cells: [String] = lines.map { cell($0) ?? "" }
      if cells.contains(where: { !$0.isEmpty }) { columns.append((heading, cells)) }
    }
    add(.headReference) { $0.mark }
    add(.headName) { $0.name ?? $0.item?.category }
    add(.headAge) { line in line.age.map { word($0, in: language) } }
    add(.headContainer) { $0.item?.container }
    add(.headSeals) { $0.item?.seals?.joined(separator: " ") }
    add(.headQuantity) { $0.item?.shownQuantity }
    add(.headAnswer) { said($0) }
    var table = Table(columns.map { say($0.heading, in: language) })
    for row in lines.indices { table.add(columns.map { $0.cells[row] }) }
    return table
  }

  private func said(_ line: LineView) -> String {
    let codes: [String] = [line.answer, line.incident].compactMap(\.self)
    return codes.map { word($0, in: language) }.joined(separator: separator(in: language))
  }
}

extension LineView {
  /// The register reference, else the beginning of the subject_ref.
  var mark: String { reference ?? String(subject.prefix(8)) }
}

extension LineView.Item {
  /// How many, with the unit unless they are counted.
  var shownQuantity: String? {
    guard let quantity else { return nil }
    guard unit != "1", let unit else { return String(quantity) }
    return "\(quantity) \(unit)"
  }
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
