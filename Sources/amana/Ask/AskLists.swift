import ArgumentParser
import ControlAPI
import Custody
import Foundation

/// What is in transit, and overdue.
struct AskTransit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transit", abstract: "What is in transit, and what of it is overdue.",
    discussion: "One row a release, the earliest term first. Exit code 1 when one is overdue.")
  @ArgumentParser.Flag(name: .long, help: "Only what is past its term.") var overdue = false
  @Option(name: .long, help: "Only from or to this authority, MEMBER/authority.") var party: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.ask.transit of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let language = session.language
    var filters = overdue ? ["overdue=true"] : []
    if let party { filters.append("party=\(try authority(party, of: "--party", language))") }
    let rows = try await session.all("/v1/questions/transit", filters, as: InTransitView.self)
    if json { try printJSON(.askTransit, ["transit": rows]) } else { show(rows, language) }
    if rows.contains(where: \.overdue) { throw ExitCode(Exit.doesNotHold) }
  }

  private func show(_ rows: [InTransitView], _ language: Language) {
    guard !rows.isEmpty else { return print(say(.askTransitNone, in: language)) }
    var table = Table(
      [.headStatement, .headFrom, .headTo, .headOccurred, .headAcceptBy, .headState, .headOpen].map {
        say($0, in: language)
      })
    for row in rows {
      table.add([
        String(row.statement.prefix(16)), row.custodian, row.to, row.occurredAt, row.acceptBy.map(localTime) ?? "",
        state(row, language), open(row, language),
      ])
    }
    printTable(table, in: language)
  }

  private func state(_ row: InTransitView, _ language: Language) -> String {
    let standing = say(row.overdue ? .wordOverdue : .wordInTransit, in: language)
    guard row.contested > 0 else { return standing }
    return [standing, say(.askContestedLines, in: language, String(row.contested))].joined(
      separator: separator(in: language))
  }

  private func open(_ row: InTransitView, _ language: Language) -> String {
    guard let lines = row.lines, let released = row.released else { return say(.askLinesAbsent, in: language) }
    return say(.askOf, in: language, String(lines), String(released))
  }
}

/// Which lines of a convoy are unresolved.
struct AskUnresolved: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unresolved", abstract: "Which lines of this convoy are unresolved.",
    discussion: """
      Lines without an answer, and people who are missing, escaped or contested now; a release whose lines are not here \
      is named as such. It needs the right to read persons and is noted as a read. Exit code 1 when there is one.
      """)
  @Argument(help: "The release or its record: the beginning of its id.") var id: String?
  @Option(name: .long, help: "Instead: every release of this case, a UUID.") var `case`: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.ask.unresolved of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let language = session.language
    guard (id == nil) != (`case` == nil) else { throw CommandFailure(Exit.usage, say(.askConvoy, in: language)) }
    let filter =
      try id.map { "within=\(try Abbreviation($0, in: language).digits)" } ?? "case=\(inQuery(`case` ?? ""))"
    let rows = try await session.all("/v1/questions/unresolved", [filter], as: UnresolvedView.self)
    if json { try printJSON(.askUnresolved, ["unresolved": rows]) } else { show(rows, language) }
    if !rows.isEmpty { throw ExitCode(Exit.doesNotHold) }
  }

  private func show(_ rows: [UnresolvedView], _ language: Language) {
    guard !rows.isEmpty else { return print(say(.askUnresolvedNone, in: language)) }
    var table = Table(
      [.headStatement, .headLine, .headReference, .headName, .headState, .headCustodian, .headTo, .headAcceptBy].map {
        say($0, in: language)
      })
    for row in rows {
      let state =
        [standing(row, language)]
        + [
          row.restored.map { say(.askRestoredLog, in: language, $0) }, row.incident.map { word($0, in: language) },
        ].compactMap(\.self)
      table.add([
        String(row.statement.prefix(16)), row.line.map(String.init) ?? "",
        row.reference ?? row.subject.map { String($0.prefix(8)) } ?? "", row.name ?? "",
        state.joined(separator: separator(in: language)),
        row.claimants?.joined(separator: separator(in: language)) ?? row.custodian, row.releasedTo ?? "",
        row.acceptBy.map(localTime) ?? "",
      ])
    }
    printTable(table, in: language)
  }

  private func standing(_ row: UnresolvedView, _ language: Language) -> String {
    switch row.why {
    case "waiting": say(.wordInTransit, in: language)
    case "absent": say(.askLinesAbsent, in: language)
    default: phaseWord(row.why, in: language)
    }
  }
}

/// What an authority holds at a site, by age.
struct AskHeld: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "held", abstract: "How many people an authority holds at a site, by age.",
    discussion: """
      By where it took them in, and by what their lines or the receiver's own eyes say of their age. Who is in transit, \
      missing or contested is counted beside: the authority answers for them too. Whom two authorities claim both count as \
      contested. A corrected age counts as corrected. Exact numbers need the right to read persons.
      """)
  @Option(name: .long, help: "Only at this site.") var site: String?
  @Option(name: .long, help: "Of this authority, MEMBER/authority. Default: the daemon's own.") var custodian: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.ask.held of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let language = session.language
    var filters: [String] = []
    if let site { filters.append("site=\(inQuery(site))") }
    if let custodian { filters.append("custodian=\(try authority(custodian, of: "--custodian", language))") }
    let rows = try await session.all("/v1/questions/held", filters, as: HeldView.self)
    if json { return try printJSON(.askHeld, ["held": rows]) }
    guard !rows.isEmpty else { return print(say(.askHeldNone, in: language)) }
    var table = Table(
      [.headSite, .headAge, .wordHeld, .wordInTransit, .wordMissing, .phaseSuspended, .wordContested].map {
        say($0, in: language)
      })
    func add(_ site: String, _ age: String, _ rows: [HeldView]) {
      func sum(_ count: (HeldView) -> Int) -> String { String(rows.reduce(0) { $0 + count($1) }) }
      table.add([
        site, age, sum { $0.held }, sum { $0.released }, sum { $0.missing }, sum { $0.suspended }, sum { $0.contested },
      ])
    }
    for row in rows {
      let unknown = say(.askUnknown, in: language)
      add(row.site ?? unknown, row.age.map { word($0, in: language) } ?? unknown, [row])
    }
    add(say(.askTotal, in: language), "", rows)
    printTable(table, in: language)
  }
}

/// What changed.
struct AskChanges: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes", abstract: "What changed since yesterday, since a moment, or since an entry of the log.",
    discussion: "Statements that were registered, content that came after them, alarms that began and ended.")
  @Option(name: .long, help: "Since then: RFC 3339 with an offset, 2026-11-26T06:00:00+03:00. Default: 24 hours ago.")
  var since: String?
  @Option(name: .long, help: "Until then.") var until: String?
  @Option(name: .long, help: "Instead: from this entry of the log on.") var from: UInt64?
  @Option(name: .long, help: "At most so many.") var limit = 1000
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.ask.changes of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard since == nil || from == nil else { throw usage(.usageNotBoth, "--since", "--from") }
    guard (1...100_000).contains(limit) else { throw usage(.usageBetween, "--limit", "1", "100000") }
    for time in [since, until].compactMap(\.self) where OffsetTime(time) == nil {
      throw usage(.usageTime, time)
    }
  }

  func run() async throws {
    let session = connection.session
    let language = session.language
    let filters = [
      since.map { "since=\(inQuery($0))" }, until.map { "until=\(inQuery($0))" }, from.map { "from=\($0)" },
    ]
    let rows = try await session.all(
      "/v1/questions/changes", filters.compactMap(\.self), as: ChangeView.self, limit: limit)
    if json { return try printJSON(.askChanges, ["changes": rows]) }
    guard !rows.isEmpty else { return print(say(.askChangesNone, in: language)) }
    var table = Table(
      [.headAt, .headChange, .headEntry, .headStatement, .headEvent, .headBy, .headTo, .headLines, .headFlags].map {
        say($0, in: language)
      })
    for row in rows {
      let isAlarm = row.detail != nil
      table.add([
        localTime(row.at), word(row.change, in: language), row.index.map(String.init) ?? "",
        row.statement.map { String($0.prefix(16)) } ?? row.code ?? "",
        isAlarm ? foreign(row.detail ?? "", in: language) : word(row.event ?? "", in: language), row.issuer ?? "",
        row.to ?? "", row.lines.map(String.init) ?? "", (row.flags ?? []).joined(separator: " "),
      ])
    }
    printTable(table, in: language)
  }
}
