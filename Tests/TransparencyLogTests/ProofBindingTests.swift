import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

/// What a proof holds for, against every other leaf and root of the same log.
@Suite struct ProofBindingTests {
  let all = leaves(70)

  /// Hashing climbs once for each wrong leaf, so every size up to 24 and a random choice up to 70.
  @Test func anInclusionProofHoldsForNoOtherLeafOfTheTree() throws {
    var random = SeededGenerator(named: "inclusion, other leaves")
    for size in Array(1...24) + (0..<6).map({ _ in Int.random(in: 25...70, using: &random) }) {
      let tree = Array(all.prefix(size))
      let root = MerkleTree.root(of: tree)
      for index in 0..<size {
        let path = try #require(MerkleTree.inclusionPath(of: index, in: tree))
        let proof = InclusionProof(size: UInt64(size), index: UInt64(index), path: path)
        #expect(tree.indices.filter { proof.holds(leaf: tree[$0], root: root) } == [index])
      }
    }
  }

  /// The roots are those of the sizes that the proof claims, as a witness would look them up.
  @Test func aConsistencyProofHoldsForNoOtherSizesOfTheLog() throws {
    let roots = (0...16).map { MerkleTree.root(of: Array(all.prefix($0))) }
    for new in 1...16 {
      for old in 1...new {
        let path = try #require(MerkleTree.consistencyPath(from: old, in: Array(all.prefix(new))))
        for (otherOld, otherNew) in (0...16).flatMap({ first in (0...16).map { (first, $0) } }) {
          let proof = ConsistencyProof(oldSize: UInt64(otherOld), newSize: UInt64(otherNew), path: path)
          let isEqual = otherOld == otherNew && otherOld > 0 && path.isEmpty
          #expect(
            proof.holds(oldRoot: roots[otherOld], newRoot: roots[otherNew])
              == (isEqual || (otherOld, otherNew) == (old, new)))
        }
      }
    }
  }

  @Test func aConsistencyProofHoldsForNoOtherRoots() throws {
    let roots = (0...40).map { MerkleTree.root(of: Array(all.prefix($0))) }
    for new in 1...40 {
      for old in 1..<max(new, 2) {
        let path = try #require(MerkleTree.consistencyPath(from: old, in: Array(all.prefix(new))))
        let proof = ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(new), path: path)
        let leading = roots.indices.filter { proof.root(from: roots[$0]) == roots[new] }
        #expect(leading == [old])
      }
    }
  }

  @Test func aFlippedBitAnywhereInAPathIsNoticed() throws {
    let roots = (0...70).map { MerkleTree.root(of: Array(all.prefix($0))) }
    for size in [2, 7, 64, 70] {
      let tree = Array(all.prefix(size))
      let inclusion = try #require(MerkleTree.inclusionPath(of: size / 2, in: tree))
      for path in try changed(inclusion) {
        #expect(
          !InclusionProof(size: UInt64(size), index: UInt64(size / 2), path: path)
            .holds(leaf: tree[size / 2], root: roots[size]))
      }
      let consistency = try #require(MerkleTree.consistencyPath(from: size / 2, in: tree))
      for path in try changed(consistency) {
        #expect(
          !ConsistencyProof(oldSize: UInt64(size / 2), newSize: UInt64(size), path: path)
            .holds(oldRoot: roots[size / 2], newRoot: roots[size]))
      }
    }
  }

  private func changed(_ path: [TreeHash]) throws -> [[TreeHash]] {
    try path.indices.flatMap { position in
      try [0, 31].map { byte in
        var bytes = path[position].bytes
        bytes[byte] ^= 0x10
        var path = path
        path[position] = try #require(TreeHash(bytes))
        return path
      }
    }
  }

  /// Proofs of a whole tree over the batch of a receipt: each for its own entry, for none of the others.
  @Test func everyReceiptOfABatchIsForItsEntryAlone() throws {
    let key = try PrivateKey.generate(.ed25519)
    let entries = try (0..<11).map { try #require(LogEntry(SHA256.hash([UInt8($0)]))) }
    let hashes = entries.map(\.leafHash)
    let proofs = try hashes.indices.map { index in
      let path = try #require(MerkleTree.inclusionPath(of: index, in: hashes))
      return InclusionProof(size: 11, index: UInt64(index), path: path)
    }
    let issued = try Receipt.issue(
      root: MerkleTree.root(of: hashes), proofs: proofs, issuer: "i", origin: "o", issuedAt: 0, key: key)
    let receipts = try issued.map { bytes in try Receipt(decoding: bytes) }
    for (index, receipt) in receipts.enumerated() {
      let held = entries.indices.filter { receipt.verify(entry: entries[$0], with: key.publicKey) == .valid }
      #expect(held == [index])
    }
    #expect(receipts.count == 11)
  }
}
