public import COSE
import OpenSSL

extension NoteKey {
  /// The verifier key as operators exchange it: `name+hash in hex+base64 of type and key` (C2SP signed-note).
  public var text: String {
    let digits = Array("0123456789abcdef")
    let hash = String(keyHash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    return "\(name)+\(hash)+\(Base64.encode([type.rawValue] + (publicKey.raw ?? [])))"
  }

  /// Reads what `text` gives; the hash must be right and in lower case.
  public init(decoding text: String) throws(DecodeError) {
    // The base64 may hold plus signs of its own; the name and the hash cannot.
    let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let content = Base64.decode(Array(parts[2].utf8)[...]), let byte = content.first else {
      throw DecodeError(.invalidValue, at: 0, "not a verifier key")
    }
    guard let type = SignatureType(rawValue: byte) else {
      throw DecodeError(.unsupported, at: 0, "note signature type \(byte)")
    }
    guard let publicKey = try? PublicKey(type: .ed25519, raw: Array(content.dropFirst())),
      let key = NoteKey(name: String(parts[0]), type: type, publicKey: publicKey),
      key.text.utf8.elementsEqual(text.utf8)
    else { throw DecodeError(.invalidValue, at: 0, "not a verifier key") }
    self = key
  }
}
