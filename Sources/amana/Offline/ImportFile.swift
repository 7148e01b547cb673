import ArgumentParser
import ControlAPI
import Custody
import Roster

extension Import {
  /// Brings a draft that was made without a daemon.
  func bring(_ path: String) async throws {
    let session = connection.session
    let file = try readDraftFile(path, in: session.language)
    let report: DraftFileReport
    do {
      let body = try await session.send(
        .post, "/v1/draft-files", body: file.encoded(), contentType: DraftFile.mediaType)
      report = try session.decode(DraftFileReport.self, body)
    } catch let failure as CommandFailure where failure.problem?.code == "not-permitted" {
      // An officer who is no operator hands in their own approval of a draft that an operator has imported.
      report = try await handIn(file, session)
    }
    if json { try printJSON(.importDraft, BroughtDraft(report)) } else { report.show(session) }
    if report.draft.statement == nil, !report.left.isEmpty { throw ExitCode(Exit.doesNotHold) }
  }

  private func handIn(_ file: DraftFile, _ session: Session) async throws -> DraftFileReport {
    let place = "/v1/drafts/\(file.id.uuid)"
    var draft = try await session.get(place, as: DraftView.self)
    var left: [DraftFileReport.Left] = []
    for bytes in file.approvals {
      let approval = try file.verified(Approval(decoding: bytes)).get()
      do {
        draft = try await session.post(
          "\(place)/approvals", ApprovalRequest(approval: hexadecimal(bytes)), as: DraftView.self)
      } catch let failure as CommandFailure where failure.problem?.status == 403 {
        left.append(
          DraftFileReport.Left(
            officer: approval.officer, role: approval.role.rawValue, why: failure.problem?.detail ?? "",
            next: failure.problem?.next))
      }
    }
    return DraftFileReport(draft: draft, left: left)
  }
}

/// What became of a draft file, as programs read it.
struct BroughtDraft: Encodable {
  let draftID: String
  let recordID: String
  let event: String
  let lines: Int
  let approvedBy: [UInt64]
  let approvalsMissing: Int
  let statement: String?
  let index: UInt64?
  /// Approvals that were not taken, each in a sentence.
  let left: [String]
  /// What is wrong, and is signed with it.
  let flags: [Problem.Failing]

  init(_ report: DraftFileReport) {
    let draft = report.draft
    (draftID, recordID, event, lines) = (draft.draftID, draft.recordID, draft.event, draft.lines)
    (approvedBy, approvalsMissing) = (draft.approvedBy, draft.approvalsMissing)
    (statement, index, flags) = (draft.statement, draft.index, draft.flags)
    left = report.left.map { left in
      "officer \(left.officer.map { String($0) } ?? "-") as \(left.role): \(left.why)"
    }
  }

  enum CodingKeys: String, CodingKey {
    case event, lines, statement, index, left, flags
    case draftID = "draft_id"
    case recordID = "record_id"
    case approvedBy = "approved_by"
    case approvalsMissing = "approvals_missing"
  }
}

extension DraftFileReport {
  /// Says what became of it, and which approvals were not taken.
  func show(_ session: Session) {
    let language = session.language
    session.report(draft)
    guard draft.statement == nil else { return }
    for left in left {
      let officer = left.officer.map { String($0) } ?? "-"
      print(say(.importLeft, in: language, officer, word(left.role, in: language), foreign(left.why, in: language)))
      if let next = left.next { print("  → " + foreign(next, in: language)) }
    }
  }
}
