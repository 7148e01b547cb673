import COSE
import OpenSSL

/// A fresh content key and the eight recipients it is wrapped for, encoded.
struct SealSlots {
  let contentKey: [UInt8]
  let recipients: [[UInt8]]

  /// The slots stand in an order that says nothing. Where no real key is X25519, all are P-256, since some COSE
  /// libraries take no message with an X25519 recipient; else throw-away keys fill them up to four of each type.
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
    let wanted = real.contains { $0.type == .x25519 } ? Seal.recipientSlots / 2 : Seal.recipientSlots
    let curves = real.filter { $0.type == .p256 }.count
    let missing = Seal.recipientSlots - real.count
    let missingCurves = min(missing, max(0, wanted - curves))
    var keys: [PublicKey] = []
    for index in 0..<missing {
      keys.append(try PrivateKey.generate(index < missingCurves ? .p256 : .x25519).publicKey)
    }
    return keys
  }
}
