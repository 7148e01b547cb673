import Testing

@testable import amana

extension EndToEnd {
  /// Tables are aligned by what is seen, whatever the script, and nothing is cut off.
  @Suite struct TableTests {
    @Test(
      "A text is as wide as it is seen",
      arguments: [
        ("", 0), ("abc", 3), ("سجل", 3), ("سِجِلّ", 3), ("عبد السلام", 10), ("\u{2068}ab\u{2069}", 2), ("لا\u{200c}م", 3),
        ("e\u{301}", 1), ("中文", 4), ("ｗ", 2), ("가", 2), ("\u{1112}\u{1161}\u{11ab}", 2), ("😀", 2), ("\u{7f}\u{1b}", 0),
        ("\u{600}٣", 2), ("Kasım", 5),
      ])
    func widths(text: String, width: Int) { #expect(displayWidth(text) == width, "\(text.debugDescription)") }

    private func sample() -> Table {
      var table = Table(["line", "name", "where"])
      table.add(["1", "عبد السلام محمد", "SYR/prisons"])
      table.add(["12", "Necdet Kasım Ihsan Damirchi", "IRQ/justice"])
      return table
    }

    @Test("Columns begin where the widest cell before them ends; numbers are set to the right")
    func aligned() {
      #expect(
        sample().lines(fitting: nil, in: .en) == [
          "line  name                         where",
          "   1  \u{2068}عبد السلام محمد\u{2069}              SYR/prisons",
          "  12  Necdet Kasım Ihsan Damirchi  IRQ/justice",
        ])
    }

    @Test("In Arabic every cell is isolated and keeps its column")
    func isolated() {
      for line in sample().lines(fitting: nil, in: .ar) {
        #expect(line.unicodeScalars.count { $0.value == 0x2068 } == 3)
        #expect(line.unicodeScalars.count { $0.value == 0x2069 } == 3)
      }
    }

    @Test("A narrow terminal wraps the widest column; no letter is lost", arguments: [20, 25, 32, 36, 40, 80])
    func wrapped(width: Int) {
      let lines = sample().lines(fitting: width, in: .en)
      #expect(lines.allSatisfy { displayWidth($0) <= max(width, 4 + 8 + 8 + 4) }, "\(lines)")
      func letters(_ lines: [String]) -> [Character] { lines.joined().filter { !$0.isWhitespace }.sorted() }
      func bare(_ lines: [String]) -> [Character] { letters(lines).filter { displayWidth(String($0)) > 0 } }
      #expect(bare(lines) == bare(sample().lines(fitting: nil, in: .en)))
    }

    @Test("An isolate that a break leaves open is closed on its line and opened again on the next")
    func balanced() {
      var table = Table()
      table.add(["x", "a \u{2068}one two three four five six seven\u{2069} b"])
      for line in table.lines(fitting: 20, in: .en) {
        let opened = line.unicodeScalars.count { $0.value == 0x2068 }
        #expect(opened == line.unicodeScalars.count { $0.value == 0x2069 }, "\(line)")
      }
    }

    @Test("Control characters and direction overrides are shown as what they are not")
    func printableText() {
      #expect(printable("a\u{1b}[31m\u{202e}b\n\u{9b}") == "a\u{fffd}[31m\u{fffd}b\u{fffd}\u{fffd}")
      #expect(printable("عبد\u{200c}\u{2068}a\u{2069}") == "عبد\u{200c}\u{2068}a\u{2069}")
      var table = Table()
      table.add(["\u{1b}[2J"])
      #expect(table.lines(fitting: nil, in: .en) == ["\u{fffd}[2J"])
      #expect(say(.verifyNotice, in: .en, "\u{1b}]0;x\u{7}") == "NOTE: \u{fffd}]0;x\u{fffd}")
    }

    @Test("The width is $COLUMNS when it makes sense")
    func columns() {
      #expect(terminalWidth(["COLUMNS": "132"]) == 132)
      #expect(terminalWidth(["COLUMNS": "3"]) != 3 && terminalWidth(["COLUMNS": "-1"]) != -1)
      #expect(terminalWidth(["COLUMNS": "99999999999999999999"]) == terminalWidth([:]))
    }

    @Test("A mistyped subcommand is answered with its neighbour, another one with nothing")
    func suggestions() {
      #expect(Suggestion.subcommand(for: ["sttaus", "--json"])?.meant == ["status"])
      #expect(Suggestion.subcommand(for: ["bundle", "improt", "x"])?.meant == ["import"])
      #expect(Suggestion.subcommand(for: ["relase", "abcd"])?.meant.first == "release")
      for arguments in [["status", "x"], ["frobnicate"], ["--hlep"], [], ["bundle"], ["bundle", "--json"]] {
        #expect(Suggestion.subcommand(for: arguments) == nil, "\(arguments)")
      }
      #expect(Suggestion.distance("", "abc") == 3 && Suggestion.distance("abc", "abc") == 0)
      #expect(Suggestion.distance("abc", "acb") == 1 && Suggestion.distance("kitten", "sitting") == 3)
    }
  }
}
