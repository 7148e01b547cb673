import OpenSSL
import TestSupport
import Testing

/// Keys and signatures cross over to the `openssl` command and back.
@Suite struct InteropTests {
  let message = Array("interop".utf8)

  struct Kind: Sendable, CustomTestStringConvertible {
    let signer: Signer
    let generate: [String]
    let digest: String
    var testDescription: String { signer.testDescription }
  }

  static let ecdsa = zip(Signer.ecdsa, [("P-256", "-sha256"), ("P-384", "-sha384"), ("P-521", "-sha512")]).map {
    Kind(signer: $0, generate: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\($1.0)"], digest: $1.1)
  }

  @Test(arguments: ecdsa) func theToolSignsECDSA(_ kind: Kind) throws {
    let tool = try OpenSSLTool()
    try tool.write("message", message)
    try tool.run(["genpkey"] + kind.generate + ["-out", "key.pem"])
    try tool.run(["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"])
    let key = try PublicKey(pem: try tool.read("public.pem"))
    let mine = try PrivateKey(pem: try tool.read("key.pem"))
    #expect(mine.publicKey == key)
    let size = try #require(key.type.coordinateByteCount)
    for _ in 0..<8 {
      try tool.run(["dgst", kind.digest, "-sign", "key.pem", "-out", "signature", "message"])
      let raw = try DER.raw(try tool.read("signature"), coordinate: size)
      #expect(key.verifies(raw, of: message, scheme: kind.signer.scheme))
    }
  }

  @Test(arguments: ecdsa) func theToolVerifiesECDSA(_ kind: Kind) throws {
    let tool = try OpenSSLTool()
    let key = try PrivateKey.generate(kind.signer.type)
    try tool.write("message", message)
    try tool.write("key.pem", try key.pem(passphrase: "secret"))
    try tool.run(["pkey", "-in", "key.pem", "-passin", "pass:secret", "-pubout", "-out", "public.pem"])
    #expect(try PublicKey(pem: try tool.read("public.pem")) == key.publicKey)
    let verify = ["dgst", kind.digest, "-verify", "public.pem", "-signature", "signature", "message"]
    for _ in 0..<8 {
      try tool.write("signature", DER.encoded(try key.sign(message, scheme: kind.signer.scheme)))
      #expect(try tool.succeeds(verify))
    }
    try tool.write("signature", DER.encoded(try key.sign(message + [0], scheme: kind.signer.scheme)))
    #expect(try !tool.succeeds(verify))
  }

  @Test func ed25519BothWays() throws {
    let tool = try OpenSSLTool()
    try tool.write("message", message)
    try tool.run(["genpkey", "-algorithm", "ED25519", "-aes256", "-pass", "pass:secret", "-out", "locked.pem"])
    let key = try PrivateKey(pem: try tool.read("locked.pem"), passphrase: "secret")
    try tool.write("key.pem", try key.pem())
    try tool.run(["pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "message", "-out", "theirs"])
    let theirs = try tool.read("theirs")
    #expect(key.publicKey.verifies(theirs, of: message, scheme: .ed25519))
    let mine = try key.sign(message, scheme: .ed25519)
    #expect(mine == theirs)  // Ed25519 is deterministic.
    try tool.run(["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"])
    let verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "message", "-sigfile"]
    try tool.write("mine", mine)
    #expect(try tool.succeeds(verify + ["mine"]))
  }

  @Test func rsaPSSIsVerifiedWithASaltOf32BytesOnly() throws {
    let tool = try OpenSSLTool()
    try tool.write("message", message)
    try tool.run(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem"])
    try tool.run(["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"])
    let key = try PublicKey(pem: try tool.read("public.pem"))
    #expect(key.type == .rsa && key.raw == nil)
    let pss = ["dgst", "-sha256", "-sign", "key.pem", "-out", "signature", "-sigopt", "rsa_padding_mode:pss"]
    for (salt, expected) in [("32", true), ("20", false), ("max", false)] {
      try tool.run(pss + ["-sigopt", "rsa_pss_saltlen:\(salt)", "message"])
      let signature = try tool.read("signature")
      #expect(key.verifies(signature, of: message, scheme: .rsaPSSSHA256) == expected, "salt \(salt)")
      #expect(!key.verifies(signature, of: message + [0], scheme: .rsaPSSSHA256))
      #expect(!key.verifies(signature, of: message, scheme: .ecdsaSHA256))
    }
    try tool.run(["dgst", "-sha256", "-sign", "key.pem", "-out", "pkcs1", "message"])
    #expect(!key.verifies(try tool.read("pkcs1"), of: message, scheme: .rsaPSSSHA256))
    let mine = try PrivateKey(pem: try tool.read("key.pem"))
    #expect(key.verifies(try mine.sign(message, scheme: .rsaPSSSHA256), of: message, scheme: .rsaPSSSHA256))
  }
}
