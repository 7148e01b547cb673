import COSE
import Custody
import Testing

@Suite("The lines of earlier statements")
struct HistoryTests {
  private let intake: Act
  private let own: History.Item
  private let other: History.Item

  init() throws {
    let coalition = try Coalition.shared()
    let scribe = Scribe(coalition, seed: 31)
    intake = try scribe.intake(by: coalition.syr, 3)
    let another = try scribe.intake(by: coalition.syr, 3)
    own = History.Item(statement: intake.id, manifest: try #require(intake.content.manifest).encoded())
    other = History.Item(statement: intake.id, manifest: try #require(another.content.manifest).encoded())
  }

  @Test("A statement stands in it once, and a list of none is no history")
  func duplicates() throws {
    #expect(try History(decoding: History(items: [own]).encoded()[...]).items == [own])
    #expect(try History(decoding: []).items.isEmpty && History(items: []).encoded().isEmpty)
    for items in [[own, own], [own, other]] {
      #expect {
        try History(decoding: History(items: items).encoded()[...])
      } throws: { ($0 as? DecodeError)?.reason == .duplicateKey }
    }
    let none = CBOR.map(["statements": .array([])]).encoded()
    #expect(throws: DecodeError.self) { try History(decoding: none[...]) }
  }

  @Test("Of as many manifests of one statement as there may be, one is looked at")
  func hostile() throws {
    let many = [History.Item](repeating: other, count: History.maximumStatements - 1)
    #expect(History(items: many + [own]).manifest(of: intake.signed) == nil)
    let found = try #require(History(items: [own] + many).manifest(of: intake.signed))
    #expect(found.encoded() == own.manifest)
    #expect {
      try History(decoding: History(items: many + [own]).encoded()[...])
    } throws: { ($0 as? DecodeError)?.detail.contains("history.statements[1] ") == true }
  }
}
