import COpenSSL
import Synchronization

/// A certificate revocation list (RFC 5280 §5), whole and direct. Whose it is, is proven against the issuer of a path.
/// Unchecked Sendable: the X509_CRL is never changed after initialisation and libcrypto locks its lookups.
@safe public final class RevocationList: @unchecked Sendable, Hashable {
  /// Longer ones are refused before they are parsed.
  public static let maximumByteCount = 4 << 20

  public let der: [UInt8]
  /// Until when the issuer promised the next; nil where it promised nothing.
  public let nextUpdate: Int64?
  /// When it was issued.
  public let thisUpdate: Int64
  /// Since when the first of the certificates is revoked in it whose key others may have; nil when there is none.
  public let earliestExposure: Int64?
  /// Whether its issuer has issued a later one, beside which it counts for what that leaves out. That something is on
  /// hold may pass, so it says nothing of that any more.
  public let isFormer: Bool
  let pointer: OpaquePointer
  /// Whether it is signed by the issuers that were asked about, by their DER: verified once, not for every path.
  private let issuers = Mutex<[[UInt8]: Bool]>([:])
  /// Of how many issuers that is remembered; a list has one, and whoever certifies others could go on for ever.
  private static let maximumIssuers = 64

  /// Reads one DER list that fills the bytes. Partial, delta and indirect lists are refused: they say less than they
  /// seem to.
  public init(der: [UInt8], isFormer: Bool = false) throws(OpenSSLError) {
    guard der.count <= Self.maximumByteCount else { throw .withReason(.readRevocations, "over 4 MiB") }
    ERR_clear_error()
    guard let parsed = unsafe amana_crl_read(der, der.count) else { throw .drained(.readRevocations) }
    do throws(OpenSSLError) {
      guard unsafe amana_crl_is_special(parsed) == 0 else {
        throw OpenSSLError.withReason(.readRevocations, "a partial, delta or indirect list")
      }
      let next = unsafe X509_CRL_get0_nextUpdate(parsed)
      nextUpdate = unsafe next == nil ? nil : try unsafe seconds(next)
      thisUpdate = try unsafe seconds(X509_CRL_get0_lastUpdate(parsed))
      earliestExposure = try unsafe Self.earliestExposure(parsed, isFormer)
    } catch {
      unsafe X509_CRL_free(parsed)
      throw error
    }
    unsafe pointer = parsed
    self.der = der
    self.isFormer = isFormer
  }

  /// Reads DER, or PEM text ("X509 CRL").
  public convenience init(file bytes: [UInt8]) throws(OpenSSLError) {
    let isDER = bytes.first == 0x30
    try self.init(der: isDER ? bytes : pemContent(bytes, names: ["X509 CRL"], .readRevocations))
  }

  deinit { unsafe X509_CRL_free(pointer) }

  public static func == (left: RevocationList, right: RevocationList) -> Bool {
    left.der == right.der && left.isFormer == right.isFormer
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

/// That an issuer took a certificate back.
public struct CertificateRevocation: Hashable, Sendable {
  /// RFC 5280 §5.3.1.
  public enum Reason: Int, Sendable, CustomStringConvertible {
    case unspecified = 0
    case keyCompromise = 1
    case authorityCompromise = 2
    case affiliationChanged = 3
    case superseded = 4
    case cessationOfOperation = 5
    case hold = 6
    case privilegeWithdrawn = 9
    case attributeCompromise = 10

    /// Whether the key ended in order, so that nobody else is thought to have it. Without a reason it is not.
    public var isOrderly: Bool {
      [.affiliationChanged, .superseded, .cessationOfOperation, .privilegeWithdrawn].contains(self)
    }

    public var description: String {
      switch self {
      case .unspecified: "no reason given"
      case .keyCompromise: "key compromised"
      case .authorityCompromise: "certification authority compromised"
      case .affiliationChanged: "affiliation changed"
      case .superseded: "superseded"
      case .cessationOfOperation: "no longer needed"
      case .hold: "on hold"
      case .privilegeWithdrawn: "privilege withdrawn"
      case .attributeCompromise: "attribute authority compromised"
      }
    }
  }

  public let reason: Reason
  /// The revocation date, or the invalidity date where that is earlier.
  public let since: Int64
}

extension CertificateRevocation {
  fileprivate init(
    _ code: Int, _ date: UnsafePointer<ASN1_TIME>?, _ invalid: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
  ) throws(OpenSSLError) {
    let revoked = try unsafe seconds(date)
    since = if let invalid = unsafe invalid { min(revoked, try unsafe seconds(invalid)) } else { revoked }
    reason = Reason(rawValue: code) ?? .unspecified
  }
}

extension RevocationList {
  /// Whether it is this issuer's: by its name, its signature, and a key that may sign lists.
  public func isSigned(by issuer: Certificate) -> Bool {
    ERR_clear_error()
    defer { ERR_clear_error() }
    guard let parsed = try? Parsed([issuer]), let pointer = unsafe parsed[0] else { return false }
    return unsafe isSigned(by: pointer, issuer)
  }

  /// Whether it is older than another list of the same issuer: by when both were issued, or by their numbers.
  public func isOlder(than other: RevocationList) -> Bool {
    let order = unsafe amana_crl_compare_numbers(pointer, other.pointer)
    return thisUpdate < other.thisUpdate || order < 0
  }

  /// Whether it says something that none of these lists of the same issuer says, other than that something is on hold.
  /// - Parameter onlyExposing: whether what ended in order is not asked for.
  public func saysMore(than others: [RevocationList], onlyExposing: Bool = false) -> Bool {
    (0..<(unsafe amana_crl_count(pointer))).contains { index in
      let code = unsafe amana_crl_reason_at(pointer, index)
      let reason = CertificateRevocation.Reason(rawValue: code) ?? .unspecified
      if reason == .hold || onlyExposing && reason.isOrderly { return false }
      return !others.contains { unsafe amana_crl_says($0.pointer, pointer, index) == 1 }
    }
  }

  /// Whether it is this issuer's: by its name, its signature, and a key that may sign lists.
  func isSigned(by pointer: OpaquePointer, _ issuer: Certificate) -> Bool {
    if let known = issuers.withLock({ $0[issuer.der] }) { return known }
    let isSigned = unsafe amana_crl_is_of(self.pointer, pointer) == 1
    issuers.withLock { if $0.count < Self.maximumIssuers { $0[issuer.der] = isSigned } }
    return isSigned
  }

  /// What the list says of a certificate.
  func revocation(of certificate: OpaquePointer) throws(OpenSSLError) -> CertificateRevocation? {
    var date: UnsafePointer<ASN1_TIME>?
    var invalid: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
    var code = 0
    guard unsafe amana_crl_lookup(pointer, certificate, &date, &invalid, &code) == 1 else { return nil }
    defer { unsafe ASN1_GENERALIZEDTIME_free(invalid) }
    let found = try unsafe CertificateRevocation(code, date, invalid)
    return isFormer && found.reason == .hold ? nil : found
  }

  private static func earliestExposure(_ list: OpaquePointer, _ isFormer: Bool) throws(OpenSSLError) -> Int64? {
    var earliest: Int64?
    for index in 0..<(unsafe amana_crl_count(list)) {
      var date: UnsafePointer<ASN1_TIME>?
      var invalid: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
      var code = 0
      unsafe amana_crl_entry(list, index, &date, &invalid, &code)
      defer { unsafe ASN1_GENERALIZEDTIME_free(invalid) }
      let entry = try unsafe CertificateRevocation(code, date, invalid)
      if entry.reason.isOrderly || isFormer && entry.reason == .hold { continue }
      earliest = min(earliest ?? .max, entry.since)
    }
    return earliest
  }
}

/// The content of the first PEM block with one of these names; one with a header, as encrypted ones have, is refused.
func pemContent(_ text: [UInt8], names: [String], _ code: OpenSSLError.Code) throws(OpenSSLError) -> [UInt8] {
  ERR_clear_error()
  let bio = unsafe BIO_new_mem_buf(text, Int32(clamping: text.count))
  defer { unsafe BIO_free(bio) }
  var name: UnsafeMutablePointer<CChar>?
  var header: UnsafeMutablePointer<CChar>?
  var start: UnsafeMutablePointer<UInt8>?
  var count = 0
  while unsafe PEM_read_bio(bio, &name, &header, &start, &count) == 1 {
    defer {
      unsafe amana_free(name)
      unsafe amana_free(header)
      unsafe amana_free(start)
    }
    guard let name = unsafe name, let start = unsafe start, names.contains(unsafe String(cString: name)) else {
      continue
    }
    guard unsafe header?.pointee ?? 0 == 0 else { throw .withReason(code, "its PEM text has a header") }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }
  throw .drained(code)
}
