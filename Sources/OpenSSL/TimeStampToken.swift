import COpenSSL

/// A time stamp token (RFC 3161 §2.4.2): a time stamping authority's word that some bytes existed at a moment.
/// Nothing is proven by reading it; `time` is a claim until `verify`.
public struct TimeStampToken: Hashable, Sendable {
  /// Longer ones are refused before they are parsed.
  public static let maximumByteCount = 32 << 10

  public let der: [UInt8]
  /// By when the bytes existed, the token's stated inaccuracy added, in seconds since 1970.
  public let time: Int64

  /// Reads one DER token that fills the bytes.
  public init(der: [UInt8]) throws(OpenSSLError) {
    guard der.count <= Self.maximumByteCount else { throw .withReason(.readTimeStamp, "over 32 KiB") }
    ERR_clear_error()
    defer { ERR_clear_error() }
    let token = unsafe amana_token_read(der, der.count)
    defer { unsafe PKCS7_free(token) }
    guard let token = unsafe token, let info = unsafe PKCS7_to_TS_TST_INFO(token) else {
      throw .drained(.readTimeStamp)
    }
    defer { unsafe TS_TST_INFO_free(info) }
    let accuracy = unsafe amana_token_accuracy(info)
    guard accuracy >= 0 else { throw .withReason(.readTimeStamp, "an accuracy of more than a day, or none at all") }
    // A fraction of a second is cut off by libcrypto: the next full one is certainly not before it.
    let stated = unsafe TS_TST_INFO_get_time(info)
    let hasFraction = unsafe ASN1_STRING_length(stated) > 15
    let (time, overflow) = try unsafe seconds(stated).addingReportingOverflow((accuracy + 999) / 1000)
    guard !overflow, time >= 0 else { throw .withReason(.readTimeStamp, "a time before 1970") }
    self.time = time + (hasFraction ? 1 : 0)
    self.der = der
  }

  /// The token in a time stamping authority's answer that grants one.
  public init(response: [UInt8]) throws(OpenSSLError) {
    guard response.count <= Self.maximumByteCount else { throw .withReason(.readTimeStamp, "over 32 KiB") }
    ERR_clear_error()
    var start: UnsafeMutablePointer<UInt8>?
    let count = unsafe amana_token_of_response(response, response.count, &start)
    defer { unsafe amana_free(start) }
    guard count > 0, let start = unsafe start else {
      throw .withReason(.readTimeStamp, "the time stamping authority granted nothing")
    }
    try unsafe self.init(der: Array(UnsafeBufferPointer(start: start, count: Int(count))))
  }

  /// A request for a token over these bytes (their SHA-256) that asks for the certificates too.
  public static func request(over bytes: [UInt8]) throws(OpenSSLError) -> [UInt8] {
    ERR_clear_error()
    var start: UnsafeMutablePointer<UInt8>?
    let count = unsafe amana_token_request(SHA256.hash(bytes), &start)
    defer { unsafe amana_free(start) }
    guard count > 0, let start = unsafe start else { throw .drained(.readTimeStamp) }
    return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
  }

  /// Whether it stamps exactly these bytes and its authority's path held when it did, and led to one of the anchors.
  /// - Returns: that path.
  @discardableResult
  public func verify(over bytes: [UInt8], anchors: [Certificate], revocations: [RevocationList] = [])
    throws(TimeStampRefusal) -> CertificatePath
  {
    ERR_clear_error()
    defer { ERR_clear_error() }
    let token = unsafe amana_token_read(der, der.count)
    defer { unsafe PKCS7_free(token) }
    guard let token = unsafe token, let info = unsafe PKCS7_to_TS_TST_INFO(token) else { throw .unreadable }
    defer { unsafe TS_TST_INFO_free(info) }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    let size = unsafe amana_token_digest(info, bytes, bytes.count, &digest)
    guard size > 0 else { throw .weakDigest }
    let path = try unsafe checkSigner(of: token, anchors, revocations)
    let trusted: Parsed
    do { trusted = try Parsed(anchors) } catch { throw .path(error) }
    let store = unsafe amana_store(trusted.list, time, CertificatePath.maximumDepth, CertificatePath.securityLevel)
    defer { unsafe X509_STORE_free(store) }
    guard let store = unsafe store, unsafe amana_token_verify(token, store, digest, size) == 1 else {
      throw .signatureOrImprint
    }
    return path
  }

  private func checkSigner(
    of token: UnsafeMutablePointer<PKCS7>, _ anchors: [Certificate], _ revocations: [RevocationList]
  )
    throws(TimeStampRefusal) -> CertificatePath
  {
    let carried = unsafe amana_token_certs(token)
    guard unsafe amana_certs_count(carried) <= CertificatePath.maximumCount else { throw .path(PathRefusal(.tooMany)) }
    guard let signer = unsafe amana_token_signer(token) else { throw .noSigner }
    do throws(PathRefusal) {
      let leaf = try unsafe certificate(signer)
      let others = try unsafe certificates(carried, but: leaf)
      let path = try CertificatePath.validate(
        leaf, through: others, to: anchors, for: .timeStamp, at: time, revocations: revocations)
      // A stolen key stamps any time it likes: what it signed is worth nothing once that is known.
      let counting = path.revocations.filter { $0.since <= time || !$0.reason.isOrderly }
      if let revocation = counting.min(by: { $0.since < $1.since }) {
        throw PathRefusal(.revoked, "\(revocation.reason)")
      }
      return path
    } catch {
      throw .path(error)
    }
  }
}

/// Why a token proves no time.
public enum TimeStampRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case unreadable, weakDigest, noSigner, signatureOrImprint
  case path(PathRefusal)

  public var description: String {
    switch self {
    case .unreadable: "the time stamp cannot be read"
    case .weakDigest: "the time stamp is over a digest that is too weak or unknown"
    case .noSigner: "the time stamp has not exactly one signer with a strong digest and its certificate"
    case .signatureOrImprint: "the time stamp is not over this, or its signature does not fit"
    case .path(let why): "the time stamping authority: \(why)"
    }
  }
}

/// A certificate that libcrypto parsed within something else.
func certificate(_ pointer: OpaquePointer) throws(PathRefusal) -> Certificate {
  do { return try unsafe Certificate(der: encoded(pointer)) } catch { throw PathRefusal(error) }
}

/// The certificates that a message carries beside its signer's, which the caller has counted.
func certificates(_ carried: OpaquePointer?, but signer: Certificate) throws(PathRefusal) -> [Certificate] {
  var others: [Certificate] = []
  for index in 0..<(unsafe amana_certs_count(carried)) {
    guard let other = unsafe amana_certs_at(carried, index) else { continue }
    let read = try unsafe certificate(other)
    if read != signer { others.append(read) }
  }
  return others
}
