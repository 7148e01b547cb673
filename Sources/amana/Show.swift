import ArgumentParser
import ControlAPI
import Custody

/// Shows statements and lines.
struct Show: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show registered statements, their receipts, flags and lines.",
    discussion: "Without an id, everything in log order. Of a draft file, without a daemon, who must still approve it.")
  @Argument(help: "The beginning of a statement's or record's id, at least 4 digits, or a file NAME.draft.")
  var id: String?
  @ArgumentParser.Flag(name: .long, help: "Every line and who holds it now.") var lines = false
  @ArgumentParser.Flag(
    name: .long,
    help: "Print JSON: amana.show, with --lines amana.lines, of a draft file amana.drafts, of docs/json.md.")
  var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !lines || id.map(isDraftFile) != true else {
      throw usage(.usageSealedLines)
    }
  }

  func run() async throws {
    if let id, isDraftFile(id) { return try showFile(id, connection.language) }
    let session = connection.session
    let found = if let id { try await session.statements(id) } else { try await all(session) }
    guard lines || !json else { return try printJSON(.show, ["statements": found]) }
    let screen = StatementScreen(language: session.language, isDetailed: id != nil)
    if !json { screen.show(found) }
    guard lines else { return }
    var shown: [Merged<LineView, [String: String]>] = []
    for statement in found where statement.lines > 0 && !Screen.isClosed {
      let views = try await session.get("/v1/statements/\(statement.statement)/lines", as: [LineView].self)
      if !json { screen.show(views, of: statement) }
      if json { shown += views.map { Merged($0, ["statement": statement.statement]) } }
    }
    if json { try printJSON(.lines, ["lines": shown]) }
  }

  private func showFile(_ path: String, _ language: Language) throws {
    let file = try readDraftFile(path, in: language)
    guard json else { return DraftFileScreen(path: path, language: language).showWhole(file) }
    try printJSON(.drafts, ["drafts": [DraftOutlook(file.view(), roster: file.roster)]])
  }

  private func all(_ session: Session) async throws -> [StatementView] {
    var all: [StatementView] = []
    while true {
      let page = try await session.get(
        "/v1/statements?from=\(all.last.map { $0.index + 1 } ?? 0)", as: [StatementView].self)
      if page.isEmpty { return all }
      all += page
    }
  }
}

/// Statements and lines as tables.
struct StatementScreen {
  let language: Language
  /// Whether receipts and flags are shown one by one and not only counted.
  let isDetailed: Bool

  private func headings(_ texts: Text...) -> Table { Table(texts.map { say($0, in: language) }) }

  func show(_ statements: [StatementView]) {
    var table = headings(
      .headEntry, .headStatement, .headEvent, .headBy, .headTo, .headLines, .headOccurred, .headReceipts, .headFlags)
    for statement in statements {
      table.add([
        String(statement.index), String(statement.statement.prefix(16)), word(statement.event, in: language),
        statement.issuer, statement.to ?? "", String(statement.lines), occurred(statement),
        String(statement.receipts.count), statement.flags.map(\.code).joined(separator: " "),
      ])
    }
    printTable(table, in: language)
    guard isDetailed else {
      let count = statements.count { $0.incomplete != nil }
      if count > 0 { print(say(.statusIncomplete, in: language, String(count))) }
      return
    }
    for statement in statements {
      print(say(.showWhole, in: language, statement.statement, statement.recordID))
      for receipt in statement.receipts {
        print(say(.showReceipt, in: language, receipt.origin, localTime(receipt.issuedAt)))
      }
      print("  " + say(.signedBy, in: language, statement.algorithms.joined(separator: separator(in: language))))
      for why in statement.unverified ?? [] {
        print("  " + say(.notVerifiedHere, in: language, foreign(why, in: language)))
      }
      for kept in statement.withheldFrom ?? [] {
        print("  " + say(.showWithheld, in: language, kept.member, kept.reason))
      }
      for hold in statement.holds ?? [] {
        print("  " + say(.showHold, in: language, String(hold.prefix(16))))
      }
      showErasure(of: statement)
      if statement.awaitingWitnesses { print("  " + say(.showAwaitsWitnesses, in: language)) }
      if let form = statement.paperForm { print("  " + say(.showPaper, in: language, form)) }
      if let missing = statement.incomplete {
        print("  " + say(.showIncomplete, in: language, missing.joined(separator: separator(in: language))))
      }
      for flag in statement.flags { print("  " + ProblemTexts.flag(flag, in: language)) }
    }
  }

  /// What became of its content, here and at everybody who has it.
  private func showErasure(of statement: StatementView) {
    guard let erasure = statement.erasure else { return }
    if let by = erasure.statement {
      let time = erasure.at.map(localTime) ?? "-"
      print(
        "  "
          + (by == statement.statement
            ? say(.showExpired, in: language, time) : say(.showErased, in: language, String(by.prefix(16)), time)))
    }
    for holder in erasure.holders {
      print(
        "    "
          + (holder.statement.map { say(.showErasedBy, in: language, holder.authority, String($0.prefix(16))) }
            ?? say(.showNotErasedBy, in: language, holder.authority)))
    }
  }

  private func occurred(_ statement: StatementView) -> String {
    clocked(statement.occurredAt, by: statement.timeSource, within: statement.clockErrorSeconds, in: language)
  }

  /// Who or what the lines are, where it is, and how the line was answered and what befell it last.
  func table(of lines: [LineView]) -> Table { lines.contains { $0.item != nil } ? items(lines) : persons(lines) }

  /// Things are named by what they are and where they are packed.
  private func items(_ lines: [LineView]) -> Table {
    var table = headings(
      .headLine, .headReference, .headDescription, .headContainer, .headSeals, .headQuantity, .headCustodian,
      .headPhase,
      .headTo, .headAnswer)
    for line in lines {
      let item = line.item
      table.add([
        String(line.line), line.mark, line.name ?? item?.category ?? "",
        item?.container ?? "", item?.seals?.joined(separator: " ") ?? "", item?.shownQuantity ?? "", line.custodian,
        phaseWord(line.phase, in: language), line.releasedTo ?? "", became(line),
      ])
    }
    return table
  }

  private func persons(_ lines: [LineView]) -> Table {
    var table = headings(
      .headLine, .headReference, .headName, .headAge, .headCustodian, .headPhase, .headTo, .headAnswer)
    for line in lines {
      table.add([
        String(line.line), line.mark, line.name ?? "",
        line.age.map { word($0, in: language) } ?? "", line.custodian, phaseWord(line.phase, in: language),
        line.releasedTo ?? "", became(line),
      ])
    }
    return table
  }

  private func became(_ line: LineView) -> String {
    // An answer hides nothing that befell them: who was accepted may have escaped since.
    let parts = line.answer == line.incident ? [line.answer] : [line.answer, line.incident]
    return parts.compactMap { $0.map { word($0, in: language) } }.joined(separator: separator(in: language))
  }

  func show(_ lines: [LineView], of statement: StatementView) {
    print(say(.showLines, in: language, word(statement.event, in: language), String(statement.statement.prefix(16))))
    guard !lines.isEmpty else { return print("  " + say(.askLinesAbsent, in: language)) }
    printTable(table(of: lines), in: language)
    for line in lines { showTestimonies(line) }
    for line in lines {
      guard let claimants = line.claimants, !claimants.isEmpty else { continue }
      let signed = line.signedBy ?? []
      print(
        say(
          .showContest, in: language, String(line.line), claimants.joined(separator: separator(in: language)),
          String(line.round ?? 0),
          signed.isEmpty ? "-" : signed.joined(separator: separator(in: language))))
    }
  }

  /// What is said beside a line: corrections, links and protests.
  private func showTestimonies(_ line: LineView) {
    let number = String(line.line)
    for correction in line.corrections ?? [] {
      for field in correction.fields {
        print(
          say(
            .showCorrection, in: language, number, correction.by, DisclosedFields.label(field.field, in: language),
            field.was, field.now, correction.reason))
      }
    }
    for link in line.links ?? [] {
      let other = String(link.other.prefix(8))
      print(say(link.same ? .showSame : .showNotSame, in: language, number, link.by, other, link.basis))
      if link.contradicted { print("  " + say(.showContradicted, in: language)) }
    }
    for protest in line.protests ?? [] {
      print(say(.showProtest, in: language, number, protest.by, protest.reason, String(protest.against.prefix(16))))
    }
  }
}
