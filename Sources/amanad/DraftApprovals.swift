import Custody
import ReceiptStore

extension StoredDraft {
  /// Whether as many officers as it asks for have approved it, and somebody in each office that it asks for.
  func isApproved(by approvals: [StoredApproval]) -> Bool {
    let given = approvals.compactMap(\.role)
    return given.count { $0 == .officer } >= officers && roles.lacking(given).isEmpty
  }
}

extension StoredApproval {
  /// In what office it was given; nil when it cannot be read.
  var role: ApprovalRole? { (try? Approval(decoding: bytes))?.role }
}
