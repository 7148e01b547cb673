import Testing

/// A message catalogue read from its source: the text of every name.
struct Catalogue {
  let entries: [(name: String, text: String)]
  var names: [String] { entries.map(\.name) }

  /// Reads `.name: "text"` entries, also those of several pieces joined by +.
  init(_ source: String) {
    let pattern = /(?m)^\s*\.(\w+):\s*((?:\+?\s*"(?:[^"\\]|\\.)*"\s*)+),/
    entries = source.matches(of: pattern).map { match in
      let pieces = match.output.2.matches(of: /"((?:[^"\\]|\\.)*)"/).map { String($0.output.1) }
      return (String(match.output.1), pieces.joined())
    }
  }

  func text(_ name: String) -> String { entries.first { $0.name == name }?.text ?? "" }

  static func placeholders(_ text: String) -> Set<String> {
    Set(text.matches(of: /%\d+/).map { String($0.output) })
  }
}

@Suite("Words in two languages")
struct TextTests {
  /// The cases of `enum Text`.
  private static func cases(_ source: String) -> [String] {
    let body = source.split(separator: "enum Text:").last?.prefix { $0 != "}" } ?? ""
    return body.split(separator: "\n").map { $0.drop(while: \.isWhitespace) }.filter { $0.hasPrefix("case ") }.flatMap {
      $0.dropFirst(5).split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    }
  }

  @Test("Both catalogues have every case once, with the same placeholders, numbered from 1")
  func catalogues() throws {
    let cases = Self.cases(try Repository.text("Sources/amana/Texts.swift"))
    func catalogue(_ language: String) throws -> Catalogue {
      let files = [
        "", "Words", "Exchange", "Roster", "Keys", "KeyViews", "Signatures", "Certificates", "Disclosures", "Codes",
        "Kinds", "Columns", "Ends", "Road", "Testimonies", "Questions", "Offline", "LookAlikes", "Usage",
        "Tiles", "Forks", "Archive", "Reports",
      ].map {
        "Sources/amana/Texts\(language)\($0).swift"
      }
      return Catalogue(try files.map(Repository.text).joined())
    }
    let (english, arabic) = (try catalogue("English"), try catalogue("Arabic"))
    #expect(cases.count > 40)
    #expect(english.names.sorted() == cases.sorted())
    #expect(arabic.names.sorted() == cases.sorted())
    for name in cases {
      let (left, right) = (Catalogue.placeholders(english.text(name)), Catalogue.placeholders(arabic.text(name)))
      #expect(left == right, "\(name)")
      #expect(left == Set((0..<left.count).map { "%\($0 + 1)" }), "\(name)")
      #expect(!english.text(name).isEmpty && isArabic(arabic.text(name)) || name == "showReceipt", "\(name)")
    }
  }

  @Test("What the command says of wrong usage stands in the catalogues, not beside the options")
  func usage() throws {
    let spoken = try Repository.sources.get().filter { $0.path.contains("Sources/amana/") }
    #expect(spoken.count > 100)
    // The one maker is `usage()` there.
    for file in spoken where file.path != "Sources/amana/Texts.swift" {
      #expect(!file.text.contains("ValidationError("), "\(file.path)")
    }
    #expect(spoken.contains { $0.path == "Sources/amana/Texts.swift" && $0.text.contains("ValidationError(") })
  }

  /// Of those that are written beside their status, in either half of a choice; what a helper is passed is not seen.
  private static func codes(_ source: String) -> [String] {
    source.matches(of: /status: \d+,\s+code: (?:\w+ \? "([a-z\-]+)" : )?"([a-z\-]+)"/).flatMap { match in
      [match.output.1, match.output.2].compactMap(\.self).map { String($0) }
    }
  }

  @Test("Every problem that the control socket answers has a title in the reader's language")
  func problems() throws {
    // Of the courier's door alone, which no person reads.
    let elsewhere: Set = [
      "digest", "size", "piece-too-small", "quota", "not-asked", "cosignature", "no-witness-key", "witness-ahead",
    ]
    let titles = try Repository.text("Sources/amana/ProblemTexts.swift")
    let answering = try Repository.sources.get().filter {
      $0.path.contains("Sources/amanad/") || $0.path.contains("Sources/ControlAPI/")
    }
    let codes = Set(answering.flatMap { Self.codes($0.text) })
    #expect(codes.count > 30 && codes.contains("sealed-to-others"))
    for code in codes.subtracting(elsewhere) { #expect(titles.contains("\"\(code)\": ."), "\(code)") }
  }

  @Test("A missing case or placeholder would be seen")
  func offences() {
    let catalogue = Catalogue("  .one: \"a %1\",\n  .two:\n    \"b \\\"%2\\\" \"\n    + \"%10\",\n")
    #expect(catalogue.names == ["one", "two"])
    #expect(catalogue.text("two") == "b \\\"%2\\\" %10")
    #expect(Catalogue.placeholders(catalogue.text("two")) == ["%2", "%10"])
    #expect(
      Self.codes("status: 1,\n  code: isOne ? \"one\" : \"t-wo\", status: 2, code: \"three\"") == [
        "one", "t-wo", "three",
      ])
    #expect(Self.cases("enum Text: String {\n  case a, b\n  case c\n}\ncase d") == ["a", "b", "c"])
  }

  @Test("Every row of the check table has an English and an Arabic sentence")
  func checkTable() throws {
    let source = try Repository.text("Sources/Custody/CheckTable.swift")
    let rows = source.components(of: "CheckRow(\n").dropFirst()
    #expect(rows.count > 15)
    for row in rows {
      let code = row.firstMatch(of: /\.(v\d+)/).map { String($0.output.1) } ?? "a row without a code"
      let english = row.firstMatch(of: /en:\s*((?:"(?:[^"\\]|\\.)+"[\s+]*)+)/).map { Self.joined($0.output.1) } ?? ""
      let arabic = row.firstMatch(of: /ar:\s*((?:"(?:[^"\\]|\\.)+"[\s+]*)+)/).map { Self.joined($0.output.1) } ?? ""
      #expect(english.count > 10 && english.hasSuffix(".") && !isArabic(english), "\(code)")
      #expect(arabic.count > 10 && arabic.hasSuffix(".") && isArabic(arabic), "\(code)")
    }
    let codes = rows.compactMap { $0.firstMatch(of: /\.(v\d+)/).map { String($0.output.1) } }
    #expect(Set(codes).count == rows.count)
  }

  /// What a literal says that stands in several pieces.
  private static func joined(_ pieces: Substring) -> String {
    pieces.matches(of: /"((?:[^"\\]|\\.)+)"/).map { String($0.output.1) }.joined()
  }

  /// Marks that turn or isolate the direction of what follows: what a reviewer sees would not be what is compiled.
  private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
    (0x202a...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      || [0x200e, 0x200f, 0x061c].contains(scalar.value)
  }

  @Test("No mark that turns the direction of text stands in Sources or Tests")
  func noOverrides() throws {
    let headers = try Repository.files(below: "Sources", ending: ".h")
    for file in try Repository.sources.get() + Repository.tests.get() + headers {
      #expect(!file.text.unicodeScalars.contains(where: Self.turnsDirection), "\(file.path)")
    }
    #expect("a\u{202e}b".unicodeScalars.contains(where: Self.turnsDirection))
  }
}

/// Whether a text has Arabic letters.
func isArabic(_ text: String) -> Bool { text.unicodeScalars.contains { (0x0600...0x06ff).contains($0.value) } }

extension String {
  /// The parts between a separator.
  func components(of separator: String) -> [Substring] { split(separator: separator, omittingEmptySubsequences: false) }
}
