import Foundation
import Testing

@testable import amana

/// What a stranger wrote reaches the screen without steering it.
@Suite("Hostile text on the screen") struct HostileTextTests {
  /// A control sequence in one byte of Latin-1, an override, a line separator, a delete and an isolate that never closes.
  private static let hostile = "a\u{9b}31m\u{202e}\u{2028}\u{7f}\u{2066}z"

  private static func steers(_ text: String) -> Bool {
    text.unicodeScalars.contains {
      [0x7f, 0x1b, 0x07].contains($0.value) || (0x80...0x9f).contains($0.value) || (0x2028...0x202e).contains($0.value)
    }
  }

  @Test("JSON says the same with escapes, and nothing in it steers a terminal or turns a line")
  func json() throws {
    let value = ["failures": [Self.hostile, "عبد الله\u{200c}"]]
    let shown = escaped(try prettyJSON(value))
    #expect(!Self.steers(shown) && !shown.unicodeScalars.contains { (0x2066...0x2069).contains($0.value) })
    #expect(shown.contains("\\u009b31m\\u202e\\u2028\\u007f\\u2066z"), "\(shown)")
    let read = try JSONDecoder().decode([String: [String]].self, from: Data(shown.utf8))
    #expect(read["failures"].map { $0.map { Array($0.utf8) } } == value["failures"].map { $0.map { Array($0.utf8) } })
    let plain = try prettyJSON(["name": "عبد الله\u{200c}"])
    #expect(escaped(plain) == String(decoding: plain, as: UTF8.self), "joiners and letters stay as they are")
  }

  @Test("An Arabic name within an English sentence takes no number behind it into its own direction")
  func isolated() {
    #expect(say(.exported, in: .en, "تقرير", "123") == "wrote \u{2068}تقرير\u{2069} (123 bytes)")
    #expect(say(.exported, in: .en, "report", "123") == "wrote report (123 bytes)")
    #expect(say(.exported, in: .ar, "report", "123").contains("\u{2068}report\u{2069}"))
  }

  @Test("A line holds no control character, wherever it came from; its ends, tabs and isolates stay")
  func lines() {
    let shown = harmless("one\t\(Self.hostile)\r\u{1b}[2J\u{7}\n\u{2068}عبد\u{2069}\n")
    #expect(!Self.steers(shown) && !shown.contains("\r"))
    #expect(shown.contains("one\ta\u{fffd}31m") && shown.hasSuffix("\n\u{2068}عبد\u{2069}\n"), "\(shown)")
    #expect(harmless("plain\n") == "plain\n")
  }
}
