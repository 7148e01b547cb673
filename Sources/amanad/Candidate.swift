import Custody
import ReceiptStore
import Roster

/// A received statement whose signature and receipts hold, and what came beside it.
struct Candidate: Sendable {
  let anchored: AnchoredStatement
  /// What stands in clear beside it, and what our key opened.
  private(set) var content: Content
  let opening: Opening
  /// The lines it has in its history, in clear or opened.
  let history: History
  var statement: VerifiedStatement { anchored.statement }
  var signed: SignedStatement { anchored.statement.signed }

  init(_ anchored: AnchoredStatement, clear: Content = Content(), opening: Opening = Opening()) {
    self.anchored = anchored
    self.opening = opening
    content = clear
    content.manifest = opening.content.manifest ?? clear.manifest
    let opened = opening.content.annexes
    content.annexes = opened + clear.annexes.filter { annex in !opened.contains { $0.id == annex.id } }
    let beside = content.annexes.first { $0.id == History.id }.flatMap { try? History(decoding: $0.content[...]) }
    history = opening.history.items.isEmpty ? beside ?? opening.history : opening.history
  }

  /// Whether all that stands beside it is here in a form that can be judged.
  var isWhole: Bool {
    let event = statement.event
    guard event.manifestRoot == nil || content.manifest != nil, event.slotsRoot == nil || content.slots != nil else {
      return false
    }
    return event.sealed.allSatisfy { reference in
      ![Annex.identityID, SiteBlock.id, PayloadKind.message.id].contains(reference.id)
        || content.annexes.contains { $0.id == reference.id }
    }
  }

  /// Whether something of it is sealed to other keys than ours, which is as if it had not arrived.
  var isForOthers: Bool { opening.isForOthers }

  /// What did not open, as it stands in the flags.
  var problems: [Violation] { opening.failures.map { Violation(.v30, $0.description) } }
}
