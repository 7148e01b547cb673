import COSE
import OpenSSL

/// The commitment of content that comes piece by piece: SHA-256(CBOR ["amana-commit-1", salt, content]).
struct CommitmentHasher: ~Copyable {
  private var hasher = SHA256Hasher()

  init(salt: [UInt8], contentByteCount: UInt64) {
    var encoder = CBOREncoder()
    encoder.arrayHead(3)
    encoder.text("amana-commit-1")
    encoder.byteString(salt)
    encoder.byteStringHead(contentByteCount)
    hasher.update(encoder.bytes)
  }

  mutating func update(_ content: some Collection<UInt8>) { hasher.update(content) }

  /// 32 bytes.
  consuming func finish() -> [UInt8] { hasher.finish() }
}
