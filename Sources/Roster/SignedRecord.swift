import COSE
import OpenSSL

extension Sign1 {
  /// Reads what is said about keys: a message of this type with nothing unprotected, and the fields of its payload.
  static func record(_ bytes: [UInt8], type: String, mediaType: String, path: String) throws(DecodeError)
    -> (Sign1, FieldReader)
  {
    let message = try Sign1(decoding: bytes)
    try message.checkHeaderRules(understood: [
      HeaderLabel.algorithm, HeaderLabel.contentType, HeaderLabel.keyID, HeaderLabel.type,
    ])
    let header = message.protected
    guard header.type?.text == type, header.contentType?.text == mediaType, let payload = message.payload,
      message.unprotected.isEmpty
    else {
      throw DecodeError(.invalidValue, at: 0, "\(path): the message is no \(type), or says something unprotected")
    }
    return (message, try FieldReader(CBOR.decode(payload), path: path))
  }

  /// Signs what is said about keys: the key's own algorithm and thumbprint stand in the protected header.
  static func signing(_ payload: [UInt8], type: String, mediaType: String, with key: PrivateKey) throws(OpenSSLError)
    -> Sign1
  {
    guard let algorithm = Algorithm.preferred(for: key.type), let kid = key.publicKey.thumbprint else {
      throw .unfit
    }
    return try Sign1.sign(
      payload[...],
      protected: [
        HeaderLabel.algorithm: .int(algorithm.rawValue), HeaderLabel.contentType: .text(mediaType),
        HeaderLabel.keyID: .bytes(kid), HeaderLabel.type: .text(type),
      ], with: key)
  }
}
