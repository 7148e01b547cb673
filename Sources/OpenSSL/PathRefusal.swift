import COpenSSL

/// Why a certificate does not lead to an anchor, as of a moment.
public struct PathRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The named reasons; the raw value is stable.
  public enum Reason: String, Sendable, CaseIterable {
    case unreadable
    case tooMany = "too-many"
    case noAnchor = "no-anchor"
    case notYetValid = "not-yet-valid"
    case expired
    case selfSigned = "self-signed"
    case unknownIssuer = "unknown-issuer"
    case tooLong = "path-too-long"
    case isAuthority = "is-authority"
    case issuerIsNoAuthority = "issuer-is-no-authority"
    case nameConstraint = "name-constraint"
    case keyUsage = "key-usage"
    case extendedKeyUsage = "extended-key-usage"
    case otherName = "other-name"
    case weakKey = "weak-key"
    case weakSignature = "weak-signature"
    case badSignature = "bad-signature"
    case nonConforming = "non-conforming"
    case revocationsTooOld = "revocations-too-old"
    case revoked
  }

  public let reason: Reason
  /// Whose certificate it is about, as its issuer named it, or what exactly is wrong.
  public let detail: String

  public init(_ reason: Reason, _ detail: String = "") {
    self.reason = reason
    self.detail = detail
  }

  public var description: String { detail.isEmpty ? sentence : "\(sentence) (\(detail))" }

  private var sentence: String {
    switch reason {
    case .unreadable: "a certificate cannot be read"
    case .tooMany: "there are more certificates than a path needs"
    case .noAnchor: "the roster lists no certification authority for this"
    case .notYetValid: "a certificate was not yet valid"
    case .expired: "a certificate had expired"
    case .selfSigned: "the certificate is signed with its own key, which proves nothing"
    case .unknownIssuer: "no path leads from the certificate to an authority that the roster lists"
    case .tooLong: "the path of certificates is longer than allowed"
    case .isAuthority: "a certification authority's own certificate signs nothing but certificates"
    case .issuerIsNoAuthority: "a certificate of the path may not issue others"
    case .nameConstraint: "a certificate bears a name that its issuer may not give"
    case .keyUsage: "the certificate's key usage does not allow signatures"
    case .extendedKeyUsage: "the certificate is for another use"
    case .otherName: "the certificate names another authority"
    case .weakKey: "a key is too weak or of a curve that is not used here"
    case .weakSignature: "a certificate is signed with a digest that is too weak"
    case .badSignature: "the signature under a certificate does not fit it"
    case .nonConforming: "a certificate does not keep the rules of RFC 5280"
    case .revoked: "a certificate was taken back"
    case .revocationsTooOld: "the revocation lists at hand had ended before"
    }
  }

  /// Of OpenSSL's verdict.
  init(verdict: Int32, _ subject: String) {
    let known: [Int32: Reason] = [
      X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid, X509_V_ERR_CERT_HAS_EXPIRED: .expired,
      X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: .unknownIssuer,
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT: .unknownIssuer,
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: .unknownIssuer,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: .unknownIssuer, X509_V_ERR_CERT_CHAIN_TOO_LONG: .tooLong,
      X509_V_ERR_PATH_LENGTH_EXCEEDED: .tooLong, X509_V_ERR_INVALID_CA: .issuerIsNoAuthority,
      X509_V_ERR_KEYUSAGE_NO_CERTSIGN: .issuerIsNoAuthority, X509_V_ERR_PERMITTED_VIOLATION: .nameConstraint,
      X509_V_ERR_EXCLUDED_VIOLATION: .nameConstraint, X509_V_ERR_SUBTREE_MINMAX: .nameConstraint,
      X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE: .nameConstraint,
      X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX: .nameConstraint,
      X509_V_ERR_UNSUPPORTED_NAME_SYNTAX: .nameConstraint, X509_V_ERR_INVALID_PURPOSE: .extendedKeyUsage,
      X509_V_ERR_EE_KEY_TOO_SMALL: .weakKey, X509_V_ERR_CA_KEY_TOO_SMALL: .weakKey,
      X509_V_ERR_CA_MD_TOO_WEAK: .weakSignature, X509_V_ERR_CERT_SIGNATURE_FAILURE: .badSignature,
    ]
    let reason = known[verdict] ?? .nonConforming
    let why = reason == .nonConforming ? unsafe String(cString: X509_verify_cert_error_string(Int(verdict))) : ""
    self.init(reason, [subject, why].filter { !$0.isEmpty }.joined(separator: ": "))
  }

  /// Of a certificate that could not be read.
  init(_ error: OpenSSLError) {
    self.init(error.code == .unsupportedKey ? .weakKey : .unreadable, error.reasons.first ?? "")
  }
}
