import OpenSSL
import TestSupport
import Testing
import TransparencyLog

@Suite struct TreeTests {
  /// The eight leaves every Certificate Transparency implementation is tested with, and their published roots.
  @Test func rootsOfTheWellKnownEightLeaves() {
    let data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    let leaves = data.map { TreeHash.leaf(hex($0)) }
    let first = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    let all = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    #expect(hexText(MerkleTree.root(of: [leaves[0]]).bytes) == first)
    #expect(hexText(MerkleTree.root(of: leaves).bytes) == all)
    #expect(MerkleTree.root(of: []) == .empty && TreeHash.empty.bytes == SHA256.hash([]))
  }

  @Test func aHashHas32Bytes() {
    for count in [0, 31, 33, 64] {
      #expect(TreeHash([UInt8](repeating: 0, count: count)) == nil)
      #expect(LogEntry([UInt8](repeating: 0, count: count)) == nil)
    }
  }

  @Test func everyInclusionProofUpTo70HoldsForItsLeafAlone() throws {
    let all = leaves(71)
    for size in 1...70 {
      let tree = Array(all.prefix(size))
      let root = MerkleTree.root(of: tree)
      for index in 0..<size {
        let path = try #require(MerkleTree.inclusionPath(of: index, in: tree))
        let proof = InclusionProof(size: UInt64(size), index: UInt64(index), path: path)
        #expect(proof.holds(leaf: all[index], root: root))
        #expect(!proof.holds(leaf: all[(index + 1) % 71], root: root))
        let longer = InclusionProof(size: proof.size, index: proof.index, path: path + [root])
        #expect(longer.root(from: all[index]) == nil)
        let shorter = InclusionProof(size: proof.size, index: proof.index, path: path.dropLast())
        #expect(path.isEmpty || shorter.root(from: all[index]) == nil)
      }
    }
  }

  /// A path proves its turns. Another index of the same tree never has the same; another size may.
  @Test func aProofHoldsForAnotherIndexOrSizeOnlyWhereTheTurnsAreTheSame() throws {
    for size in UInt64(1)...40 {
      let tree = leaves(Int(size))
      let root = MerkleTree.root(of: tree)
      for index in 0..<size {
        let path = try #require(MerkleTree.inclusionPath(of: Int(index), in: tree))
        let own = turns(index, of: size)
        let leaf = tree[Int(index)]
        func holds(_ index: UInt64, _ size: UInt64) -> Bool {
          InclusionProof(size: size, index: index, path: path).holds(leaf: leaf, root: root)
        }
        for other in UInt64(0)...41 where other != index { #expect(!holds(other, size)) }
        for other in UInt64(0)...41 {
          #expect(holds(index, other) == (index < other && turns(index, of: other) == own))
        }
      }
    }
  }

  @Test func everyConsistencyProofUpTo70HoldsForItsRootsAlone() throws {
    let all = leaves(70)
    let roots = (0...70).map { MerkleTree.root(of: Array(all.prefix($0))) }
    for new in 1...70 {
      #expect(MerkleTree.consistencyPath(from: 0, in: Array(all.prefix(new))) == nil)
      for old in 1...new {
        let path = try #require(MerkleTree.consistencyPath(from: old, in: Array(all.prefix(new))))
        let proof = ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(new), path: path)
        #expect(proof.holds(oldRoot: roots[old], newRoot: roots[new]))
        #expect(proof.root(from: roots[old]) == roots[new])
        #expect(!proof.holds(oldRoot: roots[old - 1], newRoot: roots[new]))
        #expect(!proof.holds(oldRoot: roots[old], newRoot: roots[new - 1]))
        let longer = ConsistencyProof(oldSize: proof.oldSize, newSize: proof.newSize, path: path + [roots[new]])
        #expect(longer.root(from: roots[old]) == nil)
      }
    }
  }

  @Test func nothingIsConsistentWithTheEmptyTree() {
    #expect(ConsistencyProof(oldSize: 0, newSize: 0, path: []).root(from: .empty) == nil)
    #expect(ConsistencyProof(oldSize: 0, newSize: 5, path: []).root(from: .empty) == nil)
  }

  @Test func sizesUpToTheLargestNumberAreRefusedOrComputedWithoutATrap() {
    let hash = TreeHash.empty
    let numbers: [UInt64] = [0, 1, 2, 1 << 62, 1 << 63, (1 << 63) + 1, .max - 1, .max]
    for first in numbers {
      for second in numbers {
        for count in [0, 1, 62, 63, 64, 65] {
          let path = [TreeHash](repeating: hash, count: count)
          let inclusion = InclusionProof(size: first, index: second, path: path)
          #expect(inclusion.root(from: hash) == nil || second < first)
          let consistency = ConsistencyProof(oldSize: first, newSize: second, path: path)
          #expect(consistency.root(from: hash) == nil || first > 0 && first <= second)
        }
      }
    }
  }

  @Test func aPathOf64ReachesTheLastLeafOfTheLargestTree() {
    let path = [TreeHash](repeating: .empty, count: 64)
    #expect(InclusionProof(size: .max, index: 0, path: path).root(from: .empty) != nil)
    #expect(InclusionProof(size: .max, index: 0, path: path + [.empty]).root(from: .empty) == nil)
  }
}
