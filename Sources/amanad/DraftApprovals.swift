import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

/// What the approvals of a draft are worth now: some may be of officers who have left since (F5, F27).
struct DraftStanding {
  /// Those that stand in the statement, sorted by kid.
  let approvals: [StoredApproval]
  /// In what offices somebody must approve beside the officers.
  let roles: [ApprovalRole]
  /// Whether nobody else has to approve.
  let isComplete: Bool
  /// Which of them are of officers who have left.
  let left: [StoredApproval]

  /// An intention is approved by those in office. A fact is not lost because somebody left: a witness stands by it, or
  /// others in office do.
  init(_ draft: StoredDraft, _ given: [StoredApproval], under roster: VerifiedRoster, at now: UnixTime) throws {
    let inOffice = given.filter { roster.leftOffice($0.keyID, by: now) == nil }
    let isOfThose = draft.isApproved(by: inOffice, draft.roles)
    let isIntention = Lifecycle.row(for: try Event(decoding: draft.event[...]).type)?.isIntention ?? true
    guard inOffice.count < given.count, !isOfThose, !isIntention else {
      (approvals, roles, isComplete, left) = (inOffice, draft.roles, isOfThose, [])
      return
    }
    approvals = given
    roles = draft.roles.contains(.witness) ? draft.roles : draft.roles + [.witness]
    isComplete = draft.isApproved(by: given, roles)
    left = given.filter { roster.leftOffice($0.keyID, by: now) != nil }
  }
}

extension StoredDraft {
  /// Whether as many officers as it asks for have approved it, and somebody in each of these offices.
  fileprivate func isApproved(by approvals: [StoredApproval], _ roles: [ApprovalRole]) -> Bool {
    let given = approvals.compactMap(\.role)
    return given.count { $0 == .officer } >= officers && roles.lacking(given).isEmpty
  }
}

extension StoredApproval {
  /// In what office it was given; nil when it cannot be read.
  var role: ApprovalRole? { (try? Approval(decoding: bytes))?.role }
}

extension Drafts {
  /// Verifies an approval of a draft.
  /// - Parameter earlier: the roster of a file, under which it was genuine where no daemon was.
  /// - Throws: `Problem` saying why it does not count.
  static func verified(
    _ bytes: [UInt8], of draft: StoredDraft, office: Office, earlier: VerifiedRoster?, at now: UnixTime
  ) throws -> (approval: VerifiedApproval, officer: UInt64) {
    let approval: Approval
    do { approval = try Approval(decoding: bytes) } catch {
      throw Problem(
        status: 422, code: error.reason.rawValue, title: "The approval cannot be read", detail: "\(error)",
        record: draft.id.uuid, next: "approve again with `amana approve`")
    }
    let event = try Event(decoding: draft.event[...])
    let left = office.roster.leftOffice(approval.keyID, by: now)
    let isIntention = Lifecycle.row(for: event.type)?.isIntention ?? true
    // What an officer who had left says happened is on record with their word, as it was given (F5): V14 flags it.
    let roster = left != nil && !isIntention ? earlier ?? office.roster : office.roster
    let result = VerifiedApproval.verify(
      approval, draft: draft.event, record: event.recordID, issuer: office.authority, roster: roster)
    let why: String
    switch result {
    case .success(let verified):
      guard let officer = verified.officer else {
        why = "it is the authority's own second signature, which the daemon makes itself"
        break
      }
      guard let left, isIntention else { return (verified, officer) }
      why = "officer \(officer) has left: the key is retired since \(OffsetTime(unix: left))"
    case .failure(let refusal): why = refusal.why
    }
    throw Problem(
      status: 403, code: "V14", title: "The approval does not count", detail: why, record: draft.id.uuid,
      next: "approve with the key of an officer whom the roster lists")
  }
}
