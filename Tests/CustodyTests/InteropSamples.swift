import COSE
import Custody
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

/// What other people's tools are asked to read. With AMANA_INTEROP_SAMPLES, samples.json goes to that folder, for
/// Tests/Interop/read.py; the sealed ones are for the test coalition's seal key and for an X25519 key.
@Suite struct InteropSamples {
  struct Samples: Encodable {
    /// Everything in hexadecimal.
    var sealed: [String: Sealed] = [:]
    var statements: [String: Signed] = [:]
    var receipts: [String: Receipted] = [:]
    var certificates: [String: String] = [:]
  }

  struct Sealed: Encodable {
    let message: String
    let externalAAD: String
    let plaintext: String
    let key: String
  }

  struct Signed: Encodable {
    let message: String
    let key: String
  }

  struct Receipted: Encodable {
    let receipt: String
    let entry: String
    let key: String
  }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func interopSamples() throws {
    var samples = Samples()
    let folder = Self.repository.appending(path: "keys/test-coalition/syr/keys")
    let seal = try PrivateKey(pem: [UInt8](Data(contentsOf: folder.appending(path: "seal.pem"))))
    for (name, key) in try [("P-256", seal), ("X25519", .generate(.x25519))] {
      samples.sealed[name] = try Self.sealed(to: key)
    }
    try Self.signed(&samples)
    let certificate = try Certificate(pem: [UInt8](Data(contentsOf: folder.appending(path: "transport.crt"))))
    samples.certificates["test coalition"] = hexText(certificate.der)
    let made = try Certificate.selfSigned(
      key: .generate(.p256), commonName: "SYR/prisons", notBefore: 1_600_000_000, notAfter: 4_000_000_000)
    samples.certificates["amana"] = hexText(made.der)
    guard let path = ProcessInfo.processInfo.environment["AMANA_INTEROP_SAMPLES"], !path.isEmpty else { return }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try JSONEncoder().encode(samples).write(to: URL(filePath: path).appending(path: "samples.json"))
  }

  private static func sealed(to key: PrivateKey) throws -> Sealed {
    let content = Array("what is sealed".utf8)
    let payload = try Seal.seal(content, salt: SealForge.salt, to: [key.publicKey], in: .sample)
    #expect(refusal(payload.ciphertext, key, .sample, of: content) == nil)
    let context = SealContext.sample
    let aad: [CBOR] = [
      "amana-seal-1", .text(context.issuer), .bytes(context.recordID.bytes), .text(context.payloadID),
      .text(context.mediaType),
    ]
    return Sealed(
      message: hexText(payload.ciphertext), externalAAD: hexText(CBOR.array(aad).encoded()),
      plaintext: hexText(SealForge.plaintext(content, padded: 4096)), key: hexText(try key.pem()))
  }

  /// As they are emitted, and under the older identifiers for tools that know no other.
  private static func signed(_ samples: inout Samples) throws {
    let maker = try SampleMaker()
    let statement = try maker.signed(
      maker.full(.release, manifest: maker.personManifest(12)), with: maker.key(.statement))
    let older: [(KeyType, Int64)] = [(.p256, -7), (.p384, -35), (.ed25519, -8)]
    for (purpose, name) in [(KeyPurpose.statement, "P-256"), (.checkpoint, "Ed25519")] {
      let key = try maker.key(purpose)
      let pem = hexText(pemText(key.publicKey))
      let emitted = try maker.signed(statement.event, with: key).message
      samples.statements["\(name), as emitted"] = Signed(message: hexText(emitted.bytes), key: pem)
      let id = try #require(older.first { $0.0 == key.type }).1
      let again = try resigned(emitted, id, key)
      samples.statements["\(name), alg \(id)"] = Signed(message: hexText(again.bytes), key: pem)
    }
    for (purpose, name) in [(KeyPurpose.receipt, "P-384"), (.checkpoint, "Ed25519")] {
      let key = try maker.key(purpose)
      let id = try #require(older.first { $0.0 == key.type }).1
      let bytes = try maker.receipt(for: statement.entry, size: 5, key: key)
      let root = MerkleTree.root(of: maker.tree(statement.entry, 5)).bytes
      for (suffix, message) in try [
        ("as emitted", Sign1(decoding: bytes)), ("alg \(id)", resigned(Sign1(decoding: bytes), id, key, root: root)),
      ] {
        samples.receipts["\(name), \(suffix)"] = Receipted(
          receipt: hexText(message.bytes), entry: hexText(statement.entry.bytes), key: hexText(pemText(key.publicKey)))
      }
    }
  }

  private static func resigned(_ message: Sign1, _ algorithm: Int64, _ key: PrivateKey, root: [UInt8]? = nil) throws
    -> Sign1
  {
    var header = message.protected.values
    header[HeaderLabel.algorithm] = .int(algorithm)
    let payload = try #require(root.map { $0[...] } ?? message.payload)
    return try Sign1.sign(
      payload, protected: header, unprotected: message.unprotected, detached: root != nil, with: key)
  }

  private static func pemText(_ key: PublicKey) -> [UInt8] {
    let body = Data(key.subjectPublicKeyInfo).base64EncodedString(options: [
      .lineLength64Characters, .endLineWithLineFeed,
    ])
    return Array("-----BEGIN PUBLIC KEY-----\n\(body)\n-----END PUBLIC KEY-----\n".utf8)
  }
}
