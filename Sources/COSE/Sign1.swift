public import OpenSSL

/// A COSE_Sign1 message (RFC 9052 §4.2) over the bytes it was received in; parts are ranges, nothing is copied.
public struct Sign1: Equatable, Sendable {
  public static let tag: UInt64 = 18
  /// Larger messages are refused before anything is read: an envelope with 64 receipts is far below.
  public static let maximumByteCount = 4 << 20

  public let bytes: [UInt8]
  public let protected: ProtectedHeader
  public let unprotected: CBORMap
  /// Where the payload lies, or nil when it is detached.
  public let payloadRange: Range<Int>?
  public let signatureRange: Range<Int>

  public var payload: ArraySlice<UInt8>? { payloadRange.map { bytes[$0] } }
  public var signature: ArraySlice<UInt8> { bytes[signatureRange] }

  /// Decodes one message that fills the bytes.
  /// - Parameter tagRequired: our profile always asks for tag 18; RFC 9052 lets it be absent.
  public init(decoding bytes: [UInt8], tagRequired: Bool = true) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    var decoder = CBORDecoder(bytes, allowing: .unsortedKeys)
    let tagged = try decoder.peek() >> 5 == 6
    if tagRequired || tagged {
      guard try decoder.tag() == Self.tag else { throw DecodeError(.unexpectedType, at: 0, "expected tag 18") }
    }
    let start = decoder.position
    guard try decoder.arrayHead() == 4 else {
      throw DecodeError(.unexpectedType, at: start, "COSE_Sign1 has four elements")
    }
    protected = try ProtectedHeader(decoding: bytes[decoder.byteString()])
    let unprotectedStart = decoder.position
    guard let map = try decoder.item().map else {
      throw DecodeError(.unexpectedType, at: unprotectedStart, "an unprotected header must be a map")
    }
    unprotected = map
    payloadRange = try decoder.nullIfPresent() ? nil : decoder.byteString()
    signatureRange = try decoder.byteString()
    try decoder.finish()
    self.bytes = bytes
  }

  /// The Sig_structure (RFC 9052 §4.4) with "Signature1"; nil when the payload is detached and not given.
  public func signatureInput(detached payload: ArraySlice<UInt8>? = nil, externalAAD: [UInt8] = []) -> [UInt8]? {
    guard let content = self.payload ?? payload else { return nil }
    return Self.signatureInput(protected: protected, payload: content, externalAAD: externalAAD)
  }

  static func signatureInput(protected: ProtectedHeader, payload: ArraySlice<UInt8>, externalAAD: [UInt8]) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.arrayHead(4)
    encoder.text("Signature1")
    encoder.byteString(protected.forSigning)
    encoder.byteString(externalAAD)
    encoder.byteString(payload)
    return encoder.bytes
  }

  /// The message with another unprotected header, every other byte as received.
  public func replacingUnprotected(_ header: CBORMap) -> [UInt8] {
    Self.assemble(protected: protected, unprotected: header, payload: payload, signature: signature)
  }

  static func assemble(
    protected: ProtectedHeader, unprotected: CBORMap, payload: ArraySlice<UInt8>?, signature: ArraySlice<UInt8>
  ) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.tag(tag)
    encoder.arrayHead(4)
    encoder.byteString(protected.encoded)
    encoder.item(.map(unprotected))
    if let payload { encoder.byteString(payload) } else { encoder.item(.null) }
    encoder.byteString(signature)
    return encoder.bytes
  }

  /// Signs. The protected header must name the algorithm; it must fit the key.
  /// - Parameter detached: leave the payload out of the message.
  public static func sign(
    _ payload: ArraySlice<UInt8>, protected values: CBORMap, unprotected: CBORMap = CBORMap(), detached: Bool = false,
    externalAAD: [UInt8] = [], with key: PrivateKey
  ) throws(OpenSSLError) -> Sign1 {
    let header = ProtectedHeader(values)
    guard let scheme = header.algorithm?.statementScheme(for: key.type) else {
      throw OpenSSLError.unfit
    }
    let input = signatureInput(protected: header, payload: payload, externalAAD: externalAAD)
    let signature = try key.sign(input, scheme: scheme)
    let bytes = assemble(
      protected: header, unprotected: unprotected, payload: detached ? nil : payload, signature: signature[...])
    do {
      return try Sign1(decoding: bytes)
    } catch {
      throw OpenSSLError.unfit
    }
  }
}
