import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

/// What Drafting shares with whoever drafts without a log.
extension Drafting: DraftMaking {
  var drafter: Authority { office.authority }
  var draftRoster: VerifiedRoster { office.roster }
  var draftCodes: CodesInForce { office.codes }
  var draftPolicy: Policy { office.policy }
}

extension Drafting {
  /// An intake: every person or thing gets a reference, a line and an entry in the identity annex.
  func intake(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    try intake(request, &event) { count, provenance, event in try born(count, request, provenance, &event) }
  }
}
