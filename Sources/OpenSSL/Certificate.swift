import COpenSSL

/// An X.509 certificate (RFC 5280): one that pins a transport key and is its own trust anchor, or one of a path.
public struct Certificate: Hashable, Sendable {
  /// Longer ones are refused before they are parsed.
  public static let maximumByteCount = 16 << 10

  public let der: [UInt8]
  public let publicKey: PublicKey
  /// First and last second of validity, counted from 1970.
  public let notBefore: Int64
  public let notAfter: Int64
  /// Whether it is issued by its own name and signed with its own key.
  public let isSelfSigned: Bool

  /// Whom it names, in RFC 2253 form.
  public let subject: String

  /// Reads one DER certificate of version 3 that fills the bytes, with a key of a type we know.
  public init(der: [UInt8]) throws(OpenSSLError) {
    guard der.count <= Self.maximumByteCount else { throw .withReason(.readCertificate, "over 16 KiB") }
    ERR_clear_error()
    let parsed = unsafe der.withUnsafeBufferPointer { buffer in
      var cursor = buffer.baseAddress
      return unsafe d2i_X509(nil, &cursor, buffer.count)
    }
    guard let parsed = unsafe parsed else { throw .drained(.readCertificate) }
    defer { unsafe X509_free(parsed) }
    guard unsafe X509_get_version(parsed) == 2 else { throw .withReason(.readCertificate, "not of version 3") }
    publicKey = try unsafe key(of: parsed)
    subject = unsafe CertificatePath.subject(parsed)
    isSelfSigned = unsafe X509_self_signed(parsed, 1) == 1
    notBefore = try unsafe seconds(X509_get0_notBefore(parsed))
    notAfter = try unsafe seconds(X509_get0_notAfter(parsed))
    // The last thing done with it: encoding anew shows bytes after it and what was no DER.
    guard try unsafe encodedAnew(parsed) == der else { throw .withReason(.readCertificate, "not exactly one DER item") }
    self.der = der
  }

  /// Reads the first certificate of PEM text.
  public init(pem: [UInt8]) throws(OpenSSLError) {
    ERR_clear_error()
    let bio = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count))
    defer { unsafe BIO_free(bio) }
    var secret: [CChar] = [0]
    guard let parsed = unsafe PEM_read_bio_X509(bio, nil, nil, &secret) else { throw .drained(.readCertificate) }
    defer { unsafe X509_free(parsed) }
    try unsafe self.init(der: encoded(parsed))
  }

  /// Reads all certificates of PEM text, in the order in which they stand.
  public static func list(pem: [UInt8], limit: Int) throws(OpenSSLError) -> [Certificate] {
    ERR_clear_error()
    let bio = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count))
    defer { unsafe BIO_free(bio) }
    var found: [Certificate] = []
    var secret: [CChar] = [0]
    while let parsed = unsafe PEM_read_bio_X509(bio, nil, nil, &secret) {
      defer { unsafe X509_free(parsed) }
      guard found.count < limit else { throw .withReason(.readCertificate, "over \(limit) certificates") }
      found.append(try unsafe Certificate(der: encoded(parsed)))
    }
    // Where the text ends, PEM reports that no line begins another; anything else is a damaged certificate.
    let isEnd = amana_error_is_end(ERR_peek_last_error()) == 1
    guard isEnd, !found.isEmpty else { throw .drained(.readCertificate) }
    ERR_clear_error()
    return found
  }

  /// "-----BEGIN CERTIFICATE-----" and so on, lines of 64.
  public func pem() throws(OpenSSLError) -> [UInt8] {
    ERR_clear_error()
    let bio = unsafe BIO_new(BIO_s_mem())
    defer { unsafe BIO_free(bio) }
    guard unsafe PEM_write_bio(bio, "CERTIFICATE", "", der, der.count) > 0 else { throw .drained(.makeCertificate) }
    return try unsafe content(of: bio, .makeCertificate)
  }

  /// Whether the moment lies within its validity.
  public func isValid(at time: Int64) -> Bool { notBefore <= time && time <= notAfter }
}

/// Its key from the bytes of its SubjectPublicKeyInfo: libcrypto need not have the algorithm.
private func key(of certificate: OpaquePointer) throws(OpenSSLError) -> PublicKey {
  var start: UnsafeMutablePointer<UInt8>?
  let length = unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &start)
  defer { unsafe amana_free(start) }
  guard length > 0, let start = unsafe start else { throw .drained(.readCertificate) }
  let encoded = unsafe Array(UnsafeBufferPointer(start: start, count: Int(length)))
  do { return try PublicKey(subjectPublicKeyInfo: encoded) } catch {
    throw error.code == .readKey ? OpenSSLError(code: .readCertificate, reasons: error.reasons) : error
  }
}

/// Its DER as libcrypto read it.
func encoded(_ certificate: OpaquePointer) throws(OpenSSLError) -> [UInt8] {
  var start: UnsafeMutablePointer<UInt8>?
  let length = unsafe i2d_X509(certificate, &start)
  defer { unsafe amana_free(start) }
  guard length > 0, let start = unsafe start else { throw .drained(.readCertificate) }
  return unsafe Array(UnsafeBufferPointer(start: start, count: Int(length)))
}

/// Its DER with the signed part written anew too, which libcrypto otherwise repeats as it came.
private func encodedAnew(_ certificate: OpaquePointer) throws(OpenSSLError) -> [UInt8] {
  var start: UnsafeMutablePointer<UInt8>?
  let length = unsafe i2d_re_X509_tbs(certificate, &start)
  defer { unsafe amana_free(start) }
  guard length > 0 else { throw .drained(.readCertificate) }
  return try unsafe encoded(certificate)
}

func seconds(_ time: UnsafePointer<ASN1_TIME>?) throws(OpenSSLError) -> Int64 {
  let epoch = unsafe ASN1_TIME_set(nil, 0)
  defer { unsafe ASN1_TIME_free(epoch) }
  var days: Int32 = 0
  var rest: Int32 = 0
  guard unsafe time != nil, unsafe ASN1_TIME_diff(&days, &rest, epoch, time) == 1 else {
    throw .drained(.readCertificate)
  }
  return Int64(days) * 24 * 3600 + Int64(rest)
}
