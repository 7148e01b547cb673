/// Whether two texts are the same bytes. Swift's own comparison calls texts equal that are canonically equivalent in
/// Unicode, such as "K" and the Kelvin sign: nothing that names who signed may be compared so.
public func sameBytes(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
public typealias UnixTime = Int64

/// A day of a `UnixTime`.
public let secondsPerDay: UnixTime = 86_400

/// The name of an authority in the roster: its member's registry key and its own, written "SYR/prisons".
public struct AuthorityName: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let member: String
  public let authority: String

  /// Each part: 1 to 64 ASCII letters, digits, "-", "_" or ".".
  public init?(member: String, authority: String) {
    guard Self.isName(member), Self.isName(authority) else { return nil }
    self.member = member
    self.authority = authority
  }

  /// From "MEMBER/authority".
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    self.init(member: String(parts[0]), authority: String(parts[1]))
  }

  public var description: String { "\(member)/\(authority)" }

  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f, 0x2e: true
        default: false
        }
      }
  }
}

/// Lower-case hexadecimal text.
public func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
  let digits: [UInt8] = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(2 * bytes.count)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
