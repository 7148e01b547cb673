/// Goes through JSON (RFC 8259) strictly, and keeps of each text no more than a rule needs to see. Unlike `JSONDecoder` it
/// knows where it is, sees every key that stands twice, and leaves numbers as they are written.
struct JSONCursor {
  /// A place in the text, both from 1. Bytes are counted within the line.
  struct Place {
    let line: Int
    let byte: Int
  }

  static let maximumDepth = 8

  private let text: [UInt8]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(_ text: [UInt8]) { self.text = text }

  /// Line breaks stand only between values, so `peek` sees them all.
  var place: Place { Place(line: line, byte: position - lineStart + 1) }
  var isAtEnd: Bool { position >= text.count }

  /// The next byte that is not white space, not yet taken.
  mutating func peek() -> UInt8? {
    while position < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) {
      position += 1
      if text[position - 1] == 0x0a { (line, lineStart) = (line + 1, position) }
    }
    return position < text.count ? text[position] : nil
  }

  /// The next byte of a text, taken.
  mutating func next() -> UInt8? {
    guard position < text.count else { return nil }
    position += 1
    return text[position - 1]
  }

  func fault(_ sentence: Text, _ value: String? = nil, at place: Place? = nil) -> Finding {
    let place = place ?? self.place
    return Finding(sentence, values: [String(place.line), String(place.byte)] + (value.map { [$0] } ?? []))
  }

  mutating func take(_ wanted: Character) -> Bool {
    guard let byte = peek(), byte == wanted.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func expect(_ wanted: Character) throws(Finding) {
    guard !take(wanted) else { return }
    throw isAtEnd ? Finding(.fileJSONEnds) : fault(.fileJSONSyntax, String(wanted))
  }

  /// Calls for every element of a list; the callback reads it.
  mutating func list(_ element: (inout JSONCursor) throws(Finding) -> Void) throws(Finding) {
    try expect("[")
    guard !take("]") else { return }
    repeat { try element(&self) } while take(",")
    try expect("]")
  }

  /// Calls for every member of an object with its key and where that stands; the callback reads the value.
  mutating func object(_ member: (inout JSONCursor, String, Place) throws(Finding) -> Void) throws(Finding) {
    try expect("{")
    guard !take("}") else { return }
    repeat {
      _ = peek()
      let place = place
      let key = try string()
      try expect(":")
      try member(&self, key, place)
    } while take(",")
    try expect("}")
  }

  /// Passes over a value of any kind.
  mutating func skip(depth: Int = 0) throws(Finding) {
    guard depth < Self.maximumDepth else { throw fault(.fileJSONDepth, String(Self.maximumDepth)) }
    switch peek() {
    case UInt8(ascii: "["): try list { (cursor) throws(Finding) in try cursor.skip(depth: depth + 1) }
    case UInt8(ascii: "{"): try object { (cursor, _, _) throws(Finding) in try cursor.skip(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try string()
    default: _ = try word()
    }
  }

  /// A number, true, false or null, as written.
  mutating func word() throws(Finding) -> String {
    guard peek() != nil else { throw Finding(.fileJSONEnds) }
    let (start, begin) = (place, position)
    while position < text.count, Self.endsWord(text[position]) == false, position - begin < 64 { position += 1 }
    let word = String(decoding: text[begin..<position], as: UTF8.self)
    guard ["true", "false", "null"].contains(word) || Self.isNumber(word) else {
      throw fault(.fileJSONWord, shown(word), at: start)
    }
    return word
  }

  private static func isNumber(_ word: String) -> Bool {
    word.wholeMatch(of: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?/) != nil
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0a, 0x0d].contains(byte) || ",]}[{:\"".utf8.contains(byte)
  }
}
