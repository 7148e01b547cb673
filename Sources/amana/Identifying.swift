import ControlAPI
import Custody

/// The beginning of an id as somebody typed it.
struct Abbreviation {
  /// Fewer digits are too easily another's.
  static let fewestDigits = 4
  let text: String
  /// Lower-case hexadecimal without hyphens.
  let digits: String

  init(_ text: String, in language: Language) throws {
    // Whoever copies an id out of an Arabic sentence copies the isolates around it.
    let typed = String(String.UnicodeScalarView(text.unicodeScalars.filter { !(0x2066...0x2069).contains($0.value) }))
    let digits = typed.lowercased().filter { $0 != "-" }
    guard (Self.fewestDigits...64).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { throw CommandFailure(Exit.usage, say(.noID, in: language, text, String(Self.fewestDigits))) }
    self.text = typed
    self.digits = digits
  }

  func begins(_ id: String) -> Bool { id.filter { $0 != "-" }.hasPrefix(digits) }
  func isWhole(_ id: String) -> Bool { id.filter { $0 != "-" } == digits }
}

/// Something that an abbreviation could mean: its id, its event and when that occurred.
struct Candidate {
  let id: String
  let event: String
  let occurredAt: String

  /// As many as help; the rest are counted.
  static func lines(_ candidates: [Candidate], in language: Language) -> [String] {
    var table = Table()
    for candidate in candidates.prefix(10) {
      table.add([candidate.id, word(candidate.event, in: language), candidate.occurredAt])
    }
    let more = candidates.count > 10 ? [say(.andMore, in: language, String(candidates.count - 10))] : []
    return table.lines(fitting: terminalWidth(), in: language, indent: "  ") + more
  }
}

extension Session {
  /// The one statement that an id means, or all statements of the one record that it means.
  func statements(_ text: String) async throws -> [StatementView] {
    let id = try Abbreviation(text, in: language)
    let found = try await get("/v1/statements?prefix=\(id.digits)&limit=1000", as: [StatementView].self)
    let whole = found.filter { id.isWhole($0.statement) || id.isWhole($0.recordID) }
    if !whole.isEmpty { return whole }
    let records = Set(found.lazy.map(\.recordID).filter(id.begins))
    let byThemselves = found.filter { id.begins($0.statement) && !records.contains($0.recordID) }
    guard !found.isEmpty else { throw await unknown(id) }
    guard records.count + byThemselves.count == 1 else { throw ambiguous(text, found) }
    return found
  }

  /// The one statement of one of these events that an id or a record's id means. A record's id stands for its furthest
  /// step: an agreement before its offer.
  func statement(_ text: String, events: [String]) async throws -> StatementView {
    let found = try await statements(text)
    let fitting = events.lazy.map { event in found.filter { $0.event == event } }.first { !$0.isEmpty } ?? []
    guard let first = fitting.first else {
      let wanted = events.map { word($0, in: language) }.joined(separator: separator(in: language))
      let event = word(found.first?.event ?? "", in: language)
      throw CommandFailure(Exit.doesNotHold, say(.wrongEvent, in: language, text, event, wanted))
    }
    guard fitting.count == 1 else { throw ambiguous(text, fitting) }
    return first
  }

  /// The one draft whose id, or whose record's id, begins like this. A whole id finds signed and discarded ones too.
  func draft(_ text: String) async throws -> DraftView {
    let id = try Abbreviation(text, in: language)
    let open = try await waitingDrafts()
    let fitting = open.filter { id.begins($0.draftID) || id.begins($0.recordID) }
    if let first = fitting.first, fitting.count == 1 { return first }
    if let whole = RecordID(uuid: id.digits), fitting.isEmpty {
      return try await get("/v1/drafts/\(whole.uuid)", as: DraftView.self)
    }
    let named = (fitting.isEmpty ? open.filter { sharesBeginning(id, $0.draftID) } : fitting).map { draft in
      Candidate(id: draft.draftID, event: draft.event, occurredAt: draft.occurredAt ?? "")
    }
    guard fitting.isEmpty else {
      throw CommandFailure(
        Exit.usage, lines: [say(.ambiguous, in: language, text)] + Candidate.lines(named, in: language))
    }
    throw CommandFailure(Exit.doesNotHold, lines: [say(.noDraft, in: language, text)] + near(named))
  }

  /// Says what an id could mean.
  func ambiguous(_ text: String, _ found: [StatementView]) -> CommandFailure {
    CommandFailure(
      Exit.usage,
      lines: [say(.ambiguous, in: language, text)] + Candidate.lines(found.map(Self.candidate), in: language))
  }

  /// Nothing begins like this; what begins almost like this is named.
  private func unknown(_ id: Abbreviation) async -> CommandFailure {
    var named: [Candidate] = []
    if id.digits.utf8.count > Abbreviation.fewestDigits {
      let beginning = id.digits.prefix(Abbreviation.fewestDigits)
      let found = try? await get("/v1/statements?prefix=\(beginning)", as: [StatementView].self)
      named = (found ?? []).map(Self.candidate)
    }
    return CommandFailure(Exit.doesNotHold, lines: [say(.notFound, in: language, id.text)] + near(named))
  }

  private func near(_ candidates: [Candidate]) -> [String] {
    candidates.isEmpty
      ? [] : [say(.nearest, in: language)] + Candidate.lines(Array(candidates.prefix(3)), in: language)
  }

  private func sharesBeginning(_ id: Abbreviation, _ other: String) -> Bool {
    other.hasPrefix(id.digits.prefix(Abbreviation.fewestDigits))
  }

  private static func candidate(_ statement: StatementView) -> Candidate {
    Candidate(id: String(statement.statement.prefix(16)), event: statement.event, occurredAt: statement.occurredAt)
  }
}

extension DraftView {
  /// What is to be signed, read from the bytes themselves.
  func readEvent() throws -> Event { try Event(decoding: (decodeHexadecimal(content) ?? [])[...]) }

  var occurredAt: String? { (try? readEvent())?.occurred.at.text }
}
