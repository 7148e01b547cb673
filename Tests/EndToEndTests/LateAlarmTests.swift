import Custody
import Testing

@testable import amanad

@Suite("Alarms of what came too late to be refused")
struct LateAlarmTests {
  @Test("A statement that is wrong in every line raises one alarm a rule, not one a line")
  func alarms() throws {
    let id = try #require(StatementID(hex: String(repeating: "0a", count: 32)))
    let lines = (0..<1000).map { (line: Int) in Violation(.v5, line: line, "release line \(line) is named twice") }
    let other = Violation(.v4, line: 3, "the release has no such line")
    let alarms = (lines + [other]).alarms(in: id)
    #expect(alarms.map(\.code) == [.v4, .v5] && alarms.allSatisfy { $0.line == nil })
    #expect(
      alarms.map(\.detail) == [
        "in \(id): the release has no such line", "in \(id): release line 0 is named twice (and 999 more)",
      ])
    #expect([Violation]().alarms(in: id).isEmpty)
  }
}
