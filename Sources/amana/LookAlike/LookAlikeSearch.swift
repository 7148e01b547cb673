import ControlAPI

/// People of one statement beside those of others: who could be the same. Nothing is joined.
struct LookAlikeSearch {
  /// Why two are taken for one.
  enum Reason: String, Encodable {
    case name
    case nameVariant = "name-variant"
    case transliteration
    case birthDates = "birth-dates"
    case nearBirthDates = "near-birth-dates"
  }

  struct Person: Encodable {
    let statement: String
    let line: Int
    let subject: String
    let reference: String?
    let name: String?
    let nameArabic: String?
    let born: String?

    init(_ line: LineView, of statement: String) {
      self.statement = statement
      self.line = line.line
      (subject, reference, born) = (line.subject, line.reference, line.born)
      (name, nameArabic) = (line.name, line.nameArabic)
    }

    enum CodingKeys: String, CodingKey {
      case statement, line, subject, reference, name, born
      case nameArabic = "name_arabic"
    }
  }

  struct Pair: Encodable {
    let person: Person
    let other: Person
    let because: [Reason]
    let sameAs: String
    let notSameAs: String

    init(_ person: Person, _ other: Person, _ because: [Reason]) {
      (self.person, self.other, self.because) = (person, other, because)
      let arguments =
        "\(person.statement) \(other.statement) --line line:\(person.line) --other-line line:\(other.line) --because CODE"
      sameAs = "amana same-as \(arguments)"
      notSameAs = "amana not-same-as \(arguments)"
    }

    enum CodingKeys: String, CodingKey {
      case person, other, because
      case sameAs = "same_as"
      case notSameAs = "not_same_as"
    }
  }

  private struct Entry {
    let person: Person
    let sounds: [NameSound]
    let skeletons: Set<String>
    let linked: Set<String>

    init(_ line: LineView, of statement: String) {
      person = Person(line, of: statement)
      let names = [line.name, line.nameArabic].compactMap(\.self).filter { NameSound($0) != nil }
      sounds = names.compactMap(NameSound.init)
      skeletons = Set(names.map(skeleton))
      linked = Set((line.links ?? []).map(\.other))
    }
  }

  private var people: [String: [Entry]] = [:]
  private var subjects: Set<String> = []
  private var compared: Set<Set<String>> = []
  private(set) var pairs: [Pair] = []
  /// Pairs of which somebody has said already that they are the same, or are not.
  private(set) var onRecord = 0
  /// People whose name is not here.
  private(set) var unnamed = 0

  /// - Parameter lines: those that others are compared with.
  init(_ lines: [LineView], of statement: String) {
    for line in lines where line.item == nil && subjects.insert(line.subject).inserted {
      let entry = Entry(line, of: statement)
      if entry.sounds.isEmpty { unnamed += 1 }
      for key in Set(entry.sounds.map(\.key)) { people[key, default: []].append(entry) }
    }
  }

  /// Compares the people of another statement; each pair counts once, however many statements name it.
  mutating func compare(_ lines: [LineView], of statement: String) {
    for line in lines where line.item == nil {
      let other = Entry(line, of: statement)
      if other.sounds.isEmpty, subjects.insert(line.subject).inserted { unnamed += 1 }
      for one in Set(other.sounds.map(\.key)).flatMap({ people[$0] ?? [] })
      where one.person.subject != line.subject {
        guard !compared.contains([one.person.subject, line.subject]), let because = Self.because(one, other) else {
          continue
        }
        compared.insert([one.person.subject, line.subject])
        if one.linked.contains(line.subject) || other.linked.contains(one.person.subject) {
          onRecord += 1
        } else {
          pairs.append(Pair(one.person, other.person, because))
        }
      }
    }
    pairs.sort {
      ($0.person.line, $0.other.statement, $0.other.line) < ($1.person.line, $1.other.statement, $1.other.line)
    }
  }

  /// - Returns: nil where the names differ, or the birth dates clearly do.
  private static func because(_ one: Entry, _ other: Entry) -> [Reason]? {
    let fitting = one.sounds.flatMap { sound in other.sounds.filter(sound.fits).map { $0.isArabic == sound.isArabic } }
    let isSame = !one.skeletons.isDisjoint(with: other.skeletons)
    guard isSame || !fitting.isEmpty else { return nil }
    let name: Reason = isSame ? .name : fitting.contains(true) ? .nameVariant : .transliteration
    switch BirthDate.match(one.person.born, other.person.born) {
    case .overlap: return [name, .birthDates]
    case .near: return [name, .nearBirthDates]
    case .unknown: return [name]
    case .different: return nil
    }
  }
}
