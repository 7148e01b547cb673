import Foundation
import Testing

@testable import amana

@Suite("Names by their sound, and birth dates")
struct NameSoundTests {
  private func fits(_ one: String, _ other: String) throws -> Bool {
    let (left, right) = (try #require(NameSound(one)), try #require(NameSound(other)))
    #expect(left.fits(right) == right.fits(left))
    return left.fits(right)
  }

  @Test(
    "An Arabic name fits its Latin spellings",
    arguments: [
      ("محمد", ["Muhammad", "Mohammed", "Mohamad"]), ("حسين", ["Hussein", "Husayn"]), ("يوسف", ["Yousef", "Yusuf"]),
      ("عبد الرحمن", ["Abdulrahman", "Abd al-Rahman", "Abdel-Rahman", "Abdurrahman"]),
      ("عبدالله", ["Abdullah", "Abd Allah", "Abdallah"]), ("القذافي", ["Gaddafi", "al-Qadhafi"]),
      ("عثمان", ["Othman", "Osman", "Uthman"]), ("فاطمة", ["Fatima", "Fatimah", "Fatma"]),
      ("السامرائي", ["al-Samarra'i", "as-Samarrai", "Alsamarrai"]), ("كاظم", ["Kadhim", "Kazem"]),
      ("مُحَمَّد علي حسن", ["Mohammed Ali Hassan", "Hassan, Muhammad Aly"]), ("رشيد", ["Rashid", "Rachid", "Rasheed"]),
      ("طارق بن زياد", ["Tariq Ziad", "Tarek bin Ziyad"]), ("نور", ["Nour", "Noor", "Nur"]), ("صالح", ["Saleh"]),
      ("بختيار عثمان داود", ["Bakhtiyar Osman Dawood"]), ("حاجي بكر", ["Hacî Bekir"]), ("جعفر", ["Jaafar"]),
    ])
  func scripts(_ arabic: String, _ latin: [String]) throws {
    for name in latin { #expect(try fits(arabic, name), "\(arabic) \(name)") }
  }

  @Test(
    "Latin spellings of one name fit each other",
    arguments: [
      ("Mohammed", "Muhammad"), ("Yusuf", "Youssef"), ("Hossein", "Hussain"), ("Hasan", "Hassan"),
      ("Abdul Rahman", "Abdurrahman"), ("el-Jabouri", "Aljaburi"), ("Qasim", "Kassem"), ("Ramazan", "Ramadan"),
      ("Zeinab", "Zaynab"), ("Said", "Saeed"), ("Khalid", "Khaled"), ("Mostafa", "Moustapha"), ("Umar", "Omar"),
    ])
  func latin(_ one: String, _ other: String) throws { #expect(try fits(one, other)) }

  @Test(
    "Other people's names do not",
    arguments: [
      ("حسن", "Hussein"), ("Hassan", "Hussein"), ("حسين", "Hassan"), ("Omar", "Amir"), ("محمود", "Muhammad"),
      ("Ahmad", "Hamad"), ("كريم", "Karima"), ("أمين", "Amina"), ("علي", "Alaa"), ("علي", "علاء"), ("عمر", "عامر"),
      ("محمد", "Mahmoud"), ("محمد", "محمود"), ("خالد", "Khalil"),
      ("جاسم", "Qasim"), ("Bashar", "Bashir"), ("Samir", "Samira"), ("سعد", "Saeed"), ("Hamid", "Hamad"),
      ("Abdullah", "Abdulrahman"), ("محمد 1", "Muhammad 2"), ("Jamal", "Jamil"), ("Muhammad", "Muhammad Ali"),
      ("هادي", "Hoda"), ("Rashid", "Rashad"), ("حسان", "Husain"), ("Иван", "Олег"),
    ])
  func others(_ one: String, _ other: String) throws { #expect(try !fits(one, other)) }

  @Test("Thirty given names are thirty names, in either script and between both")
  func collisions() throws {
    let names = [
      ("أحمد", "Ahmad"), ("محمود", "Mahmoud"), ("محمد", "Muhammad"), ("حسن", "Hassan"), ("حسين", "Hussein"),
      ("علي", "Ali"), ("علاء", "Alaa"), ("خالد", "Khalid"), ("خليل", "Khalil"), ("كريم", "Karim"),
      ("قاسم", "Qasim"), ("جاسم", "Jasim"), ("ماجد", "Majid"), ("طارق", "Tariq"), ("سعدون", "Sadun"),
      ("ليث", "Layth"), ("لؤي", "Louay"), ("نايف", "Nayif"), ("نزار", "Nizar"), ("هيثم", "Haitham"),
      ("ثامر", "Thamir"), ("صباح", "Sabah"), ("صهيب", "Suhayb"), ("وائل", "Wael"), ("يونس", "Yunis"),
      ("مريم", "Maryam"), ("زينب", "Zainab"), ("فاطمة", "Fatima"), ("هدى", "Huda"), ("سعاد", "Suad"),
    ]
    for (place, name) in names.enumerated() {
      #expect(try fits(name.0, name.1), "\(name)")
      for other in names.dropFirst(place + 1) {
        for (left, right) in [(name.0, other.0), (name.1, other.1), (name.0, other.1), (name.1, other.0)] {
          #expect(try !fits(left, right), "\(left) \(right)")
        }
      }
    }
  }

  @Test("What names nobody has no sound, and nothing breaks one")
  func nothing() {
    for text in ["", "  ", "unknown", "-", "'", "…"] { #expect(NameSound(text) == nil, "\(text)") }
    for text in ["ال", "عبد", "abd", "abdul", "abdulll", "h", "ه", "y", "و", "al", "b.", "٣"] {
      #expect(NameSound(text)?.words.count ?? 0 <= 2, "\(text)")
    }
  }

  @Test("Every letter of ICAO's table that is no vowel has a class")
  func table() {
    let vowels: Set = [
      "XE", "XAA", "XAE", "U", "I", "XI", "A", "E", "W", "Y", "XAY", "XTA", "XTG", "XYA", "XXA", "XYB",
    ]
    #expect(Set(ArabicSpelling.transliteration.values).subtracting(vowels) == Set(ArabicSpelling.collapsed.keys))
  }

  @Test(
    "Birth dates can be one, or not",
    arguments: [
      ("1960?", "1960", BirthDate.Match.overlap), ("1960?", "1962", .near), ("1960?", "1963", .different),
      ("1975~", "1973-05-01", .near), ("198X", "1985-03", .overlap), ("198X", "1990", .different),
      ("198X?", "1991", .near), ("1980-XX", "1980-05-01", .overlap), ("1980", "1981", .different),
      ("1980-05", "1980-06-01", .different), ("1980-05", "1980-05-31", .overlap), ("", "1980", .unknown),
      ("1980", "unknown", .unknown), ("1980-05-01", "1980-05-01", .overlap), ("1960?", "1958-12-31", .near),
      ("?", "1980", .unknown), ("1980-05-XX", "1980-05-09", .overlap),
    ])
  func births(_ one: String, _ other: String, _ match: BirthDate.Match) {
    #expect(BirthDate.match(one, other) == match)
    #expect(BirthDate.match(other, one) == match)
  }
}
