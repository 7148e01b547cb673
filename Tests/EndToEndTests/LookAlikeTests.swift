import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite struct LookAlikeTests {
    private static let caseID = "0194f0a0-0000-7000-8000-000000000002"

    @Test("Who could be the same is pointed out with both commands; what is on record is counted, and reads are noted")
    func pointedOut() async throws {
      try await World.run { world in
        let syr = world.syr
        func taken(_ persons: [[String: String]]) async throws -> String {
          var request = syr.intake(1)
          (request.persons, request.caseID) = (persons, Self.caseID)
          return try await syr.sign(request).signedID
        }
        var one = Persons.list(2)
        (one[0]["name_arabic"], one[0]["name_latin"], one[0]["born"]) = ("قاسم محمد الجبوري", "", "1960?")
        var other = Persons.list(4).suffix(2).map(\.self)
        (other[0]["name_arabic"], other[0]["name_latin"], other[0]["born"]) = ("", "Kassem Mohammed al-Jubouri", "1962")
        let (first, second) = (try await taken(one), try await taken(other))
        let line = try #require(try await syr.lines(first).first { $0.born == "1960?" })
        #expect(line.name == "قاسم محمد الجبوري" && line.nameArabic == nil)
        let before = try await syr.get("/v1/reads?statement=\(second)", as: [ReadView].self).count
        let found = try syr.amana("look-alikes", first, second)
        #expect(try await syr.get("/v1/reads?statement=\(second)", as: [ReadView].self).count == before + 1)
        #expect(found.code == 0, "\(found)")
        for text in [
          "HSK-1001", "HSK-1003", "the name in another script", "two years apart", "nothing is joined",
          "amana same-as \(first) \(second) --line line:\(line.line)", "amana not-same-as \(first) \(second)",
        ] { #expect(found.output.contains(text), "\(text): \(found)") }
        #expect(!found.output.contains("HSK-1002") && !found.output.contains("HSK-1004"), "\(found)")
        let arabic = try syr.amana("look-alikes", first, second, "--lang", "ar")
        #expect(arabic.code == 0 && arabic.output.contains("الاسم بحروف لغة أخرى"), "\(arabic)")
        let sameCase = try syr.amana("look-alikes", first, "--case", Self.caseID)
        #expect(sameCase.code == 0 && sameCase.output.contains("HSK-1003"), "\(sameCase)")
        for wrong in [
          [first], [first, second, "--case", Self.caseID], [first, "--case", "x"],
        ] {
          let answer = try syr.start(["look-alikes"] + wrong).finished()
          #expect(answer.code == 2, "\(answer)")
        }
        let twin = try #require(try await syr.lines(second).first { $0.reference == "HSK-1003" })
        var link = syr.request("not-same-as", first)
        (link.lines, link.other, link.otherLines, link.linkBasis) = ([line.line], second, [twin.line], "document")
        _ = try await syr.sign(link)
        let after = try syr.amana("look-alikes", first, second)
        #expect(
          after.output.contains("nobody here looks like") && after.output.contains("on record: 1 pairs"), "\(after)")
      }
    }
  }
}
