import Foundation

/// A key stands twice in one object of a JSON text, so the text has two readings (field-cases.md, F18).
public struct RepeatedKey: Error, Sendable, CustomStringConvertible {
  public let key: String
  public var description: String { "the key \"\(key)\" stands twice in one object" }
}

/// Reads JSON and refuses what has two readings.
public enum StrictJSON {
  /// - Throws: `DecodingError` as `JSONDecoder` does, or `RepeatedKey`.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    let value = try JSONDecoder().decode(type, from: Data(bytes))
    if let key = repeatedKey(in: bytes) { throw RepeatedKey(key: key) }
    return value
  }

  /// The first key that an object holds twice, in text that is known to be JSON.
  static func repeatedKey(in bytes: [UInt8]) -> String? {
    // The keys of each open object; nil for an open array.
    var open: [Set<String>?] = []
    var isKey = false
    var position = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "{"):
        open.append([])
        isKey = true
      case UInt8(ascii: "["):
        open.append(nil)
        isKey = false
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: ","): isKey = open.last.flatMap { $0 } != nil
      case UInt8(ascii: "\""):
        let end = endOfString(bytes, position)
        if isKey, var keys = open.popLast().flatMap({ $0 }) {
          let key = text(bytes[position..<end])
          guard keys.insert(key).inserted else { return key }
          open.append(keys)
          isKey = false
        }
        position = end - 1
      default: break
      }
      position += 1
    }
    return nil
  }

  /// The position behind the closing quotation mark.
  private static func endOfString(_ bytes: [UInt8], _ start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.count)
  }

  private static func text(_ quoted: ArraySlice<UInt8>) -> String {
    if quoted.contains(UInt8(ascii: "\\")), let text = try? JSONDecoder().decode(String.self, from: Data(quoted)) {
      return text
    }
    return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
  }
}
