import COpenSSL

/// A path from a signer's certificate to an anchor that held at a moment (RFC 5280 §6). Only validation here makes one.
public struct CertificatePath: Hashable, Sendable {
  /// What a certificate is asked to prove.
  public enum Use: Hashable, Sendable {
    /// That it signs for the authority with this URI: Statements, or other people's messages (CMS).
    case statement(uri: String)
    case message(uri: String)
    /// That it stamps times (RFC 3161).
    case timeStamp

    var uri: String? {
      switch self {
      case .statement(let uri), .message(let uri): uri
      case .timeStamp: nil
      }
    }

    /// The extended key usages that fit, where there are some: document signing (RFC 9336), and for mail that too.
    var extended: [String] {
      switch self {
      case .statement: ["1.3.6.1.5.5.7.3.36"]
      case .message: ["1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4"]
      case .timeStamp: []
      }
    }
  }

  /// The most certificates that anybody may show for one path.
  public static let maximumCount = 8
  /// The most certification authorities between a signer and an anchor.
  static let maximumDepth: Int32 = 5
  /// 112 bits: RSA from 2048 bits, P-224 and up, no SHA-1.
  static let securityLevel: Int32 = 2

  /// From the signer's to the anchor.
  public let certificates: [Certificate]
  /// By which one of them was taken back in any list at hand, whenever that was: the caller judges by time.
  public let revocations: [CertificateRevocation]

  /// The earliest of them.
  public var revocation: CertificateRevocation? { revocations.min { $0.since < $1.since } }

  /// Since when others may have a key of the path. An orderly end before says nothing against it.
  public var exposedFrom: Int64? { revocations.filter { !$0.reason.isOrderly }.map(\.since).min() }

  public var signer: Certificate { certificates[0] }

  /// Whose certificates they are, the signer's first.
  public var subjects: String { certificates.map(\.subject).joined(separator: " < ") }

  /// Builds and validates a path.
  /// - Parameters:
  ///   - others: what may lie between, in any order; untrusted.
  ///   - revocations: the lists at hand. Where one is of an issuer of the path, one of that issuer must reach the moment.
  ///   - time: as of when, in seconds since 1970.
  ///   - asksReach: whether one must; else the lists are asked what they say, whenever they ended.
  public static func validate(
    _ signer: Certificate, through others: [Certificate], to anchors: [Certificate], for use: Use, at time: Int64,
    revocations: [RevocationList] = [], asksReach: Bool = true
  ) throws(PathRefusal) -> CertificatePath {
    guard !anchors.isEmpty else { throw PathRefusal(.noAnchor) }
    guard others.count < maximumCount else { throw PathRefusal(.tooMany) }
    guard !signer.isSelfSigned else { throw PathRefusal(.selfSigned) }
    ERR_clear_error()
    defer { ERR_clear_error() }
    let leaf = try Parsed([signer])
    let untrusted = try Parsed(others)
    let trusted = try Parsed(anchors)
    guard let certificate = unsafe amana_certs_at(leaf.list, 0) else { throw PathRefusal(.unreadable) }
    try unsafe check(certificate, use)
    let store = unsafe amana_store(trusted.list, time, maximumDepth, securityLevel)
    defer { unsafe X509_STORE_free(store) }
    guard let store = unsafe store else { throw PathRefusal(.unreadable) }
    let path = try unsafe build(store, certificate, untrusted, use)
    return try judged(path, reaching: asksReach ? time : .min, revocations)
  }

  /// What the certificate says of itself. OpenSSL checks that of a time stamping authority by its purpose.
  private static func check(_ certificate: OpaquePointer, _ use: Use) throws(PathRefusal) {
    if use == .timeStamp { return }
    guard unsafe X509_check_ca(certificate) == 0 else { throw PathRefusal(.isAuthority, unsafe subject(certificate)) }
    let usage = unsafe X509_get_key_usage(certificate)
    guard usage != UInt32.max, usage & UInt32(KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION) != 0 else {
      throw PathRefusal(.keyUsage, unsafe subject(certificate))
    }
    guard use.extended.contains(where: { unsafe amana_is_for_other_use(certificate, $0) == 0 }) else {
      throw PathRefusal(.extendedKeyUsage, unsafe subject(certificate))
    }
    if let uri = use.uri.map({ Array($0.utf8) }) {
      guard unsafe amana_names_other_uri(certificate, uri, Int32(clamping: uri.count)) == 0 else {
        throw PathRefusal(.otherName, unsafe subject(certificate))
      }
    }
  }

  private static func build(
    _ store: OpaquePointer, _ certificate: OpaquePointer, _ untrusted: borrowing Parsed, _ use: Use
  ) throws(PathRefusal) -> Parsed {
    var path: OpaquePointer?
    var depth: Int32 = 0
    let purpose = use == .timeStamp ? X509_PURPOSE_TIMESTAMP_SIGN : 0
    let verdict = unsafe amana_path(store, certificate, untrusted.list, purpose, &path, &depth)
    guard verdict == X509_V_OK, let path = unsafe path else {
      // Only the signer's own place is known for sure; above it the path may have been any.
      throw PathRefusal(verdict: verdict, depth == 0 ? unsafe subject(certificate) : "depth \(depth)")
    }
    let found = unsafe Parsed(owning: path)
    // One alone would be an anchor that is no authority, which vouches for nobody.
    guard found.count > 1 else { throw PathRefusal(.issuerIsNoAuthority, unsafe subject(certificate)) }
    return found
  }

  private static func judged(_ path: borrowing Parsed, reaching time: Int64, _ lists: [RevocationList])
    throws(PathRefusal) -> CertificatePath
  {
    var certificates: [Certificate] = []
    var revocations: [CertificateRevocation] = []
    for index in 0..<path.count {
      guard let pointer = unsafe path[index] else { throw PathRefusal(.unreadable) }
      certificates.append(try unsafe certificate(pointer))
      if index > 0, let subject = unsafe path[index - 1] {
        revocations += try unsafe Self.revocations(
          of: subject, by: pointer, certificates[Int(index)], reaching: time, lists)
      }
    }
    return CertificatePath(certificates: certificates, revocations: revocations)
  }

  /// What the lists of its issuer say of a certificate. Where there are some, one must reach the moment.
  private static func revocations(
    of certificate: OpaquePointer, by pointer: OpaquePointer, _ issuer: Certificate, reaching time: Int64,
    _ lists: [RevocationList]
  ) throws(PathRefusal) -> [CertificateRevocation] {
    let own = lists.filter { unsafe $0.isSigned(by: pointer, issuer) }
    guard own.isEmpty || own.contains(where: { ($0.nextUpdate ?? .max) >= time }) else {
      throw PathRefusal(.revocationsTooOld, issuer.subject)
    }
    var found: [CertificateRevocation] = []
    for list in own {
      do throws(OpenSSLError) {
        if let one = try unsafe list.revocation(of: certificate) { found.append(one) }
      } catch {
        throw PathRefusal(error)
      }
    }
    return found
  }

  /// Whose certificate it is, in RFC 2253 form and ASCII.
  static func subject(_ certificate: OpaquePointer) -> String {
    var text = [CChar](repeating: 0, count: 256)
    unsafe amana_subject(certificate, &text, Int32(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Certificates as libcrypto holds them, for as long as this lives.
@safe struct Parsed: ~Copyable {
  let list: OpaquePointer?

  init(owning list: OpaquePointer) { unsafe self.list = list }

  init(_ certificates: [Certificate]) throws(PathRefusal) {
    let made = unsafe amana_certs_new()
    for certificate in certificates {
      guard unsafe amana_certs_add(made, certificate.der, certificate.der.count) == 1 else {
        unsafe amana_certs_free(made)
        throw PathRefusal(.unreadable)
      }
    }
    unsafe list = made
  }

  deinit { unsafe amana_certs_free(list) }

  var count: Int32 { unsafe amana_certs_count(list) }
  subscript(index: Int32) -> OpaquePointer? { unsafe amana_certs_at(list, index) }
}
