import ControlAPI
import Testing

@testable import amana

@Suite("People who could be the same")
struct LookAlikeTests {
  private func line(
    _ number: Int, _ subject: String, _ name: String?, arabic: String? = nil, born: String? = nil, linked: String? = nil
  ) -> LineView {
    var line = LineView(
      line: number, subject: subject, custodian: "SYR/prisons", phase: "held", releasedTo: nil, age: nil,
      reference: "R-\(subject)", name: name, answer: nil)
    (line.nameArabic, line.born) = (arabic, born)
    if let linked {
      line.links = [
        LinkView(statement: "ff", by: "SYR/prisons", other: linked, same: false, basis: "document", contradicted: false)
      ]
    }
    return line
  }

  private func search(_ one: [LineView], _ other: [LineView]) -> LookAlikeSearch {
    var search = LookAlikeSearch(one, of: "aaaa")
    search.compare(other, of: "bbbb")
    return search
  }

  @Test("Each pair says why, and with what it goes on record")
  func reasons() {
    let found = search(
      [
        line(0, "1", "Mohammed Hassan", born: "1960?"), line(1, "2", "Omar", arabic: "عمر", born: "1980"),
        line(2, "3", "Karim Nasser"), line(3, "4", "Ali Hadi", born: "1990"),
      ],
      [
        line(7, "11", "محمد حسن", born: "1962"), line(8, "12", "Umar", born: "198X"), line(9, "13", "karim nasser"),
        line(10, "14", "Ali Hadi", born: "1991"),
      ])
    #expect(
      found.pairs.map(\.because) == [
        [.transliteration, .nearBirthDates], [.nameVariant, .birthDates], [.name],
      ])
    #expect(found.pairs.map(\.person.line) == [0, 1, 2] && found.pairs.map(\.other.line) == [7, 8, 9])
    let arguments = "aaaa bbbb --line line:0 --other-line line:7 --because CODE"
    #expect(found.pairs.first?.sameAs == "amana same-as \(arguments)")
    #expect(found.pairs.first?.notSameAs == "amana not-same-as \(arguments)")
    #expect(found.onRecord == 0 && found.unnamed == 0)
  }

  @Test("A person is no look-alike of themselves, a pair counts once, and what is on record is only counted")
  func once() {
    let (one, same) = (line(0, "1", "Omar"), line(4, "1", "Umar"))
    #expect(search([one], [same]).pairs.isEmpty)
    var twice = search([one], [line(1, "2", "Umar"), line(2, "2", "Umar")])
    twice.compare([line(3, "2", "Omar")], of: "cccc")
    #expect(twice.pairs.count == 1)
    let either = [
      search([one], [line(1, "2", "Umar", linked: "1")]),
      search([line(0, "1", "Omar", linked: "2")], [line(1, "2", "Umar")]),
    ]
    for found in either { #expect(found.pairs.isEmpty && found.onRecord == 1) }
    let nameless = search([line(0, "1", nil), line(1, "2", "unknown")], [line(1, "3", nil), line(2, "1", nil)])
    #expect(nameless.pairs.isEmpty && nameless.unnamed == 3)
  }

  private func warnings(_ changes: [Int: [String: String]]) -> [String] {
    Samples.read(Samples.csv(Samples.list(changes))).warnings.list.map(\.code)
  }

  @Test("Within a file a name in another spelling or script is pointed out, unless birth dates tell two people apart")
  func file() {
    let (arabic, latin) = (
      ["name_arabic": "قاسم الجبوري", "name_latin": ""], ["name_arabic": "", "name_latin": "Kassem al-Juburi"]
    )
    func with(_ born: String, _ person: [String: String]) -> [String: String] { person.merging(["born": born]) { $1 } }
    #expect(warnings([1: with("1960?", arabic), 3: with("1962", latin)]) == ["name-transliterated"])
    #expect(warnings([1: with("1960", arabic), 3: with("1962", latin)]) == [])
    let other = ["name_arabic": "", "name_latin": "Qasim Aljubouri"]
    #expect(warnings([1: with("", latin), 3: with("1962", other)]) == ["name-variant"])
    #expect(warnings([:]) == [])
  }
}
