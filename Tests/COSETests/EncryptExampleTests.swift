import COSE
import TestSupport
import Testing

/// cose-wg/Examples, the folders of encrypted messages.
@Suite struct EncryptExampleTests {
  /// Files of each folder: all, those that open, and those that are MACs.
  static let folders: [String: (cases: Int, opened: Int, macs: Int)] = [
    "X25519-tests": (2, 1, 0), "aes-gcm-examples": (9, 6, 0), "aes-wrap-examples": (15, 6, 9),
    "ecdh-direct-examples": (24, 4, 8), "ecdh-wrap-examples": (36, 12, 12), "enveloped-tests": (10, 4, 0),
  ]

  /// The reason for which each of the others is refused; static keys of a sender (ECDH-SS) and HKDF with SHA-512 stand
  /// in none of our formats, nor does a nonce of which one part lies elsewhere.
  static func reason(_ name: String) -> EncryptVerdict? {
    let named: [String: EncryptVerdict] = [
      "aes-gcm-examples/aes-gcm-04": .refused(.altered), "aes-gcm-examples/aes-gcm-enc-04": .refused(.altered),
      "aes-gcm-examples/aes-gcm-05": .refused(.nonce),
      // Its name says -28, its bytes -27.
      "ecdh-direct-examples/p256-ss-hkdf-512-02": .refused(.unsupportedRecipient(-27)),
      "enveloped-tests/env-fail-01": .undecodable(.unexpectedType),  // tag 995
      "enveloped-tests/env-fail-02": .refused(.altered),
      "enveloped-tests/env-fail-03": .refused(.unsupportedAlgorithm(-999)),
      "enveloped-tests/env-fail-04": .refused(.unsupportedAlgorithm(nil)),  // alg is the text "Unknown"
      "enveloped-tests/env-fail-06": .refused(.altered), "enveloped-tests/env-fail-07": .refused(.altered),
    ]
    if let verdict = named[name] { return verdict }
    let recipients: [(part: String, id: Int64)] = [
      ("-ss-hkdf-256", -27), ("-ss-hkdf-512", -28), ("-hkdf-512", -26), ("-ss-wrap-128", -32), ("-ss-wrap-192", -33),
      ("-ss-wrap-256", -34),
    ]
    return recipients.first { name.contains($0.part) }.map { .refused(.unsupportedRecipient($0.id)) }
  }

  @Test(arguments: folders.keys.sorted()) func everyExampleByTheLetterOfTheRFC(_ folder: String) throws {
    guard Vectors.folder != nil else { return Vectors.announce("cose-wg/\(folder)") }
    let expected = try #require(Self.folders[folder])
    var tally = VectorTally("cose-wg/\(folder)")
    for (name, example) in try EncryptExample.read(folder) {
      let verdict = try EncryptVerdict(example, strict: false)
      if example.input.mac != nil {
        #expect(verdict == .undecodable(.unexpectedType), "\(name)")
        tally.skip(name, because: "a COSE_Mac, refused")
      } else if let reason = Self.reason(name) {
        #expect(verdict == reason, "\(name) \(example.title)")
        tally.refused += 1
      } else {
        #expect(verdict == .opened && example.fail != true, "\(name) \(example.title)")
        tally.accepted += 1
      }
    }
    #expect(tally.cases == expected.cases && tally.accepted == expected.opened)
    #expect(tally.notApplicable.count == expected.macs)
    tally.report()
  }

  /// Where ours is stricter: the algorithm protected, the tag there.
  @Test func ourProfileRefusesMore() throws {
    guard Vectors.folder != nil else { return Vectors.announce("cose-wg, our profile of COSE_Encrypt") }
    let stricter: [String: EncryptVerdict] = [
      "enveloped-tests/env-pass-01": .refused(.unsupportedAlgorithm(nil)),
      "enveloped-tests/env-pass-03": .undecodable(.unexpectedType),
    ]
    var names: Set<String> = []
    for (name, example) in try Self.folders.keys.flatMap({ try EncryptExample.read($0) })
    where example.input.mac == nil {
      let expected = Self.reason(name) ?? stricter[name] ?? .opened
      #expect(try EncryptVerdict(example, strict: true) == expected, "\(name) \(example.title)")
      names.insert(name)
    }
    #expect(names.count == 67 && names.isSuperset(of: stricter.keys))
  }

  /// CEK_hex is the content key of each message: the one that its recipient gives.
  @Test func theContentKeysAreThoseOfTheExamples() throws {
    guard Vectors.folder != nil else { return Vectors.announce("cose-wg, CEK_hex") }
    var compared = 0
    for (name, example) in try Self.folders.keys.flatMap({ try EncryptExample.read($0) })
    where example.input.enveloped != nil && Self.reason(name) == nil {
      guard let expected = example.intermediates.CEK_hex else { continue }
      let message = try Encrypt(decoding: example.bytes, tagRequired: false)
      let id = try #require((message.protected.values[1] ?? message.unprotected[1])?.int)
      let key = try #require(example.input.enveloped?.recipients.first).key.recipientKey()
      let found = try message.recipients[0]
        .contentKey(with: key, for: try #require(ContentAlgorithm(rawValue: id)), alone: true)
      #expect(found == hex(expected), "\(name)")
      compared += 1
    }
    #expect(compared >= 20)
  }
}
