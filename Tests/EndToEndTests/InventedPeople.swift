import Foundation
import TestSupport

/// Invented people, every one of whom is told by strings like nobody else's: names in both scripts, a register's reference,
/// a document's number, a birth date, a position.
struct InventedPeople {
  /// As a form holds them.
  let persons: [[String: String]]
  /// What would tell who they are, wherever it stood.
  let secrets: [String]

  init(_ count: Int, children: Int = 0, from random: inout SeededGenerator) {
    var (persons, secrets): ([[String: String]], [String]) = ([], [])
    for number in 0..<count {
      let person = Self.person(number, isChild: number < children, from: &random)
      persons.append(person)
      for column in ["reference", "name_arabic", "name_latin", "father_name", "document", "born", "deprived_place"] {
        if let text = person[column] { secrets.append(text) }
      }
      // Half a position and half a name tell much as well.
      secrets += person["deprived_place"]?.dropFirst("geo:".count).split(separator: ",").map(String.init) ?? []
      secrets += person["name_latin"]?.split(separator: " ").map(String.init) ?? []
      secrets += person["name_arabic"]?.split(separator: " ").map(String.init) ?? []
    }
    (self.persons, self.secrets) = (persons, Array(Set(secrets)).sorted())
  }

  private static func person(_ number: Int, isChild: Bool, from random: inout SeededGenerator) -> [String: String] {
    let digits = { (count: Int, random: inout SeededGenerator) in
      (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
    }
    let month = Int.random(in: 1...12, using: &random)
    let day = Int.random(in: 1...28, using: &random)
    let year = isChild ? Int.random(in: 2012...2018, using: &random) : Int.random(in: 1931...1999, using: &random)
    let born = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    return Persons.person(number, isChild: isChild).merging([
      "reference": "REG-\(digits(9, &random))",
      "name_arabic": "\(word(arabic, 8, &random)) \(word(arabic, 9, &random))",
      "name_latin": "\(word(latin, 9, &random).capitalized) \(word(latin, 10, &random).capitalized)",
      "father_name": word(arabic, 10, &random), "document": "Q\(digits(10, &random))", "born": born,
      "deprived_place": "geo:3\(digits(1, &random)).\(digits(6, &random)),4\(digits(1, &random)).\(digits(6, &random))",
    ]) { $1 }
  }

  private static let latin = Array("abdefghijklmnoqrstuwyz")
  private static let arabic = Array("ابتثجحخدذرزسشصضطظعغفقكلمنهوي")

  private static func word(_ letters: [Character], _ count: Int, _ random: inout SeededGenerator) -> String {
    String((0..<count).map { _ in letters.randomElement(using: &random) ?? "x" })
  }
}
