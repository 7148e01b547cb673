import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

/// An ECDSA signature (r, s) has a twin (r, n − s) that anyone can make and that verifies as well.
@Suite struct TwinTests {
  /// SP 800-186, the order of P-256.
  static let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")

  /// The same message with s replaced; the signature is its last 64 bytes.
  private func twin(of message: Sign1) throws -> Sign1 {
    var bytes = message.bytes
    var borrow = 0
    for position in (0..<32).reversed() {
      let place = bytes.count - 32 + position
      let value = Int(Self.order[position]) - Int(bytes[place]) - borrow
      borrow = value < 0 ? 1 : 0
      bytes[place] = UInt8(truncatingIfNeeded: value)
    }
    return try Sign1(decoding: bytes)
  }

  @Test func theTwinOfAStatementVerifiesAndHasAnEntryOfItsOwn() throws {
    let key = try PrivateKey.generate(.p256)
    let message = try Sign1.sign([1, 2, 3], protected: [1: -9], unprotected: [394: .array([])], with: key)
    let twin = try twin(of: message)
    #expect(twin.signature != message.signature)
    #expect(message.verify(with: key.publicKey) == .valid && twin.verify(with: key.publicKey) == .valid)
    #expect(twin.signatureInput() == message.signatureInput() && message.signatureInput() != nil)
    #expect(LogEntry(of: twin) != LogEntry(of: message))
    #expect(try self.twin(of: twin) == message)
  }

  @Test func aReceiptOfTheStatementIsNoneOfItsTwin() throws {
    let key = try PrivateKey.generate(.p256)
    let message = try Sign1.sign([1, 2, 3], protected: [1: -9], with: key)
    let entries = [LogEntry(of: message), LogEntry(of: try twin(of: message))]
    let hashes = entries.map(\.leafHash)
    let proofs = [InclusionProof(size: 2, index: 0, path: [hashes[1]])]
    let issued = try Receipt.issue(
      root: MerkleTree.root(of: hashes), proofs: proofs, issuer: "i", origin: "o", issuedAt: 0, key: key)
    let receipt = try Receipt(decoding: try #require(issued.first))
    #expect(receipt.verify(entry: entries[0], with: key.publicKey) == .valid)
    #expect(receipt.verify(entry: entries[1], with: key.publicKey) == .invalid)
    // A receipt's own twin is the same receipt in other bytes: it says nothing else.
    let other = try Receipt(decoding: twin(of: receipt.message).bytes)
    #expect(other.verify(entry: entries[0], with: key.publicKey) == .valid && other.proof == receipt.proof)
  }
}
