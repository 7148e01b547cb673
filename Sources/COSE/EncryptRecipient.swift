public import OpenSSL

/// A COSE_recipient (RFC 9052 §5.1): how one recipient comes to the content key.
public struct EncryptRecipient: Equatable, Sendable {
  public let protected: ProtectedHeader
  public let unprotected: CBORMap
  /// The wrapped content key; empty where the key is agreed on or shared directly.
  public let ciphertext: ArraySlice<UInt8>

  init(_ decoder: inout CBORDecoder) throws(DecodeError) {
    let start = decoder.position
    let count = try decoder.arrayHead()
    guard count != 4 else { throw DecodeError(.unsupported, at: start, "recipients of a recipient") }
    guard count == 3 else { throw DecodeError(.unexpectedType, at: start, "COSE_recipient has three elements") }
    protected = try ProtectedHeader(decoding: decoder.bytes[decoder.byteString()])
    unprotected = try decoder.unprotectedHeader()
    ciphertext = decoder.bytes[try decoder.byteString()]
  }

  /// Label 1: key wrap and direct use have nothing protected (RFC 9053 §6), so it may stand in either header.
  public var algorithmID: Int64? { lenientAlgorithmID(protected: protected, unprotected: unprotected) }

  /// The sender's ephemeral key, as a COSE_Key.
  public var ephemeralKey: CBOR? { value(HeaderLabel.ephemeralKey) }

  private func value(_ label: CBOR) -> CBOR? { protected.values[label] ?? unprotected[label] }

  /// The content key, if this recipient is this key.
  /// - Parameter alone: whether there is no other recipient, without which a key must not be used directly.
  public func contentKey(with key: RecipientKey, for content: ContentAlgorithm, alone: Bool) throws(DecryptRefusal)
    -> [UInt8]
  {
    guard value(HeaderLabel.critical) == nil else { throw .critical }
    guard let algorithm = algorithmID.flatMap(RecipientAlgorithm.init), algorithm.keyWrap != nil || alone else {
      throw .unsupportedRecipient(algorithmID)
    }
    switch (key, algorithm.agrees) {
    case (.shared(let secret), false):
      guard let wrap = algorithm.keyWrap else { return ciphertext.isEmpty ? secret : [] }
      guard secret.count == wrap.keyByteCount else { throw .notForThisKey }
      return try unwrapped(with: secret)
    case (.agreeing(let own), true):
      return try agreed(with: own, algorithm, content)
    default: throw .unsupportedRecipient(algorithmID)
    }
  }

  private func agreed(with own: PrivateKey, _ algorithm: RecipientAlgorithm, _ content: ContentAlgorithm)
    throws(DecryptRefusal) -> [UInt8]
  {
    let wrap = algorithm.keyWrap
    let (id, count) = wrap ?? (content.rawValue, content.keyByteCount)
    let derived: [UInt8]
    do {
      guard let item = ephemeralKey else { throw DecryptRefusal.notForThisKey }
      let secret = try own.agree(with: PublicKey(coseKey: item))
      derived = try hkdfSHA256(
        secret: secret, salt: value(HeaderLabel.salt)?.bytes ?? [], info: keyContext(id, count), count: count)
    } catch {
      throw .notForThisKey
    }
    guard wrap != nil else {
      guard ciphertext.isEmpty else { throw .notForThisKey }
      return derived
    }
    return try unwrapped(with: derived)
  }

  private func unwrapped(with key: [UInt8]) throws(DecryptRefusal) -> [UInt8] {
    do { return try AESKeyWrap.unwrap(Array(ciphertext), with: key) } catch { throw .notForThisKey }
  }

  private func keyContext(_ algorithm: Int64, _ keyByteCount: Int) -> [UInt8] {
    let party = { (labels: ClosedRange<Int64>) in labels.reversed().map { value(.int($0)) ?? .null } }
    return keyDerivationContext(
      algorithm: algorithm, keyByteCount: keyByteCount, protected: protected, partyU: party(-23 ... -21),
      partyV: party(-26 ... -24))
  }
}

extension EncryptRecipient {
  /// A recipient under ECDH-ES + A256KW (-31) with a fresh ephemeral key, encoded, without kid.
  /// - Parameter padding: further unprotected labels, which recipients ignore.
  public static func wrapping(_ contentKey: [UInt8], to key: PublicKey, padding: CBORMap = CBORMap())
    throws(OpenSSLError) -> [UInt8]
  {
    let header = ProtectedHeader([HeaderLabel.algorithm: .int(RecipientAlgorithm.ecdhESA256KW.rawValue)])
    let ephemeral = try PrivateKey.generate(key.type)
    guard let epk = ephemeral.publicKey.coseKey else { throw OpenSSLError.unfit }
    let context = keyDerivationContext(
      algorithm: RecipientAlgorithm.a256KW.rawValue, keyByteCount: 32, protected: header,
      partyU: [.null, .null, .null], partyV: [.null, .null, .null])
    let wrapping = try hkdfSHA256(secret: ephemeral.agree(with: key), salt: [], info: context, count: 32)
    var unprotected = padding
    unprotected[HeaderLabel.ephemeralKey] = epk
    var encoder = CBOREncoder()
    encoder.arrayHead(3)
    encoder.byteString(header.encoded)
    encoder.item(.map(unprotected))
    encoder.byteString(try AESKeyWrap.wrap(contentKey, with: wrapping))
    return encoder.bytes
  }
}

/// COSE_KDF_Context (RFC 9053 §5.2). Parties are [identity, nonce, other], null where the headers are silent.
private func keyDerivationContext(
  algorithm: Int64, keyByteCount: Int, protected: ProtectedHeader, partyU: [CBOR], partyV: [CBOR]
) -> [UInt8] {
  let publicInfo: [CBOR] = [.int(Int64(keyByteCount) * 8), .bytes(Array(protected.forSigning))]
  return CBOR.array([.int(algorithm), .array(partyU), .array(partyV), .array(publicInfo)]).encoded()
}
