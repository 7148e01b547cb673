import Custody
import Foundation
import Testing

@testable import amana

/// What was tried at the door of files, and what was answered. AMANA_PRINT_TABLES prints it.
@Suite("Bad files")
struct BadFileTests {
  struct Try: Sendable {
    let name: String
    let bytes: [UInt8]
    /// One piece of each answer, in order; all of them are expected.
    let answers: [String]

    init(_ name: String, _ text: String, _ answers: String...) { self.init(name, Array(text.utf8), answers) }

    init(_ name: String, _ bytes: [UInt8], _ answers: [String]) {
      (self.name, self.bytes, self.answers) = (name, bytes, answers)
    }
  }

  private static let good = Samples.csv()
  private static let columns = Kind.detaineeTransfer.row.requiredNames

  private static func changed(_ row: Int, _ values: [String: String]) -> String {
    Samples.csv(Samples.list([row - 1: values]))
  }

  @Test("A code that version 1 of its list lacks stops no file that goes to a daemon, which knows the version in force")
  func laterCodes() {
    let text = Self.changed(2, ["grounds": "new-ground", "vulnerability": "elderly blind"])
    #expect(Samples.read(text).problems.list.map(\.column) == ["vulnerability", "grounds"])
    for isAddition in [false, true] {
      let options = ReadingOptions(isAddition: isAddition, leavesCodes: true)
      let file = Samples.read(text, options)
      #expect(file.problems.count == 0 && file.warningCodes == ["code-unknown", "code-unknown"])
      #expect(file.english.contains("\"new-ground\"\u{2069} is no code of version 1"))
      #expect(file.values[0]["grounds"] == "new-ground")
      // What is part of the format, and what looks like no code, is wrong here too.
      for (column, value) in [("age", "old"), ("grounds", "New Ground"), ("vulnerability", "blind,deaf")] {
        let wrong = Samples.read(Self.changed(2, [column: value]), options)
        #expect(wrong.problems.list.map(\.column) == [column] && wrong.warnings.count == 0, "\(column)")
      }
    }
  }

  private static func json(_ members: String) -> String {
    "[" + Samples.json([Samples.person(1)]).dropFirst(2).dropLast(4) + ", \(members)}]"
  }

  static let csv: [Try] = [
    Try("empty file", "", "the file is empty"), Try("only spaces", " \n \n", "the file is empty"),
    Try("no row", columns.joined(separator: ","), "the file holds no entry"),
    Try("no header", "a,b\n1,2\n", "row 1, column -: names no column of this form"),
    Try(
      "column missing", Samples.csv(columns: columns.filter { $0 != "sex" }), "row 1, column sex: is missing"),
    Try("unknown column", Samples.csv(columns: columns + ["religion"]), "row 1, column religion: ", "is no column"),
    Try(
      "a delimiter behind every row", good.replacing("\n", with: ",\n"),
      "row 1, column -: field 28 of the header is empty: delete the column"),
    Try("column twice", Samples.csv(columns: columns + ["sex"]), "row 1, column sex: stands twice"),
    Try(
      "a column missing and a bad value",
      Samples.csv(Samples.list([2: ["age": "old"]]), columns: columns.filter { $0 != "sex" }),
      "row 1, column sex: is missing", "row 3, column age: \u{2068}\"old\"\u{2069} is none of"),
    Try("too few fields", good + "HSK-9,x\n", "row 6, column -: has 2 fields, the header has 27"),
    Try("half a row", good + "HSK-9,x", "row 6, column -: has 2 fields", "it may have been cut off"),
    Try(
      "half a row and an open quotation mark", good + "HSK-9,\"x",
      "row 6, column name_arabic: a quotation mark is opened and never closed"),
    Try(
      "a line break without quotation marks", good.replacing("محمد علي 2", with: "محمد\nعلي 2"),
      "row 3, column -: has 2 fields", "row 4, column -: has 26 fields"),
    Try(
      "a quotation mark within a value", good.replacing("علي 2", with: "علي \"أبو"),
      "row 3, column name_arabic: a quotation mark stands within"),
    Try(
      "text behind a quotation mark", good.replacing("عبد الله محمد علي 2", with: "\"علي\" x"),
      "row 3, column name_arabic: text stands behind"),
    Try(
      "sep= with a delimiter that is not read", "sep=|\n" + good, "the first line names a delimiter that is not read"),
    Try(
      "header with another delimiter than sep=", "sep=;\n" + good,
      "row 1, column -: names no column of this form with this delimiter"),
    Try("zero byte", good + "\0", "a zero byte stands in line 6"),
    Try(
      "several faults",
      Samples.csv(
        Samples.list([1: ["sex": "male", "born": "1987-13-40"], 3: ["language": "arabic", "reference": ""]])),
      "row 2, column born", "row 2, column sex", "row 4, column reference: is empty", "row 4, column language"),
    Try(
      "the same reference", changed(4, ["reference": "HSK-1001"]),
      "row 4, column reference: \u{2068}\"HSK-1001\"\u{2069} stands in row 2 too"),
    Try(
      "override in a name", changed(3, ["name_latin": "Ali \u{202e}nimda"]), "row 3, column name_latin: ",
      "U+202E RIGHT-TO-LEFT OVERRIDE: type the value anew without it"),
    Try(
      "override in a code", changed(3, ["age": "\u{202e}tluda"]), "row 3, column age: ", "U+202E",
      "\u{2068}\"<U+202E>tluda\"\u{2069} is none of"),
    Try("a line break in a code", changed(3, ["age": "adult\n"]), "row 3, column age: ", "U+000A"),
    Try(
      "a lost letter", changed(3, ["name_latin": "Ka\u{fffd}sim"]),
      "row 3, column name_latin: holds U+FFFD REPLACEMENT CHARACTER"),
    Try(
      "a value of 257 bytes", changed(3, ["name_latin": String(repeating: "a", count: 257)]),
      "row 3, column name_latin: is longer than 256 bytes"),
    Try(
      "a value of a hundred thousand bytes", changed(3, ["age": String(repeating: "م", count: 50_000)]),
      "row 3, column age: is longer", "\"مممم", "…\"\u{2069} is none of"),
    Try(
      "a million columns", "reference" + String(repeating: ",", count: 1_000_000) + "\n1\n",
      "row 1, column -: has 1000001 fields, and more than 256 are not read"),
    Try(
      "a row of a million fields", good + String(repeating: ",", count: 1_000_000) + "x\n",
      "row 6, column -: has 1000001 fields, the header has 27"),
    Try(
      "day or month first", changed(3, ["born": "03/04/1987"]),
      "row 3, column born: \u{2068}\"03/04/1987\"\u{2069} can be read with the day or the month first",
      "--date-order dmy or mdy"),
    Try(
      "both orders in one column",
      Samples.csv(Samples.list([1: ["born": "23/04/1987"], 2: ["born": "04/23/1987"], 3: ["born": "03/04/1987"]])),
      "row 2, column born", "row 3, column born", "row 4, column born: "),
    Try(
      "a year of two digits", changed(3, ["deprived_on": "23/03/19"]), "row 3, column deprived_on: ",
      "has a year of two digits: write all four"),
    Try(
      "a Hijri year", changed(3, ["born": "١٤٠٧"]), "row 3, column born: ", "Hijri and Iranian years are not converted"),
    Try("no day", changed(3, ["born": "31/02/1987"]), "row 3, column born: ", "is no day of the calendar"),
    Try(
      "a letter for a digit", changed(3, ["born": "2O12-03-01"]), "row 3, column born: ",
      "has a letter where a digit must stand"),
    Try("digits of two kinds", changed(3, ["born": "٢٠۱۹"]), "row 3, column born: ", "mixes digits of different kinds"),
  ]

  static let json: [Try] = [
    Try("JSON: empty list", "[]", "the file holds no entry"),
    Try("JSON: empty object", "{}", "the object has no key \"persons\""),
    Try("JSON: half a file", String(Samples.json().dropLast(40)), "the file ends within its JSON: it was cut off"),
    Try("JSON: half an escape", "[{\"reference\": \"\\u06", "the file ends within its JSON"),
    Try("JSON: key twice", json("\"sex\": \"2\""), "entry 1, key sex: line 1, byte ", "stands twice in one object"),
    Try("JSON: unknown key", json("\"religion\": \"x\""), "entry 1, key religion: ", "is no key of this form"),
    Try(
      "JSON: unknown key outside", "{\"persons\": \(Samples.json()), \"site\": \"X\"}",
      "\"site\"\u{2069} is no key of this form"),
    Try("JSON: persons is no list", "{\"persons\": 3}", "must be a list of entries"),
    Try("JSON: not a person", "[3]", "entry 1, key -: ", "must be an entry"),
    Try(
      "JSON: list in a value",
      Samples.json().replacing("\"vulnerability\": \"\"", with: "\"vulnerability\": [\"elderly\"]", maxReplacements: 1),
      "entry 1, key vulnerability: ", "is a list or an object: write one text"),
    Try(
      "JSON: boolean in a code",
      Samples.json().replacing("\"age\": \"adult\"", with: "\"age\": true", maxReplacements: 1), "entry 1, key age: ",
      "has no meaning in this column"),
    Try(
      "JSON: fraction", Samples.json().replacing("\"sex\": \"1\"", with: "\"sex\": 1.0", maxReplacements: 1),
      "entry 1, key sex: ", "can be read in several ways"),
    Try(
      "JSON: number as a name",
      Samples.json().replacing("\"father_name\": \"محمد\"", with: "\"father_name\": 7", maxReplacements: 1),
      "entry 1, key father_name: ", "can be read in several ways"),
    Try(
      "JSON: leading zero", Samples.json().replacing("\"sex\": \"1\"", with: "\"sex\": 01", maxReplacements: 1),
      "line 2, byte ", "is no JSON value"),
    Try("JSON: NaN", "[NaN]", "line 1, byte 2: ", "\"NaN\"\u{2069} is no JSON value"),
    Try("JSON: comma behind the last", "[{\"reference\": \"1\",}]", "line 1, byte 20: \" must stand here"),
    Try("JSON: something behind", Samples.json() + "x", "something stands behind the end"),
    Try("JSON: comment", "[/* x */]", "is no JSON value"),
    Try(
      "JSON: raw line break in a text", "[{\"reference\": \"a\nb\"}]", "line 1, byte 18: U+000A LINE FEED",
      "stands in a text as it is"),
    Try("JSON: half a surrogate pair", "[{\"reference\": \"\\ud800x\"}]", "is no escape of JSON"),
    Try("JSON: unknown escape", "[{\"reference\": \"\\x\"}]", "is no escape of JSON"),
    Try(
      "JSON: NUL as an escape", json("\"family_role\": \"\\u0000\"").replacing("\"family_role\": \"\", ", with: ""),
      "entry 1, key family_role: ", "U+0000"),
    Try("JSON: a hundred thousand brackets", String(repeating: "[", count: 100_000), "nested deeper than 8"),
    Try(
      "JSON: too many keys", "[{" + (0..<300).map { "\"k\($0)\": 1" }.joined(separator: ",") + "}]",
      "the object has too many keys"),
    Try(
      "JSON: a missing column is an empty one", "[{\"reference\": \"HSK-1\"}]", "entry 1, key name_arabic: ",
      "entry 1, key sex: "),
  ]

  @Test("Each is refused with its place and a remedy, in both languages", arguments: ["CSV", "JSON"])
  func refused(door: String) {
    var rows: [String] = []
    for item in door == "CSV" ? Self.csv : Self.json {
      let file = ManifestFile(item.bytes)
      let english = file.problems.list.map { $0.line(in: .en, isJSON: file.isJSON) }
      let whole = english.joined(separator: "\n")
      #expect(file.problems.count > 0, "\(item.name)")
      for answer in item.answers { #expect(whole.contains(answer), "\(item.name): \(whole)") }
      let arabic = file.problems.list.map { $0.line(in: .ar, isJSON: file.isJSON) }.joined(separator: "\n")
      #expect(arabic.unicodeScalars.contains { (0x621...0x64a).contains($0.value) }, "\(item.name): \(arabic)")
      rows.append("| \(item.name) | \(english.prefix(2).joined(separator: "; "))\(english.count > 2 ? "; …" : "") |")
    }
    guard ProcessInfo.processInfo.environment["AMANA_PRINT_TABLES"] != nil else { return }
    print((["| tried | answered |", "|---|---|"] + rows).joined(separator: "\n"))
  }

  @Test("Bad values of several kinds do not hide each other, and all are counted though a thousand are kept")
  func counted() {
    let persons = (1...1200).map { Samples.person($0, ["sex": "x", "born": "03/04/1987"]) }
    let file = Samples.read(Samples.csv(persons))
    #expect(file.problems.count == 2400 && file.problems.list.count == 1000)
    #expect(file.problems.list.compactMap(\.row) == file.problems.list.compactMap(\.row).sorted())
    let failure = file.refusal("people.csv", .en)
    #expect(failure.code == Exit.usage && failure.lines.count == 1001)
    #expect(failure.lines.last?.contains("2400 things are wrong, nothing was sent") == true)
  }

  @Test(
    "Rows are numbered as a spreadsheet shows them: values of several lines and sep= count for nothing, empty rows count"
  )
  func rowNumbers() {
    let text =
      "sep=;\r\n"
      + Samples.csv(Samples.list([1: ["name_latin": "a\nb\nc"], 4: ["sex": "x"]]), delimiter: ";", lineEnd: "\r\n")
    #expect(Samples.read(text).problems.list.map(\.row) == [5])
    let spaced = text.replacing("HSK-1003", with: "\r\n;;;;;;;;;;;;;;;;;;;;;;;;;;\r\nHSK-1003")
    let file = Samples.read(spaced)
    #expect(file.problems.list.map(\.row) == [7] && file.form.passedOver == 2)
    #expect(file.form.lines("x", in: .en).contains("  empty rows passed over: 2"))
  }

  @Test("Numbers, yes and no, and null in JSON are what they can only mean")
  func jsonValues() {
    let text = Samples.json([Samples.person(1)])
      .replacing("\"sex\": \"1\"", with: "\"sex\": 2").replacing("\"born\": \"1987-03-12\"", with: "\"born\": 1987")
      .replacing("\"deprived_on\": \"2019-03\"", with: "\"deprived_on\": 43547").replacing(
        "\"injuries\": \"no\"", with: "\"injuries\": true"
      )
      .replacing("\"document\": \"\"", with: "\"document\": null").replacing(
        "\"reference\": \"HSK-1001\"", with: "\"reference\": 12345678901234567890")
    let file = Samples.read(text)
    #expect(file.problems.count == 0, "\(file.english)")
    let values = file.values[0]
    #expect(values["sex"] == "2" && values["born"] == "1987" && values["deprived_on"] == "2019-03-23")
    #expect(values["injuries"] == "yes" && values["document"] == "" && values["reference"] == "12345678901234567890")
  }
}
