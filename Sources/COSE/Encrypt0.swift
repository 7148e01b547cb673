import OpenSSL

/// A COSE_Encrypt0 message (RFC 9052 §5.2): no recipients, since both sides know the key.
public struct Encrypt0: Equatable, Sendable {
  public static let tag: UInt64 = 16

  public let bytes: [UInt8]
  public let protected: ProtectedHeader
  public let unprotected: CBORMap
  public let ciphertextRange: Range<Int>?

  public var ciphertext: ArraySlice<UInt8>? { ciphertextRange.map { bytes[$0] } }

  /// Decodes one message that fills the bytes.
  public init(decoding bytes: [UInt8], tagRequired: Bool = true) throws(DecodeError) {
    guard bytes.count <= Encrypt.maximumByteCount else { throw DecodeError(.tooLarge, at: Encrypt.maximumByteCount) }
    var decoder = CBORDecoder(bytes, allowing: .unsortedKeys)
    try decoder.encryptHead(tag: Self.tag, tagRequired: tagRequired, elements: 3)
    protected = try ProtectedHeader(decoding: bytes[decoder.byteString()])
    unprotected = try decoder.unprotectedHeader()
    ciphertextRange = try decoder.nullIfPresent() ? nil : decoder.byteString()
    try decoder.finish()
    self.bytes = bytes
  }

  /// Decrypts with the shared key.
  public func decrypt(key: [UInt8], externalAAD: [UInt8] = [], strict: Bool = true) throws(DecryptRefusal) -> [UInt8] {
    try decryptContent(
      ciphertext, protected: protected, unprotected: unprotected, key: key,
      aad: encryptionStructure("Encrypt0", protected: protected, externalAAD: externalAAD), strict: strict)
  }
}

extension CBORDecoder {
  /// The tag, if it must or does stand there, and the head of the message's array.
  mutating func encryptHead(tag wanted: UInt64, tagRequired: Bool, elements: Int) throws(DecodeError) {
    let tagged = try peek() >> 5 == 6
    if tagRequired || tagged {
      guard try tag() == wanted else { throw DecodeError(.unexpectedType, at: 0, "expected tag \(wanted)") }
    }
    let start = position
    guard try arrayHead() == elements else {
      throw DecodeError(.unexpectedType, at: start, "the message has \(elements) elements")
    }
  }

  mutating func unprotectedHeader() throws(DecodeError) -> CBORMap {
    let start = position
    guard let map = try item().map else {
      throw DecodeError(.unexpectedType, at: start, "an unprotected header must be a map")
    }
    return map
  }
}

/// The Enc_structure (RFC 9052 §5.3): what the tag covers beside the ciphertext.
func encryptionStructure(_ context: String, protected: ProtectedHeader, externalAAD: [UInt8]) -> [UInt8] {
  var encoder = CBOREncoder()
  encoder.arrayHead(3)
  encoder.text(context)
  encoder.byteString(protected.forSigning)
  encoder.byteString(externalAAD)
  return encoder.bytes
}

/// Label 1 of the message, which must be protected in our profile; nothing critical may stand beside it.
func contentAlgorithm(protected: ProtectedHeader, unprotected: CBORMap, strict: Bool) throws(DecryptRefusal)
  -> ContentAlgorithm
{
  guard protected.values[HeaderLabel.critical] == nil, unprotected[HeaderLabel.critical] == nil else {
    throw .critical
  }
  let id = strict ? protected.algorithmID : lenientAlgorithmID(protected: protected, unprotected: unprotected)
  guard let algorithm = id.flatMap(ContentAlgorithm.init) else { throw .unsupportedAlgorithm(id) }
  if strict, unprotected[HeaderLabel.algorithm] != nil { throw .unsupportedAlgorithm(nil) }
  return algorithm
}

func decryptContent(
  _ ciphertext: ArraySlice<UInt8>?, protected: ProtectedHeader, unprotected: CBORMap, key: [UInt8], aad: [UInt8],
  strict: Bool
) throws(DecryptRefusal) -> [UInt8] {
  let algorithm = try contentAlgorithm(protected: protected, unprotected: unprotected, strict: strict)
  guard let nonce = (protected.values[HeaderLabel.initialVector] ?? unprotected[HeaderLabel.initialVector])?.bytes,
    nonce.count == AESGCM.nonceByteCount
  else { throw .nonce }
  guard let ciphertext else { throw .ciphertextMissing }
  guard key.count == algorithm.keyByteCount else { throw .notForThisKey }
  do {
    return try AESGCM.open(ciphertext, key: key, nonce: nonce, aad: aad)
  } catch {
    throw .altered
  }
}
