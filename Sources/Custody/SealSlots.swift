import COSE
import OpenSSL

/// A fresh content key and the eight recipients it is wrapped for, encoded.
struct SealSlots {
  let contentKey: [UInt8]
  let recipients: [[UInt8]]

  /// The slots stand in an order that says nothing. Throw-away keys fill them up to four of each type where the real
  /// ones allow it.
  init(to keys: [PublicKey]) throws(SealRefusal) {
    let real = Array(Set(keys))
    guard real.count <= Seal.recipientSlots else { throw .cannotSeal("more than eight keys") }
    guard real.allSatisfy({ $0.type == .p256 || $0.type == .x25519 }) else {
      throw .cannotSeal("a seal key is a P-256 or an X25519 key")
    }
    do throws(OpenSSLError) {
      let contentKey = try randomBytes(32)
      var recipients: [[UInt8]] = []
      for key in try (real + Self.throwAwayKeys(beside: real)).shuffled() {
        let padding = SealShape.padding(for: key.type)
        recipients.append(try EncryptRecipient.wrapping(contentKey, to: key, padding: padding))
      }
      self.contentKey = contentKey
      self.recipients = recipients
    } catch {
      throw .libcrypto(error)
    }
  }

  private static func throwAwayKeys(beside real: [PublicKey]) throws(OpenSSLError) -> [PublicKey] {
    let half = Seal.recipientSlots / 2
    let curves = real.filter { $0.type == .p256 }.count
    let missing = Seal.recipientSlots - real.count
    let missingCurves = min(missing, max(0, half - curves))
    var keys: [PublicKey] = []
    for index in 0..<missing {
      keys.append(try PrivateKey.generate(index < missingCurves ? .p256 : .x25519).publicKey)
    }
    return keys
  }
}
