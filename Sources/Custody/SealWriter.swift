import COSE
public import OpenSSL

/// Seals content of known length piece by piece; holds no more than one chunk and what it was just given.
///
/// After all of the content was written, `padding` is asked until it gives nil, then `finish`.
public struct SealWriter: ~Copyable {
  private let context: SealContext
  private let contentKey: [UInt8]
  private let recipients: [[UInt8]]
  private let padded: UInt64
  private var contentLeft: UInt64
  private var nextChunk: UInt64 = 0
  private var pending: [UInt8]
  private var digest = SHA256Hasher()
  private var commitment: CommitmentHasher

  /// - Parameters:
  ///   - salt: 32 random bytes, never used for other content.
  ///   - keys: P-256 or X25519, at most eight; equal keys count once, and none at all is allowed.
  public init(contentByteCount: UInt64, salt: [UInt8], to keys: [PublicKey], in context: SealContext)
    throws(SealRefusal)
  {
    guard let padded = SealShape.paddedByteCount(contentByteCount: contentByteCount) else {
      throw .contentLength(contentByteCount)
    }
    guard salt.count == Seal.saltByteCount else { throw .cannotSeal("a salt has 32 bytes") }
    let slots = try SealSlots(to: keys)
    contentKey = slots.contentKey
    recipients = slots.recipients
    self.context = context
    self.padded = padded
    contentLeft = contentByteCount
    pending = salt + (0..<8).reversed().map { UInt8(truncatingIfNeeded: contentByteCount >> (8 * UInt64($0))) }
    commitment = CommitmentHasher(salt: salt, contentByteCount: contentByteCount)
  }

  /// Takes more of the content and gives the ciphertext that is finished: whole chunks, often none.
  public mutating func write(_ content: some Collection<UInt8>) throws(SealRefusal) -> [UInt8] {
    guard UInt64(content.count) <= contentLeft else { throw .contentLength(contentLeft) }
    contentLeft -= UInt64(content.count)
    commitment.update(content)
    let size = SealShape.chunkPlaintext(padded: padded)
    var output: [UInt8] = []
    var rest = content[...]
    while pending.count + rest.count >= size {
      let taken = rest.prefix(size - pending.count)
      pending.append(contentsOf: taken)
      rest = rest.dropFirst(taken.count)
      output += try sealChunk()
    }
    pending.append(contentsOf: rest)
    return output
  }

  /// One more chunk of ciphertext after the content is complete; nil when there is no more.
  public mutating func padding() throws(SealRefusal) -> [UInt8]? {
    guard contentLeft == 0 else { throw .contentLength(contentLeft) }
    guard nextChunk < SealShape.chunkCount(padded: padded) else { return nil }
    let size = SealShape.chunkPlaintext(padded: padded)
    pending.append(contentsOf: repeatElement(0, count: size - pending.count))
    return try sealChunk()
  }

  /// The ciphertext's digest and the content's commitment, for the envelope. Everything must have been written.
  public consuming func finish() throws(SealRefusal) -> (digest: [UInt8], commitment: [UInt8]) {
    guard contentLeft == 0, nextChunk == SealShape.chunkCount(padded: padded) else { throw .truncated }
    return (digest.finish(), commitment.finish())
  }

  private mutating func sealChunk() throws(SealRefusal) -> [UInt8] {
    let count = SealShape.chunkCount(padded: padded)
    let chunk = count == 1 ? nil : (index: nextChunk, isLast: nextChunk == count - 1)
    do throws(OpenSSLError) {
      let message = try Encrypt.encrypt(
        pending, contentKey: contentKey, nonce: randomBytes(AESGCM.nonceByteCount),
        externalAAD: context.externalAAD(chunk: chunk), recipients: recipients)
      digest.update(message)
      pending.removeAll(keepingCapacity: true)
      nextChunk += 1
      return message
    } catch {
      throw .libcrypto(error)
    }
  }
}
