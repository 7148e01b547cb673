import COSE
import OpenSSL
import Testing

/// What the room says about an example: undecodable, a key it does not read, or the result of verifying.
enum COSEExampleVerdict: Equatable {
  case undecodable(DecodeError.Reason)
  case unsupportedKey(DecodeError.Reason)
  case verified(SignatureResult)

  /// - Parameter strict: our profile, or RFC 9052 by the letter with the tag optional.
  init(_ example: COSEExample, strict: Bool) throws {
    do {
      self = .verified(try Self.result(example, keys: Self.keys(example), strict: strict))
    } catch let refusal as Refusal {
      self = refusal.verdict
    }
  }

  private struct Refusal: Error { let verdict: COSEExampleVerdict }

  private static func keys(_ example: COSEExample) throws -> [PublicKey] {
    try example.signers.map { signer in
      let item = try signer.key.item()
      do throws(DecodeError) {
        return try PublicKey(coseKey: item)
      } catch {
        throw Refusal(verdict: .unsupportedKey(error.reason))
      }
    }
  }

  private static func decoded<Message>(_ decode: () throws(DecodeError) -> Message) throws -> Message {
    do {
      return try decode()
    } catch {
      throw Refusal(verdict: .undecodable(error.reason))
    }
  }

  private static func result(_ example: COSEExample, keys: [PublicKey], strict: Bool) throws -> SignatureResult {
    let bytes = example.bytes
    guard example.input.sign0 == nil else {
      let message = try decoded { () throws(DecodeError) in try Sign1(decoding: bytes, tagRequired: strict) }
      let signer = try #require(example.signers.first)
      let key = try #require(keys.first)
      return strict
        ? message.verify(with: key, externalAAD: signer.externalAAD)
        : message.verifyLeniently(with: key, externalAAD: signer.externalAAD)
    }
    let message = try decoded { () throws(DecodeError) in try Sign(decoding: bytes, tagRequired: strict) }
    try #require(message.signatures.count == keys.count)
    let results = zip(message.signatures, zip(keys, example.signers)).map { signature, signer in
      message.verify(signature, with: signer.0, externalAAD: signer.1.externalAAD, strict: strict)
    }
    return try #require(results.first { $0 != .valid } ?? results.first)
  }
}
