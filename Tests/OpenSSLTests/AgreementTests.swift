import Foundation
import OpenSSL
import TestSupport
import Testing

/// Key agreement: the vectors of C2SP/wycheproof, and the `openssl` command on the other side.
@Suite struct AgreementTests {
  private struct File: Decodable {
    struct Group: Decodable { let tests: [Case] }
    struct Case: Decodable {
      let tcId: Int
      let comment: String
      let flags: [String]
      let `public`: String
      let `private`: String
      let shared: String
      let result: String
    }
    let numberOfTests: Int
    let testGroups: [Group]
  }

  /// "acceptable" are points on the twist, small and non-canonical ones: RFC 7748 takes them, and so do we, but those
  /// of low order, whose secret is zero.
  @Test func x25519Vectors() throws {
    guard Vectors.folder != nil else { return Vectors.announce("wycheproof/x25519") }
    let file = try JSONDecoder().decode(File.self, from: Vectors.file("wycheproof/x25519_test.json"))
    var tally = VectorTally("wycheproof/x25519")
    for test in file.testGroups.flatMap(\.tests) {
      let own = try PrivateKey(pem: KeyPEM.x25519(hex(test.private)))
      let peer = try PublicKey(type: .x25519, raw: hex(test.public))
      let secret = try? own.agree(with: peer)
      if test.flags.contains("ZeroSharedSecret") {
        #expect(secret == nil && test.result == "acceptable", "case \(test.tcId)")
        tally.refused += 1
      } else {
        #expect(secret == hex(test.shared), "case \(test.tcId) \(test.comment)")
        tally.accepted += 1
      }
    }
    #expect(tally.accepted == 487 && tally.refused == 31 && tally.cases == file.numberOfTests)
    tally.report()
  }

  @Test(arguments: [KeyType.p256, .p384, .p521, .x25519]) func bothSidesAndTheToolAgree(_ type: KeyType) throws {
    let (own, other) = (try PrivateKey.generate(type), try PrivateKey.generate(type))
    let secret = try own.agree(with: other.publicKey)
    #expect(secret.count == type.coordinateByteCount)
    #expect(try other.agree(with: own.publicKey) == secret)
    #expect(try own.agree(with: PrivateKey.generate(type).publicKey) != secret)
    let tool = try OpenSSLTool()
    try tool.write("own.pem", try own.pem())
    try tool.write("other.pem", try other.pem())
    try tool.run(["pkey", "-in", "other.pem", "-pubout", "-out", "peer.pem"])
    try tool.run(["pkeyutl", "-derive", "-inkey", "own.pem", "-peerkey", "peer.pem", "-out", "secret"])
    #expect(try tool.read("secret") == secret)
  }

  @Test func keysThatDoNotGoTogetherAreRefused() throws {
    let keys = try [KeyType.p256, .p384, .ed25519, .x25519].map { try PrivateKey.generate($0) }
    for own in keys {
      for peer in keys where own.type != peer.type || own.type == .ed25519 {
        #expect(throws: OpenSSLError(code: .agree, reasons: [])) { try own.agree(with: peer.publicKey) }
      }
    }
    let identity = try PublicKey(type: .x25519, raw: [UInt8](repeating: 0, count: 32))
    #expect(throws: OpenSSLError(code: .agree, reasons: [])) { try keys[3].agree(with: identity) }
  }

  /// RFC 5869, appendix A.1 and A.3.
  @Test func hkdfGivesWhatItsRFCGives() throws {
    let secret = [UInt8](repeating: 0x0b, count: 22)
    #expect(
      try hkdfSHA256(secret: secret, salt: Array(0...12), info: Array(0xf0...0xf9), count: 42)
        == hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
    #expect(
      try hkdfSHA256(secret: secret, salt: [], info: [], count: 42)
        == hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
    #expect(try hkdfSHA256(secret: secret, salt: [], info: [], count: 8160).count == 8160)
    for count in [0, -1, 8161] {
      #expect(throws: OpenSSLError.self) { try hkdfSHA256(secret: secret, salt: [], info: [], count: count) }
    }
  }
}
