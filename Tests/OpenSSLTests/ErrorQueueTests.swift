import TestSupport
import Testing

@testable import OpenSSL

/// What one operation leaves in this thread's error queue would be read as the reason of the next.
@Suite struct ErrorQueueTests {
  private func expectEmpty(_ what: String) {
    let left = OpenSSLError.drained(.readKey).reasons
    #expect(left.isEmpty, "\(what) left \(left)")
  }

  @Test func successLeavesNothing() throws {
    _ = OpenSSLError.drained(.readKey)
    for signer in Signer.all {
      let key = try PrivateKey.generate(signer.type)
      expectEmpty("generate")
      let pem = try key.pem(passphrase: "secret")
      expectEmpty("pem")
      _ = try PrivateKey(pem: pem, passphrase: "secret")
      expectEmpty("reading PEM")
      _ = try PublicKey(subjectPublicKeyInfo: key.publicKey.subjectPublicKeyInfo)
      _ = try PublicKey(type: signer.type, raw: try #require(key.publicKey.raw))
      expectEmpty("reading a public key")
      let signature = try key.sign([1], scheme: signer.scheme)
      expectEmpty("sign")
      #expect(key.publicKey.verifies(signature, of: [1], scheme: signer.scheme))
      expectEmpty("verify")
    }
  }

  @Test func refusalsLeaveNothing() throws {
    _ = OpenSSLError.drained(.readKey)
    let key = try PrivateKey.generate(.p256)
    let pem = try key.pem(passphrase: "secret")
    #expect(throws: OpenSSLError.self) { try PrivateKey(pem: pem, passphrase: "wrong") }
    expectEmpty("a wrong passphrase")
    let der = key.publicKey.subjectPublicKeyInfo
    #expect(throws: OpenSSLError.self) { try PublicKey(subjectPublicKeyInfo: der + [0]) }
    #expect(throws: OpenSSLError.self) { try PublicKey(subjectPublicKeyInfo: [1, 2, 3]) }
    #expect(throws: OpenSSLError.self) { try PublicKey(type: .p256, raw: [UInt8](repeating: 1, count: 64)) }
    expectEmpty("a bad public key")
    for signature in [[], [1], [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xff, count: 64)] {
      #expect(!key.publicKey.verifies(signature, of: [1], scheme: .ecdsaSHA256))
      expectEmpty("an invalid signature")
    }
  }

  @Test func errorsCompareByCodeAndShowReasons() {
    let error = OpenSSLError.withReason(.readKey, "why")
    #expect(error == OpenSSLError.withReason(.readKey, "other") && error != OpenSSLError.withReason(.sign, "why"))
    #expect(error.description == "readKey failed: why")
    #expect(OpenSSLError.drained(.sign).description == "sign failed: no reason given by OpenSSL")
    #expect(openSSLVersion().hasPrefix("OpenSSL 3."))
  }
}
