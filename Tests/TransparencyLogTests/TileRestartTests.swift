import TestSupport
import Testing
import TransparencyLog

@Suite struct TileRestartTests {
  /// At every size: stop, keep nothing but the stored partial tiles, go on by a few leaves.
  @Test func aWriterRestartsAtEverySizeUpTo600() throws {
    let all = leaves(603)
    let whole = MemoryTiles(all)
    var tiles = MemoryTiles([])
    var frontier = Frontier()
    for size in 0...600 {
      let needed = TileWriter.partialTiles(ofSize: UInt64(size))
      let partial = tiles.tiles.filter { needed[$0.key] != nil }
      #expect(partial.mapValues(\.count) == needed)
      var writer = try #require(TileWriter(size: UInt64(size), partialTiles: partial))
      #expect(writer.frontier == frontier && writer.frontier?.root == MerkleTree.root(of: Array(all.prefix(size))))
      for leaf in all[size..<(size + 3)] { writer.append(leaf) }
      for (tile, hashes) in writer.takeChanged() where hashes != whole.hashes(of: tile) {
        #expect(whole.hashes(of: tile).starts(with: hashes))
      }
      frontier.append(all[size])
      var one = try #require(TileWriter(size: UInt64(size), partialTiles: partial))
      one.append(all[size])
      tiles.store(one.takeChanged())
    }
    #expect(tiles.tiles == MemoryTiles(Array(all.prefix(601))).tiles)
  }

  /// Tiles that are full or of other places change nothing; one hash too many or too few is refused.
  @Test func aWriterTakesItsTilesAmongOthersAndWithTheRightCountOnly() throws {
    let tiles = MemoryTiles(leaves(515)).tiles
    #expect(TileWriter(size: 515, partialTiles: tiles)?.frontier?.root == MerkleTree.root(of: leaves(515)))
    let edge = TileAddress(level: 0, index: 2)
    for count in [0, 2, 4] {
      var wrong = tiles
      wrong[edge] = leaves(count)
      #expect(TileWriter(size: 515, partialTiles: wrong) == nil)
    }
    #expect(TileWriter(size: 516, partialTiles: tiles) == nil && TileWriter(size: 512, partialTiles: [:]) == nil)
  }

  @Test func writerFrontierAndReaderAgreeOnRandomSizesUpTo70000() throws {
    var random = SeededGenerator(named: "random sizes")
    let all = leaves(70_000)
    let stops = Set((0..<6).map { _ in Int.random(in: 601...70_000, using: &random) } + [65_536, 70_000])
    var (writer, frontier, tiles) = (TileWriter(), Frontier(), MemoryTiles([]))
    for (index, leaf) in all.enumerated() {
      writer.append(leaf)
      frontier.append(leaf)
      guard stops.contains(index + 1) else { continue }
      tiles.store(writer.takeChanged())
      let root = MerkleTree.root(of: Array(all.prefix(index + 1)))
      #expect(frontier.root == root && writer.frontier == frontier)
      #expect(try TileReader(source: tiles).root(size: UInt64(index + 1)) == root)
    }
    #expect(frontier.size == 70_000)
  }

  /// No proof without the leaves it is about, even where its path is empty.
  @Test func noProofIsGivenOfLeavesThatTheTilesDoNotHave() throws {
    let empty = TileReader(source: MemoryTiles([]))
    #expect(try empty.inclusionProof(index: 0, size: 1) == nil)
    #expect(try empty.consistencyProof(from: 1, to: 1) == nil)
    let reader = TileReader(source: MemoryTiles(leaves(300)))
    #expect(try reader.inclusionProof(index: 300, size: 301) == nil)
    for size in [301, 512, 1 << 62] as [UInt64] { #expect(try reader.consistencyProof(from: size, to: size) == nil) }
    #expect(try reader.consistencyProof(from: 300, to: 300)?.path == [])
    #expect(try reader.inclusionProof(index: 0, size: 1)?.path == [])
  }

  @Test func sizesFrom2To63OnAreNilAndNeverATrap() throws {
    let reader = TileReader(source: MemoryTiles(leaves(300)))
    for size in [1 << 63, (1 << 63) + 1, .max - 1, .max] as [UInt64] {
      #expect(try reader.root(size: size) == nil && reader.frontier(size: size) == nil)
      for index in [0, 299, size - 1] {
        #expect(try reader.inclusionProof(index: index, size: size) == nil)
        #expect(try reader.consistencyProof(from: max(index, 1), to: size) == nil)
      }
      #expect(try reader.consistencyProof(from: size, to: size) == nil)
      #expect(Frontier(size: size, nodes: leaves(size.nonzeroBitCount)) == nil)
      #expect(TileWriter(size: size, partialTiles: [:]) == nil)
      #expect(TileWriter.partialTiles(ofSize: size).values.allSatisfy { (1...255).contains($0) })
    }
    #expect(Frontier(size: Frontier.maximumSize, nodes: leaves(1))?.root == leaves(1)[0])
  }
}
