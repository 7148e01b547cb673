public import OpenSSL

/// Content as it travels: encrypted to at most eight keys, and what the envelope says of it.
public struct SealedPayload: Hashable, Sendable {
  /// One tagged COSE_Encrypt, or several in a row (chunks of 1 MiB).
  public let ciphertext: [UInt8]
  /// SHA-256 of `ciphertext`, 32 bytes: the object's name.
  public let digest: [UInt8]
  /// SHA-256(CBOR ["amana-commit-1", salt, content]), 32 bytes.
  public let commitment: [UInt8]
}

/// What opening gave: it has been checked against the envelope's digest and commitment.
public struct OpenedPayload: Hashable, Sendable {
  /// 32 bytes.
  public let salt: [UInt8]
  public let content: [UInt8]
}

/// Sealing and opening in memory (formats.md, sealed payload); `SealWriter` and `SealReader` do it piece by piece.
public enum Seal {
  /// Padded plaintext is a power of two of at least this many bytes.
  public static let smallestPlaintext = 4096
  /// Longer padded plaintext goes in chunks of this many bytes, each a COSE_Encrypt of its own.
  public static let chunkByteCount = 1 << 20
  /// Always as many recipients, so that their number says nothing; throw-away keys fill them up.
  public static let recipientSlots = 8
  public static let saltByteCount = 32
  /// The longest content of one payload.
  public static let maximumContentByteCount: UInt64 = 1 << 32 - 40

  /// Seals content to the keys (P-256 or X25519, at most eight, none is allowed). Equal keys count once.
  public static func seal(_ content: [UInt8], salt: [UInt8], to keys: [PublicKey], in context: SealContext)
    throws(SealRefusal) -> SealedPayload
  {
    var writer = try SealWriter(contentByteCount: UInt64(content.count), salt: salt, to: keys, in: context)
    var ciphertext = try writer.write(content)
    while let more = try writer.padding() { ciphertext += more }
    let (digest, commitment) = try writer.finish()
    return SealedPayload(ciphertext: ciphertext, digest: digest, commitment: commitment)
  }

  /// Opens what one of the recipients' keys opens and checks it against what the envelope says.
  /// Throws `.notForThisKey` when another key has to be tried.
  public static func open(
    _ ciphertext: [UInt8], with key: PrivateKey, in context: SealContext, digest: [UInt8], commitment: [UInt8]
  ) throws(SealRefusal) -> OpenedPayload {
    guard constantTimeEqual(SHA256.hash(ciphertext), digest) else { throw .digest }
    var reader = try SealReader(
      ciphertextByteCount: UInt64(ciphertext.count), with: key, in: context, digest: digest, commitment: commitment)
    let content = try reader.read(ciphertext)
    return OpenedPayload(salt: try reader.finish(), content: content)
  }

  /// How long the ciphertext of so much content is; nil beyond the maximum. It depends on the padded length only.
  public static func ciphertextByteCount(contentByteCount: UInt64) -> UInt64? {
    SealShape.paddedByteCount(contentByteCount: contentByteCount).map(SealShape.ciphertextByteCount)
  }

  /// The least length of at least so many bytes that a sealed payload can have; nil beyond the longest.
  public static func ciphertextByteCount(atLeast count: UInt64) -> UInt64? {
    SealShape.paddedByteCounts.lazy.map(SealShape.ciphertextByteCount).first { $0 >= count }
  }

  /// Whether a sealed payload may have this length at all.
  public static func isCiphertextByteCount(_ count: UInt64) -> Bool {
    SealShape.paddedByteCount(ciphertextByteCount: count) != nil
  }
}
