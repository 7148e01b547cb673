import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

extension SampleMaker {
  /// A seal key of every role, and a transport key with its certificate.
  func sealedAndTransported() throws -> [KeyRecord] {
    let span: (from: Int64, until: Int64) = (0, 253_402_300_799)
    let roles = try SealRole.allCases.filter { $0 != .party }.map { role in
      try #require(
        KeyRecord(
          purpose: .seal, key: PrivateKey.generate(.p256).publicKey, notBefore: span.from, notAfter: span.until,
          role: role))
    }
    let key = try PrivateKey.generate(.p256)
    let certificate = try Certificate.selfSigned(
      key: key, commonName: "SYR/prisons", notBefore: span.from, notAfter: span.until)
    return roles + [
      try #require(
        KeyRecord(
          purpose: .transport, key: key.publicKey, notBefore: span.from, notAfter: span.until,
          certificate: certificate))
    ]
  }

  /// Sealed content, to one key of each type.
  func sealed() throws -> Sample {
    let keys = try [PrivateKey.generate(.p256), .generate(.x25519)]
    let payload = try Seal.seal([1, 2, 3], salt: SealForge.salt, to: keys.map(\.publicKey), in: .sample)
    return Sample(name: "sealed-payload.cose", bytes: payload.ciphertext) { bytes in
      for key in keys { #expect(refusal(bytes, key, .sample, of: [1, 2, 3]) == nil) }
    }
  }
}
