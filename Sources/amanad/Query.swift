import ControlAPI
import Custody
import Roster

/// The query of a request, read strictly: nothing unknown, nothing twice, nothing that means nothing.
struct Query: Sendable {
  private let values: [String: String]
  static let maximumLimit = 1000

  init(_ text: String?, known: [String]) throws {
    var values: [String: String] = [:]
    for pair in (text ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard known.contains(name) else {
        let list = known.isEmpty ? "no parameters" : known.joined(separator: ", ")
        throw Problem(
          status: 422, code: "unknown-parameter", title: "The request cannot be understood",
          detail: "a query parameter is not known here; known are: \(list)",
          next: "leave it out, or see docs/control-api.yaml")
      }
      guard parts.count == 2, let value = Self.decoded(parts[1]), !value.isEmpty, isSafeText(value) else {
        throw Self.invalid(name, "has no readable value")
      }
      guard values.updateValue(value, forKey: name) == nil else { throw Self.invalid(name, "stands twice") }
    }
    self.values = values
  }

  /// Percent-decoded; nil when that is no UTF-8. A plus sign is a plus sign.
  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let pair = decodeHexadecimal(String(decoding: rest.prefix(2), as: UTF8.self)) else {
        return nil
      }
      bytes += pair
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  static func invalid(_ name: String, _ why: String) -> Problem {
    Problem(
      status: 422, code: "invalid-value", title: "The request cannot be understood", detail: "\(name): \(why)",
      next: "correct \(name) and ask again")
  }

  func text(_ name: String) -> String? { values[name] }

  /// The value as something else; a value that is nothing of it is refused.
  func value<Value>(_ name: String, _ what: String, _ read: (String) -> Value?) throws -> Value? {
    guard let text = values[name] else { return nil }
    guard let value = read(text) else { throw Self.invalid(name, "must be \(what)") }
    return value
  }

  func number<Number: FixedWidthInteger>(_ name: String, _ range: ClosedRange<Number>) throws -> Number? {
    try value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Number(text), range.contains(number)
      else { return nil }
      return number
    }
  }

  func limit() throws -> Int { try number("limit", 1...Self.maximumLimit) ?? 100 }

  func time(_ name: String) throws -> UnixTime? {
    try value(name, "RFC 3339 with whole seconds and a numeric offset, e.g. 2026-11-25T14:03:00+03:00") {
      OffsetTime($0)?.unix
    }
  }

  func uuid(_ name: String) throws -> RecordID? { try value(name, "a UUID") { RecordID(uuid: $0) } }

  func authority(_ name: String) throws -> AuthorityName? {
    try value(name, "an authority, MEMBER/authority") { AuthorityName($0) }
  }

  func flag(_ name: String) throws -> Bool? {
    try value(name, "true or false") { ["true": true, "false": false][$0] }
  }

  /// One of the values of an enumeration.
  func code<Code: RawRepresentable & CaseIterable>(_ name: String) throws -> Code? where Code.RawValue == String {
    try value(name, "one of \(Code.allCases.map(\.rawValue).joined(separator: ", "))") { Code(rawValue: $0) }
  }

  /// An authority as chains name it: what one that ended held, its successor holds.
  func active(_ name: String, under places: Successions) throws -> AuthorityName? {
    guard let authority = try authority(name) else { return nil }
    let current = places.current(authority)
    guard current == authority else {
      throw Self.invalid(name, "\(authority) has ended, and \(current) acts in its place: ask for that one")
    }
    return authority
  }

  /// The query of the next page: as asked, from another place on.
  /// - Parameter dropped: what said where the first page begins, and no more.
  func next(_ path: String, cursor: String, without dropped: String? = nil) -> String {
    var parts = values.filter { $0.key != "cursor" && $0.key != dropped }
      .sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.encoded($0.value))" }
    parts.append("cursor=\(cursor)")
    return "<\(path)?\(parts.joined(separator: "&"))>; rel=\"next\""
  }

  static func encoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      let isPlain = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || 0x41...0x5a ~= byte || 0x61...0x7a ~= byte
      if isPlain || "-._~/:".utf8.contains(byte) {
        result.append(Character(Unicode.Scalar(byte)))
      } else {
        result += "%" + hexadecimal([byte]).uppercased()
      }
    }
  }
}
