import Foundation

/// Names in Arabic script by their sound.
enum ArabicSpelling {
  /// The transliteration of ICAO Doc 9303 Part 3, section 6 C, for the letters of Arabic and of its neighbours.
  static let transliteration: [UInt32: String] = [
    0x621: "XE", 0x622: "XAA", 0x623: "XAE", 0x624: "U", 0x625: "I", 0x626: "XI", 0x627: "A", 0x628: "B", 0x629: "XTA",
    0x62a: "T", 0x62b: "XTH", 0x62c: "J", 0x62d: "XH", 0x62e: "XKH", 0x62f: "D", 0x630: "XDH", 0x631: "R", 0x632: "Z",
    0x633: "S", 0x634: "XSH", 0x635: "XSS", 0x636: "XDZ", 0x637: "XTT", 0x638: "XZZ", 0x639: "E", 0x63a: "G",
    0x641: "F", 0x642: "Q", 0x643: "K", 0x644: "L", 0x645: "M", 0x646: "N", 0x647: "H", 0x648: "W", 0x649: "XAY",
    0x64a: "Y", 0x671: "XXA", 0x679: "XXT", 0x67e: "P", 0x686: "XC", 0x688: "XXD", 0x691: "XXR", 0x698: "XJ",
    0x6a9: "XKK", 0x6af: "XGG", 0x6ba: "XNN", 0x6be: "XDO", 0x6c1: "XXG", 0x6c3: "XTG", 0x6cc: "XYA", 0x6d0: "Y",
    0x6d2: "XYB",
  ]

  /// Letters of Kurdish that the table lacks.
  private static let kurdish: [UInt32: String] = [
    0x6a4: "F", 0x6b5: "L", 0x695: "R", 0x6c6: "W", 0x6ce: "Y", 0x6d5: "XTA",
  ]

  /// What Latin spellings do not keep apart.
  static let collapsed: [String: Character] = [
    "B": "B", "P": "B", "T": "T", "XTT": "T", "XXT": "T", "XTH": "S", "S": "S", "XSS": "S", "J": "J", "XJ": "J",
    "XH": "H", "H": "H", "XDO": "H", "XXG": "H", "XKH": "X", "D": "D", "XDH": "D", "Z": "D", "XDZ": "D", "XZZ": "D",
    "XXD": "D", "R": "R", "XXR": "R", "XSH": "C", "XC": "C", "Q": "K", "K": "K", "XKK": "K", "XGG": "K", "G": "K",
    "F": "F", "L": "L", "M": "M", "N": "N", "XNN": "N",
  ]

  /// "Son of" and "daughter of", which are written or not.
  private static let dropped: Set = ["بن", "ابن", "إبن", "بنت"]

  /// The words of a composed text.
  static func words(_ text: String) -> [NameWord] {
    let kept = text.unicodeScalars.filter {
      $0.properties.isAlphabetic && !isMark($0) || isBreak($0) || digit($0) != nil
    }
    return String(String.UnicodeScalarView(kept)).split(whereSeparator: { $0.unicodeScalars.allSatisfy(isBreak) })
      .map(String.init).filter { !dropped.contains($0) }.flatMap(parts)
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    (0x0610...0x061a).contains(scalar.value) || (0x064b...0x065f).contains(scalar.value) || scalar.value == 0x0670
      || scalar.value == 0x0640
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || [0x2c, 0x2d, 0x60c].contains(scalar.value)
  }

  private static func digit(_ scalar: Unicode.Scalar) -> Character? {
    guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else { return nil }
    return Character(String(Int(value)))
  }

  private static func parts(_ word: String) -> [NameWord] {
    if word == "عبد" { return [.servant] }
    if word.hasPrefix("عبدال"), word.count > 6 {
      return [.servant, self.word(withoutArticle(String(word.dropFirst(3))))]
    }
    return [self.word(withoutArticle(word))]
  }

  private static func withoutArticle(_ word: String) -> String {
    word.hasPrefix("ال") && word.count > 3 ? String(word.dropFirst(2)) : word
  }

  private static func word(_ text: String) -> NameWord {
    var word = NameWord()
    var letters = Array(text.unicodeScalars)
    // A last h is heard or not, and written or not.
    let ending = letters.count > 1 ? letters.last.flatMap(lastVowel) : nil
    if ending != nil { letters.removeLast() }
    for (place, letter) in letters.enumerated() {
      if let digit = digit(letter) {
        word.consonant(digit)
        continue
      }
      let code = transliteration[letter.value] ?? kurdish[letter.value] ?? ""
      if let consonant = collapsed[code] {
        word.consonant(consonant)
      } else if place == 0, code == "W" || code == "Y" || code == "XYA" {
        word.consonant(code == "W" ? "W" : "Y")
      } else if let vowel = vowel(code, isFirst: place == 0) {
        word.vowel(vowel.must, may: vowel.may)
      } else {
        word.consonant(Character(letter))
      }
    }
    if let ending { word.vowel(may: ending) }
    word.end()
    return word
  }

  private static func lastVowel(_ letter: Unicode.Scalar) -> VowelSlot.Sounds? {
    switch letter.value {
    case 0x629, 0x6c3, 0x6d5: [.a, .i]
    case 0x62d, 0x647, 0x6be, 0x6c1: .short
    default: nil
    }
  }

  private static func vowel(_ code: String, isFirst: Bool) -> VowelSlot? {
    switch code {
    case "A", "XAA", "XXA": isFirst ? VowelSlot(may: .short) : VowelSlot(must: .a, may: .a)
    case "XE", "XAE", "I", "E": VowelSlot(may: .short)
    case "U": VowelSlot(may: [.a, .i, .u, .longU])
    case "XI": VowelSlot(may: [.a, .i, .u, .longI])
    case "W": VowelSlot(must: .u, may: [.a, .u, .longU])
    case "Y", "XYA", "XYB": VowelSlot(must: .i, may: [.a, .i, .longI])
    case "XAY": VowelSlot(may: [.a, .i, .longI])
    case "XTA", "XTG": VowelSlot(may: [.a, .i])
    default: nil
    }
  }
}
