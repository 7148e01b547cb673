import Foundation

/// Names in Latin script by their sound, as Arabic, Kurdish and Turkish names are spelled in it.
enum LatinSpelling {
  private static let dropped: Set = ["bin", "ibn", "ben", "bint", "bent", "b"]
  /// The article, also as it sounds before some letters.
  private static let articles: Set = [
    "al", "el", "ul", "il", "as", "ash", "ar", "an", "ad", "adh", "at", "ath", "az", "es", "er", "en", "ed", "et", "ez",
  ]
  private static let digraphs: [String: Character] = [
    "dj": "J", "dh": "D", "kh": "X", "sh": "C", "ch": "C", "th": "S", "ph": "F", "gh": "K", "ck": "K",
  ]
  private static let consonants: [Character: Character] = [
    "b": "B", "p": "B", "t": "T", "s": "S", "j": "J", "h": "H", "x": "X", "d": "D", "z": "D", "r": "R", "q": "K",
    "k": "K", "g": "K", "c": "J", "f": "F", "v": "F", "l": "L", "m": "M", "n": "N",
  ]

  /// The words of a composed, small text.
  static func words(_ text: String) -> [NameWord] {
    var tokens = plain(text).split { $0 == " " }.map(String.init)
    tokens = tokens.enumerated().filter { place, token in
      !dropped.contains(token) && !(articles.contains(token) && place < tokens.count - 1)
    }.map(\.element)
    return tokens.flatMap(parts)
  }

  /// Letters without their marks, but for those that are sounds of their own; words apart.
  private static func plain(_ text: String) -> String {
    let spelled = text.replacing("ş", with: "sh").replacing("ç", with: "ch").replacing("ı", with: "i")
    var plain = ""
    for scalar in spelled.decomposedStringWithCompatibilityMapping.unicodeScalars {
      if scalar.properties.isWhitespace || scalar == "-" || scalar == "," || (0x2010...0x2015).contains(scalar.value) {
        plain.append(" ")
      } else if scalar.properties.generalCategory != .nonspacingMark,
        scalar.properties.numericType == .decimal
          || scalar.properties.generalCategory == .lowercaseLetter || scalar.properties.generalCategory == .otherLetter
      {
        plain.unicodeScalars.append(scalar)
      }
    }
    return plain
  }

  private static func parts(_ token: String) -> [NameWord] {
    guard token.hasPrefix("abd") else { return [word(withoutArticle(token))] }
    let rest = token.dropFirst(3).drop { "aeiou".contains($0) }
    let vowels = token.count - 3 - rest.count
    if rest.isEmpty || rest == "l" { return vowels == 0 || rest == "l" ? [.servant] : [word(token)] }
    guard (1...2).contains(vowels), rest.count > 2, let first = rest.first else { return [word(token)] }
    let name = rest.dropFirst()
    guard first == "l" || name.first == first else { return [word(token)] }
    return [.servant, word(String(name))]
  }

  /// "Aljuburi": an article that is written in one word, where enough is left for it to be one.
  private static func withoutArticle(_ token: String) -> String {
    let rest = token.dropFirst(2)
    guard token.hasPrefix("al") || token.hasPrefix("el"), rest.count > 3, let first = rest.first else {
      return token == "allah" ? "lah" : token
    }
    return "aeiouyw".contains(first) ? token : String(rest)
  }

  private static func word(_ text: String) -> NameWord {
    var word = NameWord()
    var rest = Array(text)[...]
    while let letter = rest.first {
      if let sound = digraphs[String(rest.prefix(2))] {
        word.spelled(sound)
        rest = rest.dropFirst(2)
      } else if letter == "h", rest.count == 1, text.count > 2 {
        // Heard or not: "Fatimah", "Saleh".
        rest = rest.dropFirst()
      } else if word.isEmpty, letter == "w" || letter == "y" {
        word.spelled(letter == "w" ? "W" : "Y")
        rest = rest.dropFirst()
      } else if "aeiouyw".contains(letter) {
        rest = rest.dropFirst(vowel(rest, &word))
      } else if let digit = letter.wholeNumberValue {
        word.consonant(Character(String(digit % 10)))
        rest = rest.dropFirst()
      } else {
        word.spelled(consonants[letter] ?? letter)
        rest = rest.dropFirst()
      }
    }
    word.end()
    return word
  }

  /// - Returns: how many letters were read.
  private static func vowel(_ rest: ArraySlice<Character>, _ word: inout NameWord) -> Int {
    switch String(rest.prefix(2)) {
    case "ai", "ay", "ei", "ey":
      word.vowel(.longI, may: [.a, .i])
      return 2
    case "ee":
      word.vowel(.longI, may: [.a, .i])
      return 2
    case "au", "aw", "ow":
      word.vowel(.longU, may: [.a, .u])
      return 2
    case "oo", "ou":
      // French writes a short u so too, mostly at the beginning: "Moustafa", but "Mahmoud".
      word.vowel(word.consonants.count > 1 ? .longU : .u, may: [.u, .longU])
      return 2
    default: break
    }
    switch rest.first {
    case "a": word.vowel(.a, may: .a)
    case "e": word.vowel(may: [.a, .i, .u, .longI])
    case "i": word.vowel(.i, may: .longI)
    case "y": word.vowel(.longI, may: .i)
    case "w": word.vowel(.longU, may: .u)
    default: word.vowel(.u, may: .longU)
    }
    return 1
  }
}
