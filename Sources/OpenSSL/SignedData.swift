import COpenSSL

/// CMS SignedData (RFC 5652 §5) by one signer over a file, as stock OpenSSL makes it: what partners without our software
/// send.
public struct SignedData: Hashable, Sendable {
  /// Longer ones are refused before they are parsed.
  public static let maximumByteCount = 1 << 20

  public let der: [UInt8]
  /// What was signed, when the message carries it.
  public let content: [UInt8]?

  /// Reads DER, or PEM text ("CMS" or "PKCS7").
  public init(file bytes: [UInt8]) throws(OpenSSLError) {
    guard bytes.count <= Self.maximumByteCount else { throw .withReason(.readSignedData, "over 1 MiB") }
    let der =
      bytes.first == 0x30 ? bytes : try pemContent(bytes, names: ["CMS", "PKCS7"], .readSignedData)
    ERR_clear_error()
    defer { ERR_clear_error() }
    let message = unsafe amana_cms_read(der, der.count)
    defer { unsafe CMS_ContentInfo_free(message) }
    guard let message = unsafe message else { throw .drained(.readSignedData) }
    guard unsafe amana_cms_is_data(message) == 1 else { throw .withReason(.readSignedData, "it signs no plain data") }
    var count: Int32 = 0
    if let start = unsafe amana_cms_content(message, &count), count > 0 {
      content = unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
    } else {
      content = nil
    }
    self.der = der
  }

  /// Who signed, when the signature fits the content. The certificate is not judged here.
  public struct Signer: Hashable, Sendable {
    public let certificate: Certificate
    /// The other certificates in the message; untrusted.
    public let others: [Certificate]
    /// The signed time (RFC 5652 §11.3), in seconds since 1970: the signer's claim.
    public let signedAt: Int64
  }

  /// Checks the signature over the content it carries, or over `detached`; where both are there they must be the same.
  public func verify(over detached: [UInt8]?) throws(SignedDataRefusal) -> Signer {
    if let content, let detached, content != detached { throw .otherContent }
    guard let bytes = content ?? detached else { throw .noContent }
    ERR_clear_error()
    defer { ERR_clear_error() }
    let message = unsafe amana_cms_read(der, der.count)
    defer { unsafe CMS_ContentInfo_free(message) }
    guard let message = unsafe message else { throw .unreadable }
    guard unsafe amana_cms_signer_count(message) == 1 else { throw .notOneSigner }
    guard unsafe amana_cms_is_strong(message) == 1 else { throw .weakDigest }
    guard let stated = unsafe amana_cms_time(message), let signedAt = try? unsafe seconds(stated), signedAt >= 0 else {
      throw .noTime
    }
    let carried = unsafe CMS_get1_certs(message)
    defer { unsafe amana_certs_free(carried) }
    guard unsafe amana_certs_count(carried) <= CertificatePath.maximumCount else {
      throw .path(PathRefusal(.tooMany))
    }
    var signer: OpaquePointer?
    let isDetached: Int32 = content == nil ? 1 : 0
    guard unsafe amana_cms_verify(message, bytes, Int32(clamping: bytes.count), isDetached, &signer) == 1,
      let signer = unsafe signer
    else { throw unsafe amana_certs_count(carried) > 0 ? .signatureInvalid : .noCertificate }
    do throws(PathRefusal) {
      let own = try unsafe certificate(signer)
      return Signer(
        certificate: own, others: try unsafe certificates(carried, but: own), signedAt: signedAt)
    } catch {
      throw .path(error)
    }
  }
}

/// Why a CMS message proves nothing.
public enum SignedDataRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case unreadable, noContent, otherContent, notOneSigner, weakDigest, noTime, noCertificate, signatureInvalid
  case path(PathRefusal)

  public var description: String {
    switch self {
    case .unreadable: "the CMS message cannot be read"
    case .noContent: "the CMS message does not carry what it signs, and the file is not given"
    case .otherContent: "the CMS message carries another content than the file"
    case .notOneSigner: "the CMS message must have exactly one signer"
    case .weakDigest: "the CMS message is signed with a digest that is too weak"
    case .noTime: "the CMS message has no signed time, so nobody can tell whether its certificate was valid"
    case .noCertificate: "the CMS message does not carry its signer's certificate"
    case .signatureInvalid: "the signature of the CMS message does not fit the content"
    case .path(let why): why.description
    }
  }
}
