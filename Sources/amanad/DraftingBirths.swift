import ControlAPI
import Custody
import ReceiptStore

/// Who was born, or came along on somebody's road.
extension Drafting {
  /// Those taken in: newborns under the references that the birth names, which is cited; others under new ones.
  func born(_ count: Int, _ request: DraftRequest, _ provenance: Provenance, _ event: inout Event) throws
    -> [Newcomer]
  {
    let cited = try request.statement.map { try statement($0, "statement", [.incident, .release, .redirect]).summary }
    return try born(count, request, provenance, citing: cited, knowing: here, &event)
  }
}
