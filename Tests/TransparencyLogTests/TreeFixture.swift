import TransparencyLog

/// The leaf hashes of the numbers 0, 1, 2, …
func leaves(_ count: Int) -> [TreeHash] { (0..<count).map { TreeHash.leaf(Array("leaf \($0)".utf8)) } }

/// Tiles in memory, as a store would keep what a writer hands over.
struct MemoryTiles: TileSource {
  private(set) var tiles: [TileAddress: [TreeHash]] = [:]

  func hashes(of tile: TileAddress) -> [TreeHash] { tiles[tile] ?? [] }

  mutating func store(_ changed: [TileAddress: [TreeHash]]) { tiles.merge(changed) { $1 } }

  /// The tiles of a log that was written in batches of some length.
  init(_ leaves: [TreeHash], batch: Int = 1000) {
    var writer = TileWriter()
    for (index, leaf) in leaves.enumerated() {
      writer.append(leaf)
      if index % batch == batch - 1 { store(writer.takeChanged()) }
    }
    store(writer.takeChanged())
  }
}

/// The turns from the root down to a leaf, by the split that RFC 9162 §2.1.1 defines: true is right.
func turns(_ index: UInt64, of size: UInt64) -> [Bool] {
  var (index, size) = (index, size)
  var turns: [Bool] = []
  while size > 1 {
    var split: UInt64 = 1
    while split * 2 < size { split *= 2 }
    turns.append(index >= split)
    (index, size) = index >= split ? (index - split, size - split) : (index, split)
  }
  return turns
}
