import Foundation
import Logging
import Testing

@testable import amanad

/// What goes to the journal, and what to standard error.
@Suite struct JournalTests {
  @Test("An entry in the journal's own form: plain values, and those with line breaks behind their length")
  func native() {
    let entry = JournalEntry(
      level: .warning, message: "two\nlines",
      fields: ["record_id": "r", "code": "V3", "odd name=": "x\n", "index": "7"])
    var wanted = Array("MESSAGE\n".utf8) + [9, 0, 0, 0, 0, 0, 0, 0] + Array("two\nlines\n".utf8)
    wanted += Array("PRIORITY=4\nSYSLOG_IDENTIFIER=amanad\nCODE=V3\nAMANA_INDEX=7\n".utf8)
    wanted += Array("AMANA_ODD_NAME_\n".utf8) + [2, 0, 0, 0, 0, 0, 0, 0] + Array("x\n\nRECORD_ID=r\n".utf8)
    #expect(entry.bytes == wanted, "\(String(decoding: entry.bytes, as: UTF8.self))")
    let long = JournalEntry(level: .info, message: String(repeating: "a", count: 1 << 20), fields: [:])
    #expect(long.bytes.count < JournalEntry.maximumValue + 100)
  }

  @Test("A plain line is one line, whatever stands in it")
  func plain() {
    let text = PlainLine.text(
      time: "T", level: .notice, message: "a\nfaked\u{1b}[1m\u{202e}line",
      fields: ["event": "ready", "message_id": "27", "code": "V3", "text": "with \"space\"\r\n"])
    #expect(
      text == "T notice amanad: a\\u{a}faked\\u{1b}[1m\\u{202e}line code=V3 event=ready "
        + "text=\"with \\\"space\\\"\\u{d}\\u{a}\"\n")
  }

  @Test("Ids are 128 bits, each its own, and docs/operating.md lists each with its name and level")
  func documented() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/operating.md"), encoding: .utf8)
    for event in JournalEvent.allCases {
      #expect(event.rawValue.wholeMatch(of: /[0-9a-f]{32}/) != nil, "\(event)")
      #expect(text.contains("| `\(event.rawValue)` | `\(event.name)` | \(event.level) |"), "\(event)")
    }
    #expect(Set(JournalEvent.allCases.map(\.rawValue)).count == JournalEvent.allCases.count)
  }
}
