import Roster
import TransparencyLog

extension Bundle {
  /// A proof, with its place in the file.
  struct Followed {
    let offset: Int
    let entry: LogEntry
    let index: UInt64
    /// Where it leads; nil where it proves nothing.
    let tree: TreeState?
  }

  /// Where each proof leads: each is followed once, however many statements ask.
  func followed() -> [Followed] {
    proofs.map { item in
      let (entry, proof) = (item.value.entry, item.value.proof)
      let root = proof.root(from: entry.leafHash)
      return Followed(
        offset: item.offset, entry: entry, index: proof.index, tree: root.map { TreeState(size: proof.size, root: $0) })
    }
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
