/// A value of a configuration file with the line it begins on.
struct ConfigText: Sendable {
  /// One member of an object.
  struct Member: Sendable {
    let key: String
    let line: Int
    let value: ConfigText
  }

  enum Content: Sendable {
    case text(String)
    /// As it is written: only whole numbers have a meaning here.
    case number(String)
    case bool(Bool)
    case null
    case list([ConfigText])
    case object([Member])
  }

  let content: Content
  let line: Int

  /// What it is, in a word for people.
  var kind: String {
    switch content {
    case .text(let text): "\"\(text.prefix(40))\""
    case .number(let literal): "\(literal.prefix(40))"
    case .bool(let value): "\(value)"
    case .null: "null"
    case .list: "a list"
    case .object: "an object"
    }
  }
}

/// Why a configuration file is no JSON text, and where.
struct ConfigSyntaxError: Error {
  let line: Int
  let why: String
}

/// Reads a JSON text (RFC 8259) strictly and remembers lines, which no decoder of the platform does.
struct ConfigTextReader {
  private static let maximumDepth = 8
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  static func read(_ bytes: [UInt8]) throws(ConfigSyntaxError) -> ConfigText {
    guard !bytes.starts(with: [0xef, 0xbb, 0xbf]) else {
      throw ConfigSyntaxError(line: 1, why: "it begins with a byte order mark: save it as UTF-8 without one")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw ConfigSyntaxError(line: 1, why: "it is not UTF-8")
    }
    var reader = ConfigTextReader(bytes: bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.next == nil else { throw reader.error("something follows the end of the object") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func error(_ why: String) -> ConfigSyntaxError { ConfigSyntaxError(line: line, why: why) }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d {
      if byte == 0x0a { line += 1 }
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(ConfigSyntaxError) -> ConfigText {
    guard depth < Self.maximumDepth else { throw error("it nests deeper than \(Self.maximumDepth) levels") }
    skipSpace()
    let start = line
    guard let byte = next else { throw error("a value is missing at the end") }
    switch byte {
    case UInt8(ascii: "{"): return ConfigText(content: .object(try members(depth)), line: start)
    case UInt8(ascii: "["): return ConfigText(content: .list(try elements(depth)), line: start)
    case UInt8(ascii: "\""): return ConfigText(content: .text(try text()), line: start)
    default: return ConfigText(content: try word(), line: start)
    }
  }

  private mutating func members(_ depth: Int) throws(ConfigSyntaxError) -> [ConfigText.Member] {
    position += 1
    var members: [ConfigText.Member] = []
    skipSpace()
    if take("}") { return [] }
    repeat {
      skipSpace()
      let start = line
      guard next == UInt8(ascii: "\"") else { throw error("a key in quotation marks is missing") }
      let key = try text()
      skipSpace()
      guard take(":") else { throw error("a colon is missing after \"\(key)\"") }
      members.append(ConfigText.Member(key: key, line: start, value: try value(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw error("a comma or } is missing") }
    return members
  }

  private mutating func elements(_ depth: Int) throws(ConfigSyntaxError) -> [ConfigText] {
    position += 1
    var elements: [ConfigText] = []
    skipSpace()
    if take("]") { return [] }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw error("a comma or ] is missing") }
    return elements
  }

  private mutating func word() throws(ConfigSyntaxError) -> ConfigText.Content {
    let start = position
    while let byte = next, Self.isWordByte(byte) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    case "": throw error("no value begins like this")
    default:
      guard word.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil else {
        throw error("\(word.prefix(40)) is no value: text stands in quotation marks")
      }
      return .number(word)
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension ConfigTextReader {
  private mutating func text() throws(ConfigSyntaxError) -> String {
    position += 1
    var result: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw error("a line break or control character stands in a text") }
      position += 1
      if byte == UInt8(ascii: "\\") { result += String(try escaped()).utf8 } else { result.append(byte) }
    }
    guard take("\"") else { throw error("a closing quotation mark is missing") }
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func escaped() throws(ConfigSyntaxError) -> Unicode.Scalar {
    guard let byte = next else { throw error("a text breaks off") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar()
    default: throw error("\\ is followed by something that has no meaning")
    }
  }

  private mutating func escapedScalar() throws(ConfigSyntaxError) -> Unicode.Scalar {
    var value = try fourDigits()
    if (0xd800..<0xdc00).contains(value) {
      guard take("\\"), take("u") else { throw error("half a surrogate pair stands in a text") }
      let low = try fourDigits()
      guard (0xdc00..<0xe000).contains(low) else { throw error("half a surrogate pair stands in a text") }
      value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw error("half a surrogate pair stands in a text") }
    return scalar
  }

  private mutating func fourDigits() throws(ConfigSyntaxError) -> UInt32 {
    let digits = bytes[position..<min(position + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("\\u is followed by four hexadecimal digits") }
    position += 4
    return value
  }
}
