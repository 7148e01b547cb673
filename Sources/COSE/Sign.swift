public import OpenSSL

/// A COSE_Sign message (RFC 9052 §4.1): one payload, several signers.
public struct Sign: Equatable, Sendable {
  public static let tag: UInt64 = 98
  public static let maximumByteCount = 16 << 20
  public static let maximumSignatures = 128

  /// One signer's COSE_Signature.
  public struct Signature: Equatable, Sendable {
    public let protected: ProtectedHeader
    public let unprotected: CBORMap
    public let signature: ArraySlice<UInt8>
  }

  public let bytes: [UInt8]
  public let protected: ProtectedHeader
  public let unprotected: CBORMap
  public let payloadRange: Range<Int>?
  public let signatures: [Signature]
  /// From the array's head to the list of signatures, and where the first of these begins.
  private let body: Range<Int>
  private let firstSignature: Int

  public var payload: ArraySlice<UInt8>? { payloadRange.map { bytes[$0] } }

  /// Decodes one message that fills the bytes.
  /// - Parameter allowsUnsigned: whether nobody may have signed yet (RFC 9052 wants at least one).
  public init(decoding bytes: [UInt8], tagRequired: Bool = true, allowsUnsigned: Bool = false) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    var decoder = CBORDecoder(bytes, allowing: .unsortedKeys)
    let tagged = try decoder.peek() >> 5 == 6
    if tagRequired || tagged {
      guard try decoder.tag() == Self.tag else { throw DecodeError(.unexpectedType, at: 0, "expected tag 98") }
    }
    let start = decoder.position
    guard try decoder.arrayHead() == 4 else {
      throw DecodeError(.unexpectedType, at: start, "COSE_Sign has four elements")
    }
    protected = try ProtectedHeader(decoding: bytes[decoder.byteString()])
    unprotected = try Self.unprotected(&decoder)
    payloadRange = try decoder.nullIfPresent() ? nil : decoder.byteString()
    let listStart = decoder.position
    let count = try decoder.arrayHead()
    guard count > 0 || allowsUnsigned else { throw DecodeError(.invalidValue, at: listStart, "no signatures") }
    guard count <= Self.maximumSignatures else { throw DecodeError(.tooLarge, at: listStart, "signatures") }
    body = start..<listStart
    firstSignature = decoder.position
    var found: [Signature] = []
    for _ in 0..<count {
      let start = decoder.position
      guard try decoder.arrayHead() == 3 else {
        throw DecodeError(.unexpectedType, at: start, "COSE_Signature has three elements")
      }
      let header = try ProtectedHeader(decoding: bytes[decoder.byteString()])
      let other = try Self.unprotected(&decoder)
      found.append(Signature(protected: header, unprotected: other, signature: bytes[try decoder.byteString()]))
    }
    signatures = found
    try decoder.finish()
    self.bytes = bytes
  }

  private static func unprotected(_ decoder: inout CBORDecoder) throws(DecodeError) -> CBORMap {
    let start = decoder.position
    guard let map = try decoder.item().map else {
      throw DecodeError(.unexpectedType, at: start, "an unprotected header must be a map")
    }
    return map
  }

  private static func signatureInput(
    body: ProtectedHeader, signer: ProtectedHeader, payload: ArraySlice<UInt8>, externalAAD: [UInt8]
  ) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.arrayHead(5)
    encoder.text("Signature")
    encoder.byteString(body.forSigning)
    encoder.byteString(signer.forSigning)
    encoder.byteString(externalAAD)
    encoder.byteString(payload)
    return encoder.bytes
  }

  /// Checks one of the signatures with a key.
  /// - Parameter strict: our profile (protected algorithm, one curve for each hash) or RFC 9052 by the letter.
  public func verify(_ signature: Signature, with key: PublicKey, externalAAD: [UInt8] = [], strict: Bool = true)
    -> SignatureResult
  {
    let input = payload.map {
      Self.signatureInput(body: protected, signer: signature.protected, payload: $0, externalAAD: externalAAD)
    }
    let algorithm =
      strict
      ? signature.protected.algorithmID
      : lenientAlgorithmID(protected: signature.protected, unprotected: signature.unprotected)
    return checkSignature(signature.signature, over: input, algorithm: algorithm, key: key, strict: strict)
  }

  /// Signs with each key in turn; each signer's protected header carries alg and kid.
  public static func sign(_ payload: [UInt8], protected values: CBORMap, with keys: [PrivateKey])
    throws(OpenSSLError) -> Sign
  {
    let body = ProtectedHeader(values)
    var encoder = CBOREncoder()
    encoder.tag(tag)
    encoder.arrayHead(4)
    encoder.byteString(body.encoded)
    encoder.mapHead(0)
    encoder.byteString(payload)
    encoder.arrayHead(keys.count)
    for key in keys { encoder.raw(try signaturePart(of: payload, body: body, key: key).bytes) }
    return try complete(encoder.bytes)
  }

  /// The message with one more signature, every other byte as it was but the tag, which is added if it was absent.
  public func adding(_ key: PrivateKey) throws(OpenSSLError) -> Sign {
    guard let payload else { throw OpenSSLError.unfit }
    var encoder = CBOREncoder()
    encoder.tag(Self.tag)
    encoder.raw(bytes[body])
    encoder.arrayHead(signatures.count + 1)
    encoder.raw(bytes[firstSignature...])
    encoder.raw(try Self.signaturePart(of: Array(payload), body: protected, key: key).bytes)
    return try Self.complete(encoder.bytes)
  }

  private static func signaturePart(of payload: [UInt8], body: ProtectedHeader, key: PrivateKey)
    throws(OpenSSLError) -> CBOREncoder
  {
    guard let algorithm = Algorithm.preferred(for: key.type), let scheme = algorithm.statementScheme(for: key.type),
      let kid = key.publicKey.thumbprint
    else { throw OpenSSLError.unfit }
    let header = ProtectedHeader([HeaderLabel.algorithm: .int(algorithm.rawValue), HeaderLabel.keyID: .bytes(kid)])
    let input = signatureInput(body: body, signer: header, payload: payload[...], externalAAD: [])
    return part(header: header, signature: try key.sign(input, scheme: scheme)[...])
  }

  private static func part(header: ProtectedHeader, signature: ArraySlice<UInt8>) -> CBOREncoder {
    var encoder = CBOREncoder()
    encoder.arrayHead(3)
    encoder.byteString(header.encoded)
    encoder.mapHead(0)
    encoder.byteString(signature)
    return encoder
  }

  private static func complete(_ bytes: [UInt8]) throws(OpenSSLError) -> Sign {
    do {
      return try Sign(decoding: bytes, allowsUnsigned: true)
    } catch {
      throw OpenSSLError.unfit
    }
  }
}
