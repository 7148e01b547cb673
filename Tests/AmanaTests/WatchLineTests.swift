import ControlAPI
import Foundation
import Testing

@testable import amana

/// What is told live of what happens.
@Suite("A line of amana watch") struct WatchLineTests {
  private func line(_ name: String, _ view: some Encodable) throws -> WatchLine {
    let data = String(decoding: try JSONEncoder().encode(view), as: UTF8.self)
    var feed = EventFeed()
    let taken = feed.take(Array("event: \(name)\ndata: \(data)\n\n".utf8))
    let event = try #require(taken?.first)
    return try #require(WatchLine(event))
  }

  private func statement(_ flags: [String]) -> StatementView {
    StatementView(
      statement: String(repeating: "ab", count: 32), recordID: "0193a5c0-b000-7000-8000-00000000002a", index: 7,
      event: "release", issuer: "SYR/prisons", from: nil, to: nil, occurredAt: "", timeSource: "ntp",
      clockErrorSeconds: 2, lines: 3, receipts: [], flags: flags.map { Problem.Failing(code: $0, detail: "x") },
      algorithms: [])
  }

  @Test("What is wrong with a statement is told with it, each rule once, to people and to programs")
  func flagged() throws {
    let told = try line("statement", statement(["V27", "V18", "V27"]))
    #expect(told.flags == ["V18", "V27"])
    #expect(told.sentence(in: .en).hasSuffix("entry 7: release by SYR/prisons, abababababababab — FLAGGED V18, V27"))
    #expect(told.sentence(in: .ar).contains("V18") && told.sentence(in: .ar).contains("تنبيهات"))
    let fields = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(told)) as? [String: Any])
    #expect(fields["flags"] as? [String] == ["V18", "V27"])
  }

  @Test("Of what is in order no flag is told")
  func plain() throws {
    let told = try line("statement", statement([]))
    #expect(told.flags == nil && told.sentence(in: .en).hasSuffix("abababababababab"))
    let fields = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(told)) as? [String: Any])
    #expect(fields["flags"] == nil)
  }

  @Test("A draft that will be signed with flags says so while it waits")
  func draft() throws {
    let view = DraftView(
      draftID: "0193a5c0-b000-7000-8000-00000000002b", recordID: "0193a5c0-b000-7000-8000-00000000002a",
      event: "intake", issuer: "", content: "", lines: 1, to: nil, officersNeeded: 2, officersApproved: 1,
      approvedBy: [1], statement: nil, index: nil, flags: [Problem.Failing(code: "V18", detail: "late")])
    let told = try line("draft", view)
    #expect(told.flags == ["V18"] && told.sentence(in: .en).contains("approved 1 of 2 — FLAGGED V18"))
  }
}
