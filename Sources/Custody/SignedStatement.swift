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
  public let keyID: [UInt8]
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
    guard let kid = header.keyID, let issuer = header.issuer, let subject = header.subject, let iat = header.issuedAt,
      iat >= 0
    else { throw DecodeError(.missingField, at: header.encoded.startIndex, "kid, iss, sub and iat must be protected") }
    guard sameBytes(subject, event.recordID.uri) else {
      throw DecodeError(.invalidValue, at: header.encoded.startIndex, "sub is not the record of the payload")
    }
    guard let input = message.signatureInput() else { throw DecodeError(.emptyPayload, at: 0) }
    self.message = message
    self.event = event
    id = StatementID(unchecked: SHA256.hash(input))
    entry = LogEntry(of: message)
    keyID = kid
    self.issuer = issuer
    issuedAt = iat
  }

  private static func checkHeaders(_ message: Sign1) throws(DecodeError) {
    try message.checkHeaderRules(understood: understoodLabels)
    let start = message.protected.encoded.startIndex
    guard message.protected.type?.text == type else {
      throw DecodeError(.unexpectedType, at: start, "typ is no statement")
    }
    guard message.protected.contentType?.text == Event.mediaType else {
      throw DecodeError(.unexpectedType, at: start, "the content type is no event")
    }
    guard message.protected.keyID?.count == 32 else {
      throw DecodeError(.unsupported, at: start, "a statement names its key by a 32-byte kid")
    }
    let others = message.unprotected.entries.filter { $0.key != HeaderLabel.receipts }
    guard others.isEmpty else {
      throw DecodeError(
        .unknownField, at: message.protected.encoded.endIndex, "the unprotected header holds receipts only")
    }
    guard let receipts = message.unprotected[HeaderLabel.receipts] else { return }
    guard let list = receipts.array, !list.isEmpty, list.allSatisfy({ $0.bytes != nil }) else {
      throw DecodeError(.unexpectedType, at: message.protected.encoded.endIndex, "receipts must be byte strings")
    }
    guard list.count <= maximumReceipts else {
      throw DecodeError(.tooManyReceipts, at: message.protected.encoded.endIndex)
    }
  }

  /// The receipts attached at label 394, undecoded.
  public var receipts: [[UInt8]] { message.unprotected[HeaderLabel.receipts]?.array?.compactMap(\.bytes) ?? [] }

  /// The statement with these receipts attached, every other byte as received: a Transparent Statement.
  public func attaching(_ receipts: [[UInt8]]) -> [UInt8] {
    message.replacingUnprotected(
      receipts.isEmpty ? CBORMap() : [HeaderLabel.receipts: .array(receipts.map(CBOR.bytes))])
  }

  /// Signs an event as an authority. The approvals must already stand in it.
  public static func sign(_ event: Event, issuer: String, at time: Int64, with key: PrivateKey)
    throws(OpenSSLError) -> SignedStatement
  {
    guard let algorithm = Algorithm.preferred(for: key.type), let kid = key.publicKey.thumbprint else { throw .unfit }
    let message = try Sign1.sign(
      event.encoded()[...],
      protected: [
        HeaderLabel.algorithm: .int(algorithm.rawValue), HeaderLabel.contentType: .text(Event.mediaType),
        HeaderLabel.keyID: .bytes(kid), HeaderLabel.type: .text(type),
        HeaderLabel.cwtClaims: .map([1: .text(issuer), 2: .text(event.recordID.uri), 6: .int(time)]),
      ], with: key)
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
