import Custody
import Foundation

/// A type whose JSON may hold these keys and no others.
public protocol StrictlyDecoded: Decodable {
  static var fields: [String] { get }
  /// The types of fields that hold objects of their own, or lists of them. Objects in other fields may have any key.
  static var nested: [String: any StrictlyDecoded.Type] { get }
}

extension StrictlyDecoded {
  public static var nested: [String: any StrictlyDecoded.Type] { [:] }
}

/// Why a JSON text was refused before or beside its decoding.
public struct RefusedJSON: Error, Sendable, CustomStringConvertible {
  /// The raw value is the problem's code.
  public enum Reason: String, Sendable {
    case repeatedKey = "duplicate-key"
    case unknownField = "unknown-field"
    case forbiddenText = "forbidden-text"
    case invalidUTF8 = "invalid-utf8"
    case tooDeep = "too-deep"
    case tooLong = "too-long"
    case tooMany = "too-many"
    case malformed = "malformed"
  }

  public let reason: Reason
  public let description: String
}

/// Reads JSON and refuses what has two readings, what nobody knows, and what could harm whoever reads it later.
public enum StrictJSON {
  /// Objects and lists within each other.
  public static let maximumDepth = 32
  /// Of one string, in bytes as sent.
  public static let maximumString = 1 << 16
  /// Of a field's name, in bytes as sent.
  public static let maximumKey = 256
  /// Fields and list items, over the whole text.
  public static let maximumItems = 4_000_000

  /// - Throws: `RefusedJSON`, or `DecodingError` as `JSONDecoder` does.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    var scan = JSONScan(bytes, root: type as? any StrictlyDecoded.Type)
    // Bounds first: the decoder must not meet what it cannot hold.
    try scan.checkBounds()
    let value = try JSONDecoder().decode(type, from: Data(bytes))
    try scan.checkKeys()
    return value
  }
}
