import Foundation
import OpenSSL
import TestSupport
import Testing

/// C2SP/wycheproof signatures in the raw form that COSE uses.
@Suite struct WycheproofTests {
  private struct File: Decodable {
    struct Group: Decodable {
      let publicKeyDer: String
      let tests: [Case]
    }
    struct Case: Decodable {
      let tcId: Int
      let comment: String
      let flags: [String]
      let msg: String
      let sig: String
      let result: String
    }
    let numberOfTests: Int
    let testGroups: [Group]
  }

  struct Source: Sendable, CustomTestStringConvertible {
    let name: String
    let scheme: SignatureScheme
    let type: KeyType
    let valid: Int
    let invalid: Int
    var testDescription: String { name }
  }

  static let sources = [
    Source(name: "ed25519", scheme: .ed25519, type: .ed25519, valid: 88, invalid: 63),
    Source(name: "ecdsa_secp256r1_sha256_p1363", scheme: .ecdsaSHA256, type: .p256, valid: 173, invalid: 89),
    Source(name: "ecdsa_secp384r1_sha384_p1363", scheme: .ecdsaSHA384, type: .p384, valid: 193, invalid: 87),
  ]

  /// Files that another suite of this room runs.
  static let elsewhere = ["x25519", "mldsa_65_verify"]

  @Test(arguments: sources) func signatures(_ source: Source) throws {
    guard Vectors.folder != nil else { return Vectors.announce("wycheproof/\(source.name)") }
    let file = try JSONDecoder().decode(File.self, from: Vectors.file("wycheproof/\(source.name)_test.json"))
    var tally = VectorTally("wycheproof/\(source.name)")
    for group in file.testGroups {
      let key = try PublicKey(subjectPublicKeyInfo: hex(group.publicKeyDer))
      #expect(key.type == source.type)
      #expect(try PublicKey(type: source.type, raw: try #require(key.raw)) == key)
      for test in group.tests { check(test, with: key, source, &tally) }
    }
    #expect(tally.accepted == source.valid && tally.refused == source.invalid && tally.notApplicable.isEmpty)
    #expect(tally.cases == file.numberOfTests)
    tally.report()
  }

  /// No case of these files is "acceptable"; one that a newer version brings has to be decided here.
  private func check(_ test: File.Case, with key: PublicKey, _ source: Source, _ tally: inout VectorTally) {
    let verified = key.verifies(hex(test.sig), of: hex(test.msg), scheme: source.scheme)
    switch (test.result, verified) {
    case ("valid", true): tally.accepted += 1
    case ("invalid", false): tally.refused += 1
    default: Issue.record("case \(test.tcId) \(test.comment) \(test.flags): \(test.result), verified \(verified)")
    }
  }

  @Test func everyFileOfTheFolderIsRun() throws {
    guard Vectors.folder != nil else { return Vectors.announce("wycheproof") }
    let suffix = "_test.json"
    let found = try Vectors.files("wycheproof").map(\.name).filter { $0.hasSuffix(suffix) }.map {
      $0.dropLast(suffix.count)
    }
    #expect(Set(found.map(String.init)) == Set(Self.sources.map(\.name) + Self.elsewhere))
  }
}
