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
      if let id { [try await session.draft(id)] } else { try await session.waitingDrafts() }
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

extension Session {
  /// The daemon's roster, which agrees with itself; whoever must be sure compares its digest.
  func roster() async throws -> VerifiedRoster {
    let bytes = try await send(.get, "/v1/roster")
    do { return try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes)) } catch {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
  }
}
