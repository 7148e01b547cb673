public import OpenSSL

/// A COSE_Encrypt message (RFC 9052 §5.1) over the bytes it was received in; parts are ranges, nothing is copied.
public struct Encrypt: Equatable, Sendable {
  public static let tag: UInt64 = 96
  /// Larger messages are refused before anything is read; longer content goes in chunks.
  public static let maximumByteCount = 4 << 20
  public static let maximumRecipients = 32

  public let bytes: [UInt8]
  public let protected: ProtectedHeader
  public let unprotected: CBORMap
  /// Where ciphertext and tag lie, or nil when they are detached.
  public let ciphertextRange: Range<Int>?
  public let recipients: [EncryptRecipient]
  /// Where the list of recipients lies, its head included.
  public let recipientsRange: Range<Int>

  public var ciphertext: ArraySlice<UInt8>? { ciphertextRange.map { bytes[$0] } }

  /// Decodes one message that fills the bytes.
  /// - Parameter tagRequired: our profile always asks for tag 96; RFC 9052 lets it be absent.
  public init(decoding bytes: [UInt8], tagRequired: Bool = true) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    var decoder = CBORDecoder(bytes, allowing: .unsortedKeys)
    try decoder.encryptHead(tag: Self.tag, tagRequired: tagRequired, elements: 4)
    protected = try ProtectedHeader(decoding: bytes[decoder.byteString()])
    unprotected = try decoder.unprotectedHeader()
    ciphertextRange = try decoder.nullIfPresent() ? nil : decoder.byteString()
    let listStart = decoder.position
    let count = try decoder.arrayHead()
    guard count > 0 else { throw DecodeError(.invalidValue, at: listStart, "no recipients") }
    guard count <= Self.maximumRecipients else { throw DecodeError(.tooLarge, at: listStart, "recipients") }
    var found: [EncryptRecipient] = []
    for _ in 0..<count { found.append(try EncryptRecipient(&decoder)) }
    recipients = found
    recipientsRange = listStart..<decoder.position
    try decoder.finish()
    self.bytes = bytes
  }

  /// Decrypts with a recipient's key.
  /// - Parameter strict: our profile wants the algorithm protected; RFC 9052 lets it stand unprotected.
  public func decrypt(with key: RecipientKey, externalAAD: [UInt8] = [], strict: Bool = true) throws(DecryptRefusal)
    -> [UInt8]
  {
    try open(with: key, externalAAD: externalAAD, strict: strict).plaintext
  }

  /// Decrypts with a recipient's key and gives the content key too, which further messages may have. Each recipient is
  /// tried in turn: a wrapped key has a check of 64 bits only, so the tag decides.
  public func open(with key: RecipientKey, externalAAD: [UInt8] = [], strict: Bool = true) throws(DecryptRefusal)
    -> (plaintext: [UInt8], contentKey: [UInt8])
  {
    let algorithm = try contentAlgorithm(protected: protected, unprotected: unprotected, strict: strict)
    var refusal = DecryptRefusal.unsupportedRecipient(recipients.first?.algorithmID)
    for recipient in recipients {
      do throws(DecryptRefusal) {
        let contentKey = try recipient.contentKey(with: key, for: algorithm, alone: recipients.count == 1)
        return (try decrypt(contentKey: contentKey, externalAAD: externalAAD, strict: strict), contentKey)
      } catch {
        if case .unsupportedRecipient = error { continue }
        if refusal != .altered { refusal = error }
      }
    }
    throw refusal
  }

  /// Decrypts with the content key itself.
  public func decrypt(contentKey: [UInt8], externalAAD: [UInt8] = [], strict: Bool = true) throws(DecryptRefusal)
    -> [UInt8]
  {
    try decryptContent(
      ciphertext, protected: protected, unprotected: unprotected, key: contentKey,
      aad: encryptionStructure("Encrypt", protected: protected, externalAAD: externalAAD), strict: strict)
  }

  /// Encrypts with A256GCM and writes the message, tagged.
  /// - Parameters:
  ///   - nonce: 12 bytes never used before under this key.
  ///   - recipients: each as `EncryptRecipient.wrapping` gives it.
  public static func encrypt(
    _ plaintext: [UInt8], contentKey: [UInt8], nonce: [UInt8], externalAAD: [UInt8], recipients: [[UInt8]]
  ) throws(OpenSSLError) -> [UInt8] {
    let header = ProtectedHeader([HeaderLabel.algorithm: .int(ContentAlgorithm.a256GCM.rawValue)])
    let aad = encryptionStructure("Encrypt", protected: header, externalAAD: externalAAD)
    let ciphertext = try AESGCM.seal(plaintext, key: contentKey, nonce: nonce, aad: aad)
    var encoder = CBOREncoder()
    encoder.tag(tag)
    encoder.arrayHead(4)
    encoder.byteString(header.encoded)
    encoder.item(.map([HeaderLabel.initialVector: .bytes(nonce)]))
    encoder.byteString(ciphertext)
    encoder.arrayHead(recipients.count)
    for recipient in recipients { encoder.raw(recipient) }
    return encoder.bytes
  }
}
