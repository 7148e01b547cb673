public import COSE
public import OpenSSL

/// A COSE Receipt (RFC 9942) of inclusion in an RFC 9162 tree, of our profile. Neither tree size nor index is signed:
/// it proves that the entry is in the log, and no position.
public struct Receipt: Equatable, Sendable {
  public static let maximumByteCount = 8192

  public let message: Sign1
  /// 1 to 64 bytes; 32 in what we make.
  public let keyID: [UInt8]
  /// The URI of the authority whose log it is (iss).
  public let issuer: String
  /// The log's origin (sub).
  public let origin: String
  /// Seconds since 1970 (iat).
  public let issuedAt: Int64
  public let proof: InclusionProof

  /// Decodes under the profile of formats.md, naming what is wrong.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    let message = try Sign1(decoding: bytes)
    let header = message.protected
    let start = header.encoded.startIndex
    let old: [CBOR] = [-111, -222, -333, 391, 392, 393, 13]
    for entry in header.values.entries + message.unprotected.entries where old.contains(entry.key) {
      throw DecodeError(.preRFCLabel, at: start, "label \(entry.key.int ?? 0)")
    }
    if message.unprotected[HeaderLabel.algorithm] != nil { throw DecodeError(.unprotectedAlgorithm, at: start) }
    guard header.values[HeaderLabel.critical] == nil else { throw DecodeError(.unknownCritical, at: start) }
    let structure = header.values[HeaderLabel.verifiableDataStructure]
    guard structure == .int(VerifiableProofs.rfc9162) else {
      throw DecodeError(.unsupported, at: start, "verifiable data structure \(structure?.int ?? 0)")
    }
    guard let kid = header.keyID, (1...64).contains(kid.count), let issuer = header.issuer, let origin = header.subject,
      let iat = header.issuedAt, iat >= 0, header.algorithmID != nil
    else { throw DecodeError(.missingField, at: start, "alg, kid, iss, sub and iat must be protected") }
    guard message.payload == nil else { throw DecodeError(.invalidValue, at: start, "a receipt's payload is detached") }
    let proofs = try VerifiableProofs(unprotected: message.unprotected, offset: start)
    guard let proof = proofs.inclusion.first, proofs.inclusion.count == 1, proofs.consistency.isEmpty else {
      throw DecodeError(.invalidValue, at: start, "a receipt here holds exactly one inclusion proof")
    }
    self.message = message
    keyID = kid
    self.issuer = issuer
    self.origin = origin
    issuedAt = iat
    self.proof = proof
  }

  /// Recomputes the root from the proof and checks the signature over it.
  public func verify(entry: LogEntry, with key: PublicKey) -> SignatureResult {
    guard let root = proof.root(from: entry.leafHash) else { return .invalid }
    return message.verify(with: key, detached: root.bytes[...])
  }

  /// One receipt for each proof, under one signature and one protected header: the batch's root is signed once.
  public static func issue(
    root: TreeHash, proofs: [InclusionProof], issuer: String, origin: String, issuedAt: Int64, key: PrivateKey
  ) throws(OpenSSLError) -> [[UInt8]] {
    guard let algorithm = Algorithm.preferred(for: key.type), let kid = key.publicKey.thumbprint else { throw .unfit }
    let signed = try Sign1.sign(
      root.bytes[...],
      protected: [
        HeaderLabel.algorithm: .int(algorithm.rawValue), HeaderLabel.keyID: .bytes(kid),
        HeaderLabel.verifiableDataStructure: .int(VerifiableProofs.rfc9162),
        HeaderLabel.cwtClaims: .map([1: .text(issuer), 2: .text(origin), 6: .int(issuedAt)]),
      ], detached: true, with: key)
    return proofs.map { proof in
      signed.replacingUnprotected([HeaderLabel.verifiableDataProofs: VerifiableProofs.item(proof)])
    }
  }
}
