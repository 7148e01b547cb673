import COSE
import Foundation
import OpenSSL
import TestSupport
import Testing

/// One file of cose-wg/Examples that is encrypted: with recipients ("enveloped"), without ("encrypted"), or a MAC.
struct EncryptExample: Decodable {
  struct Key: Decodable {
    let kty: String
    let crv: String?
    let k: String?
    let d: String?
    let d_hex: String?

    func recipientKey() throws -> RecipientKey {
      if let k { return .shared(try base64URL(k)) }
      let secret = try d_hex.map { hex($0) } ?? base64URL(try #require(d))
      let pem = kty == "OKP" ? KeyPEM.x25519(secret) : KeyPEM.elliptic(try #require(crv), secret)
      return .agreeing(try PrivateKey(pem: pem))
    }
  }

  struct Recipient: Decodable { let key: Key }

  struct Message: Decodable {
    let external: String?
    let recipients: [Recipient]
  }

  struct Input: Decodable {
    let plaintext: String?
    let enveloped: Message?
    let encrypted: Message?
    let mac: Message?
  }

  struct Intermediates: Decodable { let CEK_hex: String? }
  struct Output: Decodable { let cbor: String }

  let title: String
  let fail: Bool?
  let input: Input
  let intermediates: Intermediates
  let output: Output

  var bytes: [UInt8] { hex(output.cbor) }

  static func read(_ folder: String) throws -> [(name: String, example: EncryptExample)] {
    try Vectors.files("cose-wg/\(folder)").map { file in
      let name = "\(folder)/\(file.name.replacing(".json", with: ""))"
      return (name, try JSONDecoder().decode(EncryptExample.self, from: file.content))
    }
  }
}

/// What the room says about an example.
enum EncryptVerdict: Equatable {
  case opened
  case undecodable(DecodeError.Reason)
  case refused(DecryptRefusal)

  /// - Parameter strict: our profile, or RFC 9052 by the letter with the tag optional.
  init(_ example: EncryptExample, strict: Bool) throws {
    let message = example.input.enveloped ?? example.input.encrypted ?? example.input.mac
    let key = try #require(message?.recipients.first).key.recipientKey()
    let aad = message?.external.map { hex($0) } ?? []
    do {
      let plaintext = try Self.decrypt(example, key, aad, strict)
      #expect(plaintext == Array(try #require(example.input.plaintext).utf8), "\(example.title)")
      self = .opened
    } catch let error as DecodeError {
      self = .undecodable(error.reason)
    } catch let refusal as DecryptRefusal {
      self = .refused(refusal)
    }
  }

  private static func decrypt(_ example: EncryptExample, _ key: RecipientKey, _ aad: [UInt8], _ strict: Bool) throws
    -> [UInt8]
  {
    if example.input.encrypted != nil, case .shared(let secret) = key {
      return try Encrypt0(decoding: example.bytes, tagRequired: strict)
        .decrypt(key: secret, externalAAD: aad, strict: strict)
    }
    return try Encrypt(decoding: example.bytes, tagRequired: strict)
      .decrypt(with: key, externalAAD: aad, strict: strict)
  }
}
