/// Reads nodes, roots and proofs of a log of any size from its tiles. Each call asks for a tile at most once.
public struct TileReader<Source: TileSource> {
  private let source: Source

  /// Reads from this source.
  public init(source: Source) { self.source = source }

  /// The root of the complete subtree over leaves index × 2^level and the 2^level − 1 after it; nil when the tiles do
  /// not reach that far.
  public func node(level: Int, index: UInt64) throws -> TreeHash? {
    var nodes = TileNodes(source: source)
    return try nodes.node(level: level, index: index)
  }

  /// The root of the first `size` leaves; nil when the tiles do not reach that far.
  public func root(size: UInt64) throws -> TreeHash? { try frontier(size: size)?.root }

  /// The right edge of the first `size` leaves; nil when the tiles do not reach that far.
  public func frontier(size: UInt64) throws -> Frontier? {
    guard size <= Frontier.maximumSize else { return nil }
    var nodes = TileNodes(source: source)
    guard let edge = try nodes.edge(from: 0, to: size) else { return nil }
    return Frontier(size: size, nodes: edge)
  }

  /// The proof that a leaf is in the tree of the first `size` leaves; nil when there is no such leaf.
  public func inclusionProof(index: UInt64, size: UInt64) throws -> InclusionProof? {
    guard index < size, size <= Frontier.maximumSize else { return nil }
    var nodes = TileNodes(source: source)
    // The path leaves out the leaf itself, which the tiles may not have.
    guard try nodes.node(level: 0, index: index) != nil else { return nil }
    var (low, high): (UInt64, UInt64) = (0, size)
    var path: [TreeHash] = []
    while high - low > 1 {
      let split = low + largestPowerOfTwo(below: high - low)
      let isLeft = index < split
      guard let hash = try isLeft ? nodes.root(from: split, to: high) : nodes.root(from: low, to: split) else {
        return nil
      }
      path.append(hash)
      if isLeft { high = split } else { low = split }
    }
    return InclusionProof(size: size, index: index, path: path.reversed())
  }

  /// The proof that the first `oldSize` leaves are a prefix of the first `newSize`; nil when `oldSize` is 0 or larger,
  /// or the tiles do not reach that far.
  public func consistencyProof(from oldSize: UInt64, to newSize: UInt64) throws -> ConsistencyProof? {
    guard oldSize > 0, oldSize <= newSize, newSize <= Frontier.maximumSize else { return nil }
    var nodes = TileNodes(source: source)
    // The proof between equal sizes is empty, whether the tiles reach that far or not.
    guard try nodes.node(level: 0, index: newSize - 1) != nil else { return nil }
    var (low, high): (UInt64, UInt64) = (0, newSize)
    var path: [TreeHash] = []
    while high != oldSize {
      let split = low + largestPowerOfTwo(below: high - low)
      let isLeft = oldSize <= split
      guard let hash = try isLeft ? nodes.root(from: split, to: high) : nodes.root(from: low, to: split) else {
        return nil
      }
      path.append(hash)
      if isLeft { high = split } else { low = split }
    }
    // The verifier has the old root itself, so a subtree that is the whole old tree is left out.
    if low > 0 {
      guard let hash = try nodes.root(from: low, to: high) else { return nil }
      path.append(hash)
    }
    return ConsistencyProof(oldSize: oldSize, newSize: newSize, path: path.reversed())
  }
}

extension TileReader: Sendable where Source: Sendable {}
