public import COSE
public import OpenSSL

/// A COSE Receipt over an RFC9162_SHA256 log as RFC 9942 alone asks for it: from any issuer, with or without claims,
/// with inclusion proofs, consistency proofs or both.
public struct ReceiptStructure: Equatable, Sendable {
  /// Larger receipts are refused before anything is read, in bytes.
  public static let maximumByteCount = 64 << 10
  /// The verifiable data structure RFC9162_SHA256 (RFC 9942 §5.2), the only one this log knows.
  public static let rfc9162SHA256: Int64 = 1

  /// The signed message; its payload, the root, is detached.
  public let message: Sign1
  /// The inclusion proofs, label -1 (RFC 9942 §5.2).
  public let inclusionProofs: [InclusionProof]
  /// The consistency proofs, label -2 (RFC 9942 §5.3).
  public let consistencyProofs: [ConsistencyProof]

  /// The protected key identifier (label 4).
  public var keyID: [UInt8]? { message.protected.keyID }
  /// The claimed issuer (iss of the CWT Claims).
  public var issuer: String? { message.protected.issuer }

  /// Decodes one receipt that fills the bytes. Its header order is free, its proofs are deterministic CBOR.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    let message = try Sign1(decoding: bytes)
    try checkReceiptHeaders(message)
    let proofs = try ReceiptProofs(of: message)
    self.message = message
    inclusionProofs = proofs.inclusion
    consistencyProofs = proofs.consistency
  }

  /// Whether every inclusion proof leads from this leaf to a root that the key signed; false results win.
  public func verifyInclusion(of leaf: TreeHash, with key: PublicKey) -> SignatureResult {
    verify(roots: inclusionProofs.map { $0.root(from: leaf) }, with: key)
  }

  /// Whether every consistency proof leads from this earlier root to a later one that the key signed (RFC 9942 §5.3).
  public func verifyConsistency(from oldRoot: TreeHash, with key: PublicKey) -> SignatureResult {
    verify(roots: consistencyProofs.map { $0.root(from: oldRoot) }, with: key)
  }

  /// One signature covers one root, so all proofs must lead to the same.
  private func verify(roots: [TreeHash?], with key: PublicKey) -> SignatureResult {
    guard let first = roots.first, let root = first, roots.allSatisfy({ $0 == root }) else { return .invalid }
    return message.verify(with: key, detached: root.bytes[...])
  }
}
