import Custody

extension DraftView {
  /// How many approvals it still waits for, of officers and in other offices.
  public var approvalsMissing: Int {
    guard statement == nil else { return 0 }
    let offices = (rolesNeeded ?? []).count - (rolesApproved ?? []).count
    return max(0, officersNeeded - officersApproved) + offices
  }

  /// In what offices nobody has approved who must.
  public var rolesMissing: [String] { (rolesNeeded ?? []).lacking(rolesApproved ?? []) }
}
