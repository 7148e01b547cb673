public import COSE

extension CodeList {
  /// Of a file, in bytes.
  public static let maximumByteCount = 512 << 10
  static let maximumCodes = 1024
  static let maximumLanguages = 32
  /// Of one text, in bytes.
  static let maximumText = 256

  /// JSON as `jq -S .` prints it: keys sorted, two spaces, nothing escaped but `"` and `\`.
  static func encoded(_ name: String, _ version: UInt64, _ texts: [String: String], _ codes: [Code]) -> [UInt8] {
    let list = codes.map { code in
      let replaced = code.replacedBy.map { ["\"replaced_by\": \(quoted($0))"] } ?? []
      let fields =
        ["\"deprecated\": \(code.isDeprecated)", "\"id\": \(quoted(code.id))"] + replaced + [
          "\"since\": \(code.since)", "\"texts\": \(object(code.texts, indent: "      "))",
        ]
      return "    {\n      " + fields.joined(separator: ",\n      ") + "\n    }"
    }
    let fields = [
      "\"codes\": [\n" + list.joined(separator: ",\n") + "\n  ]", "\"list\": \(quoted(name))",
      "\"schema\": \(quoted(schema))", "\"texts\": \(object(texts, indent: "  "))", "\"version\": \(version)",
    ]
    return Array(("{\n  " + fields.joined(separator: ",\n  ") + "\n}\n").utf8)
  }

  private static func object(_ texts: [String: String], indent: String) -> String {
    let lines = texts.sorted { $0.key < $1.key }.map { "\(indent)  \(quoted($0.key)): \(quoted($0.value))" }
    return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// Reads a file strictly: there is one way to write a list, so that one list has one digest.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw DecodeError(.tooLarge, at: Self.maximumByteCount, "a code list has at most \(Self.maximumByteCount) bytes")
    }
    var reader = CodeListReader(bytes)
    let (codes, offsets) = try reader.codes()
    try reader.expect(",\n  \"list\": ")
    let name = try reader.identifier()
    try reader.expect(",\n  \"schema\": \"\(Self.schema)\",\n  \"texts\": ")
    let texts = try reader.texts(indent: "  ")
    try reader.expect(",\n  \"version\": ")
    let version = try reader.number()
    try reader.expect("\n}\n")
    guard reader.isAtEnd else { throw DecodeError(.trailingBytes, at: reader.position) }
    self.init(name, version: version, texts: texts, codes: codes)
    try checkCodes(offsets)
  }

  /// What must fit together.
  private func checkCodes(_ offsets: [Int]) throws(DecodeError) {
    var seen: Set<String> = []
    for (code, offset) in zip(codes, offsets) {
      func invalid(_ why: String) -> DecodeError { DecodeError(.invalidValue, at: offset, "\"\(code.id)\" \(why)") }
      guard seen.insert(code.id).inserted else { throw invalid("stands twice") }
      guard code.since <= version else { throw invalid("has a \"since\" later than the list's version") }
      guard let next = code.replacedBy else { continue }
      guard code.isDeprecated, self[next]?.isDeprecated == false else {
        throw invalid("is replaced, so it must be deprecated and \"\(next)\" be a code that is not")
      }
    }
  }
}

/// Goes through a code list's file, which has one form only.
struct CodeListReader {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  private func next(is text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

  private mutating func take(_ text: String) -> Bool {
    guard next(is: text) else { return false }
    position += text.utf8.count
    return true
  }

  mutating func expect(_ text: String) throws(DecodeError) {
    guard !take(text) else { return }
    let shown = text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    throw DecodeError(
      .invalidValue, at: position, "here \(shown) is expected, written as `jq -S .` does (docs/codes.md)")
  }

  /// The codes, and where each begins.
  mutating func codes() throws(DecodeError) -> ([CodeList.Code], offsets: [Int]) {
    try expect("{\n  \"codes\": [\n")
    var (found, offsets): ([CodeList.Code], [Int]) = ([], [])
    repeat {
      guard found.count < CodeList.maximumCodes else {
        throw DecodeError(.tooLarge, at: position, "a list has at most \(CodeList.maximumCodes) codes")
      }
      offsets.append(position)
      found.append(try code())
    } while take(",\n")
    try expect("\n  ]")
    return (found, offsets)
  }

  private mutating func code() throws(DecodeError) -> CodeList.Code {
    try expect("    {\n      \"deprecated\": ")
    let isDeprecated = take("true")
    if !isDeprecated { try expect("false") }
    try expect(",\n      \"id\": ")
    let id = try identifier()
    let replacedBy = take(",\n      \"replaced_by\": ") ? try identifier() : nil
    try expect(",\n      \"since\": ")
    let since = try number()
    try expect(",\n      \"texts\": ")
    let texts = try texts(indent: "      ")
    try expect("\n    }")
    return CodeList.Code(id, since: since, isDeprecated: isDeprecated, replacedBy: replacedBy, texts: texts)
  }

  mutating func texts(indent: String) throws(DecodeError) -> [String: String] {
    let start = position
    try expect("{\n")
    var found: [String: String] = [:]
    var last = ""
    repeat {
      try expect("\(indent)  ")
      let place = position
      let language = try string()
      guard language.wholeMatch(of: /[a-z]{2,3}(?:-[A-Z][a-z]{3})?/) != nil, last < language else {
        throw DecodeError(.invalidValue, at: place, "languages are BCP 47 tags such as ckb, different and sorted")
      }
      guard found.count < CodeList.maximumLanguages else {
        throw DecodeError(.tooLarge, at: place, "a text has at most \(CodeList.maximumLanguages) languages")
      }
      try expect(": ")
      found[language] = try string()
      last = language
    } while take(",\n")
    try expect("\n\(indent)}")
    guard let missing = CodeList.requiredLanguages.first(where: { found[$0] == nil }) else { return found }
    throw DecodeError(.missingField, at: start, "there is no text in \"\(missing)\"")
  }

  mutating func identifier() throws(DecodeError) -> String {
    let place = position
    let text = try string()
    guard isCode(text) else {
      throw DecodeError(.invalidValue, at: place, "a code is a-z, 0-9, - and _, at most 64 of them")
    }
    return text
  }

  mutating func number() throws(DecodeError) -> UInt64 {
    let place = position
    let digits = bytes[position...].prefix(16).prefix { (0x30...0x39).contains($0) }
    position += digits.count
    let text = String(decoding: digits, as: UTF8.self)
    guard let value = UInt64(text), value > 0, String(value) == text, value < 1 << 32 else {
      throw DecodeError(.invalidValue, at: place, "a version is a whole number from 1 on")
    }
    return value
  }

  private mutating func string() throws(DecodeError) -> String {
    let start = position
    try expect("\"")
    var content: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      let isEscape = bytes[position] == UInt8(ascii: "\\")
      if isEscape { position += 1 }
      guard position < bytes.count, !isEscape || [0x22, 0x5c].contains(bytes[position]) else {
        throw DecodeError(.invalidValue, at: start, "nothing is escaped but \" and \\")
      }
      content.append(bytes[position])
      position += 1
      guard content.count <= CodeList.maximumText else {
        throw DecodeError(.tooLarge, at: start, "a text has at most \(CodeList.maximumText) bytes")
      }
    }
    try expect("\"")
    guard let text = String(validating: content, as: UTF8.self) else { throw DecodeError(.invalidUTF8, at: start) }
    guard !text.isEmpty, isPlainText(text) else {
      throw DecodeError(
        .forbiddenText, at: start, "a text is not empty and holds no control character or mark that turns its direction"
      )
    }
    return text
  }
}

/// Whether text is that of a code.
func isCode(_ text: String) -> Bool {
  let bytes = text.utf8
  let letters = bytes.allSatisfy {
    (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f
  }
  return letters && (1...64).contains(bytes.count) && bytes.first != 0x2d && bytes.first != 0x5f
}

/// What is signed with others' words may need marks of direction; what we publish needs none.
private func isPlainText(_ text: String) -> Bool {
  isSafeText(text)
    && !text.unicodeScalars.contains {
      (0x2066...0x2069).contains($0.value) || [0x200e, 0x200f, 0x061c, 0x2028, 0x2029].contains($0.value)
    }
}
