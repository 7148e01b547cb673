import COSE
import Custody
import OpenSSL
import Roster

/// How each kind of field of a roster is written as text and read again. What fields there are, and what may stand in
/// them, `RosterBody` alone decides.
enum RosterText {
  private static let times: Set = ["issued_at", "next_update", "not_before", "not_after", "effective_from"]
  private static let bytes: Set = ["previous", "replaces", "link", "certificate", "statements", "timestamps"]
  /// Their keys are anybody's, and so no names of fields.
  private static let free: Set = ["names", "code_lists"]
  private static let note = "final_checkpoint"
  private static let key = "key"
  private static let kid = "kid"

  static func value(_ item: CBOR, field: String) -> JSONValue {
    switch item {
    case .unsigned(let number):
      // The first and last day of the calendar are seconds, since their text could mean another day.
      guard times.contains(field), let unix = Int64(exactly: number), OffsetTime(unix: unix).unix == unix else {
        return .number(number)
      }
      return .text(OffsetTime(unix: unix).text)
    case .bytes(let bytes): return field == note ? noteValue(bytes) : .text(hexadecimal(bytes))
    case .text(let text): return .text(text)
    case .bool(let value): return .bool(value)
    case .array(let items): return .list(items.map { value($0, field: field) })
    case .map(let map): return field == key ? keyValue(item) : object(map, field: field)
    default: return .null
    }
  }

  private static func object(_ map: CBORMap, field: String) -> JSONValue {
    let isFree = free.contains(field)
    var fields: [String: JSONValue] = [:]
    for entry in map.entries {
      guard let name = entry.key.text else { continue }
      fields[name] = value(entry.value, field: isFree ? "" : name)
      if !isFree, name == key, let listed = try? PublicKey(coseKey: entry.value), let thumbprint = listed.thumbprint {
        fields[kid] = .text(hexadecimal(thumbprint))
      }
    }
    return .object(fields)
  }

  private static func keyValue(_ item: CBOR) -> JSONValue {
    (try? PublicKey(coseKey: item)).map { .text(hexadecimal($0.subjectPublicKeyInfo)) } ?? .null
  }

  /// A signed note is a list of its lines; other bytes are said to be hexadecimal.
  private static func noteValue(_ bytes: [UInt8]) -> JSONValue {
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map {
      String(validating: $0, as: UTF8.self)
    }
    let texts = lines.compactMap(\.self)
    guard bytes.last == 0x0a, texts.count == lines.count, texts.allSatisfy(isSafeText) else {
      return .object(["hex": .text(hexadecimal(bytes))])
    }
    return .list(texts.dropLast().map { .text($0) })
  }

  static func item(_ value: JSONValue, field: String, path: String) throws(RefusedDocument) -> CBOR {
    switch value {
    case .null: return .null
    case .bool(let value): return .bool(value)
    case .number(let number): return .unsigned(number)
    case .text(let text): return try textItem(text, field: field, path: path)
    case .list(let values) where field == note: return try noteItem(values, path: path)
    case .list(let values):
      var items: [CBOR] = []
      for (index, value) in values.enumerated() {
        items.append(try item(value, field: field, path: "\(path)[\(index)]"))
      }
      return .array(items)
    case .object(let fields):
      if field == note { return try noteItem(fields, path: path) }
      return try map(fields, field: field, path: path)
    }
  }

  private static func textItem(_ text: String, field: String, path: String) throws(RefusedDocument) -> CBOR {
    if times.contains(field) {
      guard let time = OffsetTime(text) else {
        throw RefusedDocument(path, "is no time like 2027-01-31T00:00:00+00:00")
      }
      return .int(time.unix)
    }
    if bytes.contains(field) { return .bytes(try hex(text, path: path)) }
    if field == key {
      guard let listed = try? PublicKey(subjectPublicKeyInfo: hex(text, path: path)), let item = listed.coseKey else {
        throw RefusedDocument(path, "is no SubjectPublicKeyInfo (DER) of a key that a roster can list")
      }
      return item
    }
    guard isSafeText(text) else { throw RefusedDocument(path, "holds a control or direction-override character") }
    return .text(text)
  }

  private static func hex(_ text: String, path: String) throws(RefusedDocument) -> [UInt8] {
    guard let bytes = decodeHexadecimal(text) else { throw RefusedDocument(path, "is not hexadecimal") }
    return bytes
  }

  private static func noteItem(_ lines: [JSONValue], path: String) throws(RefusedDocument) -> CBOR {
    var bytes: [UInt8] = []
    for line in lines {
      guard case .text(let text) = line, isSafeText(text) else {
        throw RefusedDocument(path, "is the list of the note's lines")
      }
      bytes += Array(text.utf8) + [0x0a]
    }
    return .bytes(bytes)
  }

  private static func noteItem(_ fields: [String: JSONValue], path: String) throws(RefusedDocument) -> CBOR {
    guard fields.count == 1, case .text(let text) = fields["hex"] else {
      throw RefusedDocument(path, "is the list of the note's lines, or {\"hex\": …}")
    }
    return .bytes(try hex(text, path: "\(path).hex"))
  }

  private static func map(_ fields: [String: JSONValue], field: String, path: String) throws(RefusedDocument) -> CBOR {
    let isFree = free.contains(field)
    var entries: [CBORMap.Entry] = []
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) where isFree || name != kid || fields[key] == nil {
      guard isSafeText(name) else { throw RefusedDocument(path, "has a field with a control character in its name") }
      entries.append(
        CBORMap.Entry(.text(name), try item(value, field: isFree ? "" : name, path: "\(path).\(name)")))
    }
    if !isFree { try checkKid(fields, entries, path) }
    return .map(CBORMap(entries))
  }

  /// What stands beside a key is compared by those who review: it must be that key's.
  private static func checkKid(
    _ fields: [String: JSONValue], _ entries: [CBORMap.Entry], _ path: String
  ) throws(RefusedDocument) {
    guard fields[key] != nil, let said = fields[kid] else { return }
    guard let item = entries.first(where: { $0.key == .text(key) })?.value, let listed = try? PublicKey(coseKey: item),
      let thumbprint = listed.thumbprint, said == .text(hexadecimal(thumbprint))
    else {
      throw RefusedDocument("\(path).kid", "is not the kid of the key beside it; leave it out when you write one")
    }
  }
}
