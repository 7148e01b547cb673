/// That a tree is a prefix of a later one (RFC 9162 §2.1.4).
public struct ConsistencyProof: Hashable, Sendable {
  /// The longest path that is decoded; enough for every tree of up to 2^63 leaves.
  public static let maximumPathCount = 64

  /// The number of leaves of the earlier tree.
  public let oldSize: UInt64
  /// The number of leaves of the later tree.
  public let newSize: UInt64
  /// The hashes from the bottom upwards.
  public let path: [TreeHash]

  /// Any values: whether they fit together is found when the proof is used.
  public init(oldSize: UInt64, newSize: UInt64, path: [TreeHash]) {
    self.oldSize = oldSize
    self.newSize = newSize
    self.path = path
  }

  /// Whether the later root continues the earlier one (RFC 9162 §2.1.4.2). Equal sizes need equal roots and no path;
  /// from size 0 nothing can be proven, so that is always false.
  public func holds(oldRoot: TreeHash, newRoot: TreeHash) -> Bool { root(from: oldRoot) == newRoot }

  /// The later root that this proof leads to; nil when it does not contain the earlier root or does not fit the sizes.
  public func root(from oldRoot: TreeHash) -> TreeHash? {
    guard oldSize > 0, oldSize <= newSize, path.count <= Self.maximumPathCount else { return nil }
    if oldSize == newSize { return path.isEmpty ? oldRoot : nil }
    guard !path.isEmpty else { return nil }
    let isPowerOfTwo = oldSize.nonzeroBitCount == 1
    // An old tree that is one complete subtree is not repeated in the path.
    let hashes = isPowerOfTwo ? [oldRoot] + path : path
    let shared = UInt64((oldSize - 1).trailingOnes)
    let climb = Climb(position: (oldSize - 1) >> shared, last: (newSize - 1) >> shared, hash: hashes[0])
    guard let (old, new) = climb.roots(over: hashes.dropFirst()), old == oldRoot else { return nil }
    return new
  }
}

/// The walk from the node both trees share up to both roots.
private struct Climb {
  var position: UInt64
  var last: UInt64
  let hash: TreeHash

  func roots(over path: ArraySlice<TreeHash>) -> (old: TreeHash, new: TreeHash)? {
    var (position, last, old, new) = (position, last, hash, hash)
    for sibling in path {
      guard last > 0 else { return nil }
      if position & 1 == 1 || position == last {
        old = .node(sibling, old)
        new = .node(sibling, new)
        // A last node without a right sibling is carried up until it has a left one.
        let carried = UInt64(position.trailingZeroBitCount)
        position >>= carried
        last >>= carried
      } else {
        new = .node(new, sibling)
      }
      position >>= 1
      last >>= 1
    }
    return last == 0 ? (old, new) : nil
  }
}

extension UInt64 {
  /// How many of the lowest bits are one without a gap.
  var trailingOnes: Int { (~self).trailingZeroBitCount }
}
