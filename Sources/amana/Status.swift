import ArgumentParser
import ControlAPI
import Custody
import Foundation
import Roster

/// At a glance: who is held, in transit, missing, contested; what waits.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "At a glance: held, in transit, overdue, contested, missing, waiting for approval, to answer, alarms.",
    discussion: "Exit code 1 when there is an alarm, an overdue line or a contested chain.")
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.status of docs/json.md.") var json = false
  @ArgumentParser.Flag(
    name: .long, help: "Print the log's newest signed checkpoint and nothing else: what a roster seals an ended log at."
  )
  var checkpoint = false
  @Option(
    name: .long,
    help:
      "With --checkpoint: of this authority's log, as it is known here. Whose log was restored asks its partners for it."
  )
  var of: String?
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !(json && checkpoint) else { throw usage(.usageNotBoth, "--checkpoint", "--json") }
    guard checkpoint || of == nil else { throw usage(.usageGoesWith, "--of", "--checkpoint") }
    guard of.map({ AuthorityName($0) != nil }) ?? true else { throw usage(.usageForm, "--of", "MEMBER/authority") }
  }

  func run() async throws {
    let session = connection.session
    if checkpoint {
      let note = try await session.send(.get, "/v1/checkpoint" + (of.map { "?log=\($0)" } ?? ""))
      _ = Screen.write(bytes: Data(note))
      return
    }
    let status = try await session.get("/v1/status", as: StatusView.self)
    let drafts = status.waiting > 0 ? try await session.waitingDrafts() : []
    if json {
      try printJSON(.status, Merged(status, ["drafts": drafts.map(WaitingDraft.init)]))
    } else {
      StatusScreen(status: status, drafts: drafts, language: session.language).show()
    }
    let isContested = status.custody.contains { $0.phase == "contested" }
    if !status.alarms.isEmpty || status.overdue > 0 || isContested { throw ExitCode(Exit.doesNotHold) }
  }
}

/// A draft that waits, in short.
struct WaitingDraft: Encodable {
  let draftID: String
  let event: String
  let recordID: String
  let lines: Int
  let to: String?
  let officersNeeded: Int
  let approvedBy: [UInt64]
  let rolesMissing: [String]?

  init(_ draft: DraftView) {
    draftID = draft.draftID
    event = draft.event
    recordID = draft.recordID
    lines = draft.lines
    to = draft.to
    officersNeeded = draft.officersNeeded
    approvedBy = draft.approvedBy
    rolesMissing = draft.rolesMissing.isEmpty ? nil : draft.rolesMissing
  }

  enum CodingKeys: String, CodingKey {
    case event, lines, to
    case draftID = "draft_id"
    case recordID = "record_id"
    case officersNeeded = "officers_needed"
    case approvedBy = "approved_by"
    case rolesMissing = "roles_missing"
  }
}

/// The status for people: the same rows in the same order every time, so that what is missing is seen to be none.
struct StatusScreen {
  let status: StatusView
  let drafts: [DraftView]
  let language: Language
  /// How many names, drafts or alarms are shown before the rest are counted.
  private static let shown = (names: 4, drafts: 2, alarms: 2)

  func show() {
    print(say(.statusHead, in: language, status.authority, String(status.rosterVersion)))
    print(
      say(
        .statusAsOf, in: language, String(status.size), String(status.root.prefix(16)),
        status.asOf.map(localTime) ?? "-"))
    printTable(table, in: language)
    showWitnesses()
    if status.rosterStale { print(say(.statusStale, in: language)) }
    if !status.twoUsers { print(say(.statusTwoUsersOff, in: language)) }
    for alarm in status.alarms.suffix(Self.shown.alarms) {
      print(say(.statusAlarm, in: language, alarm.code, alarm.detail))
    }
    let earlier = status.alarms.count - Self.shown.alarms
    if earlier > 0 { print(say(.statusMoreAlarms, in: language, String(earlier))) }
  }

  /// Where nobody witnesses there is nothing to say of it.
  private func showWitnesses() {
    let witnesses = status.witnesses
    guard witnesses.named > 0 else { return }
    print(
      say(
        .statusWitnesses, in: language, String(witnesses.cosigned), String(witnesses.named), String(witnesses.quorum)))
    let minutes = String(max(0, now() - witnesses.at) / 60)
    print(
      witnesses.at > 0
        ? say(.statusQuorum, in: language, String(witnesses.size), minutes) : say(.statusNoQuorum, in: language))
  }

  private var table: Table {
    var table = Table()
    add(.wordHeld, "held", to: &table)
    add(.wordInTransit, "released", to: &table, note: .statusTransit)
    table.add([say(.wordOverdue, in: language), String(status.overdue), note(.statusOverdue, status.overdue)])
    add(.wordContested, "contested", to: &table, note: .statusContested)
    add(.wordMissing, "missing", to: &table, note: .statusMissing)
    add(.phaseSuspended, "suspended", to: &table, note: .statusSuspended)
    add(.phaseEnded, "ended", to: &table)
    table.add([say(.wordWaiting, in: language), String(status.waiting), waiting])
    table.add([say(.wordToAnswer, in: language), String(status.proposals.count), proposals])
    table.add([say(.wordUndelivered, in: language), String(undeliveredCount), undelivered])
    table.add([
      say(.wordIncomplete, in: language), String(status.incomplete), note(.statusIncompleteNext, status.incomplete),
    ])
    let late = status.duties.overdue
    table.add([
      say(.wordToNotify, in: language), String(status.duties.open),
      late > 0 ? say(.statusDuties, in: language, String(late)) : "",
    ])
    table.add([say(.wordAlarms, in: language), String(status.alarms.count), ""])
    return table
  }

  private func add(_ name: Text, _ phase: String, to table: inout Table, note: Text? = nil) {
    let counts = status.custody.filter { $0.phase == phase }
    let sum = counts.reduce(0) { $0 + $1.lines }
    var parts = counts.sorted { ($1.lines, $0.custodian) < ($0.lines, $1.custodian) }.prefix(Self.shown.names).map {
      count in
      count.to.map { say(.statusFromTo, in: language, count.custodian, $0, String(count.lines)) }
        ?? say(.statusCount, in: language, count.custodian, String(count.lines))
    }
    if counts.count > parts.count { parts.append(say(.andMore, in: language, String(counts.count - parts.count))) }
    let detail = note.map { sum > 0 ? " — " + say($0, in: language) : "" } ?? ""
    table.add([say(name, in: language), String(sum), parts.joined(separator: separator(in: language)) + detail])
  }

  private func note(_ text: Text, _ count: Int) -> String { count > 0 ? say(text, in: language) : "" }

  private var proposals: String {
    var parts = status.proposals.prefix(Self.shown.drafts).map { proposal in
      say(
        proposal.event == "inquiry" ? .statusInquiry : .statusProposal, in: language,
        word(proposal.event, in: language), String(proposal.statement.prefix(8)),
        proposal.from, String(proposal.lines))
    }
    let left = status.proposals.count - parts.count
    if left > 0 { parts.append(say(.andMore, in: language, String(left))) }
    return parts.joined(separator: separator(in: language, between: ";"))
  }

  private var undeliveredCount: Int { status.undelivered.reduce(0) { $0 + $1.open + $1.refused } }

  private var undelivered: String {
    var parts = status.undelivered.prefix(Self.shown.names).map { peer in
      let text = say(
        .statusUndelivered, in: language, peer.peer, String(peer.open + peer.refused), localTime(peer.since))
      return peer.refused > 0 ? text + " " + say(.statusRefused, in: language, String(peer.refused)) : text
    }
    let left = status.undelivered.count - parts.count
    if left > 0 { parts.append(say(.andMore, in: language, String(left))) }
    let detail = parts.isEmpty ? "" : " — " + say(.statusUndeliveredNext, in: language)
    return parts.joined(separator: separator(in: language)) + detail
  }

  private var waiting: String {
    var parts = drafts.prefix(Self.shown.drafts).map { draft in
      say(
        .statusDraft, in: language, String(draft.draftID.prefix(8)), word(draft.event, in: language),
        String(draft.approvalsMissing), String(draft.officersNeeded + (draft.rolesNeeded ?? []).count))
    }
    if status.waiting > parts.count {
      parts.append(say(.statusMoreDrafts, in: language, String(status.waiting - parts.count)))
    }
    return parts.joined(separator: separator(in: language, between: ";"))
  }
}

/// A moment with the offset of this machine's clock.
func localTime(_ time: Int64) -> String {
  let offset = TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(time)))
  return OffsetTime(unix: time, offsetMinutes: offset / 60).text
}
