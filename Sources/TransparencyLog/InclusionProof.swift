/// That a leaf stands at an index of a tree of some size (RFC 9162 §2.1.3).
public struct InclusionProof: Hashable, Sendable {
  /// The longest path that is decoded: a tree of up to 2^64 − 1 leaves is no higher.
  public static let maximumPathCount = 64

  /// The number of leaves of the tree. No receipt signs it: only a checkpoint proves a size.
  public let size: UInt64
  /// The leaf's index, counted from 0.
  public let index: UInt64
  /// The sibling hashes from the leaf upwards.
  public let path: [TreeHash]

  /// Any values: whether they fit together is found when the proof is used.
  public init(size: UInt64, index: UInt64, path: [TreeHash]) {
    self.size = size
    self.index = index
    self.path = path
  }

  /// The root this path leads to from a leaf hash (RFC 9162 §2.1.3.2); nil when the path's length does not fit.
  public func root(from leaf: TreeHash) -> TreeHash? {
    guard index < size, path.count <= Self.maximumPathCount else { return nil }
    var position = index
    var last = size - 1
    var hash = leaf
    for sibling in path {
      guard last > 0 else { return nil }
      if position & 1 == 1 || position == last {
        hash = .node(sibling, hash)
        // A last node without a right sibling is carried up until it has a left one.
        let carried = UInt64(position.trailingZeroBitCount)
        position >>= carried
        last >>= carried
      } else {
        hash = .node(hash, sibling)
      }
      position >>= 1
      last >>= 1
    }
    return last == 0 ? hash : nil
  }

  /// Whether the path leads from the leaf to exactly this root.
  public func holds(leaf: TreeHash, root: TreeHash) -> Bool { self.root(from: leaf) == root }
}
