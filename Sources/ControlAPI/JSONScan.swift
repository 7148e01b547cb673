import Custody
import Foundation

/// Walks over JSON text without decoding it.
struct JSONScan {
  /// An object or a list that is open at this place.
  private struct Open {
    let isObject: Bool
    /// What the object's keys are checked against; of a list, what its items are.
    let type: (any StrictlyDecoded.Type)?
    var keys: Set<String> = []
    var lastKey = ""
  }

  private let bytes: [UInt8]
  private let root: (any StrictlyDecoded.Type)?
  private var open: [Open] = []
  private var isKey = false

  init(_ bytes: [UInt8], root: (any StrictlyDecoded.Type)?) {
    self.bytes = bytes
    self.root = root
  }

  /// Encoding, depth, lengths and numbers of things. Holds for any bytes, JSON or not.
  func checkBounds() throws {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw RefusedJSON(reason: .invalidUTF8, description: "the text is not UTF-8")
    }
    guard !bytes.contains(0) else {
      throw RefusedJSON(reason: .malformed, description: "the request is not readable JSON: it holds a NUL byte")
    }
    var (depth, items, position) = (0, 0, 0)
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        items += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ","): items += 1
      case UInt8(ascii: "\""):
        let end = endOfString(position)
        guard end - position - 2 <= StrictJSON.maximumString else {
          throw RefusedJSON(
            reason: .tooLong, description: "a string is longer than \(StrictJSON.maximumString) bytes")
        }
        position = end - 1
      default: break
      }
      guard depth <= StrictJSON.maximumDepth else {
        throw RefusedJSON(
          reason: .tooDeep, description: "it is nested deeper than \(StrictJSON.maximumDepth) levels")
      }
      guard items <= StrictJSON.maximumItems else {
        throw RefusedJSON(reason: .tooMany, description: "it holds more than \(StrictJSON.maximumItems) items")
      }
      position += 1
    }
  }

  /// Keys that stand twice or that nobody knows, and text that must not be kept. The text is known to be JSON.
  mutating func checkKeys() throws {
    var position = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "{"): begin(isObject: true)
      case UInt8(ascii: "["): begin(isObject: false)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        _ = open.popLast()
        isKey = false
      case UInt8(ascii: ","): isKey = open.last?.isObject == true
      case UInt8(ascii: "\""):
        let end = endOfString(position)
        if isKey { try checkKey(bytes[position..<end]) } else { try checkText(bytes[position..<end]) }
        position = end - 1
      default: break
      }
      position += 1
    }
  }

  private mutating func begin(isObject: Bool) {
    // The items of a list are what the list's field is; an object in a field is what that field is.
    let type = open.last.map { $0.isObject ? $0.type?.nested[$0.lastKey] : $0.type } ?? root
    open.append(Open(isObject: isObject, type: type))
    isKey = isObject
  }

  private mutating func checkKey(_ quoted: ArraySlice<UInt8>) throws {
    isKey = false
    guard quoted.count - 2 <= StrictJSON.maximumKey else {
      throw RefusedJSON(
        reason: .tooLong, description: "a field's name is longer than \(StrictJSON.maximumKey) bytes")
    }
    guard let key = text(quoted), isSafeText(key) else {
      throw RefusedJSON(
        reason: .forbiddenText, description: "a field's name holds a control or direction-override character")
    }
    guard var last = open.popLast() else { return }
    guard last.keys.insert(key).inserted else {
      throw RefusedJSON(reason: .repeatedKey, description: "the key \"\(key)\" stands twice in one object")
    }
    if let type = last.type, !type.fields.contains(key) {
      throw RefusedJSON(
        reason: .unknownField,
        description: "\"\(key)\" is no field here; known are \(type.fields.sorted().joined(separator: ", "))")
    }
    last.lastKey = key
    open.append(last)
  }

  /// The values of free keys are judged by whoever knows them, each with its place.
  private func checkText(_ quoted: ArraySlice<UInt8>) throws {
    guard let last = open.last, last.type != nil else { return }
    guard let text = text(quoted), isSafeText(text.filter { !"\n\r\t".contains($0) }) else {
      throw RefusedJSON(
        reason: .forbiddenText, description: "\(last.lastKey): holds a control or direction-override character")
    }
  }

  /// The position behind the closing quotation mark.
  private func endOfString(_ start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.count)
  }

  private func text(_ quoted: ArraySlice<UInt8>) -> String? {
    if quoted.contains(UInt8(ascii: "\\")) { return try? JSONDecoder().decode(String.self, from: Data(quoted)) }
    return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
  }
}
