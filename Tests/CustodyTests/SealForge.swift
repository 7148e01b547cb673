import COSE
import Custody
import OpenSSL
import TestSupport
import Testing

/// Sealed payloads put together by hand from COSE_Encrypt, so that each part can be wrong: the form is that of
/// formats.md, written here anew.
struct SealForge {
  var keys: [PublicKey]
  var aad: [CBOR]
  var contentKey: [UInt8]
  var recipients: [[UInt8]]

  init(_ key: PrivateKey, _ context: SealContext) throws {
    aad = [
      "amana-seal-1", .text(context.issuer), .bytes(context.recordID.bytes), .text(context.payloadID),
      .text(context.mediaType),
    ]
    contentKey = try randomBytes(32)
    keys = try [key.publicKey] + (0..<7).map { _ in try PrivateKey.generate(.p256).publicKey }
    recipients = []
    recipients = try wrapped()
  }

  /// A list of eight recipients, each time with other ephemeral keys.
  func wrapped() throws -> [[UInt8]] {
    try keys.map { key in
      let padding: CBORMap = key.type == .x25519 ? ["pad": .bytes([UInt8](repeating: 0, count: 29))] : [:]
      return try EncryptRecipient.wrapping(contentKey, to: key, padding: padding)
    }
  }

  static func plaintext(_ content: [UInt8], length: UInt64? = nil, padded: Int, fill: UInt8 = 0) -> [UInt8] {
    let length = length ?? UInt64(content.count)
    let prefix = salt + (0..<8).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + content
    return prefix + [UInt8](repeating: fill, count: padded - prefix.count)
  }

  static let salt = [UInt8](repeating: 0x5a, count: 32)

  func message(_ plaintext: [UInt8], chunk: (index: UInt64, isLast: Bool)? = nil, recipients: [[UInt8]]? = nil) throws
    -> [UInt8]
  {
    let extra: [CBOR] = chunk.map { [.unsigned($0.index), .bool($0.isLast)] } ?? []
    return try Encrypt.encrypt(
      plaintext, contentKey: contentKey, nonce: randomBytes(12), externalAAD: CBOR.array(aad + extra).encoded(),
      recipients: recipients ?? self.recipients)
  }

  static func commitment(_ content: [UInt8], salt: [UInt8] = salt) -> [UInt8] {
    SHA256.hash(CBOR.array(["amana-commit-1", .bytes(salt), .bytes(content)]).encoded())
  }
}

/// Why something sealed does not open, or nil when it does; the envelope names exactly these bytes.
func refusal(
  _ ciphertext: [UInt8], _ key: PrivateKey, _ context: SealContext, of content: [UInt8] = [], digest: [UInt8]? = nil
) -> SealRefusal? {
  do {
    _ = try Seal.open(
      ciphertext, with: key, in: context, digest: digest ?? SHA256.hash(ciphertext),
      commitment: SealForge.commitment(content))
    return nil
  } catch {
    return error
  }
}

extension SealContext {
  static let sample = SealContext(
    issuer: "https://syr.example/prisons", recordID: RecordID(unchecked: [UInt8](1...16)), payloadID: "manifest",
    mediaType: "application/vnd.amana.manifest+cbor")
}
