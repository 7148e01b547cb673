import ControlAPI
import Custody
import Roster

/// Drafts for people.
struct DraftScreen {
  let language: Language

  func show(_ drafts: [DraftOutlook]) {
    var table = Table(
      [.headDraft, .headEvent, .headTo, .headLines, .headOccurred, .headApproved, .headMissing, .headMayApprove].map {
        say($0, in: language)
      })
    for draft in drafts {
      table.add([
        String(draft.view.draftID.prefix(8)), word(draft.view.event, in: language), draft.view.to ?? "",
        String(draft.view.lines), draft.event?.occurred.at.text ?? "", numbers(draft.view.approvedBy),
        missing(draft), numbers(draft.mayApprove),
      ])
    }
    printTable(table, in: language)
  }

  /// Everything that the bytes say which an officer is about to sign.
  /// - Parameter isFile: whether it comes from a file, of which no daemon says more than the bytes do.
  func showWhole(_ draft: DraftOutlook, isFile: Bool = false) {
    let said = draft.event.map { EventRows(event: $0, language: language) }
    var table = Table()
    func add(_ name: Text, _ value: String?) {
      if let value, !value.isEmpty { table.add([say(name, in: language), value]) }
    }
    add(.headDraft, draft.view.draftID)
    add(.headRecord, draft.view.recordID)
    add(.headEvent, word(draft.event?.type.rawValue ?? draft.view.event, in: language))
    for (name, value) in said?.rows ?? [] { add(name, value) }
    add(.headStatement, draft.view.statement)
    add(.headApproved, numbers(draft.view.approvedBy))
    add(.headMissing, missing(draft))
    add(.headMayApprove, numbers(draft.mayApprove))
    printTable(table, in: language)
    if isFile {
      for flag in said?.flags ?? [] { print(flag) }
    } else {
      for flag in draft.view.flags { print(ProblemTexts.flag(flag, in: language)) }
    }
    if draft.event == nil { print(say(.draftUnreadable, in: language)) }
    guard !isFile, draft.missing > 0 else { return }
    print(say(.draftNext, in: language, String(draft.view.draftID.prefix(8))))
  }

  /// What an officer is about to sign, as the bytes say it, with what they say is wrong.
  /// - Parameter beside: shows what the bytes only commit to.
  /// - Throws: `CommandFailure` where it could not be shown.
  func showApproving(_ event: Event, beside: (DraftScreen) -> Void = { _ in }) throws {
    print(
      say(
        .approvalWhat, in: language, word(event.type.rawValue, in: language), event.recordID.uuid,
        event.counts.map { $0.total.map(String.init) ?? "<10" } ?? "0", event.to?.description ?? "-"))
    let said = EventRows(event: event, language: language)
    var table = Table()
    for (name, value) in said.rows { table.add([say(name, in: language), value]) }
    printTable(table, in: language)
    beside(self)
    for flag in said.flags { print(flag) }
    try Screen.demandReader(in: language)
  }

  /// Whom the lines of a draft are about and what it says of each, in the order of their references.
  /// - Parameter lines: nil where whoever asks may not read persons.
  func show(_ lines: [LineView]?, of draft: DraftView) {
    guard draft.lines > 0 else { return }
    guard let lines else { return print(say(.approvalLinesHidden, in: language)) }
    guard !lines.isEmpty else { return print(say(.askLinesAbsent, in: language)) }
    printTable(DraftedLines(lines, language: language).table, in: language, indent: "  ")
  }

  /// How many are missing, and in what offices.
  private func missing(_ draft: DraftOutlook) -> String {
    let offices = draft.view.statement == nil ? draft.view.rolesMissing.map { word($0, in: language) } : []
    guard !offices.isEmpty else { return String(draft.missing) }
    return "\(draft.missing) (\(offices.joined(separator: separator(in: language))))"
  }

  private func numbers(_ officers: [UInt64]) -> String {
    officers.map(String.init).joined(separator: separator(in: language))
  }
}
