public import COSE
public import OpenSSL

/// A receipt of our profile (RFC 9942): one inclusion proof, signed by the log of an authority. Neither the tree size
/// nor the index is signed, only the root: position and freshness are proven against signed checkpoints alone.
public struct Receipt: Equatable, Sendable {
  /// Larger receipts are refused before anything is read, in bytes.
  public static let maximumByteCount = 8192
  private static let maximumTextByteCount = 1024

  /// The signed message with its detached payload; `message.bytes` is what is attached to a statement.
  public let message: Sign1
  /// The kid, 1 to 64 bytes; in receipts of ours the 32-byte key thumbprint.
  public let keyID: [UInt8]
  /// The authority's URI (iss), 1 to 1024 bytes.
  public let issuer: String
  /// The log's origin (sub), 1 to 1024 bytes.
  public let origin: String
  /// When the root was signed (iat), in seconds since 1970.
  public let issuedAt: Int64
  /// Where the entry stands.
  public let proof: InclusionProof

  /// Decodes one receipt that fills the bytes.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    try self.init(ReceiptStructure(decoding: bytes))
  }

  /// Takes a receipt that is well-formed by RFC 9942 if it also fits our profile.
  public init(_ structure: ReceiptStructure) throws(DecodeError) {
    message = structure.message
    let header = message.protected
    let end = header.encoded.endIndex
    guard structure.inclusionProofs.count == 1, let proof = structure.inclusionProofs.first else {
      throw DecodeError(.invalidValue, at: end, "a receipt has one inclusion proof")
    }
    guard structure.consistencyProofs.isEmpty else {
      throw DecodeError(.unknownField, at: end, "a receipt has no consistency proof")
    }
    self.proof = proof
    keyID = try Self.keyID(header)
    issuer = try Self.claim(1, "iss", in: header)
    origin = try Self.claim(2, "sub", in: header)
    guard let issuedAt = header.issuedAt, issuedAt >= 0 else {
      throw DecodeError(.missingField, at: header.encoded.startIndex, "iat (6)")
    }
    self.issuedAt = issuedAt
  }

  private static func keyID(_ header: ProtectedHeader) throws(DecodeError) -> [UInt8] {
    guard let keyID = header.keyID else { throw DecodeError(.missingField, at: header.encoded.startIndex, "kid (4)") }
    guard (1...64).contains(keyID.count) else {
      throw DecodeError(.invalidValue, at: header.encoded.startIndex, "a kid of \(keyID.count) bytes")
    }
    return keyID
  }

  private static func claim(_ label: CBOR, _ name: String, in header: ProtectedHeader) throws(DecodeError) -> String {
    guard let text = header.claims?[label]?.text, !text.isEmpty else {
      throw DecodeError(.missingField, at: header.encoded.startIndex, name)
    }
    guard text.utf8.count <= maximumTextByteCount else {
      throw DecodeError(.tooLarge, at: header.encoded.startIndex, name)
    }
    return text
  }

  /// Recomputes the root from the entry and checks the signature over it. A path that does not fit is `.invalid`.
  public func verify(entry: LogEntry, with key: PublicKey) -> SignatureResult {
    guard let root = proof.root(from: entry.leafHash) else { return .invalid }
    return message.verify(with: key, detached: root.bytes[...])
  }
}
