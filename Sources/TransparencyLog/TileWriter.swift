/// Appends leaves to a log kept in tiles, holding no more than the tiles of its right edge that are not full yet.
public struct TileWriter: Sendable {
  /// The number of leaves.
  public private(set) var size: UInt64
  private var partial: [TileAddress: [TreeHash]]
  private var changed: [TileAddress: [TreeHash]] = [:]

  /// The tiles a writer needs for a tree of this size, with the number of hashes each must have.
  public static func partialTiles(ofSize size: UInt64) -> [TileAddress: Int] {
    var needed: [TileAddress: Int] = [:]
    var (level, count) = (0, size)
    while count > 0 {
      let rest = Int(count % UInt64(TileAddress.width))
      count /= UInt64(TileAddress.width)
      if rest > 0 { needed[TileAddress(level: level, index: count)] = rest }
      level += 1
    }
    return needed
  }

  /// An empty log.
  public init() {
    size = 0
    partial = [:]
  }

  /// Continues a stored log; other tiles among those given are ignored. Nil when a tile named by
  /// `partialTiles(ofSize:)` is missing or has another number of hashes, or when the size is over
  /// `Frontier.maximumSize`.
  public init?(size: UInt64, partialTiles: [TileAddress: [TreeHash]]) {
    guard size <= Frontier.maximumSize else { return nil }
    let needed = Self.partialTiles(ofSize: size)
    partial = partialTiles.filter { needed[$0.key] == $0.value.count }
    guard partial.count == needed.count else { return nil }
    self.size = size
  }

  /// Appends one leaf hash and, where a tile becomes full, its root to the level above.
  public mutating func append(_ leaf: TreeHash) {
    var (level, count, hash) = (0, size, leaf)
    size += 1
    while true {
      let tile = TileAddress(level: level, index: count / UInt64(TileAddress.width))
      let hashes = partial[tile, default: []] + [hash]
      changed[tile] = hashes
      guard hashes.count == TileAddress.width else {
        partial[tile] = hashes
        return
      }
      partial[tile] = nil
      hash = MerkleTree.root(of: hashes)
      (level, count) = (level + 1, tile.index)
    }
  }

  /// Every tile that changed since this was last called, each with its whole content.
  public mutating func takeChanged() -> [TileAddress: [TreeHash]] {
    defer { changed = [:] }
    return changed
  }

  /// The right edge of the tree, from the tiles in hand.
  public var frontier: Frontier? {
    var nodes: [TreeHash] = []
    for (tile, hashes) in partial.sorted(by: { $0.key.level > $1.key.level }) where tile.level >= 0 {
      var rest = hashes[...]
      while !rest.isEmpty {
        let count = 1 << (Int.bitWidth - 1 - rest.count.leadingZeroBitCount)
        nodes.append(MerkleTree.root(of: Array(rest.prefix(count))))
        rest = rest.dropFirst(count)
      }
    }
    return Frontier(size: size, nodes: nodes)
  }
}
