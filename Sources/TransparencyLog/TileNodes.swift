/// Nodes of the tree computed from tiles, each tile fetched once.
struct TileNodes<Source: TileSource> {
  private let source: Source
  private var fetched: [TileAddress: [TreeHash]] = [:]

  init(source: Source) { self.source = source }

  /// The root of the complete subtree of 2^level leaves at that index of its level.
  mutating func node(level: Int, index: UInt64) throws -> TreeHash? {
    // Beyond this the subtree's leaves would have no 64-bit index.
    guard (0..<64).contains(level), index <= UInt64.max >> UInt64(level) else { return nil }
    let within = UInt64(level % 8)
    let first = index << within
    let start = Int(first % UInt64(TileAddress.width))
    let end = start + 1 << within
    let hashes = try hashes(of: TileAddress(level: level / 8, index: first / UInt64(TileAddress.width)))
    guard end <= hashes.count else { return nil }
    return MerkleTree.root(of: Array(hashes[start..<end]))
  }

  /// The roots of the complete subtrees that leaves `low..<high` are made of, the largest first. `low` must be a
  /// multiple of the largest, as it is wherever RFC 9162 splits a tree.
  mutating func edge(from low: UInt64, to high: UInt64) throws -> [TreeHash]? {
    var low = low
    var nodes: [TreeHash] = []
    while low < high {
      let level = 63 - (high - low).leadingZeroBitCount
      guard let node = try node(level: level, index: low >> UInt64(level)) else { return nil }
      nodes.append(node)
      low += 1 << UInt64(level)
    }
    return nodes
  }

  /// The root over leaves `low..<high`.
  mutating func root(from low: UInt64, to high: UInt64) throws -> TreeHash? {
    guard let edge = try edge(from: low, to: high) else { return nil }
    return Frontier(size: high - low, nodes: edge)?.root
  }

  private mutating func hashes(of tile: TileAddress) throws -> [TreeHash] {
    if let known = fetched[tile] { return known }
    let hashes = try source.hashes(of: tile)
    fetched[tile] = hashes
    return hashes
  }
}
