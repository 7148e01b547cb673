import Foundation
import OpenSSL
import TestSupport
import Testing

/// Keys by their place: files, and a TPM 2.0 (swtpm with tpm2-openssl). One after another: the TPM is the process's.
@Suite(.serialized) struct KeyStoreTests {
  private static func read(_ path: String, _ limit: Int) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)).prefix(limit))
  }

  private func key(_ text: String, _ secret: String? = nil) throws -> PrivateKey {
    try PrivateKey(uri: KeyURI(text), secret: secret, read: Self.read)
  }

  private func refused(_ text: String, _ secret: String? = nil, _ code: OpenSSLError.Code) -> String {
    let error = #expect(throws: OpenSSLError.self) { try key(text, secret) }
    #expect(error?.code == code, "\(text): \(error.map { "\($0)" } ?? "-")")
    return error?.description ?? ""
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = "/tmp/amana-keys-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test("A file is a path or file:; what is wrong with it is a sentence without its passphrase")
  func files() throws {
    try withFolder { folder in
      let made = try PrivateKey.generate(.p256)
      try Data(made.pem()).write(to: URL(filePath: "\(folder)/clear.pem"))
      try Data(made.pem(passphrase: "correct horse")).write(to: URL(filePath: "\(folder)/locked.pem"))
      for text in ["\(folder)/clear.pem", "file:\(folder)/clear.pem", "file://\(folder)/clear.pem"] {
        #expect(try key(text).publicKey == made.publicKey)
      }
      #expect(try key("\(folder)/locked.pem", "correct horse").publicKey == made.publicKey)
      let wrong = refused("\(folder)/locked.pem", "wrong horse", .wrongPassphrase)
      #expect(wrong == "the key \(folder)/locked.pem does not open with this passphrase")
      #expect(refused("\(folder)/locked.pem", nil, .wrongPassphrase).contains("needs a passphrase"))
      let tool = try OpenSSLTool()
      try tool.run(["genrsa", "-out", "\(folder)/weak.pem", "1024"])
      #expect(refused("\(folder)/weak.pem", nil, .unsupportedKey).contains("an RSA key under 2048 bits"))
      try tool.run(["ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", "\(folder)/curve.pem"])
      #expect(refused("\(folder)/curve.pem", nil, .unsupportedKey).contains("elliptic curve secp256k1"))
      try tool.run(["pkey", "-in", "\(folder)/clear.pem", "-pubout", "-out", "\(folder)/public.pem"])
      #expect(refused("\(folder)/public.pem", nil, .notPrivateKey).contains("holds no private key"))
    }
  }

  @Test("A PIN in a URI, an unknown place and nothing are refused; a provider that is not here names its package")
  func places() throws {
    #expect(throws: OpenSSLError.self) { try KeyURI("pkcs11:object=x?pin-value=1234") }
    #expect(throws: OpenSSLError.self) { try KeyURI("pkcs11:object=x?pin-source=/tmp/pin") }
    #expect(throws: OpenSSLError.self) { try KeyURI("https://example.org/key") }
    #expect(throws: OpenSSLError.self) { try KeyURI("") }
    if ["x86_64-linux-gnu", "aarch64-linux-gnu"].contains(where: {
      FileManager.default.fileExists(atPath: "/usr/lib/\($0)/ossl-modules/pkcs11.so")
    }) {
      print("SKIPPED: a missing pkcs11-provider was NOT tried: it is here")
    } else {
      let why = refused("pkcs11:object=statement", nil, .missingProvider)
      #expect(why.contains("pkcs11-provider (Debian 13; Debian 12 has none)"))
    }
  }

  @Test("A key in a TPM signs and agrees; without the TPM it says so, and works again when that is back")
  func tpm() throws {
    guard SoftTPM.isHere else { return print("SKIPPED: no TPM was tried: install swtpm and tpm2-openssl") }
    try withFolder { folder in
      let tpm = try SoftTPM.ofThisProcess()
      defer { tpm.discard() }
      for (type, scheme) in [(KeyType.p256, SignatureScheme.ecdsaSHA256), (.p384, .ecdsaSHA384)] {
        let path = "\(folder)/\(type).pem"
        try Data(PrivateKey.generateInTPM(type, secret: nil)).write(to: URL(filePath: path))
        let key = try key(path)
        #expect(key.place == .tpm && key.type == type)
        let signature = try key.sign([1, 2, 3], scheme: scheme)
        #expect(key.publicKey.verifies(signature, of: [1, 2, 3], scheme: scheme))
        #expect(!key.publicKey.verifies(signature, of: [1, 2, 4], scheme: scheme))
        let other = try PrivateKey.generate(type)
        #expect(try key.agree(with: other.publicKey) == other.agree(with: key.publicKey))
        #expect(throws: OpenSSLError.self) { try key.pem() }

        tpm.remove()
        let gone = try #require(throws: OpenSSLError.self) { try key.sign([1], scheme: scheme) }
        #expect(gone.code == .tokenAbsent && gone.description.hasPrefix("the TPM does not answer"), "\(gone)")
        #expect(throws: OpenSSLError.self) { try self.key(path) }
        try tpm.insert()
        #expect(key.publicKey.verifies(try key.sign([1], scheme: scheme), of: [1], scheme: scheme))
      }
    }
  }

  @Test("The passphrase of a key in a TPM: none, the wrong one (tried once only), the right one; a locked TPM")
  func passphraseInTPM() throws {
    guard SoftTPM.isHere else { return print("SKIPPED: no TPM was tried: install swtpm and tpm2-openssl") }
    try withFolder { folder in
      let tpm = try SoftTPM.ofThisProcess()
      defer { tpm.discard() }
      let path = "\(folder)/key.pem"
      try Data(PrivateKey.generateInTPM(.p256, secret: "abcd")).write(to: URL(filePath: path))
      #expect(refused(path, nil, .wrongPassphrase).contains("needs a passphrase or PIN"))
      func signs() throws -> Bool {
        let right = try key(path, "abcd")
        return right.publicKey.verifies(try right.sign([1], scheme: .ecdsaSHA256), of: [1], scheme: .ecdsaSHA256)
      }
      #expect(try signs())
      let wrong = try key(path, "secret-of-nobody")
      for _ in 0..<40 {
        let error = try #require(throws: OpenSSLError.self) { try wrong.sign([1], scheme: .ecdsaSHA256) }
        #expect(error.code == .wrongPassphrase && !"\(error)".contains("nobody"), "\(error)")
      }
      // Had each been tried, the TPM would be locked by now.
      #expect(try signs())
      var last: OpenSSLError?
      for _ in 0..<4 where last?.code != .tokenLocked {
        last = #expect(throws: OpenSSLError.self) { try key(path, "wrong").sign([1], scheme: .ecdsaSHA256) }
      }
      #expect(last?.code == .tokenLocked, "\(last?.description ?? "")")
    }
  }

  @Test("A persistent object of a TPM by its handle; one that is not there")
  func handle() throws {
    guard SoftTPM.isHere else { return print("SKIPPED: no TPM was tried: install swtpm and tpm2-openssl") }
    try withFolder { folder in
      let tpm = try SoftTPM.ofThisProcess()
      defer { tpm.discard() }
      let script = """
        set -e; cd \(folder); P="-Q -C o -g sha256 -G ecc"
        tpm2_createprimary $P -c primary.ctx
        tpm2_create -Q -C primary.ctx -G ecc -u k.pub -r k.priv -c k.ctx \
          -a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign|noda'
        tpm2_flushcontext -t; tpm2_load -Q -C primary.ctx -u k.pub -r k.priv -c k.ctx
        tpm2_evictcontrol -Q -C o -c k.ctx 0x81000001; tpm2_flushcontext -t
        """
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = ["-c", script]
      try shell.run()
      shell.waitUntilExit()
      try #require(shell.terminationStatus == 0, "tpm2-tools made no persistent key")
      let key = try key("handle:0x81000001")
      #expect(key.publicKey.verifies(try key.sign([7], scheme: .ecdsaSHA256), of: [7], scheme: .ecdsaSHA256))
      _ = refused("handle:0x81000002", nil, .tokenFailed)
    }
  }
}
