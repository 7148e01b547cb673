import Custody

/// What a date looks like as it is written, before it is known whether day or month stands first.
struct DateShape: Equatable {
  enum Kind: Equatable {
    /// Nothing to read: empty, "unknown" or EDTF already.
    case asWritten
    /// Two numbers before the year, in an order that the value alone may not tell.
    case numbers(Int, Int)
    case yearFirst(Int, Int)
    case month(Int)
    case serial(Int)
    case refused(Text)
  }

  private(set) var kind = Kind.asWritten
  private(set) var year = ""
  /// "?", "~" or "%" of EDTF.
  private(set) var suffix = ""
  /// The value without marks of direction, which spreadsheets put around dates and nobody sees.
  let text: String

  init(_ value: String) {
    text = Self.withoutMarks(value)
    if text.isEmpty || text == "unknown" { return }
    if ManifestEntry.isDate(text) {
      year = String(text.prefix(4))
    } else {
      var body = text
      if let last = body.last, "?~%".contains(last) { suffix = String(body.removeLast()) }
      // A spreadsheet's day without a time of day is midnight.
      if body.contains(":"), let time = body.firstMatch(of: /[ T]0?0:00(:00(\.0+)?)?$/) {
        body.removeSubrange(time.range)
      }
      let isSeparator: Set<Character> = ["/", ".", "-", "\u{60d}", "\u{2215}"]
      read(body.split(omittingEmptySubsequences: false, whereSeparator: isSeparator.contains))
    }
    if !year.isEmpty, !Self.isPlausible(year) { kind = .refused(.fileDateYear) }
  }

  private mutating func read(_ parts: [Substring]) {
    let lengths = parts.map { part in part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? part.utf8.count : 0 }
    let numbers = parts.map { Int($0) ?? 0 }
    switch lengths {
    case [5]: kind = .serial(numbers[0])
    case [1, 4], [2, 4]: (kind, year) = (.month(numbers[0]), String(parts[1]))
    case [4, 1], [4, 2]: (kind, year) = (.month(numbers[1]), String(parts[0]))
    case [4, 1, 1], [4, 1, 2], [4, 2, 1], [4, 2, 2]:
      (kind, year) = (.yearFirst(numbers[1], numbers[2]), String(parts[0]))
    case [1, 1, 4], [1, 2, 4], [2, 1, 4], [2, 2, 4]:
      (kind, year) = (.numbers(numbers[0], numbers[1]), String(parts[2]))
    case [1, 1, 2], [1, 2, 2], [2, 1, 2], [2, 2, 2], [1, 2], [2, 2], [2]: kind = .refused(.fileDateShortYear)
    // The rules for persons say what is wrong with all others.
    default: if Self.hasLetterForDigit(parts) { kind = .refused(.fileDateLetter) }
    }
  }

  private static func withoutMarks(_ value: String) -> String {
    let marks: Set<UInt32> = [0x200e, 0x200f, 0x061c]
    return String(String.UnicodeScalarView(value.unicodeScalars.filter { !marks.contains($0.value) }))
  }

  /// Years of persons' lives in the Gregorian calendar. Others are Hijri or Iranian years, or a spreadsheet's day number
  /// that looks like a year.
  private static func isPlausible(_ year: String) -> Bool {
    ["18", "19", "20"].contains { year.hasPrefix($0) }
  }

  private static func hasLetterForDigit(_ parts: [Substring]) -> Bool {
    let letters: Set<Character> = ["O", "o", "l", "I", "|", "\u{647}"]
    let characters = parts.joined()
    return characters.contains(where: letters.contains) && characters.contains(where: \.isNumber)
      && characters.allSatisfy { $0.isASCII && $0.isNumber || letters.contains($0) }
  }
}
