import COSE
import OpenSSL
import TestSupport
import Testing

/// cose-wg/Examples, the folders of signed messages.
@Suite struct COSEExampleTests {
  typealias Verdict = COSEExampleVerdict

  /// Files of each folder: all, those marked `fail`, and those with a key of a curve we do not have.
  static let folders: [String: (cases: Int, fail: Int, ed448: Int)] = [
    "sign1-tests": (9, 6, 0), "sign-tests": (10, 6, 0), "ecdsa-examples": (8, 0, 0), "eddsa-examples": (4, 0, 2),
  ]

  /// Folders that another suite of this room runs.
  static let encrypted = EncryptExampleTests.folders.keys
  static let elsewhere: [String: String] = ["countersign1": "countersignatures are in none of our formats"]

  /// By the letter of RFC 9052 everything verifies but these.
  static let refused: [String: Verdict] = [
    "sign1-tests/sign-fail-01": .undecodable(.unexpectedType),  // tag 998
    "sign1-tests/sign-fail-02": .verified(.invalid),  // payload changed
    "sign1-tests/sign-fail-03": .verified(.unsupportedAlgorithm(-999)),
    "sign1-tests/sign-fail-04": .verified(.unsupportedAlgorithm(nil)),  // alg is the text "unknown"
    "sign1-tests/sign-fail-06": .verified(.invalid),  // protected field added
    "sign1-tests/sign-fail-07": .verified(.invalid),  // protected field removed
    "sign-tests/sign-fail-01": .undecodable(.unexpectedType),
    "sign-tests/sign-fail-02": .verified(.invalid),
    "sign-tests/sign-fail-03": .verified(.unsupportedAlgorithm(-999)),
    "sign-tests/sign-fail-04": .verified(.unsupportedAlgorithm(nil)),
    "sign-tests/sign-fail-06": .verified(.invalid),
    "sign-tests/sign-fail-07": .verified(.invalid),
    "eddsa-examples/eddsa-02": .unsupportedKey(.unsupported),  // Ed448
    "eddsa-examples/eddsa-sig-02": .unsupportedKey(.unsupported),  // Ed448
  ]

  /// What our profile refuses beyond that.
  static let refusedStrictly: [String: Verdict] = [
    "sign1-tests/sign-pass-01": .verified(.unsupportedAlgorithm(nil)),  // alg stands unprotected
    "sign1-tests/sign-pass-03": .undecodable(.unexpectedType),  // untagged
    "sign-tests/sign-pass-03": .undecodable(.unexpectedType),  // untagged
    "ecdsa-examples/ecdsa-04": .verified(.algorithmDoesNotFitKey),  // SHA-512 with P-256
    "ecdsa-examples/ecdsa-sig-04": .verified(.algorithmDoesNotFitKey),  // SHA-512 with P-256
  ]

  @Test(arguments: folders.keys.sorted()) func everyExampleByTheLetterOfTheRFC(_ folder: String) throws {
    guard Vectors.folder != nil else { return Vectors.announce("cose-wg/\(folder)") }
    let expected = try #require(Self.folders[folder])
    var tally = VectorTally("cose-wg/\(folder)")
    for (name, example) in try COSEExample.read(folder) {
      let verdict = try Verdict(example, strict: false)
      #expect(verdict == Self.refused[name] ?? .verified(.valid), "\(name) \(example.title)")
      if case .unsupportedKey = verdict {
        tally.skip(name, because: "Ed448 is not among our key types; the key is refused as unsupported")
      } else {
        #expect((verdict == .verified(.valid)) == (example.fail != true), "\(name) \(example.title)")
        if example.fail == true { tally.refused += 1 } else { tally.accepted += 1 }
      }
    }
    #expect(tally.cases == expected.cases && tally.refused == expected.fail)
    #expect(tally.notApplicable.count == expected.ed448)
    tally.report()
  }

  @Test func ourProfileRefusesMore() throws {
    guard Vectors.folder != nil else { return Vectors.announce("cose-wg, our profile") }
    let table = Self.refused.merging(Self.refusedStrictly) { first, _ in first }
    var names: Set<String> = []
    for (name, example) in try Self.folders.keys.flatMap({ try COSEExample.read($0) }) {
      #expect(try Verdict(example, strict: true) == table[name] ?? .verified(.valid), "\(name) \(example.title)")
      names.insert(name)
    }
    #expect(names.count == 31 && names.isSuperset(of: table.keys))
    print("VECTORS cose-wg, our profile: \(Self.refusedStrictly.count) of the passing examples refused")
  }

  /// ToBeSign_hex is the Sig_structure: compared for Sign1, and signed by the very signature for both.
  @Test func theSignedBytesAreThoseOfTheExamples() throws {
    guard Vectors.folder != nil else { return Vectors.announce("cose-wg, ToBeSign_hex") }
    var compared = 0
    for (name, example) in try Self.folders.keys.flatMap({ try COSEExample.read($0) }) where Self.refused[name] == nil {
      try #require(example.toBeSigned.count == example.signers.count)
      for (signer, expected) in zip(example.signers, example.toBeSigned) {
        let key = try PublicKey(coseKey: signer.key.item())
        let (signature, algorithm, input) = try Self.parts(example, signer)
        #expect(input == nil || input == expected, "\(name)")
        let scheme = try #require(Algorithm(rawValue: algorithm)?.scheme(for: key.type))
        #expect(key.verifies(signature, of: expected, scheme: scheme), "\(name)")
        compared += 1
      }
    }
    #expect(compared == 17)
  }

  private static func parts(_ example: COSEExample, _ signer: COSEExample.Signer) throws
    -> (signature: ArraySlice<UInt8>, algorithm: Int64, input: [UInt8]?)
  {
    if example.input.sign0 == nil {
      let signature = try #require(try Sign(decoding: example.bytes, tagRequired: false).signatures.first)
      return (signature.signature, try #require(signature.protected.algorithmID), nil)
    }
    let message = try Sign1(decoding: example.bytes, tagRequired: false)
    let algorithm = try #require(message.protected.algorithmID ?? message.unprotected[1]?.int)
    return (message.signature, algorithm, message.signatureInput(externalAAD: signer.externalAAD) ?? [])
  }

  @Test func everyFolderIsRunOrExplained() throws {
    guard Vectors.folder != nil else { return Vectors.announce("cose-wg") }
    let found = Dictionary(grouping: try Vectors.files("cose-wg").map(\.name).filter { $0.contains("/") }) {
      String($0.prefix { $0 != "/" })
    }
    #expect(Set(found.keys) == Set(Self.folders.keys).union(Self.encrypted).union(Self.elsewhere.keys))
    for (folder, reason) in Self.elsewhere.sorted(by: { $0.key < $1.key }) {
      print("VECTORS cose-wg/\(folder): \(found[folder]?.count ?? 0) cases, not applicable here: \(reason)")
    }
  }
}
