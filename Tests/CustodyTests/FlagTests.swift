import COSE
import Testing

@testable import Custody

/// What an envelope may say of what was found wrong.
@Suite("Flags of few people") struct FlagTests {
  private let found = [
    Violation(.v27, line: 3, "a child must not go to a place for adults only"), Violation(.v18, "it was recorded late"),
    Violation(.v29, line: 1, "the consent of an adult is missing"), Violation(.v18, "again"),
  ]

  @Test("Of ten and more each rule is named once; of fewer, or of who knows how many, none that tells what somebody is")
  func naming() throws {
    let many = Counts(lines: 10, cells: [:])
    #expect(Flag.naming(found, about: nil, of: many).map(\.code) == [.v18, .v27, .v29])
    for counts in [Counts(lines: 1, cells: [:]), Counts(lines: 9, cells: [:]), nil] {
      let flags = Flag.naming(found, about: nil, of: counts)
      #expect(flags.map(\.code) == [.v18, nil] && flags.map(\.name) == ["V18", "content"])
      // A child and an adult whose line is wrong are told apart by nothing.
      let each = found.filter { $0.line != nil }.map { Flag.naming([$0], about: nil, of: counts) }
      #expect(each[0] == each[1] && each[0].count == 1)
    }
    #expect(Flag.naming([], about: nil, of: nil).isEmpty)
  }

  @Test("That nobody who protects children approved, the envelope shows by itself: of few it is no flag")
  func approval() {
    let lack = [Violation(.v27, "children are released without the approval of a child-protection officer")]
    #expect(Flag.naming(lack, about: nil, of: Counts(lines: 9, cells: [:])).isEmpty)
    #expect(Flag.naming(lack, about: nil, of: Counts(lines: 10, cells: [:])).map(\.code) == [.v27])
  }

  @Test("A flag that names no rule is written and read, and no other word is taken for one")
  func coding() throws {
    let id = try #require(StatementID(hex: String(repeating: "ab", count: 32)))
    for flag in [Flag(statement: id, code: nil), Flag(statement: nil, code: nil), Flag(statement: nil, code: .v27)] {
      var reader = try FieldReader(flag.item, path: "flag")
      #expect(try reader.flag() == flag)
    }
    var wrong = try FieldReader(.map(["code": "contents"]), path: "flag")
    #expect(throws: DecodeError.self) { try wrong.flag() }
  }
}
