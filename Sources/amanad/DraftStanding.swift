import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What the approvals of a draft come to, where officers who gave some have left since (F5, F27; decision 0055).
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
  /// - Parameters:
  ///   - counting: those of the approvals given that count by the roster.
  ///   - given: all of them.
  init(
    _ draft: StoredDraft, counting: [StoredApproval], given: [StoredApproval], under roster: VerifiedRoster,
    at now: UnixTime
  ) throws {
    let gone = given.filter { roster.leftOffice($0.keyID, by: now) != nil }
    let inOffice = counting.filter { approval in !gone.contains { $0.keyID == approval.keyID } }
    let isOfThose = draft.isApproved(by: inOffice, in: draft.roles)
    guard !gone.isEmpty, !isOfThose, !(try Event(decoding: draft.event[...]).isIntention) else {
      (approvals, roles, isComplete, left) = (inOffice, draft.roles, isOfThose, [])
      return
    }
    let standing = Set((inOffice + gone).map(\.keyID))
    approvals = given.filter { standing.contains($0.keyID) }
    roles = draft.roles.contains(.witness) ? draft.roles : draft.roles + [.witness]
    isComplete = draft.isApproved(by: approvals, in: roles)
    left = gone
  }

  /// What people are shown beside what is wrong with the draft.
  var flags: [Problem.Failing] {
    left.map { approval in
      Problem.Failing(
        code: CheckCode.v14.rawValue,
        detail: "officer \(approval.officer) has left: a witness approves it too, or others in office do",
        sentence: CheckTable.row(.v14)?.sentence["en"])
    }
  }
}

extension StoredDraft {
  /// Whether as many officers as it asks for have approved it, and somebody in each of these offices.
  fileprivate func isApproved(by approvals: [StoredApproval], in roles: [ApprovalRole]) -> Bool {
    let given = approvals.compactMap(\.role)
    return given.count { $0 == .officer } >= officers && roles.lacking(given).isEmpty
  }
}

extension StoredApproval {
  /// In what office it was given; nil when it cannot be read.
  var role: ApprovalRole? { (try? Approval(decoding: bytes))?.role }
}

extension Event {
  /// Whether it may be refused (custody.md, principles); of what is not known, it may.
  var isIntention: Bool { Lifecycle.row(for: type)?.isIntention ?? true }
}
