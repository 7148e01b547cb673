import COSE
import OpenSSL
import Roster

/// A fixed number of bytes that name something, written in hexadecimal.
public protocol ByteIdentifier: Hashable, Sendable, CustomStringConvertible, Comparable {
  static var byteCount: Int { get }
  var bytes: [UInt8] { get }
  init(unchecked bytes: [UInt8])
}

extension ByteIdentifier {
  /// Nil unless there are exactly `byteCount` bytes.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.init(unchecked: Array(bytes))
  }

  /// From hexadecimal text of the full length.
  public init?(hex text: String) {
    guard let bytes = decodeHexadecimal(text) else { return nil }
    self.init(bytes)
  }

  /// Lower-case hexadecimal.
  public var description: String { hexadecimal(bytes) }

  public static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

/// SHA-256 of a statement's Sig_structure, 32 bytes: what was signed, not how it was wrapped.
public struct StatementID: ByteIdentifier {
  public static let byteCount = 32
  public let bytes: [UInt8]
  public init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// A line's subject, 16 random bytes that stay the same along a chain; never a hash of an identifier.
public struct SubjectReference: ByteIdentifier {
  public static let byteCount = 16
  public let bytes: [UInt8]
  public init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// A record (one intake, one handover), a UUIDv7 (RFC 9562), 16 bytes. Its statements share it.
public struct RecordID: ByteIdentifier {
  public static let byteCount = 16
  public let bytes: [UInt8]
  public init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// A UUIDv7 of this millisecond with these 10 random bytes.
  public init(milliseconds: UInt64, random: [UInt8]) {
    var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64($0))) }
    bytes += (random + [UInt8](repeating: 0, count: 10)).prefix(10)
    bytes[6] = bytes[6] & 0x0f | 0x70
    bytes[8] = bytes[8] & 0x3f | 0x80
    self.bytes = bytes
  }

  /// The usual text, 8-4-4-4-12.
  public var uuid: String {
    let text = Array(hexadecimal(bytes))
    return [text[0..<8], text[8..<12], text[12..<16], text[16..<20], text[20..<32]].map { String($0) }
      .joined(separator: "-")
  }

  /// The `sub` of the record's statements.
  public var uri: String { "urn:uuid:\(uuid)" }

  /// From the usual text or bare hexadecimal.
  public init?(uuid text: String) {
    self.init(hex: text.filter { $0 != "-" })
  }

  public var description: String { uuid }
}

/// The bytes of hexadecimal text; nil for anything else.
public func decodeHexadecimal(_ text: some StringProtocol) -> [UInt8]? {
  let digits = text.utf8.map { byte -> UInt8? in
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
  let known = digits.compactMap { $0 }
  guard known.count == digits.count, known.count.isMultiple(of: 2) else { return nil }
  return stride(from: 0, to: known.count, by: 2).map { known[$0] << 4 | known[$0 + 1] }
}
