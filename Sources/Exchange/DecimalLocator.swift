/// An entry's id as clients of drafts 4 to 10 want an operation's: two decimal numbers with a dot between. The second is
/// the 32 bytes as one number, so nothing has to be remembered.
enum DecimalLocator {
  private static let prefix = "0."

  static func encode(_ entry: [UInt8]) -> String {
    // Base 10, least digit first: each byte multiplies what is there by 256.
    var digits: [UInt8] = [0]
    for byte in entry {
      var carry = Int(byte)
      for place in digits.indices {
        carry += Int(digits[place]) * 256
        digits[place] = UInt8(carry % 10)
        carry /= 10
      }
      while carry > 0 {
        digits.append(UInt8(carry % 10))
        carry /= 10
      }
    }
    return prefix + String(decoding: digits.reversed().map { 0x30 + $0 }, as: UTF8.self)
  }

  /// Nil for anything but the encoding of 32 bytes.
  static func decode(_ text: String) -> [UInt8]? {
    let digits = text.utf8.dropFirst(prefix.utf8.count)
    guard text.hasPrefix(prefix), (1...78).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: 32)
    for digit in digits {
      var carry = Int(digit) - 0x30
      for place in bytes.indices.reversed() {
        carry += Int(bytes[place]) * 10
        bytes[place] = UInt8(carry & 0xff)
        carry >>= 8
      }
      guard carry == 0 else { return nil }
    }
    return encode(bytes) == text ? bytes : nil
  }
}
