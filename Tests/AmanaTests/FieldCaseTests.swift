import Custody
import Testing

@testable import amana

/// field-cases.md, by number: what a file of persons must do about each.
@Suite("Field cases at the door of files")
struct FieldCaseTests {
  private func file(_ changes: [Int: [String: String]]) -> ManifestFile {
    Samples.read(Samples.csv(Samples.list(changes)))
  }

  @Test("F16 Arabic-Indic digits in coded and date columns become ASCII digits, and it is said in which columns")
  func f16() {
    let read = file([
      1: ["born": "١٩٨٧-٠٣-١٢", "sex": "١", "deprived_place": "SYR-DEZ-٠٣"], 2: ["born": "۲۳/۰۳/۱۹۸۷", "sex": "۲"],
      3: ["deprived_on": "٤٣٥٤٧"],
    ])
    #expect(read.problems.count == 0, "\(read.english)")
    #expect(read.values[0]["born"] == "1987-03-12" && read.values[0]["sex"] == "1")
    #expect(read.values[0]["deprived_place"] == "SYR-DEZ-03")
    #expect(read.values[1]["born"] == "1987-03-23" && read.values[1]["sex"] == "2")
    #expect(read.values[2]["deprived_on"] == "2019-03-23")
    let lines = read.form.lines("people.csv", in: .en)
    #expect(
      lines.contains { $0.contains("column sex: Arabic-Indic digits are read as ASCII digits; values read so: 1") })
    #expect(lines.contains { $0.contains("column born: Eastern Arabic-Indic digits are read as ASCII digits") })
  }

  @Test("F16 In names, references and documents digits stay as typed, byte for byte")
  func f16AsTyped() {
    let typed = [
      "name_arabic": "محمد ٣", "reference": "HSK-٠٠٦٦", "document": "ن٧٧٦۹", "family": "", "father_name": "علي ۲",
    ]
    let read = file([1: typed])
    #expect(read.problems.count == 0)
    for (column, text) in typed { #expect(read.values[0][column].map { Array($0.utf8) } == Array(text.utf8)) }
    #expect(read.warningCodes == ["digits-mixed-as-typed"] && read.warnings.list[0].column == "document")
  }

  @Test(
    "F16 Digits of two kinds in one value, and digits of other scripts, are refused",
    arguments: [
      ("born", "٢٠۱۹", "mixed-digits"), ("born", "2019-٠٣-٢٣", "mixed-digits"), ("sex", "१", "foreign-digit"),
      ("born", "１９８７", "foreign-digit"),
    ])
  func f16Refused(_ column: String, _ value: String, _ code: String) {
    let read = file([2: [column: value]])
    #expect(read.problemCodes == [code] && read.problems.list[0].row == 3 && read.problems.list[0].column == column)
  }

  @Test("F17 Nothing is normalised: each form of a name comes out as it went in")
  func f17Kept() {
    for name in [
      "Kas\u{131}m \u{c9}mile", "E\u{301}mile", "آدم", "ا\u{653}دم", "ي\u{654}", "\u{fef5}", "م\u{640}حمد",
      "عبد\u{200d}الله",
    ] {
      let read = file([1: ["name_arabic": name, "name_latin": name]])
      #expect(read.problems.count == 0)
      #expect(Array((read.values[0]["name_arabic"] ?? "").utf8) == Array(name.utf8))
    }
  }

  @Test(
    "F17 Look-alike names and references are pointed out, and sent all the same",
    arguments: [
      ("name_arabic", "علي", "على", "name-looks-alike"), ("name_arabic", "كريم", "کریم", "name-looks-alike"),
      ("name_arabic", "أحمد", "احمد", "name-looks-alike"), ("name_arabic", "محمد", "محـمد", "name-looks-alike"),
      ("name_arabic", "محمد", "مُحَمَّد", "name-looks-alike"),
      ("name_arabic", "عبدالله", "عبد\u{200c}الله", "name-looks-alike"),
      ("name_arabic", "آدم", "ا\u{653}دم", "name-form"), ("name_arabic", "فاطمة", "فاطمه", "name-looks-alike"),
      ("name_arabic", "لا", "\u{fefb}", "name-looks-alike"), ("name_arabic", "علي  حسن", "علي حسن", "name-looks-alike"),
      ("reference", "HSK-66", "hsk-66", "reference-looks-alike"),
      ("reference", "HSK-66", "HSK\u{2011}66", "reference-looks-alike"),
      ("reference", "HSK-66", "HSK-٦٦", "reference-looks-alike"),
      ("reference", "HSK-66", "HSK-\u{200b}66", "reference-looks-alike"),
    ])
  func f17PointedOut(_ column: String, _ one: String, _ other: String, _ code: String) {
    let read = file([1: [column: one], 3: [column: other]])
    #expect(read.problems.count == 0, "\(read.english)")
    #expect(read.warningCodes == [code])
    #expect(read.warnings.list.first?.row == 4 && read.warnings.list.first?.column == column)
    #expect(read.entries.count == 4)
    if column != "reference" { #expect(!read.english.contains(other), "no name is printed") }
  }

  @Test(
    "F17 References that are canonically equal are refused; different names and one common name are not pointed out")
  func f17Refused() {
    let forms = file([1: ["reference": "\u{c9}-1"], 2: ["reference": "E\u{301}-1"]])
    #expect(forms.problemCodes == ["reference-form"])
    #expect(file([1: ["reference": "A"], 2: ["reference": "A"]]).problemCodes == ["reference-twice"])
    let common = file([1: ["name_arabic": "محمد علي"], 2: ["name_arabic": "محمد علي", "father_name": "حسن"]])
    #expect(common.warnings.count == 0)
    #expect(file([1: ["name_arabic": "محمد علي"], 2: ["name_arabic": "محمد علي"]]).warningCodes == ["name-twice"])
    #expect(file([1: ["name_arabic": "unknown"], 2: ["name_arabic": "unknown"]]).warnings.count == 0)
    #expect(file([1: ["name_arabic": "حسن"], 2: ["name_arabic": "حسين"]]).warnings.count == 0)
    let family = ["family_role": "sibling"]
    let marks = file([1: family.merging(["family": "F1"]) { $1 }, 2: family.merging(["family": "F١"]) { $1 }])
    #expect(marks.warningCodes == ["family-looks-alike"] && marks.problems.count == 0)
  }

  @Test("F18 A key that stands twice is refused with its name and place, also when one is written with escapes")
  func f18() {
    let person = Samples.json([Samples.person(1)]).dropFirst(2).dropLast(3)
    for (twice, key) in [("\"sex\": \"2\"", "sex"), ("\"s\\u0065x\": \"2\"", "sex"), ("\"x\": 1, \"x\": 1", "x")] {
      let read = Samples.read("[\(person.dropLast()), \(twice)}]")
      let found = read.problems.list.first { $0.code == "json-key-twice" }
      #expect(found?.column == key && found?.row == 1, "\(read.english)")
      #expect(read.english.contains("the key \u{2068}\"\(key)\"\u{2069} stands twice in one object"))
      #expect(read.english.contains("line 1, byte "))
    }
    let top = Samples.read("{\"persons\": [\(person)],\n \"persons\": []}")
    #expect(top.problemCodes == ["json-key-twice"] && top.english.contains("line 2, byte 2: the key"))
  }

  @Test(
    "F19 Overrides and control characters are refused with row, column and the character's name",
    arguments: [
      ("\u{202e}", "U+202E RIGHT-TO-LEFT OVERRIDE"), ("\u{202a}", "U+202A LEFT-TO-RIGHT EMBEDDING"),
      ("\u{7}", "U+0007 ALERT"), ("\u{b}", "U+000B LINE TABULATION"), ("\u{85}", "U+0085 NEXT LINE"),
      ("\u{1b}", "U+001B ESCAPE"), ("\t", "U+0009 CHARACTER TABULATION"),
      ("\u{fff9}", "U+FFF9 INTERLINEAR ANNOTATION ANCHOR"),
    ])
  func f19Refused(_ character: String, _ name: String) {
    for text in [
      Samples.csv(Samples.list([2: ["name_latin": "Ali \(character)nimda"]])),
      Samples.json(Samples.list([2: ["name_latin": "Ali \(character)nimda"]])),
    ] {
      let read = Samples.read(text)
      #expect(read.problems.count == 1, "\(read.english)")
      #expect(
        read.problems.list.first?.row == (read.isJSON ? 2 : 3) && read.problems.list.first?.column == "name_latin")
      #expect(read.english.contains(name), "\(read.english)")
      #expect(!read.english.contains(character))
    }
  }

  @Test("F19 Joiners, isolates and vowel marks are kept, also at the very start of a value")
  func f19Kept() {
    for name in ["عبد\u{200c}الله", "\u{200d}عبد", "\u{2067}محمد\u{2069}", "\u{64e}محمد", "\u{200c}\"محمد\"\u{200c}"] {
      let read = file([1: ["name_arabic": name, "father_name": name, "document": name]])
      #expect(read.problems.count == 0, "\(read.english)")
      #expect(Array((read.values[0]["name_arabic"] ?? "").utf8) == Array(name.utf8))
      #expect(read.values[0]["document"] == name && read.values[0]["age"] == "adult")
    }
  }
}
