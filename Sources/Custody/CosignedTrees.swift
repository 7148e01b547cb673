import Roster
import TransparencyLog

/// The state of a log.
struct TreeState: Hashable {
  let size: UInt64
  let root: TreeHash

  init(size: UInt64, root: TreeHash) {
    self.size = size
    self.root = root
  }

  init(_ checkpoint: Checkpoint) { self.init(size: checkpoint.size, root: checkpoint.root) }
}

extension Bundle {
  /// To which of these states proofs lead from each entry: each proof is followed once, however many statements ask, and
  /// what leads elsewhere is not kept.
  func reached(among states: Set<TreeState>) -> [LogEntry: Set<TreeState>] {
    var found: [LogEntry: Set<TreeState>] = [:]
    for item in proofs {
      guard let root = item.value.proof.root(from: item.value.entry.leafHash) else { continue }
      let state = TreeState(size: item.value.proof.size, root: root)
      if states.contains(state) { found[item.value.entry, default: []].insert(state) }
    }
    return found
  }
}

/// Who had cosigned which trees of a bundle, and when first. Each note is looked at once, however many statements it covers
/// and however many notes say the same.
struct CosignedTrees: Sendable {
  /// What others may have signed with a witness's key takes no place of what it signed itself.
  private struct Witness: Hashable {
    let name: AuthorityName
    let isExposed: Bool
  }

  private var first: [TreeState: [Witness: VerifiedCosignature]] = [:]

  /// - Parameter notes: verified checkpoints.
  init(_ notes: [SignedCheckpoint], _ logs: LogVerifier) {
    for signed in notes where signed.note.signatures.count > 1 {
      let tree = TreeState(signed.checkpoint)
      for cosignature in logs.cosignatures(in: signed) {
        let witness = Witness(name: cosignature.witness.name, isExposed: cosignature.isExposed)
        if let known = first[tree]?[witness], known.at <= cosignature.at { continue }
        first[tree, default: [:]][witness] = cosignature
      }
    }
  }

  /// The first of each witness over a tree, in any order.
  func cosignatures(of tree: TreeState) -> [VerifiedCosignature] { (first[tree] ?? [:]).values.map(\.self) }
}
