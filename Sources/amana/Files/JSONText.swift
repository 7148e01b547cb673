import Custody

extension JSONCursor {
  /// A text in quotation marks.
  mutating func string() throws(Finding) -> String {
    try expect("\"")
    var value: [UInt8] = []
    while let byte = next() {
      var piece = [byte]
      switch byte {
      case UInt8(ascii: "\""): return boundedText(value)
      case UInt8(ascii: "\\"): piece = try escaped()
      case 0x00...0x1f:
        let here = Place(line: place.line, byte: place.byte - 1)
        throw fault(.fileJSONControl, characterName(Unicode.Scalar(byte)), at: here)
      default: break
      }
      if value.count < RowSplitter.keptBytes { value += piece }
    }
    throw Finding(.fileJSONEnds)
  }

  /// What stands behind a backslash.
  private mutating func escaped() throws(Finding) -> [UInt8] {
    switch next() {
    case UInt8(ascii: "\""): return [0x22]
    case UInt8(ascii: "\\"): return [0x5c]
    case UInt8(ascii: "/"): return [0x2f]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try codeUnits()
    default: throw isAtEnd ? Finding(.fileJSONEnds) : fault(.fileJSONEscape)
    }
  }

  /// The character of four hexadecimal digits, or of two such escapes that are a surrogate pair.
  private mutating func codeUnits() throws(Finding) -> [UInt8] {
    var units = [try codeUnit()]
    if UTF16.isLeadSurrogate(units[0]), next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") {
      units.append(try codeUnit())
    }
    guard let text = String(validating: units, as: UTF16.self) else { throw fault(.fileJSONEscape) }
    return Array(text.utf8)
  }

  private mutating func codeUnit() throws(Finding) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next() else { throw Finding(.fileJSONEnds) }
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fault(.fileJSONEscape) }
      value = value << 4 | UInt16(digit)
    }
    return value
  }
}
