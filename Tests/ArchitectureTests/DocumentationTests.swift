import Testing

/// A public declaration and whether a docstring stands above it.
struct Declaration {
  let place: String
  let keyword: String
  let name: String
  let isDocumented: Bool

  static let types: Set = ["struct", "enum", "class", "actor", "protocol", "typealias"]
  var isType: Bool { Self.types.contains(keyword) }
  /// Operators and `hash(into:)` mean what their protocol says.
  var explainsItself: Bool { keyword == "func" && (name.first?.isLetter != true || name == "hash") }

  /// Public types and functions of a file.
  static func all(in file: SourceFile) -> [Declaration] {
    let pattern =
      #/
      ^\s* (?:@\S+\s+)* (?:public|open)\s+ (?:[a-z]+\s+)*?
      (struct|enum|class|actor|protocol|typealias|func)\s+ (\S+?) (?=[\s(:{]|<\w|$)
      /#
    let lines = file.lines
    return lines.indices.compactMap { index in
      guard let match = lines[index].firstMatch(of: pattern) else { return nil }
      let above = lines[..<index].last { !$0.drop(while: \.isWhitespace).hasPrefix("@") }
      return Declaration(
        place: "\(file.path):\(index + 1)", keyword: String(match.output.1), name: String(match.output.2),
        isDocumented: above?.drop(while: \.isWhitespace).hasPrefix("///") == true)
    }
  }
}

@Suite("Public declarations say what they are for")
struct DocumentationTests {
  /// Public types nested in a documented type that say it all by their names, or that wait for their sentence.
  private static let waiting: Set = [
    "Sources/COSE/CBOR.swift Entry", "Sources/ControlAPI/Reports.swift Line",
    "Sources/ControlAPI/Views.swift ReceiptView",
    "Sources/Custody/Chain.swift Answer", "Sources/Custody/Chain.swift Phase",
    "Sources/Custody/EventParts.swift PriorLog", "Sources/Custody/OffsetTime.swift Precision",
    "Sources/Custody/OffsetTime.swift Source", "Sources/Custody/Proposal.swift Stage",
    "Sources/Custody/Vocabulary.swift LibertyStatus", "Sources/Roster/KeyRecord.swift Reason",
    "Sources/TransparencyLog/SignedNote.swift KeyType",
  ]

  @Test("Every public type has a docstring, but for a list that may only shrink")
  func types() throws {
    let types = try Repository.sources.get().flatMap(Declaration.all).filter(\.isType)
    #expect(types.count > 100)
    for type in types where !type.isDocumented {
      let path = type.place.prefix { $0 != ":" }
      #expect(Self.waiting.contains("\(path) \(type.name)"), "\(type.place): \(type.name) has no docstring")
    }
    let documented = types.filter(\.isDocumented).count
    print("DOCUMENTED: \(documented) of \(types.count) public types")
    #expect(types.count - documented <= Self.waiting.count)
  }

  @Test("Public functions have one, but for a number that may only shrink")
  func functions() throws {
    let all = try Repository.sources.get().flatMap(Declaration.all)
    let functions = all.filter { $0.keyword == "func" && !$0.explainsItself }
    let documented = functions.filter(\.isDocumented).count
    print("DOCUMENTED: \(documented) of \(functions.count) public functions")
    #expect(functions.count - documented <= Self.waitingFunctions)
  }

  private static let waitingFunctions = 53

  @Test("A type without one is seen, and one with a docstring is not")
  func offences() {
    let source = """
      /// Told.
      @frozen
      public struct Told {}

      public enum Untold { case one }
      // Only a comment.
      @safe public final class Commented {}
        public static func untold() {}
        public func == (a: Int, b: Int) -> Bool { true }
      let text = "public struct Nothing"
      """
    let found = Declaration.all(in: SourceFile(path: "Sources/COSE/MadeUp.swift", text: source))
    #expect(found.filter(\.isType).map(\.name) == ["Told", "Untold", "Commented"])
    #expect(found.filter(\.isDocumented).map(\.name) == ["Told"])
    #expect(found.filter { $0.keyword == "func" }.map(\.explainsItself) == [false, true])
  }
}
