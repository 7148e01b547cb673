import Foundation
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

/// transparency-dev/merkle: proofs that must hold and proofs that must not.
@Suite struct MerkleVectorTests {
  private struct Inclusion: Decodable {
    let leafIdx: UInt64
    let treeSize: UInt64
    let root: Data
    let leafHash: Data
    let proof: [Data]?
    let wantErr: Bool
  }

  private struct Consistency: Decodable {
    let size1: UInt64
    let size2: UInt64
    let root1: Data
    let root2: Data
    let proof: [Data]?
    let wantErr: Bool
  }

  /// Some cases have "don't care" texts for hashes. Their SHA-256 stands in, which keeps equal equal and unequal apart.
  private func standIn(_ data: Data) throws -> TreeHash {
    try TreeHash(data) ?? #require(TreeHash(SHA256.hash(data)))
  }

  @Test func inclusionVectorsHoldExactlyWhenTheyShould() throws {
    guard Vectors.folder != nil else { return Vectors.announce("merkle/inclusion") }
    var tally = VectorTally("merkle/inclusion")
    for (name, content) in try Vectors.files("merkle/inclusion") {
      let test = try JSONDecoder().decode(Inclusion.self, from: content)
      let holds = holds(test)
      #expect(holds == !test.wantErr, "\(name)")
      if holds { tally.accepted += 1 } else { tally.refused += 1 }
    }
    #expect(tally.cases == 98)
    tally.report()
  }

  /// What has not 32 bytes cannot be a hash of ours: such a case is refused before the proof is looked at.
  private func holds(_ test: Inclusion) -> Bool {
    let path = (test.proof ?? []).compactMap { TreeHash($0) }
    guard let root = TreeHash(test.root), let leaf = TreeHash(test.leafHash), path.count == test.proof?.count ?? 0
    else {
      return false
    }
    return InclusionProof(size: test.treeSize, index: test.leafIdx, path: path).holds(leaf: leaf, root: root)
  }

  @Test func consistencyVectorsHoldExactlyWhenTheyShould() throws {
    guard Vectors.folder != nil else { return Vectors.announce("merkle/consistency") }
    var tally = VectorTally("merkle/consistency")
    var standIns: [String] = []
    for (name, content) in try Vectors.files("merkle/consistency") {
      let test = try JSONDecoder().decode(Consistency.self, from: content)
      let path = try (test.proof ?? []).map(standIn)
      let proof = ConsistencyProof(oldSize: test.size1, newSize: test.size2, path: path)
      let holds = proof.holds(oldRoot: try standIn(test.root1), newRoot: try standIn(test.root2))
      #expect(holds == !test.wantErr, "\(name)")
      if holds, test.root1.count != 32 { standIns.append(name) }
      if holds { tally.accepted += 1 } else { tally.refused += 1 }
    }
    #expect(tally.cases == 98)
    // The one valid case whose roots no tree hash can be: equal sizes of 1 with the text "don't care 2" for both roots.
    #expect(standIns == ["additional/sizes-are-equal-one-and-proof-is-empty.json"])
    tally.report()
  }
}
