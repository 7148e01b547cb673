import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// Bad files: everything wrong is reported at once with row and column, and nothing is sent.
  @Suite struct TableDoorTests {
    struct Case: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let bytes: [UInt8]
      let reports: [String]

      init(_ name: String, _ text: String, _ reports: String...) { self.init(name, Array(text.utf8), reports) }

      init(_ name: String, _ bytes: [UInt8], _ reports: [String]) {
        testDescription = name
        self.bytes = bytes
        self.reports = reports
      }
    }

    static let cases: [Case] = {
      let good = Persons.csv()
      let rows = good.split(separator: "\n").map(String.init)
      func changed(_ number: Int, _ values: [String: String]) -> [[String: String]] {
        var list = Persons.list()
        list[number].merge(values) { $1 }
        return list
      }
      let several = changed(0, ["sex": "male", "born": "1987-13-40"]).enumerated().map { index, person in
        index == 7 ? person.merging(["age": "old", "language": "arabic", "reference": ""]) { $1 } : person
      }
      return [
        Case(
          "missing column", Persons.csv(columns: Persons.columns.filter { $0 != "sex" }),
          "row 1, column sex: is missing"),
        Case(
          "unknown column", Persons.csv(columns: Persons.columns + ["religion"]), "row 1, column religion: is no column"
        ),
        Case("column twice", Persons.csv(columns: Persons.columns + ["sex"]), "row 1, column sex: stands twice"),
        Case(
          "bad values in several rows", Persons.csv(several), "row 2, column sex", "row 2, column born",
          "row 9, column age", "row 9, column language", "row 9, column reference", ": 5 things are wrong"),
        Case("too few fields", good + "HSK-9,x\n", "row 14, column -: has 2 fields, the header has 31"),
        Case("too many fields", good + rows[1] + ",,\n", "row 14, column -: has 33 fields"),
        Case("unterminated quote", good.replacing("Abdulsalam Muhammad 3", with: "\"Abdulsalam"), "quotation mark"),
        Case("not UTF-8", Array(good.utf8) + [0xff, 0xfe, 0x0a], ["the file is not UTF-8: byte"]),
        Case("UTF-16 cut off", [0xff, 0xfe, 0x41], ["ends in the middle of a character of UTF-16LE"]),
        Case("a zero byte", Array(good.utf8) + [0], ["a zero byte"]),
        Case(
          "duplicate reference", Persons.csv(changed(5, ["reference": "HSK-1002"])),
          "row 7, column reference: \u{2068}\"HSK-1002\"\u{2069} stands in row 3 too"),
        Case(
          "bidi override in a name", Persons.csv(changed(3, ["name_latin": "Ali \u{202e}nimda"])),
          "row 5, column name_latin: holds a control or direction-override character"),
        Case(
          "empty lines count, and so do rows of the wrong length",
          ([rows[0], "", rows[1], "HSK-9,x"]
            + Persons.csv(changed(1, ["sex": "male"])).split(separator: "\n")[1...]
            .map(String.init)).joined(separator: "\n"),
          "row 4, column -: has 2 fields", "row 6, column sex",
          "row 5, column reference: \u{2068}\"HSK-1001\"\u{2069} stands in row 3 too", ": 3 things are wrong"),
        Case("no row", rows[0] + "\n", "at least one row"), Case("empty", "", "at least one row"),
        Case("JSON", "[{\"sex\": 1, \"sex\": 2}]", "entry 1, key sex: line 1, byte 13"),
        Case(
          "neither name", Persons.csv(changed(2, ["name_arabic": "", "name_latin": ""])), "row 4, column name_arabic"),
        Case("a very long name", Persons.csv(changed(2, ["name_latin": String(repeating: "a", count: 300)])), "row 4"),
      ]
    }()

    @Test("A bad file is refused with every place that is wrong")
    func refused() async throws {
      try await World.run { world in
        let before = try await world.syr.status()
        for item in Self.cases {
          let file = "\(world.folder)/people.csv"
          try Data(item.bytes).write(to: URL(filePath: file))
          let answer = try world.syr.amana("intake", file, "--site", world.syr.site)
          #expect(answer.code == 2, "\(item.testDescription): \(answer)")
          for report in item.reports { #expect(answer.errors.contains(report), "\(item.testDescription): \(answer)") }
          #expect(answer.errors.contains("nothing was sent"), "\(item.testDescription): \(answer)")
          #expect(!answer.errors.contains("\u{202e}"), "an override is not printed")
        }
        #expect(try await world.syr.status() == before)
      }
    }

    @Test("The daemon refuses the same persons by itself, all at once")
    func daemonRefuses() async throws {
      try await World.run { world in
        var request = world.syr.intake(6)
        request.persons?[1]["sex"] = "male"
        request.persons?[4]["name_latin"] = "Ali \u{202e}nimda"
        request.persons?[5]["religion"] = "x"
        request.persons?[5]["reference"] = "HSK-1001"
        let before = try await world.syr.status()
        let refusal = try problem(try await world.syr.post(request))
        #expect(refusal.status == 422 && refusal.failings?.count == 4, "\(refusal)")
        #expect(refusal.failings?.compactMap(\.line) == [1, 4, 5])
        #expect(try await world.syr.status() == before)
      }
    }

    @Test("Windows line ends, a byte-order mark, quoted commas and real Arabic joiners are taken as written")
    func taken() async throws {
      try await World.run { world in
        var list = Persons.list(2)
        list[0]["name_latin"] = "\"Damirchi, Necdet \"\"N.\"\"\""
        list[1]["name_arabic"] = "عبد\u{200c}الله \u{2067}م\u{2069}"
        let text = "\u{feff}" + Persons.csv(list).replacingOccurrences(of: "\n", with: "\r\n")
        let file = "\(world.folder)/people.csv"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try CommandConvoy(world).sign(world.syr, "intake", file, "--site", world.syr.site)
        let lines = try await world.syr.lines(try await world.syr.newest("intake").statement)
        #expect(lines.contains { $0.name == "Damirchi, Necdet \"N.\"" }, "\(lines)")
      }
    }
  }
}
