import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

@Suite struct ReceiptTests {
  let tree = leaves(1001)

  @Test(arguments: [KeyType.p256, .p384, .ed25519]) func aBatchSharesOneSignatureAndOneHeader(type: KeyType) throws {
    let key = try PrivateKey.generate(type)
    let entries = (0..<5).compactMap { LogEntry(SHA256.hash([$0])) }
    let hashes = entries.map(\.leafHash)
    let proofs = try (0..<5).map { index in
      let path = try #require(MerkleTree.inclusionPath(of: index, in: hashes))
      return InclusionProof(size: 5, index: UInt64(index), path: path)
    }
    let issued = try Receipt.issue(
      root: MerkleTree.root(of: hashes), proofs: proofs, issuer: "https://a.example", origin: "a.example/log/1",
      issuedAt: 1_700_000_000, key: key)
    let receipts = try issued.map { bytes in try Receipt(decoding: bytes) }
    #expect(receipts.map(\.proof) == proofs)
    #expect(Set(receipts.map { Array($0.message.signature) }).count == 1)
    #expect(Set(receipts.map { Array($0.message.protected.encoded) }).count == 1)
    for (receipt, entry) in zip(receipts, entries) {
      #expect(receipt.keyID == key.publicKey.thumbprint && receipt.keyID.count == 32)
      #expect(receipt.issuer == "https://a.example" && receipt.origin == "a.example/log/1")
      #expect(receipt.issuedAt == 1_700_000_000)
      #expect(receipt.verify(entry: entry, with: key.publicKey) == .valid)
      #expect(receipt.verify(entry: try #require(LogEntry(SHA256.hash([99]))), with: key.publicKey) == .invalid)
      #expect(receipt.verify(entry: entry, with: try PrivateKey.generate(type).publicKey) == .invalid)
    }
  }

  @Test(arguments: [KeyType.x25519, .p521]) func aKeyWithoutAReceiptAlgorithmIsRefused(type: KeyType) throws {
    let key = try PrivateKey.generate(type)
    #expect(throws: OpenSSLError.unfit) {
      try Receipt.issue(root: .empty, proofs: [], issuer: "i", origin: "o", issuedAt: 0, key: key)
    }
  }

  /// Neither size nor index is signed, only the root: so a receipt proves that an entry is in the log and no position.
  @Test func aReceiptForLeaf1000Of1001AlsoVerifiesAsLeaf63Of64() throws {
    let key = try PrivateKey.generate(.p256)
    let entry = try #require(LogEntry(SHA256.hash([1])))
    let hashes = tree.dropLast() + [entry.leafHash]
    let path = try #require(MerkleTree.inclusionPath(of: 1000, in: Array(hashes)))
    let claims = [(1001, 1000), (64, 63), (1001, 999)] as [(UInt64, UInt64)]
    let issued = try Receipt.issue(
      root: MerkleTree.root(of: Array(hashes)),
      proofs: claims.map { InclusionProof(size: $0.0, index: $0.1, path: path) }, issuer: "https://a.example",
      origin: "a.example/log/1", issuedAt: 0, key: key)
    let results = try issued.map { bytes in try Receipt(decoding: bytes).verify(entry: entry, with: key.publicKey) }
    #expect(results == [.valid, .valid, .invalid])
  }

  @Test func aConsistencyReceiptLeadsFromTheOldRootToTheSignedOne() throws {
    let key = try PrivateKey.generate(.p256)
    let path = try #require(MerkleTree.consistencyPath(from: 600, in: tree))
    let proof = ConsistencyProof(oldSize: 600, newSize: 1001, path: path)
    let message = try Sign1.sign(
      MerkleTree.root(of: tree).bytes[...], protected: [1: -9, 395: 1],
      unprotected: [396: .map([-2: .array([.bytes(proof.encoded())])])], detached: true, with: key)
    let structure = try ReceiptStructure(decoding: message.bytes)
    #expect(structure.consistencyProofs == [proof] && structure.issuer == nil)
    let old = MerkleTree.root(of: Array(tree.prefix(600)))
    #expect(structure.verifyConsistency(from: old, with: key.publicKey) == .valid)
    #expect(structure.verifyConsistency(from: tree[0], with: key.publicKey) == .invalid)
    #expect(structure.verifyInclusion(of: tree[0], with: key.publicKey) == .invalid)
  }

  @Test func anEmptyPathStandsForATreeOfOneLeafOnly() throws {
    let key = try PrivateKey.generate(.p256)
    let entry = try #require(LogEntry(SHA256.hash([1])))
    let issued = try Receipt.issue(
      root: entry.leafHash, proofs: [(1, 0), (2, 0)].map { InclusionProof(size: $0.0, index: $0.1, path: []) },
      issuer: "i", origin: "o", issuedAt: 0, key: key)
    #expect(try Receipt(decoding: issued[0]).verify(entry: entry, with: key.publicKey) == .valid)
    let error = #expect(throws: DecodeError.self) { try Receipt(decoding: issued[1]) }
    #expect(error?.reason == .invalidValue)
  }
}
