import ControlAPI
import Foundation
import Testing

@testable import amana

extension EndToEnd {
  /// `amana check` and what `amana intake` says of a file.
  @Suite struct CheckCommandTests {
    private static func check(_ world: World, _ content: [UInt8], _ options: String...) throws -> Answer {
      let file = "\(world.folder)/people.csv"
      try Data(content).write(to: URL(filePath: file))
      return try Command("amana", ["check", file] + options, logs: world.logs).finished()
    }

    @Test("check needs no daemon and ends with 0, 1 or 2; the same file checked and taken in gives the same places")
    func exitCodes() async throws {
      try await World.run(starts: false) { world in
        let good = try Self.check(world, Array(Persons.csv().utf8))
        #expect(good.code == 0 && good.output.contains("is taken for CSV in UTF-8"), "\(good)")
        #expect(good.output.contains("persons: 12; age: adult 12; nationality: IRQ 12"))
        #expect(good.output.contains("wrong: 0; warnings: 0") && !good.output.contains("Abdulsalam"))
        var list = Persons.list()
        (list[2]["sex"], list[5]["born"], list[7]["reference"]) = ("m", "03/04/1987", "hsk-1001")
        let bad = Array(Persons.csv(list).utf8)
        let answer = try Self.check(world, bad)
        #expect(answer.code == 1 && answer.errors.isEmpty, "\(answer)")
        let places = ["row 4, column sex: ", "row 7, column born: "]
        for place in places { #expect(answer.output.contains(place)) }
        #expect(answer.output.contains("warning: row 9, column reference: "))
        #expect(try Self.check(world, bad, "--lang", "ar").output.contains("الأخطاء"))
        let file = "\(world.folder)/people.csv"
        let taken = try world.syr.amana("intake", file, "--site", world.syr.site)
        #expect(taken.code == 2 && places.allSatisfy(taken.errors.contains), "\(taken)")
        for arguments in [
          ["/nonexistent"], [], [file, "--delimiter", "x"], [file, "--encoding", "ebcdic"], ["/dev/zero"],
        ] {
          #expect(try Command("amana", ["check"] + arguments, logs: world.logs).finished().code == 2, "\(arguments)")
        }
        // A site block is judged beside the file, and one that its kind has none of is no good one.
        let block = "\(world.folder)/block.json"
        try world.amana(["template", "site-handover", "--site-block"]).output.write(
          toFile: block, atomically: true, encoding: .utf8)
        let other = try Self.check(world, Array(Persons.csv().utf8), "--site-block", block)
        #expect(other.code == 1 && other.output.contains("only a site's handover"), "\(other)")
        try "{}".write(toFile: block, atomically: true, encoding: .utf8)
        let broken = try Self.check(world, bad, "--site-block", block)
        #expect(broken.code == 1 && broken.errors.isEmpty && broken.output.contains("is no site block"), "\(broken)")
        #expect(places.allSatisfy(broken.output.contains), "what is wrong with the people is told all the same")
        #expect(try Self.check(world, bad, "--site-block", "/nonexistent").code == 2)
        try "no JSON".write(toFile: block, atomically: true, encoding: .utf8)
        #expect(try Self.check(world, bad, "--site-block", block).output.contains("is no site block: JSON"))
        let told = try Self.check(world, bad, "--date-order", "dmy", "--json")
        #expect(!told.output.contains("date-ambiguous") && told.output.contains("\"day-first\""))
      }
    }

    @Test("check --json says what was read, what is wrong and what is pointed out")
    func shape() async throws {
      try await World.run(starts: false) { world in
        var list = Persons.list()
        (list[0]["born"], list[1]["sex"], list[3]["reference"]) = ("٢٣/٠٣/١٩٨٧", "\u{202e}m", "hsk-1001")
        let answer = try Self.check(world, Array(Persons.csv(list).utf8), "--json")
        #expect(answer.code == 1 && !answer.output.contains("\u{202e}"), "\(answer)")
        let object = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any] ?? [:]
        #expect(
          Set(object.keys) == [
            "version", "type", "exercise", "file", "kind", "clean", "taken_for", "readings", "totals", "problems_total",
            "problems", "warnings_total", "warnings",
          ])
        #expect(object["version"] as? Int == 1 && object["clean"] as? Bool == false)
        let taken = object["taken_for"] as? [String: Any] ?? [:]
        #expect(taken["encoding"] as? String == "utf-8" && taken["delimiter"] as? String == "comma")
        #expect(taken["line_ends"] as? String == "LF" && taken["rows"] as? Int == 12)
        let problems = object["problems"] as? [[String: Any]] ?? []
        #expect(problems.count == object["problems_total"] as? Int && problems.count == 2)
        #expect(problems.allSatisfy { $0["row"] as? Int == 3 && $0["column"] as? String == "sex" })
        #expect(problems.allSatisfy { $0["value"] as? String == "<U+202E>m" && $0["code"] as? String == "entry" })
        let warnings = object["warnings"] as? [[String: Any]] ?? []
        #expect(warnings.map { $0["code"] as? String } == ["reference-looks-alike"])
        let readings = object["readings"] as? [[String: Any]] ?? []
        #expect(readings.map { $0["form"] as? String } == ["day-first", "arabic-indic"])
        #expect(readings.first?["read_as"] as? String == "1987-03-23")
      }
    }

    @Test(
      "F16, F17 A file in Windows-1256 with Arabic-Indic digits: intake says what it took, and signed bytes carry ASCII"
    )
    func intake() async throws {
      try await World.run { world in
        var list = Persons.list(3)
        (list[0]["born"], list[0]["name_arabic"]) = ("23/03/1987", "آدم علي")
        (list[1]["born"], list[1]["sex"]) = ("04/11/1986", "1")
        let file = "\(world.folder)/people.csv"
        let text = Persons.csv(list).replacing(",", with: ";")
        let bytes = text.utf16.compactMap { unit in
          unit < 0x80 ? UInt8(unit) : Windows1256.upperHalf.firstIndex(of: unit).map { UInt8($0 + 0x80) }
        }
        try Data(bytes).write(to: URL(filePath: file))
        let checked = try Command("amana", ["check", file], logs: world.logs).finished()
        #expect(checked.code == 0 && checked.output.contains("Windows-1256 (a guess"), "\(checked)")
        try CommandConvoy(world).sign(world.syr, "intake", file, "--site", world.syr.site)
        let digits = "\(world.folder)/digits.json"
        let person = Persons.person(20).merging(["born": "١٩٧٥-٠٢-٢٨", "name_arabic": "محمد ٣", "sex": "١"]) { $1 }
        try JSONEncoder().encode([person]).write(to: URL(filePath: digits))
        let drafted = try world.syr.amana("intake", digits, "--site", world.syr.site)
        #expect(drafted.code == 0 && drafted.errors.contains("is taken for JSON in UTF-8"), "\(drafted)")
        #expect(drafted.errors.contains("column born: Arabic-Indic digits are read as ASCII digits"))
        for draft in try await world.syr.get("/v1/drafts", as: [DraftView].self) {
          for officer in 1...2 { _ = try await world.syr.approve(draft, officer) }
        }
        // What was signed, as it travels in clear: in the store it is encrypted.
        let kept = Data(try await world.syr.send(.get, "/v1/bundle?clear=true").body)
        for wanted in ["1987-03-23", "1986-11-04", "1975-02-28", "آدم علي", "محمد ٣"] {
          #expect(kept.range(of: Data(wanted.utf8)) != nil, "\(wanted)")
        }
        for unwanted in ["23/03/1987", "١٩٧٥", "04/11/1986"] { #expect(kept.range(of: Data(unwanted.utf8)) == nil) }
      }
    }
  }
}
