public import OpenSSL

/// What checking one signature gave. A bad signature is a result, not a thrown error.
public enum SignatureResult: Equatable, Sendable {
  case valid
  case invalid
  /// The message names no algorithm we know.
  case unsupportedAlgorithm(Int64?)
  /// The algorithm does not go with the key's type or curve.
  case algorithmDoesNotFitKey
  /// Neither valid nor invalid: this machine's libcrypto cannot verify by this algorithm (`MLDSA.absence`).
  case notVerifiableHere
  /// A detached payload was not given.
  case payloadMissing
}

/// Checks one Sig_structure against a key under an algorithm id.
func checkSignature(
  _ signature: ArraySlice<UInt8>, over input: [UInt8]?, algorithm id: Int64?, key: PublicKey, strict: Bool
) -> SignatureResult {
  guard let id, let algorithm = Algorithm(rawValue: id) else { return .unsupportedAlgorithm(id) }
  guard let scheme = strict ? algorithm.statementScheme(for: key.type) : algorithm.scheme(for: key.type) else {
    return .algorithmDoesNotFitKey
  }
  guard let input else { return .payloadMissing }
  guard key.isUsableHere else { return .notVerifiableHere }
  return key.verifies(signature, of: input, scheme: scheme) ? .valid : .invalid
}

/// Label 1 by the letter of RFC 9052 §3: the unprotected header counts only where the protected one is silent, so a
/// protected algorithm that we do not know is never replaced by an unprotected one.
func lenientAlgorithmID(protected: ProtectedHeader, unprotected: CBORMap) -> Int64? {
  (protected.values[HeaderLabel.algorithm] ?? unprotected[HeaderLabel.algorithm])?.int
}

extension Sign1 {
  /// Verifies under the protected algorithm, with our profile's one curve for each hash.
  public func verify(with key: PublicKey, detached payload: ArraySlice<UInt8>? = nil, externalAAD: [UInt8] = [])
    -> SignatureResult
  {
    checkSignature(
      signature, over: signatureInput(detached: payload, externalAAD: externalAAD), algorithm: protected.algorithmID,
      key: key, strict: true)
  }

  /// Verifies by the letter of RFC 9052 and 9053: the algorithm may stand unprotected, the curve is open.
  public func verifyLeniently(
    with key: PublicKey, detached payload: ArraySlice<UInt8>? = nil, externalAAD: [UInt8] = []
  ) -> SignatureResult {
    checkSignature(
      signature, over: signatureInput(detached: payload, externalAAD: externalAAD),
      algorithm: lenientAlgorithmID(protected: protected, unprotected: unprotected), key: key, strict: false)
  }
}
