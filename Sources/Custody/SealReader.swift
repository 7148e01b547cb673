import COSE
public import OpenSSL

/// Opens a ciphertext of known length piece by piece; holds no more than one chunk and what it was just given.
///
/// What `read` gives comes from chunks whose tag has verified. It is nobody's fact until `finish` has returned: keep it
/// aside until then.
public struct SealReader: ~Copyable {
  private let key: PrivateKey
  private let context: SealContext
  private let expected: (digest: [UInt8], commitment: [UInt8])
  private let padded: UInt64
  private var bytesLeft: UInt64
  private var nextChunk: UInt64 = 0
  private var pending: [UInt8] = []
  private var refusal: SealRefusal?
  private var digest = SHA256Hasher()
  private var contentKey: [UInt8] = []
  private var recipients: [UInt8] = []
  private var salt: [UInt8] = []
  private var contentLeft: UInt64 = 0
  private var commitment = CommitmentHasher(salt: [], contentByteCount: 0)

  /// - Parameters:
  ///   - ciphertextByteCount: the length of the whole; one that no sealed payload has is refused at once.
  ///   - digest: the ciphertext's, from the envelope, as is the commitment.
  public init(
    ciphertextByteCount: UInt64, with key: PrivateKey, in context: SealContext, digest: [UInt8], commitment: [UInt8]
  ) throws(SealRefusal) {
    guard let padded = SealShape.paddedByteCount(ciphertextByteCount: ciphertextByteCount) else {
      throw .size(ciphertextByteCount)
    }
    self.key = key
    self.context = context
    self.padded = padded
    bytesLeft = ciphertextByteCount
    expected = (digest, commitment)
  }

  /// Takes more of the ciphertext, in pieces of any length, and gives the content of the chunks that are complete.
  /// After a refusal it refuses everything.
  public mutating func read(_ ciphertext: some Collection<UInt8>) throws(SealRefusal) -> [UInt8] {
    if let refusal { throw refusal }
    do throws(SealRefusal) {
      return try take(ciphertext)
    } catch {
      refusal = error
      throw error
    }
  }

  /// Checks that all came, the digest and the commitment, and gives the salt.
  public consuming func finish() throws(SealRefusal) -> [UInt8] {
    if let refusal { throw refusal }
    guard bytesLeft == 0 else { throw .truncated }
    guard constantTimeEqual(digest.finish(), expected.digest) else { throw .digest }
    guard constantTimeEqual(commitment.finish(), expected.commitment) else { throw .commitment }
    return salt
  }

  private mutating func take(_ ciphertext: some Collection<UInt8>) throws(SealRefusal) -> [UInt8] {
    guard UInt64(ciphertext.count) <= bytesLeft else { throw .excess }
    bytesLeft -= UInt64(ciphertext.count)
    let size = SealShape.messageByteCount(plaintext: SealShape.chunkPlaintext(padded: padded))
    var output: [UInt8] = []
    var rest = ciphertext[...]
    while pending.count + rest.count >= size {
      let taken = rest.prefix(size - pending.count)
      pending.append(contentsOf: taken)
      rest = rest.dropFirst(taken.count)
      output += try openChunk()
    }
    pending.append(contentsOf: rest)
    return output
  }

  private mutating func openChunk() throws(SealRefusal) -> ArraySlice<UInt8> {
    digest.update(pending)
    let message: Encrypt
    do { message = try Encrypt(decoding: pending) } catch { throw .form(error) }
    pending.removeAll(keepingCapacity: true)
    try SealShape.check(message)
    let index = nextChunk
    let count = SealShape.chunkCount(padded: padded)
    let aad = context.externalAAD(chunk: count == 1 ? nil : (index: index, isLast: index == count - 1))
    nextChunk += 1
    guard index == 0 else {
      guard message.bytes[message.recipientsRange].elementsEqual(recipients) else {
        throw .otherRecipients(chunk: Int(clamping: index))
      }
      do { return try content(of: message.decrypt(contentKey: contentKey, externalAAD: aad)[...]) } catch {
        throw error as? SealRefusal ?? .altered(chunk: Int(clamping: index))
      }
    }
    recipients = Array(message.bytes[message.recipientsRange])
    return try content(after: openFirst(message, aad))
  }

  /// The content key of the first chunk is that of all.
  private mutating func openFirst(_ message: Encrypt, _ aad: [UInt8]) throws(SealRefusal) -> [UInt8] {
    do throws(DecryptRefusal) {
      let opened = try message.open(with: .agreeing(key), externalAAD: aad)
      contentKey = opened.contentKey
      return opened.plaintext
    } catch {
      throw error == .altered ? .altered(chunk: 0) : .notForThisKey
    }
  }

  /// Salt and length stand first. The length decides at once whether the padding is what it must be.
  private mutating func content(after plaintext: [UInt8]) throws(SealRefusal) -> ArraySlice<UInt8> {
    salt = Array(plaintext.prefix(Seal.saltByteCount))
    let length = plaintext[Seal.saltByteCount..<SealShape.prefixByteCount].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= padded - UInt64(SealShape.prefixByteCount) else { throw .lengthBeyond }
    guard SealShape.paddedByteCount(contentByteCount: length) == padded else { throw .paddingNotMinimal }
    contentLeft = length
    commitment = CommitmentHasher(salt: salt, contentByteCount: length)
    return try content(of: plaintext[SealShape.prefixByteCount...])
  }

  private mutating func content(of plaintext: ArraySlice<UInt8>) throws(SealRefusal) -> ArraySlice<UInt8> {
    let found = plaintext.prefix(Int(clamping: contentLeft))
    guard plaintext.dropFirst(found.count).allSatisfy({ $0 == 0 }) else { throw .paddingNotZero }
    contentLeft -= UInt64(found.count)
    commitment.update(found)
    return found
  }
}
