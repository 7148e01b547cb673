public import COSE
public import OpenSSL

/// What an authority asks of the roster's writers: that a key of its own counts no more from a moment on. Signed by
/// another key of the authority, so that it can be asked for when the key itself is lost.
public struct RevocationRequest: Sendable {
  public static let type = "application/vnd.amana.key-revocation+cose"
  public static let mediaType = "application/vnd.amana.key-revocation+cbor"

  /// The COSE_Sign1 as signed.
  public let bytes: [UInt8]
  /// The thumbprint of the key, 32 bytes.
  public let kid: [UInt8]
  public let revocation: Revocation
  /// Whose key it is.
  public let authority: AuthorityName
  /// When it was signed.
  public let at: UnixTime
  /// The thumbprint of the key that signed, 32 bytes.
  public let signer: [UInt8]
  private let message: Sign1

  /// Signs with the authority's statement key or its root key.
  /// - Throws: `OpenSSLError` when the key does not sign, `DecodeError` for keys that no roster lists.
  public static func sign(
    _ kid: [UInt8], _ revocation: Revocation, of authority: AuthorityName, at time: UnixTime, with key: PrivateKey
  ) throws -> RevocationRequest {
    guard let signer = key.publicKey.thumbprint else {
      throw DecodeError(.unsupported, at: 0, "keys of this type are not listed in rosters")
    }
    let payload = CBOR.map([
      "kid": .bytes(kid), "reason": .text(revocation.reason.rawValue), "effective_from": .int(revocation.effectiveFrom),
      "authority": .text(authority.description), "at": .int(time), "signer": .bytes(signer),
    ]).encoded()
    let message = try Sign1.signing(payload, type: type, mediaType: mediaType, with: key)
    return try RevocationRequest(decoding: Array(message.bytes))
  }

  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    var fields: FieldReader
    (message, fields) = try Sign1.record(bytes, type: Self.type, mediaType: Self.mediaType, path: "revocation")
    kid = try fields.bytes("kid", count: 32)
    let reason = try fields.coded("reason", as: Revocation.Reason.self)
    revocation = Revocation(reason: reason, effectiveFrom: try fields.unixTime("effective_from"))
    guard let name = AuthorityName(try fields.text("authority", maximum: 129)) else {
      throw fields.invalid("authority", "is no MEMBER/authority")
    }
    authority = name
    at = try fields.unixTime("at")
    signer = try fields.bytes("signer", count: 32)
    try fields.finish()
    self.bytes = bytes
  }

  /// Whether the key signed it.
  public func isSigned(by key: PublicKey) -> Bool { key.thumbprint == signer && message.verify(with: key) == .valid }
}
