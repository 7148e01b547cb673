import COSE
import OpenSSL

/// The fixed form of sealed payloads: how long everything is and what the headers say. Nothing of it depends on who
/// the recipients are or how many.
enum SealShape {
  /// Salt and length, which stand before the content.
  static let prefixByteCount = Seal.saltByteCount + 8

  /// Every padded length, the least first.
  static let paddedByteCounts = Array(
    sequence(first: UInt64(Seal.smallestPlaintext)) { $0 * 2 }
      .prefix { $0 <= Seal.maximumContentByteCount + UInt64(prefixByteCount) })

  /// The padded length: the least power of two, 4 KiB or more, that prefix and content fit.
  static func paddedByteCount(contentByteCount: UInt64) -> UInt64? {
    guard contentByteCount <= Seal.maximumContentByteCount else { return nil }
    return paddedByteCounts.first { $0 >= contentByteCount + UInt64(prefixByteCount) }
  }

  static func chunkPlaintext(padded: UInt64) -> Int { Int(min(padded, UInt64(Seal.chunkByteCount))) }

  static func chunkCount(padded: UInt64) -> UInt64 { max(1, padded / UInt64(Seal.chunkByteCount)) }

  /// One recipient: array head, protected header, unprotected map, wrapped key.
  private static let recipientByteCount = 1 + 5 + 77 + 42

  /// One whole message around so much plaintext.
  static func messageByteCount(plaintext: Int) -> Int {
    let ciphertext = plaintext + AESGCM.tagByteCount
    let head = ciphertext > 0xffff ? 5 : 3
    return 2 + 1 + 4 + 15 + head + ciphertext + 1 + Seal.recipientSlots * recipientByteCount
  }

  static func ciphertextByteCount(padded: UInt64) -> UInt64 {
    chunkCount(padded: padded) * UInt64(messageByteCount(plaintext: chunkPlaintext(padded: padded)))
  }

  /// The padded length behind a ciphertext of this length; nil when no sealed payload has it.
  static func paddedByteCount(ciphertextByteCount: UInt64) -> UInt64? {
    paddedByteCounts.first { self.ciphertextByteCount(padded: $0) == ciphertextByteCount }
  }

  /// What stands beside an X25519 ephemeral key, so that a recipient is as long as one with a P-256 key.
  static let padding: CBORMap = ["pad": .bytes([UInt8](repeating: 0, count: 29))]

  static func padding(for type: KeyType) -> CBORMap { type == .x25519 ? padding : CBORMap() }

  private static let protected: [UInt8] = [0xa1, 0x01, 0x03]
  private static let recipientProtected: [UInt8] = [0xa1, 0x01, 0x38, 0x1e]

  /// Refuses a message that is not exactly as the writer makes them.
  static func check(_ message: Encrypt) throws(SealRefusal) {
    guard message.protected.encoded.elementsEqual(protected) else { throw .profile("the protected header") }
    guard message.unprotected.entries.count == 1, message.unprotected[HeaderLabel.initialVector]?.bytes?.count == 12
    else { throw .profile("the unprotected header") }
    guard message.recipients.count == Seal.recipientSlots else { throw .profile("the number of recipients") }
    for recipient in message.recipients {
      guard recipient.protected.encoded.elementsEqual(recipientProtected) else {
        throw .profile("a recipient's protected header")
      }
      guard recipient.ciphertext.count == 40 else { throw .profile("a recipient's wrapped key") }
      guard let key = recipient.ephemeralKey, let type = type(ofEphemeral: key),
        recipient.unprotected == CBORMap([.init(HeaderLabel.ephemeralKey, key)] + padding(for: type).entries)
      else { throw .profile("a recipient's unprotected header") }
    }
  }

  /// The type of an ephemeral key that is written as ours are: its required parameters in order, of the right length.
  /// Whether the point lies on the curve is seen by whom it concerns.
  static func type(ofEphemeral key: CBOR) -> KeyType? {
    guard let map = key.map, let x = map[-2], x.bytes?.count == 32 else { return nil }
    let okp: CBORMap = [1: 1, -1: 4, -2: x]
    if map == okp { return .x25519 }
    guard let y = map[-3], y.bytes?.count == 32 else { return nil }
    let ec: CBORMap = [1: 2, -1: 1, -2: x, -3: y]
    return map == ec ? .p256 : nil
  }
}
