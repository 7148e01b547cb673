import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

extension Lineage {
  /// What one statement builds on directly: by induction it carries all that is kept from somebody.
  func building(_ event: Event, _ content: Content) throws -> [(signed: SignedStatement, issuer: AuthorityName?)] {
    try cited(by: event, content).sorted().compactMap { id in
      guard let stored = try reader.statement(id) else { return nil }
      return (try SignedStatement(decoding: stored.bytes), stored.summary.issuer)
    }
  }
}
