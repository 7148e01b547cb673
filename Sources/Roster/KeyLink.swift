public import COSE
public import OpenSSL

/// The link record of a rotation: the old key's signature over the thumbprint of the new one. It lets everybody follow
/// whose key a new one is without trusting the roster's writers; the roster says from when it counts.
public struct KeyLink: Sendable {
  public static let type = "application/vnd.amana.key-link+cose"
  public static let mediaType = "application/vnd.amana.key-link+cbor"
  /// Room for the largest signature, ML-DSA-87's 4627 bytes.
  static let maximumByteCount = 8192

  /// The COSE_Sign1 as signed.
  public let bytes: [UInt8]
  /// Thumbprints of both keys, 32 bytes each.
  public let from: [UInt8]
  public let to: [UInt8]
  public let purpose: KeyPurpose
  /// When the old key signed.
  public let at: UnixTime
  private let message: Sign1

  /// Signs with the old key that the new one takes over.
  /// - Throws: `OpenSSLError` when the key does not sign, `DecodeError` for keys that no roster lists.
  public static func sign(from old: PrivateKey, to new: PublicKey, purpose: KeyPurpose, at time: UnixTime) throws
    -> KeyLink
  {
    guard let from = old.publicKey.thumbprint, let to = new.thumbprint else {
      throw DecodeError(.unsupported, at: 0, "keys of this type are not listed in rosters")
    }
    let payload = CBOR.map([
      "from": .bytes(from), "to": .bytes(to), "purpose": .text(purpose.rawValue), "at": .int(time),
    ]).encoded()
    let message = try Sign1.signing(payload, type: type, mediaType: mediaType, with: old)
    return try KeyLink(decoding: Array(message.bytes))
  }

  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    var fields: FieldReader
    (message, fields) = try Sign1.record(bytes, type: Self.type, mediaType: Self.mediaType, path: "link")
    from = try fields.bytes("from", count: 32)
    to = try fields.bytes("to", count: 32)
    purpose = try fields.coded("purpose", as: KeyPurpose.self)
    at = try fields.unixTime("at")
    try fields.finish()
    self.bytes = bytes
  }

  /// Whether the old key signed it.
  public func isSigned(by old: PublicKey) -> Bool { old.thumbprint == from && message.verify(with: old) == .valid }

  /// Refuses a link of other keys or another purpose.
  func check(from old: [UInt8], to new: PublicKey, _ purpose: KeyPurpose, _ path: String) throws(DecodeError) {
    guard from == old, to == new.thumbprint, self.purpose == purpose else {
      throw DecodeError(.invalidValue, at: 0, "\(path) links other keys")
    }
  }
}
