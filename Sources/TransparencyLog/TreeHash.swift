import OpenSSL

/// A 32-byte SHA-256 hash of a Merkle tree: of a leaf, of an inner node or of a whole tree (RFC 9162 §2.1.1).
public struct TreeHash: Hashable, Sendable {
  /// The size of every hash, in bytes.
  public static let byteCount = 32

  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes exactly 32 bytes; nil for any other count.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Array(bytes)
  }

  private init(digest: [UInt8]) { bytes = digest }

  /// The hash of a leaf: SHA-256(0x00 ‖ data) (RFC 9162 §2.1.1).
  public static func leaf(_ data: some Collection<UInt8>) -> TreeHash {
    var hasher = SHA256Hasher()
    hasher.update(CollectionOfOne(0x00))
    hasher.update(data)
    return TreeHash(digest: hasher.finish())
  }

  /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 9162 §2.1.1).
  public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
    TreeHash(digest: SHA256.hash([0x01] + left.bytes + right.bytes))
  }

  /// The root of a tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1).
  public static let empty = TreeHash(digest: SHA256.hash([]))
}
