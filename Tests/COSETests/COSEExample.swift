import COSE
import Foundation
import OpenSSL
import TestSupport
import Testing

/// One file of cose-wg/Examples: a Sign1 ("sign0") or a Sign message, its keys and what its signers signed.
struct COSEExample: Decodable {
  struct Key: Decodable {
    let kty: String
    let crv: String
    let x: String?
    let y: String?
    let x_hex: String?

    /// The COSE_Key; the room decides whether it reads it.
    func item() throws -> CBOR {
      let curves: [String: CBOR] = ["P-256": 1, "P-384": 2, "P-521": 3, "Ed25519": 6, "Ed448": 7]
      var map: CBORMap = [1: kty == "EC" ? 2 : 1, -1: try #require(curves[crv])]
      map[-2] = .bytes(try x_hex.map { hex($0) } ?? base64URL(try #require(x)))
      if let y { map[-3] = .bytes(try base64URL(y)) }
      return .map(map)
    }
  }

  struct Signer: Decodable {
    let key: Key
    let external: String?
    var externalAAD: [UInt8] { external.map { hex($0) } ?? [] }
  }

  struct Input: Decodable {
    struct Several: Decodable { let signers: [Signer] }
    let sign0: Signer?
    let sign: Several?
  }

  struct Intermediates: Decodable {
    struct One: Decodable { let ToBeSign_hex: String }
    let ToBeSign_hex: String?
    let signers: [One]?
  }

  struct Output: Decodable { let cbor: String }

  let title: String
  let fail: Bool?
  let input: Input
  let intermediates: Intermediates
  let output: Output

  var bytes: [UInt8] { hex(output.cbor) }
  var signers: [Signer] { input.sign0.map { [$0] } ?? input.sign?.signers ?? [] }

  /// What each signer signed before the example was damaged, if it was.
  var toBeSigned: [[UInt8]] {
    let one = intermediates.ToBeSign_hex.map { [$0] }
    return (one ?? intermediates.signers?.map(\.ToBeSign_hex) ?? []).map { hex($0) }
  }

  static func read(_ folder: String) throws -> [(name: String, example: COSEExample)] {
    try Vectors.files("cose-wg/\(folder)").map { file in
      let name = "\(folder)/\(file.name.replacing(".json", with: ""))"
      return (name, try JSONDecoder().decode(COSEExample.self, from: file.content))
    }
  }
}

func base64URL(_ text: String) throws -> [UInt8] {
  let standard = text.replacing("-", with: "+").replacing("_", with: "/")
  let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
  return Array(try #require(Data(base64Encoded: standard + padding)))
}
