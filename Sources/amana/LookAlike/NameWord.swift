import Foundation

/// What of the vowels between two consonants is written: short ones may be left out, long ones not always are.
struct VowelSlot: Hashable {
  struct Sounds: OptionSet, Hashable {
    let rawValue: UInt8
    static let a = Sounds(rawValue: 1)
    static let i = Sounds(rawValue: 2)
    static let u = Sounds(rawValue: 4)
    static let longI = Sounds(rawValue: 8)
    static let longU = Sounds(rawValue: 16)
    static let short: Sounds = [.a, .i, .u]
  }

  /// What is written of it, so that the other spelling must allow it.
  var must: Sounds = []
  var may: Sounds = []

  /// Whether both can be spellings of one vowel.
  func fits(_ other: VowelSlot) -> Bool { must.isSubset(of: other.may) && other.must.isSubset(of: may) }
}

/// A word of a name by its sound: classes of consonants, and what is known of the vowels around each.
struct NameWord: Hashable {
  private(set) var consonants = ""
  private(set) var slots: [VowelSlot] = []
  private var open: VowelSlot?

  /// "Abd", which is written in one word with what follows or not.
  static let servant = {
    var word = NameWord()
    word.vowel(may: .short)
    for consonant in "BD" { word.consonant(consonant) }
    word.end()
    return word
  }()

  /// Equal for words that are to be compared vowel by vowel.
  var key: String { (slots.first?.may.isEmpty == false ? "A" : "") + consonants }
  var isEmpty: Bool { consonants.isEmpty && open == nil && slots.isEmpty }

  mutating func vowel(_ must: VowelSlot.Sounds = [], may: VowelSlot.Sounds) {
    var slot = open ?? VowelSlot()
    slot.must.formUnion(must)
    slot.may.formUnion(may.union(must))
    open = slot
  }

  mutating func consonant(_ consonant: Character) {
    slots.append(open ?? VowelSlot(may: consonants.isEmpty ? [] : .short))
    open = nil
    consonants.append(consonant)
  }

  /// The same, where a doubled letter is one sound.
  mutating func spelled(_ next: Character) {
    if open == nil, consonants.last == next { return }
    consonant(next)
  }

  mutating func end() {
    slots.append(open ?? VowelSlot())
    open = nil
  }

  /// Whether both can be spellings of one word.
  /// - Parameter written: whether both are in a script that writes its long vowels, so that they must be the same.
  func fits(_ other: NameWord, written: Bool) -> Bool {
    guard key == other.key, zip(slots, other.slots).allSatisfy({ $0.fits($1) }) else { return false }
    guard written else { return true }
    // A last a is written in four ways.
    return zip(slots.dropLast(), other.slots.dropLast()).allSatisfy { $0.must == $1.must }
      && slots.last?.must.subtracting(.a) == other.slots.last?.must.subtracting(.a)
  }
}

/// A name by its sound: its words in an order of their own, since registers put the family's name first or last.
struct NameSound: Hashable {
  let words: [NameWord]
  let isArabic: Bool

  /// More than any entry may hold: a file's cell can be of any length.
  private static let longest = 512

  /// - Returns: nil where a text names nobody.
  init?(_ name: String) {
    guard name.utf8.count <= Self.longest else { return nil }
    let text = name.precomposedStringWithCompatibilityMapping.lowercased()
    guard text != "unknown" else { return nil }
    isArabic = text.unicodeScalars.contains { (0x0600...0x06ff).contains($0.value) && $0.properties.isAlphabetic }
    let read = isArabic ? ArabicSpelling.words(text) : LatinSpelling.words(text)
    words = read.filter { !$0.isEmpty }.enumerated().sorted {
      ($0.element.key, $0.offset) < ($1.element.key, $1.offset)
    }.map(\.element)
    if words.isEmpty { return nil }
  }

  /// Equal for names that are to be compared word by word.
  var key: String { words.map(\.key).joined(separator: " ") }

  /// Whether both can be spellings of one name.
  func fits(_ other: NameSound) -> Bool {
    words.count == other.words.count
      && zip(words, other.words).allSatisfy { $0.fits($1, written: isArabic && other.isArabic) }
  }
}
