import COSE
public import OpenSSL

extension Receipt {
  /// Issues the receipts of a batch, in the proofs' order: one protected header and one signature over the root serve
  /// them all, so that a batch costs one use of the key.
  /// - Parameters:
  ///   - root: the root of the tree all the proofs are of.
  ///   - issuer: the authority's URI.
  ///   - origin: the log's origin.
  ///   - issuedAt: seconds since 1970.
  ///   - key: the receipt key; its thumbprint becomes the kid.
  public static func issue(
    root: TreeHash, proofs: [InclusionProof], issuer: String, origin: String, issuedAt: Int64, key: PrivateKey
  ) throws(OpenSSLError) -> [[UInt8]] {
    guard let algorithm = Algorithm.preferred(for: key.type), let keyID = key.publicKey.thumbprint else {
      throw OpenSSLError.unfit
    }
    let header: CBORMap = [
      HeaderLabel.algorithm: .int(algorithm.rawValue),
      HeaderLabel.keyID: .bytes(keyID),
      HeaderLabel.cwtClaims: .map([1: .text(issuer), 2: .text(origin), 6: .int(issuedAt)]),
      HeaderLabel.verifiableDataStructure: .int(ReceiptStructure.rfc9162SHA256),
    ]
    let signed = try Sign1.sign(root.bytes[...], protected: header, detached: true, with: key)
    return proofs.map { proof in
      signed.replacingUnprotected([HeaderLabel.verifiableDataProofs: .map([-1: .array([.bytes(proof.encoded())])])])
    }
  }
}

extension InclusionProof {
  /// The CBOR array `[size, index, path]` (RFC 9942 §5.2.1), as it stands in a receipt's byte string.
  public func encoded() -> [UInt8] {
    CBOR.array([.unsigned(size), .unsigned(index), .array(path.map { .bytes($0.bytes) })]).encoded()
  }
}

extension ConsistencyProof {
  /// The CBOR array `[old size, new size, path]` (RFC 9942 §5.2.2), as it stands in a receipt's byte string.
  public func encoded() -> [UInt8] {
    CBOR.array([.unsigned(oldSize), .unsigned(newSize), .array(path.map { .bytes($0.bytes) })]).encoded()
  }
}
