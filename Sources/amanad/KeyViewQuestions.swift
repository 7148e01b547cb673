import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What people ask of partners' views of the keys: GET /v1/key-views.
struct KeyViewQuestions: Sendable {
  let office: Office
  let store: ReceiptStore

  /// The newest of each other authority, and of whom none has come.
  func list() async throws -> [KeyViewSummary] {
    let (roster, peers) = (office.roster, office.peers.map(\.name))
    return try await store.read { reader in
      let known = try reader.keyViews()
      let summaries = try known.map { stored in
        let view = try KeyView(decoding: stored.bytes)
        var summary = KeyViewSummary(stored.issuer, view, try reader.finding(view, roster))
        summary.statement = stored.statement.description
        summary.receivedAt = stored.receivedAt
        return summary
      }
      let silent = Set(peers).subtracting(known.map(\.issuer)).map { KeyViewSummary($0, standing: "none") }
      return (summaries + silent).sorted { $0.authority < $1.authority }
    }
  }
}
