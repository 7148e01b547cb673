public import COSE
import OpenSSL

/// What the log holds of a statement: the 32-byte SHA-256 of the tagged COSE_Sign1 with its unprotected header emptied,
/// so that attaching receipts never changes a leaf and tiles carry no content.
public struct LogEntry: Hashable, Sendable {
  /// The size of every entry, in bytes.
  public static let byteCount = 32

  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes exactly 32 bytes (a stored entry, or the random bytes of a padding entry); nil for any other count.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Array(bytes)
  }

  /// Hashes d2 84 ‖ protected bytes as received ‖ a0 ‖ payload ‖ signature, without copying the payload.
  public init(of message: Sign1) {
    var hasher = SHA256Hasher()
    hasher.update([0xd2, 0x84])
    hasher.update(byteStringHead(message.protected.encoded.count))
    hasher.update(message.protected.encoded)
    hasher.update(CollectionOfOne(0xa0))
    if let payload = message.payload {
      hasher.update(byteStringHead(payload.count))
      hasher.update(payload)
    } else {
      hasher.update(CollectionOfOne(0xf6))
    }
    hasher.update(byteStringHead(message.signature.count))
    hasher.update(message.signature)
    bytes = hasher.finish()
  }

  /// The hash of this entry as a leaf of the log's tree: SHA-256(0x00 ‖ entry).
  public var leafHash: TreeHash { TreeHash.leaf(bytes) }
}

/// The shortest head of a byte string of `count` bytes (RFC 8949 §4.2.1); Sign1 accepted no other.
private func byteStringHead(_ count: Int) -> [UInt8] {
  switch count {
  case ..<24: [0x40 | UInt8(truncatingIfNeeded: count)]
  case ..<0x100: [0x58, UInt8(truncatingIfNeeded: count)]
  case ..<0x1_0000: [0x59, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
  default: [0x5a] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
  }
}
