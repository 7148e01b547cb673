import ArgumentParser
import ControlAPI
import Custody
import Foundation
import Roster

/// Shows what waits for approvals.
struct DraftsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drafts", abstract: "Show what waits for approvals, who has approved and who may still.",
    discussion: "With an id, everything one draft says, as it would be signed.")
  @Argument(help: "The beginning of a draft's or its record's id, at least 4 digits.") var id: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.drafts of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let drafts =
      if let id { [try await session.draft(id)] } else {
        try await session.get("/v1/drafts", as: [DraftView].self)
      }
    let roster = drafts.isEmpty ? nil : try await session.roster()
    let shown = drafts.map { DraftOutlook($0, roster: roster) }
    if json { return try printJSON(.drafts, ["drafts": shown]) }
    let screen = DraftScreen(language: session.language)
    guard let first = shown.first else { return print(say(.draftsNone, in: session.language)) }
    if id == nil { screen.show(shown) } else { screen.showWhole(first) }
  }
}

/// A draft, what its bytes say, and which officers may still approve it.
struct DraftOutlook: Encodable {
  let view: DraftView
  /// Read from the bytes that an officer signs; nil when they cannot be read.
  let event: Event?
  let mayApprove: [UInt64]

  init(_ view: DraftView, roster: VerifiedRoster?) {
    self.view = view
    event = try? view.readEvent()
    let now = Int64(Date().timeIntervalSince1970)
    let officers = roster?.body.authorities.first { sameBytes($0.uri, view.issuer) }?.officers ?? []
    let wanted: (String) -> Bool = { role in
      view.rolesMissing.contains(role) || role == "officer" && view.officersApproved < view.officersNeeded
    }
    mayApprove = officers.filter { officer in
      officer.status == .active && !view.approvedBy.contains(officer.number) && officer.roles.contains(where: wanted)
        && officer.keys.contains { $0.standing(at: now) == .valid }
    }.map(\.number).sorted()
  }

  var missing: Int {
    view.approvalsMissing
  }

  private enum Key: String, CodingKey {
    case occurredAt = "occurred_at"
    case acceptBy = "accept_by"
    case mayApprove = "may_approve"
    case approvalsMissing = "approvals_missing"
  }

  func encode(to encoder: any Encoder) throws {
    try view.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(event?.occurred.at.text, forKey: .occurredAt)
    try container.encodeIfPresent(event?.acceptBy?.text, forKey: .acceptBy)
    try container.encode(mayApprove, forKey: .mayApprove)
    try container.encode(missing, forKey: .approvalsMissing)
  }
}

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
  /// - Parameter hint: whether the next command is named.
  func showWhole(_ draft: DraftOutlook, hint: Bool = true) {
    var table = Table()
    func add(_ name: Text, _ value: String?) {
      if let value, !value.isEmpty { table.add([say(name, in: language), value]) }
    }
    add(.headDraft, draft.view.draftID)
    add(.headRecord, draft.view.recordID)
    add(.headEvent, word(draft.event?.type.rawValue ?? draft.view.event, in: language))
    for (name, value) in draft.event.map(rows) ?? [] { add(name, value) }
    add(.headStatement, draft.view.statement)
    add(.headApproved, numbers(draft.view.approvedBy))
    add(.headMissing, missing(draft))
    add(.headMayApprove, numbers(draft.mayApprove))
    printTable(table, in: language)
    for flag in draft.view.flags { print(ProblemTexts.flag(flag.code, flag.detail, in: language)) }
    if draft.event == nil { print(say(.draftUnreadable, in: language)) }
    guard hint, draft.missing > 0 else { return }
    print(say(.draftNext, in: language, String(draft.view.draftID.prefix(8))))
  }

  /// What an officer is about to sign, as the bytes say it.
  func showBytes(_ event: Event) {
    var table = Table()
    for (name, value) in rows(event) { table.add([say(name, in: language), value]) }
    printTable(table, in: language)
  }

  private func rows(_ event: Event) -> [(Text, String)] {
    let tallies = ["by_outcome", "by_age"].compactMap { event.counts?.tallies[$0] }.flatMap { cells in
      cells.sorted { $0.key < $1.key }.compactMap { cell, count in
        count.flatMap { $0 > 0 ? "\(word(cell, in: language)) \($0)" : nil }
      }
    }
    let rows: [(Text, String?)] = [
      (.headFrom, event.from?.description), (.headTo, event.to?.description),
      (.headLines, event.counts.map { $0.total.map { String($0) } ?? "<10" }),
      (.headTallies, tallies.joined(separator: separator(in: language))),
      (.headCustodian, event.responsibleCustodian?.description),
      (.headParties, event.parties.map(\.description).joined(separator: separator(in: language))),
      (.headOccurred, event.occurred.at.text), (.headAcceptBy, event.acceptBy?.text),
      (.headSite, event.place?.siteID), (.headReason, event.reason),
    ]
    return rows.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } }
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

extension Session {
  /// The daemon's roster, which agrees with itself; whoever must be sure compares its digest.
  func roster() async throws -> VerifiedRoster {
    let bytes = try await send(.get, "/v1/roster")
    do { return try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes)) } catch {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
  }
}
