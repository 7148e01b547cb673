/// Swift source without its comments and the words of its literals; code inside interpolations stays.
struct SourceCode {
  private let text: [Character]
  private var position = 0
  private var kept: [Character] = []

  static func of(_ text: String) -> String {
    var scanner = SourceCode(text: Array(text))
    scanner.code(untilParenthesis: false)
    return String(scanner.kept)
  }

  private init(text: [Character]) { self.text = text }

  private func sees(_ wanted: String) -> Bool { text[position...].starts(with: wanted) }

  /// Passes over characters; line breaks are kept, so that lines keep their numbers.
  private mutating func skip(_ count: Int) {
    for character in text[position...].prefix(count) where character == "\n" { kept.append("\n") }
    position = min(position + count, text.count)
  }

  private mutating func code(untilParenthesis: Bool) {
    var depth = 0
    while position < text.count {
      if sees("//") {
        while position < text.count, text[position] != "\n" { skip(1) }
      } else if sees("/*") {
        blockComment()
      } else if let hashes = literalStart() {
        literal(hashes)
      } else {
        if text[position] == "(" { depth += 1 }
        if text[position] == ")" {
          if untilParenthesis, depth == 0 { return skip(1) }
          depth -= 1
        }
        kept.append(text[position])
        position += 1
      }
    }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if sees("/*") { depth += 1 } else if sees("*/") { depth -= 1 }
      skip(sees("/*") || sees("*/") ? 2 : 1)
    } while depth > 0 && position < text.count
  }

  /// The number of # before a string literal that begins here, or nil.
  private func literalStart() -> Int? {
    let hashes = text[position...].prefix { $0 == "#" }.count
    let next = position + hashes
    return next < text.count && text[next] == "\"" ? hashes : nil
  }

  private mutating func literal(_ hashes: Int) {
    skip(hashes)
    let raw = String(repeating: "#", count: hashes)
    let quote = sees("\"\"\"") ? "\"\"\"" : "\""
    kept += Array("\"\"")
    skip(quote.count)
    while position < text.count {
      if sees(quote + raw) { return skip(quote.count + hashes) }
      if sees("\\" + raw + "(") {
        skip(hashes + 2)
        kept.append("(")
        code(untilParenthesis: true)
        kept.append(")")
      } else {
        skip(sees("\\" + raw) ? hashes + 2 : 1)
      }
    }
  }
}
