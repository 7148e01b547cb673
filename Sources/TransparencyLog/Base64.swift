/// Strict, canonical base64 (RFC 4648 §4): padded, no line breaks, unused bits zero.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | (start + $1 < bytes.count ? UInt32(bytes[start + $1]) : 0) }
      for position in 0..<4 {
        let sextet = Int(bits >> UInt32(18 - 6 * position)) & 63
        text.append(position <= group.count ? alphabet[sextet] : 0x3d)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil unless encoding the result gives the same text again.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count.isMultiple(of: 4) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count / 4 * 3)
    for start in stride(from: 0, to: characters.count, by: 4) {
      let group = characters[start..<(start + 4)]
      let digits = group.prefix { $0 != 0x3d }.map(value)
      guard digits.count >= 2, !digits.contains(nil) else { return nil }
      let bits = (0..<4).reduce(UInt32(0)) { $0 << 6 | UInt32($1 < digits.count ? digits[$1] ?? 0 : 0) }
      for position in 0..<(digits.count - 1) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * position)))
      }
    }
    return encode(bytes) == String(text) ? bytes : nil
  }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x41...0x5a: character - 0x41
    case 0x61...0x7a: character - 0x61 + 26
    case 0x30...0x39: character - 0x30 + 52
    case 0x2b: 62
    case 0x2f: 63
    default: nil
    }
  }
}
