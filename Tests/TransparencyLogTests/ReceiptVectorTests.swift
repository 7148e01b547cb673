import COSE
import Foundation
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

/// Receipts that other tools made.
@Suite struct ReceiptVectorTests {
  private struct Expected: Decodable {
    let leaf_entry: String
    let reconstructed_root: String?
    let statement_signature_valid: Bool
    let receipt_valid: Bool
    let protected_header: Headers
    struct Headers: Decodable { let receipt: Receipt }
    struct Receipt: Decodable { let vds: Int }
  }

  @Test func scittCOSEReceiptsHoldExactlyWhenTheyShould() throws {
    guard let root = Vectors.folder?.appending(path: "scitt-cose/v1") else { return Vectors.announce("scitt-cose/v1") }
    var tally = VectorTally("scitt-cose/v1")
    for name in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() {
      func file(_ file: String) throws -> [UInt8] { Array(try Vectors.file("scitt-cose/v1/\(name)/\(file)")) }
      let expected = try JSONDecoder().decode(Expected.self, from: Data(file("expected.json")))
      let statement = try file("statement.cose")
      let issuer = try PublicKey(pem: file("issuer-key.pub"))
      let signature = try Sign1(decoding: statement).verify(with: issuer)
      #expect(signature == (expected.statement_signature_valid ? .valid : .invalid), "\(name)")
      let entry = try #require(LogEntry(SHA256.hash(statement)))
      #expect(hexText(entry.bytes) == expected.leaf_entry, "\(name)")
      try check(name, file("receipt.cose"), entry, expected, PublicKey(pem: file("log-key.pub")), &tally)
    }
    #expect(tally.cases == 6 && tally.accepted == 3 && tally.refused == 2 && tally.notApplicable.count == 1)
    tally.report()
  }

  private func check(
    _ name: String, _ receipt: [UInt8], _ entry: LogEntry, _ expected: Expected, _ key: PublicKey,
    _ tally: inout VectorTally
  ) throws {
    guard expected.protected_header.receipt.vds == 1 else {
      let error = #expect(throws: DecodeError.self, "\(name)") { try ReceiptStructure(decoding: receipt) }
      #expect(error?.reason == .unsupported && error?.detail == "vds 2", "\(name)")
      if expected.receipt_valid { tally.skip(name, because: "vds 2 (CCF), refused as unsupported") }
      if !expected.receipt_valid { tally.refused += 1 }
      return
    }
    let structure = try ReceiptStructure(decoding: receipt)
    let result = structure.verifyInclusion(of: entry.leafHash, with: key)
    #expect(result == (expected.receipt_valid ? .valid : .invalid), "\(name)")
    if let root = expected.reconstructed_root {
      #expect(structure.inclusionProofs.first?.root(from: entry.leafHash)?.bytes == hex(root), "\(name)")
    }
    if result == .valid { tally.accepted += 1 } else { tally.refused += 1 }
    // Our own profile asks for a kid and claims, which these do not have.
    #expect(throws: DecodeError.self, "\(name)") { try Receipt(decoding: receipt) }
  }

  private struct Shared: Decodable {
    let statement: Statement
    let our_receipt: Made
    let ccf_receipt: CCF
    let direction_flip: Flip
    struct Statement: Decodable { let bytes_hex: String }
    struct Made: Decodable {
      let bytes_hex: String
      let ts_public_key_pem: String
      let verify_result: Verified
    }
    struct Verified: Decodable { let root: String }
    struct CCF: Decodable { let receipt_bytes_hex: String }
    struct Flip: Decodable {
      let statement_bytes_base64: Data
      let our_receipt: Made
    }
  }

  /// The two receipts of the RFC 9162 log verify, that of tree size 1 with its empty path included.
  @Test func sharedVectorReceiptsHold() throws {
    let path = "scitt-cose/rfc9162-ccf-shared-vector.json"
    guard Vectors.folder != nil else { return Vectors.announce(path) }
    let shared = try JSONDecoder().decode(Shared.self, from: Vectors.file(path))
    var tally = VectorTally(path)
    let flipped = Array(shared.direction_flip.statement_bytes_base64)
    let pairs = [(hex(shared.statement.bytes_hex), shared.our_receipt), (flipped, shared.direction_flip.our_receipt)]
    for (statement, made) in pairs {
      let leaf = TreeHash.leaf(SHA256.hash(statement))
      let structure = try ReceiptStructure(decoding: hex(made.bytes_hex))
      let key = try PublicKey(pem: Array(made.ts_public_key_pem.utf8))
      #expect(structure.verifyInclusion(of: leaf, with: key) == .valid)
      #expect(structure.inclusionProofs.first?.root(from: leaf)?.bytes == hex(made.verify_result.root))
      tally.accepted += 1
    }
    let error = #expect(throws: DecodeError.self) {
      try ReceiptStructure(decoding: hex(shared.ccf_receipt.receipt_bytes_hex))
    }
    #expect(error?.reason == .unsupported && error?.detail == "vds 2")
    tally.skip("ccf_receipt", because: "vds 2 (CCF), refused as unsupported")
    #expect(tally.cases == 3)
    tally.report()
  }

  /// Structure only: the draft's examples come without keys.
  @Test func rfc9942ExamplesDecode() throws {
    guard Vectors.folder != nil else { return Vectors.announce("rfc9942") }
    var tally = VectorTally("rfc9942")
    for (name, content) in try Vectors.files("rfc9942") {
      let structure = try ReceiptStructure(decoding: Array(content))
      #expect(structure.issuer == "https://transparency-service.example.com", "\(name)")
      #expect(structure.keyID == Array("test-key-1".utf8), "\(name)")
      let isInclusion = name.hasPrefix("inclusion")
      #expect(structure.inclusionProofs.map(\.path.count) == (isInclusion ? [3] : []), "\(name)")
      #expect(structure.consistencyProofs.map(\.path.count) == (isInclusion ? [] : [4]), "\(name)")
      tally.accepted += 1
    }
    #expect(tally.cases == 2)
    tally.report()
  }
}
