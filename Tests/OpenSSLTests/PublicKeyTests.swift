import OpenSSL
import TestSupport
import Testing

@Suite struct PublicKeyTests {
  @Test(arguments: PEMTests.types) func subjectPublicKeyInfoAndRawFormRoundTrip(_ type: KeyType) throws {
    let key = try PrivateKey.generate(type).publicKey
    let read = try PublicKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo)
    let raw = try #require(key.raw)
    let imported = try PublicKey(type: type, raw: raw)
    #expect(read == key && imported == key)
    #expect(read.type == type && imported.type == type)
    #expect(Set([key, read, imported]).count == 1)
    #expect(try PrivateKey.generate(type).publicKey != key)
  }

  @Test(arguments: PEMTests.types) func bytesAfterOrMissingFromSubjectPublicKeyInfoAreRefused(_ type: KeyType) throws {
    let der = try PrivateKey.generate(type).publicKey.subjectPublicKeyInfo
    for wrong in [der + [0], der + der, der.dropLast(), [0] + der, []] {
      let error = try #require(throws: OpenSSLError.self) { try PublicKey(subjectPublicKeyInfo: wrong) }
      #expect(error.code == .readKey && !error.reasons.isEmpty)
    }
  }

  @Test(arguments: Signer.ecdsa) func aPointOffTheCurveIsRefused(_ signer: Signer) throws {
    let key = try PrivateKey.generate(signer.type).publicKey
    var raw = try #require(key.raw)
    raw[raw.count - 1] ^= 1
    var der = key.subjectPublicKeyInfo
    der[der.count - 1] ^= 1
    let zeros = [UInt8](repeating: 0, count: raw.count)
    let beyond = [UInt8](repeating: 0xff, count: raw.count)
    for point in [raw, zeros, beyond] {
      #expect(throws: OpenSSLError.self) { try PublicKey(type: signer.type, raw: point) }
    }
    #expect(throws: OpenSSLError.self) { try PublicKey(subjectPublicKeyInfo: der) }
  }

  @Test(arguments: PEMTests.types) func aRawFormOfTheWrongLengthIsRefused(_ type: KeyType) throws {
    let raw = try #require(try PrivateKey.generate(type).publicKey.raw)
    for wrong in [[], raw.dropLast(), raw + [0], [4] + raw] {
      let error = try #require(throws: OpenSSLError.self) { try PublicKey(type: type, raw: Array(wrong)) }
      #expect(error.code == .readKey)
    }
  }

  /// The same P-256 key in four encodings: a key must have one identity only.
  @Test func aCompressedOrHybridPointIsRefused() throws {
    let head = "3039301306072a8648ce3d020106082a8648ce3d030107032200"
    let long = "3059301306072a8648ce3d020106082a8648ce3d030107034200"
    let x = "6074e9708e22152fc53c13ea21b67875ec1e414d979a88a27399cd91a25521ea"
    let y = "ea28c7da2c74de151521813f68f0ae69ae6a212196e73d5c2d2fb249fda18ce6"
    let key = try PublicKey(subjectPublicKeyInfo: hex(long + "04" + x + y))
    #expect(key.raw == hex(x + y))
    for wrong in [head + "02" + x, long + "06" + x + y] {
      let error = try #require(throws: OpenSSLError.self) { try PublicKey(subjectPublicKeyInfo: hex(wrong)) }
      #expect(error.code == .unsupportedKey)
    }
  }

  @Test func keysOfOtherKindsAreRefusedByName() throws {
    let tool = try OpenSSLTool()
    let kinds: [(arguments: [String], reason: String)] = [
      (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "an RSA key under 2048 bits"),
      (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2047"], "an RSA key under 2048 bits"),
      (["-algorithm", "ED448"], "neither EC, Ed25519, X25519, ML-DSA-65, ML-DSA-87 nor RSA"),
      (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "elliptic curve secp256k1"),
    ]
    for kind in kinds {
      try tool.run(["genpkey"] + kind.arguments + ["-out", "key.pem"])
      try tool.run(["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"])
      let pem = try tool.read("key.pem")
      let publicPEM = try tool.read("public.pem")
      let ofPrivate = try #require(throws: OpenSSLError.self) { try PrivateKey(pem: pem) }
      let ofPublic = try #require(throws: OpenSSLError.self) { try PublicKey(pem: publicPEM) }
      #expect(ofPrivate.code == .unsupportedKey && ofPrivate.reasons == [kind.reason])
      #expect(ofPublic.code == .unsupportedKey && ofPublic.reasons == [kind.reason])
    }
  }

  @Test func explicitCurveParametersAreRefused() throws {
    let tool = try OpenSSLTool()
    try tool.run(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem"])
    try tool.run(["ec", "-in", "key.pem", "-param_enc", "explicit", "-out", "explicit.pem"])
    try tool.run([
      "ec", "-in", "key.pem", "-pubout", "-param_enc", "explicit", "-outform", "DER", "-out", "explicit.der",
    ])
    let pem = try tool.read("explicit.pem")
    let der = try tool.read("explicit.der")
    #expect(throws: OpenSSLError.self) { try PrivateKey(pem: pem) }
    let error = try #require(throws: OpenSSLError.self) { try PublicKey(subjectPublicKeyInfo: der) }
    #expect(error.code == .unsupportedKey)
  }

  @Test func rsaIsNeverMade() throws {
    #expect(throws: OpenSSLError.self) { try PrivateKey.generate(.rsa) }
    #expect(throws: OpenSSLError.self) { try PublicKey(type: .rsa, raw: [1]) }
  }
}
