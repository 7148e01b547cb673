import OpenSSL
import TestSupport
import Testing

@Suite struct PEMTests {
  static let types: [KeyType] = [.p256, .p384, .p521, .ed25519, .x25519]

  @Test(arguments: types, [nil, "", "correct horse", "كلمة السر", String(repeating: "x", count: 1024)])
  func roundTrip(_ type: KeyType, passphrase: String?) throws {
    let key = try PrivateKey.generate(type)
    let pem = try key.pem(passphrase: passphrase)
    let header = passphrase == nil ? "-----BEGIN PRIVATE KEY-----" : "-----BEGIN ENCRYPTED PRIVATE KEY-----"
    #expect(String(decoding: pem, as: UTF8.self).hasPrefix(header))
    let read = try PrivateKey(pem: pem, passphrase: passphrase ?? "")
    #expect(read.publicKey == key.publicKey)
    #expect(read.type == type)
    #expect(try read.pem() == key.pem())
  }

  @Test(arguments: ["", "wrong", "correct hors", "correct horsee"]) func wrongPassphrase(_ passphrase: String) throws {
    let pem = try PrivateKey.generate(.p256).pem(passphrase: "correct horse")
    let error = try #require(throws: OpenSSLError.self) { try PrivateKey(pem: pem, passphrase: passphrase) }
    #expect(error.code == .readKey)
    #expect(!error.reasons.isEmpty, "\(error)")
    #expect(!error.reasons.contains { $0.contains("UI routines") }, "asked a terminal: \(error)")
  }

  /// Written in full and read back cut or stopped at the zero byte: such a key could never be opened again.
  @Test(arguments: [String(repeating: "x", count: 1025), "before\0after", "\0"])
  func aPassphraseThatCouldNotBeReadBackIsRefused(_ passphrase: String) throws {
    let key = try PrivateKey.generate(.p256)
    let error = try #require(throws: OpenSSLError.self) { try key.pem(passphrase: passphrase) }
    #expect(error.code == .writeKey)
    let pem = try key.pem(passphrase: "before")
    #expect(throws: OpenSSLError.self) { try PrivateKey(pem: pem, passphrase: passphrase) }
  }

  @Test func textThatIsNoKey() throws {
    let pem = try PrivateKey.generate(.p256).pem()
    for text in [[], Array("no key".utf8), Array(pem.dropLast(40)), Array(pem.dropFirst())] {
      let error = try #require(throws: OpenSSLError.self) { try PrivateKey(pem: text) }
      #expect(error.code == .readKey && !error.reasons.isEmpty)
      #expect(throws: OpenSSLError.self) { try PublicKey(pem: text) }
    }
  }

  /// A legacy encryption header on a public key makes OpenSSL ask for a passphrase unless it is given one.
  @Test func anEncryptedPublicKeyNeverPrompts() throws {
    let pem = """
      -----BEGIN PUBLIC KEY-----
      Proc-Type: 4,ENCRYPTED
      DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF

      MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYHTpcI4iFS/FPBPqIbZ4deweQU2X
      moiic5nNkaJVIerqKMfaLHTeFRUhgT9o8K5prmohIZbnPVwtL7JJ/aGM5g==
      -----END PUBLIC KEY-----

      """
    let error = try #require(throws: OpenSSLError.self) { try PublicKey(pem: Array(pem.utf8)) }
    #expect(error.code == .readKey)
    #expect(!error.reasons.contains { $0.contains("UI routines") }, "asked a terminal: \(error)")
  }
}
