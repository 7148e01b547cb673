public import COSE
public import OpenSSL

/// The proof that somebody holds a private key: its signature over what the asker chose, so that nothing older passes.
public struct KeyProof: Sendable {
  public static let type = "application/vnd.amana.key-proof+cose"
  public static let mediaType = "application/vnd.amana.key-proof+cbor"
  /// Of a challenge, in bytes: shorter ones can be guessed ahead.
  public static let challengeByteCount = 16...64

  /// The COSE_Sign1 as signed.
  public let bytes: [UInt8]
  /// The thumbprint of the key, 32 bytes.
  public let kid: [UInt8]
  public let challenge: [UInt8]
  /// When it was signed, by the clock of whoever holds the key.
  public let at: UnixTime
  private let message: Sign1

  /// Answers a challenge.
  /// - Throws: `OpenSSLError` when the key does not sign, `DecodeError` for keys that no roster lists.
  public static func sign(_ challenge: [UInt8], at time: UnixTime, with key: PrivateKey) throws -> KeyProof {
    guard let kid = key.publicKey.thumbprint else {
      throw DecodeError(.unsupported, at: 0, "keys of this type are not listed in rosters")
    }
    let payload = CBOR.map(["kid": .bytes(kid), "challenge": .bytes(challenge), "at": .int(time)]).encoded()
    let message = try Sign1.signing(payload, type: type, mediaType: mediaType, with: key)
    return try KeyProof(decoding: Array(message.bytes))
  }

  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    var fields: FieldReader
    (message, fields) = try Sign1.record(bytes, type: Self.type, mediaType: Self.mediaType, path: "proof")
    kid = try fields.bytes("kid", count: 32)
    challenge = try fields.bytes("challenge", maximum: Self.challengeByteCount.upperBound)
    at = try fields.unixTime("at")
    try fields.finish()
    guard Self.challengeByteCount.contains(challenge.count) else {
      throw DecodeError(.invalidValue, at: 0, "a challenge has 16 to 64 bytes")
    }
    self.bytes = bytes
  }

  /// Whether the key signed it.
  public func isSigned(by key: PublicKey) -> Bool { key.thumbprint == kid && message.verify(with: key) == .valid }
}
