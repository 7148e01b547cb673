import Roster

extension StatementVerifier {
  /// What is wrong with a statement although its signature holds, as far as its envelope and the roster say it: who was
  /// competent (V11), who approved (V14), whether its log had ended (V21), and what its signer flagged itself.
  public func envelopeFlags(of anchored: AnchoredStatement) throws -> [Violation] {
    var proposal = Proposal(
      anchored.statement, content: Content(), stage: .received, arrival: .awaited, roster: roster, policy: policy,
      now: anchored.anchoredAt)
    let witnessed = witnessedAt(anchored.statement.signed, anchored.receipts, anchored.timeStamp)
    // No proof against a final checkpoint travels with one statement.
    proposal.isBeyondSeal = isBeyondSeal(anchored.statement.issuer.name, witnessedAt: witnessed) { _ in false }
    let (view, codes) = (Ledger(), [CheckCode.v11, .v14, .v21])
    var found: [Violation] = []
    for row in CheckTable.rows where codes.contains(row.code) && checks.applies(row.code) {
      guard case .registration(let check) = row.place else { continue }
      found += try check(proposal, view)
    }
    return found
      + anchored.statement.event.flags.map { flag in
        let what = flag.code == nil ? " for what is said of people (one of V25 to V29)" : ""
        return Violation(
          flag.code ?? .v25,
          flag.statement.map { "its signer flagged statement \($0)\(what)" } ?? "its signer flagged it\(what)")
      }
  }
}

extension VerifiedStatement {
  /// How many different officers approved, by key and by number.
  public var officerCount: Int {
    let officers = approvals.officers
    return min(officers.keys, officers.numbers)
  }
}

extension [VerifiedApproval] {
  /// How many keys and how many numbers of officers stand among those who approved as officers.
  var officers: (keys: Int, numbers: Int) {
    let officers = filter { $0.role == .officer }
    return (Set(officers.map(\.keyID)).count, Set(officers.compactMap(\.officer)).count)
  }

  /// In what offices they were given; one officer with two keys is one.
  var offices: [ApprovalRole] {
    var known: [UInt64: Set<ApprovalRole>] = [:]
    return compactMap { approval in
      let isNew = approval.officer.map { known[$0, default: []].insert(approval.role).inserted } ?? true
      return isNew ? approval.role : nil
    }
  }
}
