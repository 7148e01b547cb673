import COSE
import OpenSSL

/// Why a payload is not read that was signed as one of a type, under headers that were changed; nil where it is.
func refusal(
  of payload: [UInt8], as types: (type: String, mediaType: String), by keys: [PrivateKey],
  _ change: (inout CBORMap) -> Void, decoding decode: ([UInt8]) throws(DecodeError) -> Void
) throws -> DecodeError.Reason? {
  var header: CBORMap = [
    HeaderLabel.contentType: .text(types.mediaType), HeaderLabel.type: .text(types.type),
  ]
  change(&header)
  let bytes = try Sign.sign(payload, protected: header, with: keys).bytes
  do throws(DecodeError) { try decode(bytes) } catch { return error.reason }
  return nil
}
