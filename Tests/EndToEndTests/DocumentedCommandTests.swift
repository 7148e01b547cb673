import Foundation
import Testing

/// What `amana --experimental-dump-help` says of a command.
struct CommandHelp: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let names: [Name]?
  }

  let commandName: String
  let subcommands: [CommandHelp]?
  let defaultSubcommand: String?
  let arguments: [Argument]?

  private subscript(name: String) -> CommandHelp? { subcommands?.first { $0.commandName == name } }

  private var options: Set<String> {
    Set((arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map { "--\($0.name)" })
  }

  /// What is wrong with a command as somebody wrote it, its words behind "amana"; "a|b" names several.
  func problems(of words: ArraySlice<Substring>) -> [String] {
    guard let word = words.first, subcommands?.isEmpty == false else { return unknown(words) }
    let named = word.split(separator: "|").map { self[String($0)] }
    if !named.contains(where: { $0 == nil }) {
      return named.compactMap(\.self).flatMap { $0.problems(of: words.dropFirst()) }
    }
    if let whole = defaultSubcommand.flatMap({ self[$0] }) { return whole.problems(of: words) }
    return word.wholeMatch(of: #/[a-z][a-z-]+/#) == nil ? [] : ["\(commandName) has no subcommand \(word)"]
  }

  private func unknown(_ words: ArraySlice<Substring>) -> [String] {
    words.compactMap { $0.prefixMatch(of: #/\[?(--[a-z0-9-]+)/#).map { String($0.output.1) } }
      .filter { !options.contains($0) && $0 != "--help" }.map { "\(commandName) has no option \($0)" }
  }
}

/// The commands that pages show: in blocks of code, and within a sentence.
enum ShownCommands {
  static func all(in page: String) -> [[Substring]] {
    let parts = page.components(separatedBy: "```")
    let blocks = parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.flatMap { lines(of: $0.element) }
    let prose = parts.enumerated().filter { $0.offset.isMultiple(of: 2) }.flatMap { _, text in
      text.matches(of: #/`(amana\s[^`]+)`/#).map { String($0.output.1).replacing("\n", with: " ") }
    }
    return (blocks + prose).map { $0.split(separator: " ") }.filter { $0.first == "amana" }.map {
      Array($0.dropFirst())
    }
  }

  /// Lines that go on behind a backslash are one; several commands of a line are apart, and a remark is none.
  private static func lines(of block: String) -> [String] {
    block.replacing("\\\n", with: " ").split(separator: "\n").flatMap { line in
      line.trimmingPrefix(#/\s*(?:\$ )?/#).replacing(#/ #.*/#, with: "").split(separator: #/; | & | && | \|| > /#)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }
}

extension EndToEnd {
  @Suite struct DocumentedCommandTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()

    /// Pages that say how it is today; decisions say how it was decided.
    private static func pages() throws -> [String] {
      let docs = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: "docs").path)
        .filter { $0.hasSuffix(".md") && !$0.hasPrefix("decisions/") }.sorted()
      return ["README.md", "SECURITY.md", "keys/README.md"] + docs.map { "docs/\($0)" }
    }

    @Test("Every command that a page shows exists, with the options that it is given there") func shown() throws {
      struct Help: Decodable { let command: CommandHelp }
      let folder = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let dump = try Command("amana", ["--experimental-dump-help"], logs: "\(folder)/logs").finished()
      let help = try JSONDecoder().decode(Help.self, from: Data(dump.output.utf8)).command
      var count = 0
      for page in try Self.pages() {
        for words in ShownCommands.all(in: try String(contentsOf: Self.root.appending(path: page), encoding: .utf8)) {
          count += 1
          #expect(help.problems(of: words[...]) == [], "\(page): amana \(words.joined(separator: " "))")
        }
      }
      #expect(count > 200, "\(count) commands are shown")
    }

    @Test("What does not exist is seen") func offences() throws {
      let page = """
        Say `amana show ID --line` or `amana
        roster sign|seal FILE`, and:
        ```console
        $ amana init authority syr \\
            --nam SYR/prisons; amana audit --json   # amana nothing
        ```
        """
      let shown = ShownCommands.all(in: page).map { $0.joined(separator: " ") }
      #expect(
        shown == [
          "init authority syr --nam SYR/prisons", "audit --json", "show ID --line", "roster sign|seal FILE",
        ])
      let text = """
        {"commandName": "amana", "subcommands": [{"commandName": "show", "arguments": [{"names": [{"kind": "long",
        "name": "lines"}]}]}, {"commandName": "roster", "subcommands": [{"commandName": "sign"}]}]}
        """
      let help = try JSONDecoder().decode(CommandHelp.self, from: Data(text.utf8))
      #expect(help.problems(of: ["show", "ID", "--line"]) == ["show has no option --line"])
      #expect(help.problems(of: ["show", "ID", "--lines"]) == [])
      #expect(help.problems(of: ["roster", "seal"]) == ["roster has no subcommand seal"])
      #expect(help.problems(of: ["tell"]) == ["amana has no subcommand tell"])
    }
  }
}
