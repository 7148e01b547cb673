import Foundation
import OpenSSL
import TestSupport
import Testing

/// ML-DSA where libcrypto has it, and what is answered where it has not. Tests/Debian13 runs these on OpenSSL 3.5.
@Suite struct MLDSATests {
  static let types: [KeyType] = [.mlDSA65, .mlDSA87]
  let message = Array("This is the content.".utf8)

  @Test("ML-DSA is there from OpenSSL 3.5 on, and its absence is said with the version")
  func availability() throws {
    let version = try #require(openSSLVersion().split(separator: " ").dropFirst().first)
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    #expect(MLDSA.isAvailable == ((numbers[0], numbers[1]) >= (3, 5)))
    #expect(MLDSA.absence == "this machine's OpenSSL (\(version)) cannot verify ML-DSA; 3.5 or later does")
    print("ML-DSA: OpenSSL \(version), available \(MLDSA.isAvailable)")
  }

  @Test("A certificate of such a key is read, whether libcrypto knows it or not", arguments: types)
  func certificate(_ type: KeyType) throws {
    let raw = [UInt8](repeating: 7, count: type.coordinateByteCount ?? 0)
    let key = try PublicKey(type: type, raw: raw)
    let old = try Certificate.selfSigned(key: .generate(.p256), commonName: "a", notBefore: 1, notAfter: 2)
    let der = try DER.certificate(
      old.der, with: key.subjectPublicKeyInfo, insteadOf: old.publicKey.subjectPublicKeyInfo)
    let read = try Certificate(der: der)
    #expect(read.publicKey == key && !read.isSelfSigned && read.subject == old.subject)
  }

  @Test("A public key keeps its bytes whether libcrypto knows it or not", arguments: types)
  func publicKey(_ type: KeyType) throws {
    let raw = (0..<(type.coordinateByteCount ?? 0)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let key = try PublicKey(type: type, raw: raw)
    #expect(key.type == type && key.raw == raw && key.isUsableHere == MLDSA.isAvailable)
    let read = try PublicKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo)
    #expect(read == key && read.raw == raw)
    #expect(!key.verifies([UInt8](repeating: 1, count: 3309), of: message, scheme: .mlDSA))
    let body = Data(key.subjectPublicKeyInfo).base64EncodedString(options: .lineLength64Characters)
    let pem = "-----BEGIN PUBLIC KEY-----\n\(body.replacingOccurrences(of: "\r", with: ""))\n-----END PUBLIC KEY-----\n"
    #expect(try PublicKey(pem: Array(pem.utf8)) == key)
    for wrong in [[], raw.dropLast(), raw + [0]] {
      let error = try #require(throws: OpenSSLError.self) { try PublicKey(type: type, raw: Array(wrong)) }
      #expect(error.code == .readKey)
    }
    let der = key.subjectPublicKeyInfo
    for wrong in [der + [0], Array(der.dropLast()), [0] + der] {
      #expect(throws: OpenSSLError.self) { try PublicKey(subjectPublicKeyInfo: wrong) }
    }
  }

  @Test(
    "A key signs, is written and read, and another key, message or bit is invalid; without ML-DSA it says so",
    arguments: types)
  func roundTrip(_ type: KeyType) throws {
    guard MLDSA.isAvailable else {
      let error = try #require(throws: OpenSSLError.self) { try PrivateKey.generate(type) }
      #expect(error.code == .unsupportedKey && error.reasons == [MLDSA.absence])
      return
    }
    let key = try PrivateKey.generate(type)
    let other = try PrivateKey.generate(type).publicKey
    let signature = try key.sign(message, scheme: .mlDSA)
    #expect(signature.count == (type == .mlDSA65 ? 3309 : 4627))
    #expect(key.publicKey.verifies(signature, of: message, scheme: .mlDSA))
    #expect(!key.publicKey.verifies(signature, of: message + [0], scheme: .mlDSA))
    #expect(!other.verifies(signature, of: message, scheme: .mlDSA) && other != key.publicKey)
    #expect(!key.publicKey.verifies(signature, of: message, scheme: .ed25519))
    for place in stride(from: 0, to: signature.count, by: 97) {
      var changed = signature
      changed[place] ^= 1
      #expect(!key.publicKey.verifies(changed, of: message, scheme: .mlDSA), "byte \(place)")
    }
    for wrong in [[], [0], Array(signature.dropLast()), signature + [0], [UInt8](repeating: 0, count: signature.count)]
    {
      #expect(!key.publicKey.verifies(wrong, of: message, scheme: .mlDSA))
    }
    for passphrase in [nil, "correct horse"] {
      let read = try PrivateKey(pem: key.pem(passphrase: passphrase), passphrase: passphrase ?? "")
      #expect(read.publicKey == key.publicKey && read.type == type)
      #expect(key.publicKey.verifies(try read.sign(message, scheme: .mlDSA), of: message, scheme: .mlDSA))
    }
    #expect(throws: OpenSSLError.self) { try key.sign(message, scheme: .ecdsaSHA256) }
  }

  /// The seed alone, PKCS#8 (RFC 9881 §6): what a machine of the coalition may be handed that cannot use it.
  @Test("A private key of the seed alone is read, or refused with the sentence, encrypted or not") func seed() throws {
    let seed = [UInt8](repeating: 0, count: 32)
    let pem = KeyPEM.mlDSA65(seed: seed)
    guard MLDSA.isAvailable else {
      let error = try #require(throws: OpenSSLError.self) { try PrivateKey(pem: pem) }
      #expect(error.code == .unsupportedKey && error.reasons == [MLDSA.absence])
      return
    }
    let key = try PrivateKey(pem: pem)
    #expect(key.type == .mlDSA65)
    guard Vectors.folder != nil else { return Vectors.announce("ml-dsa") }
    struct File: Decodable { let raw_public_key: String }
    let file = try JSONDecoder().decode(File.self, from: Vectors.file("ml-dsa/ML_DSA_65.cose.json"))
    #expect(key.publicKey.raw == hex(file.raw_public_key))
  }

  private struct File: Decodable {
    struct Group: Decodable {
      let publicKey: String
      let tests: [Case]
    }
    struct Case: Decodable {
      let tcId: Int
      let flags: [String]
      let msg: String
      let sig: String
      let ctx: String?
      let result: String
    }
    let numberOfTests: Int
    let testGroups: [Group]
  }

  /// COSE signs with the empty context only (RFC 9964 §4): a signature for another is none of ours, whatever the file
  /// says of it.
  @Test("Wycheproof's ML-DSA-65 signatures: valid verify, invalid do not; without ML-DSA none does") func wycheproof()
    throws
  {
    guard Vectors.folder != nil else { return Vectors.announce("wycheproof/mldsa_65_verify") }
    let file = try JSONDecoder().decode(File.self, from: Vectors.file("wycheproof/mldsa_65_verify_test.json"))
    var tally = VectorTally("wycheproof/mldsa_65_verify")
    var shortKeys = 0
    for group in file.testGroups {
      let raw = hex(group.publicKey)
      guard let key = try? PublicKey(type: .mlDSA65, raw: raw) else {
        #expect(raw.count != 1952 && group.tests.allSatisfy { $0.result == "invalid" })
        shortKeys += group.tests.count
        tally.refused += group.tests.count
        continue
      }
      for test in group.tests { check(test, with: key, &tally) }
    }
    #expect(tally.cases == file.numberOfTests && shortKeys == 4)
    if MLDSA.isAvailable {
      #expect(tally.accepted == 77 && tally.refused == 131 && tally.notApplicable.count == 2)
    }
    tally.report()
  }

  private func check(_ test: File.Case, with key: PublicKey, _ tally: inout VectorTally) {
    let verified = key.verifies(hex(test.sig), of: hex(test.msg), scheme: .mlDSA)
    guard MLDSA.isAvailable else {
      #expect(!verified && !key.isUsableHere)
      return tally.skip("\(test.tcId)", because: MLDSA.absence)
    }
    if test.result == "valid", let context = test.ctx, !context.isEmpty {
      #expect(!verified, "case \(test.tcId) is for another context")
      return tally.skip(
        "\(test.tcId)", because: "valid for a context of \(context.count / 2) bytes, refused for COSE's")
    }
    switch (test.result, verified) {
    case ("valid", true): tally.accepted += 1
    case ("invalid", false): tally.refused += 1
    default: Issue.record("case \(test.tcId) \(test.flags): \(test.result), verified \(verified)")
    }
  }

  @Test("The openssl command of this machine verifies our signature, and we its") func command() throws {
    let tool = try OpenSSLTool()
    guard MLDSA.isAvailable else {
      #expect(throws: (any Error).self) {
        try tool.run(["genpkey", "-algorithm", "ML-DSA-65", "-out", "key.pem"])
      }
      return
    }
    for (name, type) in [("ML-DSA-65", KeyType.mlDSA65), ("ML-DSA-87", .mlDSA87)] {
      try tool.run(["genpkey", "-algorithm", name, "-out", "key.pem"])
      try tool.run(["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"])
      let key = try PrivateKey(pem: try tool.read("key.pem"))
      let publicKey = try PublicKey(pem: try tool.read("public.pem"))
      #expect(key.type == type && key.publicKey == publicKey)
      try tool.write("message", message)
      try tool.write("ours", try key.sign(message, scheme: .mlDSA))
      let files = ["-rawin", "-in", "message"]
      try tool.run(["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-sigfile", "ours"] + files)
      try tool.run(["pkeyutl", "-sign", "-inkey", "key.pem", "-out", "theirs"] + files)
      #expect(key.publicKey.verifies(try tool.read("theirs"), of: message, scheme: .mlDSA))
      try tool.write("key-of-ours.pem", try PrivateKey.generate(type).pem(passphrase: "horse"))
      try tool.run(["pkey", "-in", "key-of-ours.pem", "-passin", "pass:horse", "-noout", "-check"])
    }
    print("INTEROP openssl pkeyutl: ML-DSA-65 and -87, both ways")
  }
}
