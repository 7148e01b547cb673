import Testing

/// ECDSA-Sig-Value between DER and raw r‖s, written here anew so that the room's own conversion is not its witness.
enum DER {
  static func raw(_ der: [UInt8], coordinate: Int) throws -> [UInt8] {
    var rest = der[...]
    var body = try content(of: 0x30, in: &rest)
    try #require(rest.isEmpty)
    let r = try content(of: 0x02, in: &body)
    let s = try content(of: 0x02, in: &body)
    try #require(body.isEmpty)
    return padded(r, coordinate) + padded(s, coordinate)
  }

  static func encoded(_ raw: [UInt8]) -> [UInt8] {
    let half = raw.count / 2
    return element(0x30, element(0x02, integer(raw[..<half])) + element(0x02, integer(raw[half...])))
  }

  private static func content(of tag: UInt8, in rest: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
    let found = rest.popFirst()
    try #require(found == tag)
    let head = rest.popFirst()
    let first = try #require(head)
    let digits = rest.prefix(first < 0x80 ? 0 : Int(first & 0x7f))
    rest = rest.dropFirst(digits.count)
    let length = first < 0x80 ? Int(first) : digits.reduce(0) { $0 << 8 | Int($1) }
    try #require(length <= rest.count)
    defer { rest = rest.dropFirst(length) }
    return rest.prefix(length)
  }

  private static func padded(_ integer: ArraySlice<UInt8>, _ count: Int) -> [UInt8] {
    let digits = integer.drop { $0 == 0 }
    return [UInt8](repeating: 0, count: count - digits.count) + digits
  }

  private static func integer(_ coordinate: ArraySlice<UInt8>) -> [UInt8] {
    let digits = Array(coordinate.drop { $0 == 0 })
    return (digits.first ?? 0x80) & 0x80 == 0 ? digits : [0] + digits
  }

  /// A certificate with another SubjectPublicKeyInfo, which its signature does not fit any more.
  static func certificate(_ der: [UInt8], with key: [UInt8], insteadOf old: [UInt8]) throws -> [UInt8] {
    var rest = der[...]
    var parts = try content(of: 0x30, in: &rest)
    let signed = Array(try content(of: 0x30, in: &parts))
    let place = try #require(signed.indices.first { signed[$0...].starts(with: old) })
    return element(
      0x30, element(0x30, signed[..<place] + key + signed[(place + old.count)...]) + parts)
  }

  private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let (high, low) = (UInt8(content.count >> 8), UInt8(content.count & 0xff))
    return (content.count < 128 ? [tag, low] : content.count < 256 ? [tag, 0x81, low] : [tag, 0x82, high, low])
      + content
  }
}
