import COSE
import OpenSSL

extension Sign1 {
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
