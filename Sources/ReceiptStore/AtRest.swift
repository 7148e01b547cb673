import COSE
import OpenSSL

/// What is encrypted on this machine's disk: AES-256-GCM with a random nonce in front, bound to where it stands.
enum AtRest {
  static let keyByteCount = 32
  /// By how much the sealed bytes are longer: nonce and tag.
  static let overhead = AESGCM.nonceByteCount + AESGCM.tagByteCount

  static func newKey() throws -> [UInt8] { try randomBytes(keyByteCount) }

  static func seal(_ plaintext: [UInt8], key: [UInt8], place: [CBOR]) throws -> [UInt8] {
    let nonce = try randomBytes(AESGCM.nonceByteCount)
    return nonce + (try AESGCM.seal(plaintext, key: key, nonce: nonce, aad: CBOR.array(place).encoded()))
  }

  /// Nil when these are not the bytes that were sealed under this key for this place.
  static func open(_ sealed: [UInt8], key: [UInt8], place: [CBOR]) -> [UInt8]? {
    guard sealed.count >= overhead else { return nil }
    let nonce = Array(sealed.prefix(AESGCM.nonceByteCount))
    let rest = sealed.dropFirst(AESGCM.nonceByteCount)
    return try? AESGCM.open(rest, key: key, nonce: nonce, aad: CBOR.array(place).encoded())
  }
}
