public import OpenSSL

/// Opens a ciphertext of known length piece by piece; never holds more than one chunk. What `read` gives has a
/// verified tag and is still nobody's fact until `finish` has returned: keep it aside until then.
public struct SealReader: ~Copyable {
  /// - Parameters:
  ///   - ciphertextByteCount: the length of the whole; one that no sealed payload has is refused at once.
  ///   - digest: the ciphertext's, from the envelope.
  public init(
    ciphertextByteCount: UInt64, with key: PrivateKey, in context: SealContext, digest: [UInt8], commitment: [UInt8]
  ) throws(SealRefusal) {
    throw .notForThisKey
  }

  /// Takes more of the ciphertext, in pieces of any length, and gives the content of the chunks that are complete.
  public mutating func read(_ ciphertext: some Collection<UInt8>) throws(SealRefusal) -> [UInt8] { [] }

  /// Checks that all came, the digest and the commitment, and gives the salt.
  public consuming func finish() throws(SealRefusal) -> [UInt8] { throw .truncated }
}
