public import COSE
public import OpenSSL
import Roster
public import TransparencyLog

/// A Signed Statement (RFC 9943) whose form is right: bytes that are a COSE_Sign1 of our profile. Nothing is proven of
/// its signature yet.
public struct SignedStatement: Hashable, Sendable {
  public static let type = "application/scitt-statement+cose"
  public static let maximumPayload = 1 << 20
  public static let maximumReceipts = 64

  public let message: Sign1
  public let event: Event
  /// SHA-256 of the Sig_structure: what was signed, not how it was wrapped.
  public let id: StatementID
  /// The log entry: SHA-256 of the message with its unprotected header emptied.
  public let entry: LogEntry
  /// The kid: the header's, or that of the signer's certificate.
  public let keyID: [UInt8]
  /// The certificates it names its signer by, the signer's first; empty where it does not.
  public let certificates: [Certificate]
  /// An unprotected x5chain, which belongs to the message wherever it goes.
  private let unprotectedChain: CBOR?
  /// The acting authority's URI (iss).
  public let issuer: String
  /// Seconds since 1970 (iat).
  public let issuedAt: Int64

  public static func == (left: Self, right: Self) -> Bool { left.message.bytes == right.message.bytes }
  public func hash(into hasher: inout Hasher) { hasher.combine(entry) }

  /// Decodes a tagged COSE_Sign1 under the profile of formats.md; the error names the reason and the byte.
  public init(decoding bytes: [UInt8], checks: Checks = .all) throws(DecodeError) {
    let message = try Sign1(decoding: bytes)
    try Self.checkHeaders(message)
    guard let payload = message.payload, !payload.isEmpty else {
      throw DecodeError(.emptyPayload, at: message.payloadRange?.lowerBound ?? 0)
    }
    guard payload.count <= Self.maximumPayload else { throw DecodeError(.tooLarge, at: payload.startIndex, "payload") }
    let event = try Event(decoding: payload, checks: checks)
    let header = message.protected
    let named = try CertificateHeaders(of: message)
    let kid = try Self.keyID(header, named)
    guard let issuer = header.issuer, let subject = header.subject, let iat = header.issuedAt,
      iat >= 0
    else { throw DecodeError(.missingField, at: header.encoded.startIndex, "iss, sub and iat must be protected") }
    guard sameBytes(subject, event.recordID.uri) else {
      throw DecodeError(.invalidValue, at: header.encoded.startIndex, "sub is not the record of the payload")
    }
    guard let input = message.signatureInput() else { throw DecodeError(.emptyPayload, at: 0) }
    self.message = message
    self.event = event
    id = StatementID(unchecked: SHA256.hash(input))
    entry = LogEntry(of: message)
    keyID = kid
    certificates = named?.certificates ?? []
    unprotectedChain = named?.unprotectedChain
    self.issuer = issuer
    issuedAt = iat
  }

  private static func checkHeaders(_ message: Sign1) throws(DecodeError) {
    try message.checkHeaderRules(understood: statementLabels)
    let start = message.protected.encoded.startIndex
    guard message.protected.type?.text == type else {
      throw DecodeError(.unexpectedType, at: start, "typ is no statement")
    }
    guard message.protected.contentType?.text == Event.mediaType else {
      throw DecodeError(.unexpectedType, at: start, "the content type is no event")
    }
    let end = message.protected.encoded.endIndex
    guard message.protected.values[HeaderLabel.timeStamp] == nil else {
      throw DecodeError(.invalidValue, at: start, "a time stamp over the signature cannot be protected by it")
    }
    let known = [HeaderLabel.receipts, HeaderLabel.timeStamp, HeaderLabel.x5chain]
    guard message.unprotected.entries.allSatisfy({ known.contains($0.key) }) else {
      throw DecodeError(.unknownField, at: end, "the unprotected header holds receipts, a time stamp and x5chain only")
    }
    if let stamp = message.unprotected[HeaderLabel.timeStamp] {
      guard let token = stamp.bytes, !token.isEmpty else {
        throw DecodeError(.unexpectedType, at: end, "a time stamp must be a byte string")
      }
      guard token.count <= TimeStampToken.maximumByteCount else { throw DecodeError(.tooLarge, at: end, "time stamp") }
    }
    guard let receipts = message.unprotected[HeaderLabel.receipts] else { return }
    guard let list = receipts.array, !list.isEmpty, list.allSatisfy({ $0.bytes != nil }) else {
      throw DecodeError(.unexpectedType, at: message.protected.encoded.endIndex, "receipts must be byte strings")
    }
    guard list.count <= maximumReceipts else {
      throw DecodeError(.tooManyReceipts, at: message.protected.encoded.endIndex)
    }
  }

  /// The kid of whoever signed. A certificate's own is derived; where both stand they must agree.
  private static func keyID(_ header: ProtectedHeader, _ named: CertificateHeaders?) throws(DecodeError) -> [UInt8] {
    let start = header.encoded.startIndex
    let kid = header.values[HeaderLabel.keyID]
    guard kid == nil || kid?.bytes?.count == 32 else {
      throw DecodeError(.unsupported, at: start, "a kid has 32 bytes")
    }
    guard let named else {
      guard let kid = header.keyID else {
        throw DecodeError(.unsupported, at: start, "a statement names its key by a 32-byte kid or by x5chain")
      }
      return kid
    }
    guard let own = named.certificates[0].publicKey.thumbprint else {
      throw DecodeError(.unsupported, at: start, "the certificate's key is of a type that signs no statements")
    }
    guard kid == nil || header.keyID == own else {
      throw DecodeError(.invalidValue, at: start, "the kid is not that of the certificate's key")
    }
    return own
  }

  /// Whether receipts go with it, all of its signer's own logs, and no time stamp: then nothing proves to others when it was
  /// signed, and it verifies no longer than its key counts.
  public var isSeenByItsSignerAlone: Bool {
    timeStamp == nil && !receipts.isEmpty
      && receipts.allSatisfy { bytes in (try? Receipt(decoding: bytes)).map { sameBytes($0.issuer, issuer) } ?? false }
  }

  /// The receipts attached at label 394, undecoded.
  public var receipts: [[UInt8]] { message.unprotected[HeaderLabel.receipts]?.array?.compactMap(\.bytes) ?? [] }

  /// The time stamp token attached at label 270, undecoded.
  public var timeStamp: [UInt8]? { message.unprotected[HeaderLabel.timeStamp]?.bytes }

  /// The statement with these receipts and this time stamp attached, every other byte as received: a Transparent
  /// Statement. An unprotected x5chain stays.
  public func attaching(_ receipts: [[UInt8]], timeStamp: [UInt8]? = nil) -> [UInt8] {
    var header = CBORMap()
    header[HeaderLabel.x5chain] = unprotectedChain
    header[HeaderLabel.timeStamp] = timeStamp.map(CBOR.bytes)
    if !receipts.isEmpty { header[HeaderLabel.receipts] = .array(receipts.map(CBOR.bytes)) }
    return message.replacingUnprotected(header)
  }

  /// Signs an event as an authority. The approvals must already stand in it.
  /// - Parameter chain: the key's certificate and those above it, where the authority shows them.
  public static func sign(
    _ event: Event, issuer: String, at time: Int64, with key: PrivateKey, chain: [Certificate] = []
  ) throws(OpenSSLError) -> SignedStatement {
    guard let algorithm = Algorithm.preferred(for: key.type), let kid = key.publicKey.thumbprint else { throw .unfit }
    guard chain.isEmpty || chain[0].publicKey == key.publicKey else { throw .unfit }
    var header: CBORMap = [
      HeaderLabel.algorithm: .int(algorithm.rawValue), HeaderLabel.contentType: .text(Event.mediaType),
      HeaderLabel.keyID: .bytes(kid), HeaderLabel.type: .text(type),
      HeaderLabel.cwtClaims: .map([1: .text(issuer), 2: .text(event.recordID.uri), 6: .int(time)]),
    ]
    if !chain.isEmpty { header[HeaderLabel.x5chain] = CertificateHeaders.chain(chain) }
    let message = try Sign1.sign(event.encoded()[...], protected: header, with: key)
    do {
      return try SignedStatement(decoding: message.bytes)
    } catch {
      throw OpenSSLError(code: .sign, reasons: ["the statement would not be readable: \(error)"])
    }
  }
}

/// The labels that statements and approvals process, and that crit may name.
let understoodLabels: [CBOR] = [
  HeaderLabel.algorithm, HeaderLabel.contentType, HeaderLabel.keyID, HeaderLabel.cwtClaims, HeaderLabel.type,
]

/// Statements may name their signer by certificates too.
private let statementLabels = understoodLabels + [HeaderLabel.x5chain, HeaderLabel.x5t]
