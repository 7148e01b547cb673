import Foundation
import Testing

@testable import amana

extension EndToEnd {
  @Suite struct LanguageTests {
    @Test("Every sentence stands in both catalogues and takes the same values", arguments: Text.allCases)
    func catalogues(text: Text) throws {
      let english = try #require(englishTexts[text])
      let arabic = try #require(arabicTexts[text])
      #expect(!english.isEmpty && !arabic.isEmpty && english != arabic)
      #expect(Self.values(english) == Self.values(arabic), "\(text)")
    }

    private static func values(_ sentence: String) -> Set<String> {
      Set(sentence.matches(of: #/%[0-9]/#).map { String($0.output) })
    }

    @Test("A value that looks like a placeholder stays as it is")
    func placeholders() {
      #expect(say(.verifyBad, in: .en, "%2", "end") == "at byte %2: end")
    }

    @Test("Arabic output isolates every value, so that names and numbers keep their order")
    func isolates() async throws {
      try await World.run { world in
        _ = try await world.releaseArrived()
        for arguments in [["status"], ["show"], ["audit"]] {
          let answer = try world.syr.start(arguments + ["--lang", "ar"]).finished()
          #expect(answer.code == 0)
          for line in answer.lines {
            let (opened, closed) = (line.count { $0 == "\u{2068}" }, line.count { $0 == "\u{2069}" })
            #expect(opened == closed && (opened > 0 || !line.contains { $0.isNumber }), "\(line)")
          }
        }
        let named = try world.syr.amana("status", environment: ["AMANA_LANG": "ar"])
        #expect(named.output.contains("\u{2068}SYR/prisons\u{2069}"))
        let failed = try Command(
          "amana", ["status", "--lang", "ar", "--socket", "/nonexistent"], logs: world.logs
        ).finished()
        #expect(failed.code == 3 && failed.errors.contains("لم يُفعل شيء"))
        // Wrong usage too.
        for said in [["--lang", "ar"], ["--lang=ar"]] {
          let wrong = try world.command(["accept", "abcd"] + said)
          #expect(wrong.code == 2 && wrong.errors.contains("اذكر إما"), "\(wrong)")
        }
        let rows = "\(world.folder)/bad.csv"
        try "reference\n1\n".write(toFile: rows, atomically: true, encoding: .utf8)
        let wrong = try world.syr.amana("intake", rows, "--lang", "ar")
        #expect(wrong.code == 2 && wrong.errors.contains("الصف \u{2068}1\u{2069}"))
      }
    }
  }
}
