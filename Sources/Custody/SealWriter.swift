public import OpenSSL

/// Seals content of known length piece by piece; never holds more than one chunk.
public struct SealWriter: ~Copyable {
  public init(contentByteCount: UInt64, salt: [UInt8], to keys: [PublicKey], in context: SealContext)
    throws(SealRefusal)
  {
    throw .cannotSeal("not yet")
  }

  /// Takes more of the content and gives the ciphertext that is finished: whole chunks, often none.
  public mutating func write(_ content: some Collection<UInt8>) throws(SealRefusal) -> [UInt8] { [] }

  /// Pads, and gives the rest of the ciphertext, its digest and the commitment. The content must be complete.
  /// Padding may be as long as the content: `last` is handed over chunk by chunk.
  public consuming func finish(_ last: ([UInt8]) throws -> Void) throws -> (digest: [UInt8], commitment: [UInt8]) {
    throw SealRefusal.truncated
  }
}
