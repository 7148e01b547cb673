import Custody

/// How many persons or things a file holds, by codes and without a name.
struct Totals: Encodable {
  /// How many persons have one code.
  struct Count: Encodable {
    let code: String
    let persons: Int
  }

  /// How many things have one code.
  struct ItemCount: Encodable {
    let code: String
    let items: Int
  }

  let persons: Int
  /// By code of the column `age`, the most first; what is no code is counted under "?".
  let age: [Count]
  /// By code of the column `nationality`; "-" is empty, "?" no code.
  let nationality: [Count]
  /// Of a file of things: how many, in how many containers, and by code of the column `category`.
  var items: Int?
  var containers: Int?
  var category: [ItemCount]?

  init(_ entries: [ManifestEntry], of kind: Kind) {
    let persons = kind.row.isOfPersons ? entries : []
    self.persons = persons.count
    if !kind.row.isOfPersons {
      items = entries.count
      containers = Set(entries.map { $0["container"] }).count
      let known = CodesInForce.standard[.propertyCategory]
      let codes = entries.map { known?[$0["category"]] == nil ? "?" : $0["category"] }
      category = Self.counted(codes).map { ItemCount(code: $0.code, items: $0.persons) }
    }
    age = Self.counted(persons.map { AgeFlag(rawValue: $0["age"])?.rawValue ?? "?" })
    nationality = Self.counted(
      persons.map { person in
        let code = person["nationality"]
        let isCode = code.utf8.count == 3 && code.utf8.allSatisfy { (0x41...0x5a).contains($0) }
        return code.isEmpty ? "-" : isCode ? code : "?"
      })
  }

  private static func counted(_ codes: [String]) -> [Count] {
    let counts = codes.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { Count(code: $0.key, persons: $0.value) }
  }

  /// One line.
  func line(in language: Language) -> String {
    guard let items, let containers, let category else {
      return ofPersons(in: language)
    }
    let codes = category.map { "\($0.code) \($0.items)" }.joined(separator: separator(in: language))
    return say(.fileTotalsItems, in: language, String(items), String(containers), codes)
  }

  private func ofPersons(in language: Language) -> String {
    say(.fileTotals, in: language, String(persons), Self.list(age, language), Self.list(nationality, language))
  }

  private static func list(_ counts: [Count], _ language: Language) -> String {
    counts.map { "\($0.code) \($0.persons)" }.joined(separator: separator(in: language))
  }
}
