import COSE
import OpenSSL
import Roster
import Testing

/// What is said about keys is a message of one type, and its headers say nothing that nobody looks at.
@Suite struct SignedRecordTests {
  /// One kind of record: what one of its messages is, and whether bytes are read as one.
  struct Kind: Sendable, CustomStringConvertible {
    let description: String
    let signed: @Sendable (PrivateKey) throws -> [UInt8]
    let read: @Sendable ([UInt8]) throws -> Void
  }

  static let kinds = [
    Kind(description: "link") {
      try KeyLink.sign(from: $0, to: PrivateKey.generate(.p256).publicKey, purpose: .statement, at: 7).bytes
    } read: {
      _ = try KeyLink(decoding: $0)
    },
    Kind(description: "proof") {
      try KeyProof.sign([UInt8](repeating: 1, count: 16), at: 7, with: $0).bytes
    } read: {
      _ = try KeyProof(decoding: $0)
    },
    Kind(description: "revocation") {
      try RevocationRequest.sign(
        [UInt8](repeating: 1, count: 32), Revocation(reason: .lost, effectiveFrom: 5),
        of: #require(AuthorityName("SYR/prisons")), at: 7, with: $0
      ).bytes
    } read: {
      _ = try RevocationRequest(decoding: $0)
    },
  ]

  @Test(arguments: kinds) func headers(_ kind: Kind) throws {
    let key = try PrivateKey.generate(.p256)
    let message = try Sign1(decoding: kind.signed(key))
    func reason(unprotected: CBORMap = [:], _ change: (inout CBORMap) -> Void) throws -> DecodeError.Reason? {
      var header = message.protected.values
      change(&header)
      let bytes = try Sign1.sign(
        #require(message.payload), protected: header, unprotected: unprotected, with: key
      ).bytes
      do { try kind.read(bytes) } catch let error as DecodeError { return error.reason }
      return nil
    }
    #expect(try reason { _ in } == nil)
    #expect(try reason { $0[HeaderLabel.critical] = .array([HeaderLabel.contentType]) } == nil)
    #expect(
      try reason {
        $0[HeaderLabel.critical] = .array([99])
        $0[99] = 1
      } == .unknownCritical)
    #expect(try reason(unprotected: [HeaderLabel.critical: .array([3])]) { _ in } == .invalidValue)
    #expect(try reason(unprotected: [99: 1]) { _ in } == .invalidValue)
    #expect(try reason(unprotected: [HeaderLabel.algorithm: -9]) { _ in } == .unprotectedAlgorithm)
    #expect(try reason { $0[HeaderLabel.contentType] = "text/plain" } == .invalidValue)
    #expect(try reason { $0[HeaderLabel.contentType] = nil } == .invalidValue)
    #expect(try reason { $0[HeaderLabel.type] = "application/vnd.amana.roster+cose" } == .invalidValue)
  }

  @Test("A proof names its challenge, of 16 to 64 bytes")
  func challenges() throws {
    let key = try PrivateKey.generate(.p256)
    for count in [16, 64] { _ = try KeyProof.sign([UInt8](repeating: 1, count: count), at: 7, with: key) }
    for count in [0, 15, 65] {
      #expect(throws: DecodeError.self) { try KeyProof.sign([UInt8](repeating: 1, count: count), at: 7, with: key) }
    }
  }
}
