import TestSupport
import Testing
import TransparencyLog

@Suite struct TileTests {
  @Test func tilesFrontierAndReferenceAgreeForEverySizeUpTo600() throws {
    let all = leaves(600)
    let reader = TileReader(source: MemoryTiles(all))
    var frontier = Frontier()
    var writer = TileWriter()
    for size in 0...600 {
      let root = MerkleTree.root(of: Array(all.prefix(size)))
      #expect(frontier.root == root && frontier.size == UInt64(size))
      #expect(try reader.root(size: UInt64(size)) == root)
      #expect(try reader.frontier(size: UInt64(size)) == frontier)
      #expect(writer.frontier == frontier && writer.size == frontier.size)
      #expect(Frontier(size: frontier.size, nodes: frontier.nodes) == frontier)
      guard size < 600 else { break }
      frontier.append(all[size])
      writer.append(all[size])
    }
  }

  @Test func proofsFromTilesAreThoseOfTheReference() throws {
    var random = SeededGenerator(named: "proofs from tiles")
    let all = leaves(600)
    let reader = TileReader(source: MemoryTiles(all))
    for size in [1, 2, 3, 255, 256, 257, 511, 512, 513, 600]
      + (0..<30).map({ _ in Int.random(in: 1...600, using: &random) })
    {
      let tree = Array(all.prefix(size))
      for index in [0, size - 1, Int.random(in: 0..<size, using: &random)] {
        let proof = try reader.inclusionProof(index: UInt64(index), size: UInt64(size))
        #expect(proof?.path == MerkleTree.inclusionPath(of: index, in: tree))
      }
      for old in [1, size, Int.random(in: 1...size, using: &random)] {
        let proof = try reader.consistencyProof(from: UInt64(old), to: UInt64(size))
        #expect(proof?.path == MerkleTree.consistencyPath(from: old, in: tree))
      }
    }
  }

  /// Over 65,536 leaves there is a third level of tiles.
  @Test func largerLogsAgreeTooAndTheirProofsHold() throws {
    var random = SeededGenerator(named: "larger logs")
    let all = leaves(66_000)
    let reader = TileReader(source: MemoryTiles(all))
    let sizes = [65_535, 65_536, 65_537, 66_000] + (0..<2).map { _ in Int.random(in: 1000...66_000, using: &random) }
    for size in sizes {
      let root = MerkleTree.root(of: Array(all.prefix(size)))
      #expect(try reader.root(size: UInt64(size)) == root)
      for _ in 0..<20 {
        let index = Int.random(in: 0..<size, using: &random)
        let inclusion = try #require(try reader.inclusionProof(index: UInt64(index), size: UInt64(size)))
        #expect(inclusion.holds(leaf: all[index], root: root))
        let old = UInt64.random(in: 1...UInt64(size), using: &random)
        let consistency = try #require(try reader.consistencyProof(from: old, to: UInt64(size)))
        #expect(consistency.holds(oldRoot: try #require(try reader.root(size: old)), newRoot: root))
      }
    }
  }

  @Test func aWriterContinuesFromNoMoreThanItsPartialTiles() throws {
    let all = leaves(1200)
    for start in [0, 1, 255, 256, 257, 700, 1024] {
      var tiles = MemoryTiles(Array(all.prefix(start)))
      let needed = TileWriter.partialTiles(ofSize: UInt64(start))
      let partial = tiles.tiles.filter { needed[$0.key] != nil }
      #expect(partial.mapValues(\.count) == needed)
      var writer = try #require(TileWriter(size: UInt64(start), partialTiles: partial))
      for leaf in all[start...] { writer.append(leaf) }
      tiles.store(writer.takeChanged())
      #expect(writer.takeChanged().isEmpty)
      #expect(tiles.tiles == MemoryTiles(all).tiles)
    }
  }

  @Test func aWriterRefusesTilesThatDoNotFitItsSize() {
    let tile = TileAddress(level: 0, index: 0)
    #expect(TileWriter(size: 3, partialTiles: [:]) == nil)
    #expect(TileWriter(size: 3, partialTiles: [tile: leaves(2)]) == nil)
    #expect(TileWriter(size: 3, partialTiles: [tile: leaves(3)]) != nil)
    #expect(TileWriter(size: .max, partialTiles: [:]) == nil)
  }

  @Test func whatTheTilesDoNotReachIsNil() throws {
    let reader = TileReader(source: MemoryTiles(leaves(300)))
    #expect(try reader.root(size: 0) == .empty)
    for size in [301, 512, 1 << 32, Frontier.maximumSize, .max] as [UInt64] {
      #expect(try reader.root(size: size) == nil)
      #expect(try reader.inclusionProof(index: 0, size: size) == nil)
      #expect(try reader.consistencyProof(from: 299, to: size) == nil)
    }
    #expect(try reader.inclusionProof(index: 300, size: 300) == nil)
    #expect(try reader.consistencyProof(from: 0, to: 300) == nil)
    #expect(try reader.consistencyProof(from: 300, to: 299) == nil)
    for (level, index) in [(-1, 0), (64, 0), (63, 2), (8, 1), (0, 300), (1, 150), (0, .max)] as [(Int, UInt64)] {
      #expect(try reader.node(level: level, index: index) == nil)
    }
    #expect(try reader.node(level: 8, index: 0) == MerkleTree.root(of: leaves(256)))
  }

  @Test func aFrontierRefusesNodesThatDoNotFitItsSize() {
    #expect(Frontier(size: 3, nodes: leaves(1)) == nil)
    #expect(Frontier(size: 0, nodes: leaves(1)) == nil)
    #expect(Frontier(size: .max, nodes: leaves(64)) == nil)
  }

  /// The examples of C2SP tlog-tiles.
  @Test func tilePathsAreThoseOfTheSpecification() {
    #expect(TileAddress(level: 0, index: 1_234_067).path() == "tile/0/x001/x234/067")
    #expect(TileAddress(level: 0, index: 273).path(width: 112) == "tile/0/273.p/112")
    #expect(TileAddress(level: 2, index: 0).path(width: 1) == "tile/2/000.p/1")
    #expect(TileAddress(level: 0, index: .max).path() == "tile/0/x018/x446/x744/x073/x709/x551/615")
  }
}
