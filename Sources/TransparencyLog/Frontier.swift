/// The right edge of a tree: the roots of the complete subtrees its size is the sum of. Enough to append and to know
/// the root, in at most 62 hashes.
public struct Frontier: Sendable, Hashable {
  /// Larger trees are refused, so that appending never overflows.
  public static let maximumSize: UInt64 = 1 << 62

  /// The number of leaves.
  public private(set) var size: UInt64
  /// One root for every bit set in `size`, the largest subtree first.
  public private(set) var nodes: [TreeHash]

  /// A tree without leaves.
  public init() {
    size = 0
    nodes = []
  }

  /// What was stored; nil when the number of nodes does not fit the size or the size is over `maximumSize`.
  public init?(size: UInt64, nodes: [TreeHash]) {
    guard size <= Self.maximumSize, nodes.count == size.nonzeroBitCount else { return nil }
    self.size = size
    self.nodes = nodes
  }

  /// Appends one leaf hash.
  public mutating func append(_ leaf: TreeHash) {
    var hash = leaf
    for _ in 0..<size.trailingOnes {
      // There is one node for every set bit, so the list cannot run out here.
      if let left = nodes.popLast() { hash = .node(left, hash) }
    }
    nodes.append(hash)
    size += 1
  }

  /// The root of the tree (RFC 9162 §2.1.1).
  public var root: TreeHash {
    guard var hash = nodes.last else { return .empty }
    for left in nodes.dropLast().reversed() { hash = .node(left, hash) }
    return hash
  }
}
