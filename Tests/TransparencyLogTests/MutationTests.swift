import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

/// Damaged receipts and notes: nothing traps, and what still verifies says what was signed.
@Suite struct MutationTests {
  /// A few bits, bytes or stretches changed, removed, repeated or inserted.
  private func damaged(_ good: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = good
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      guard let position = bytes.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.remove(at: position)
      case 3: bytes.insert(bytes[position], at: position)
      case 4: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: position)
      default: bytes.removeSubrange(position..<min(position + Int.random(in: 1...40, using: &random), bytes.count))
      }
    }
    return bytes
  }

  @Test func twentyFiveThousandDamagedReceipts() throws {
    var random = SeededGenerator(named: "damaged receipts")
    let key = try PrivateKey.generate(.ed25519)
    let entry = try #require(LogEntry(SHA256.hash([1])))
    let tree = leaves(6) + [entry.leafHash]
    let proof = InclusionProof(size: 7, index: 6, path: try #require(MerkleTree.inclusionPath(of: 6, in: tree)))
    let issued = try Receipt.issue(
      root: MerkleTree.root(of: tree), proofs: [proof], issuer: "https://a.example", origin: "a.example/log/1",
      issuedAt: 1_700_000_000, key: key)
    let good = try Receipt(decoding: try #require(issued.first))
    var (decoded, valid) = (0, 0)
    for _ in 0..<25_000 {
      let bytes = damaged(good.message.bytes, &random)
      _ = try? ReceiptStructure(decoding: bytes)
      guard let receipt = try? Receipt(decoding: bytes) else { continue }
      decoded += 1
      #expect(receipt.message.bytes == bytes)
      guard receipt.verify(entry: entry, with: key.publicKey) == .valid else { continue }
      valid += 1
      #expect(
        receipt.message.protected == good.message.protected && receipt.proof.path == proof.path, "\(hexText(bytes))")
      #expect(receipt.origin == good.origin && receipt.issuedAt == good.issuedAt)
    }
    // Most bytes lie in hashes, signature and kid, where anything decodes; few changes leave the signature true.
    #expect(decoded > 1000 && valid < decoded / 2)
  }

  @Test func twentyFiveThousandDamagedNotes() throws {
    var random = SeededGenerator(named: "damaged notes")
    let keys = try (PrivateKey.generate(.ed25519), PrivateKey.generate(.ed25519))
    let checkpoint = Checkpoint(origin: "a.example/log/1", size: 7, root: MerkleTree.root(of: leaves(7)))
    let note = try Checkpoint.sign(checkpoint, key: keys.0).cosigned(at: 1000, name: "w.example", key: keys.1)
    let good = note.encoded()
    var (decoded, verified) = (0, 0)
    for _ in 0..<25_000 {
      let bytes = damaged(good, &random)
      guard let other = try? SignedNote(decoding: bytes) else { continue }
      decoded += 1
      #expect(other.encoded() == bytes)
      guard let signed = try? SignedCheckpoint(other) else { continue }
      #expect(signed.checkpoint.noteText.utf8.elementsEqual(other.text.utf8))
      let time = signed.cosignatureTime(name: "w.example", key: keys.1.publicKey)
      guard time != nil || signed.verify(originKey: keys.0.publicKey) else { continue }
      verified += 1
      #expect(signed.checkpoint == checkpoint && time ?? 1000 == 1000, "\(hexText(bytes))")
    }
    #expect(decoded > 1000 && verified > 100)
  }
}
