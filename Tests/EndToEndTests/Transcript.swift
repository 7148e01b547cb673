import ControlAPI
import Foundation

/// What people type and see, kept as a file: lines beginning with "$ " are commands, what follows is what they print.
///
/// `syr` and `irq` are amana asking that authority's daemon, `amana` asks none. `<intake>` is the newest statement of an
/// event there, `<draft>` the last draft made, `<ago 6>` the moment six hours ago, `<f:NAME>` a file of the test's folder.
/// Ids, times and sizes are masked; isolates are written ‹ and ›, so that they are seen.
struct Transcript {
  let path: String
  let commands: [String]
  let text: String

  init(_ name: String) throws {
    path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Transcripts/\(name).txt").path
    text = try String(contentsOfFile: path, encoding: .utf8)
    commands = text.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
  }

  /// Types every command and returns the whole as it would stand in the file.
  func play(_ world: World, language: String) async throws -> String {
    var played = ""
    var draft = ""
    for command in commands {
      let answer = try await type(command, world, draft, language)
      if let made = answer.output.firstMatch(of: #/amana approve \u{2068}?([0-9a-f-]{36})/#) { draft = String(made.1) }
      let said = Self.masked(answer.output + answer.errors, world)
      played += "$ \(command)\n\(said)" + (answer.code == 0 ? "" : "[exit \(answer.code)]\n") + "\n"
    }
    return played
  }

  private func type(_ command: String, _ world: World, _ draft: String, _ language: String) async throws -> Answer {
    var words = command.split(separator: " ").map { String($0) }
    let side = words.removeFirst()
    let authority = side == "irq" ? world.irq : world.syr
    var arguments: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      // A placeholder may hold a space: <ago 6>.
      let whole = word.hasPrefix("<") && !word.hasSuffix(">") ? "\(word) \(rest.popFirst() ?? "")" : word
      arguments.append(try await filled(whole, authority, world, draft))
    }
    let socket = side == "amana" ? [] : ["--socket", authority.socket]
    return try Command("amana", arguments + socket, environment: ["AMANA_LANG": language], logs: world.logs).finished()
  }

  private func filled(_ word: String, _ side: TestAuthority, _ world: World, _ draft: String) async throws -> String {
    guard word.hasPrefix("<"), word.hasSuffix(">") else { return word }
    let name = String(word.dropFirst().dropLast())
    if name == "draft" { return String(draft.prefix(8)) }
    if name.hasPrefix("f:") { return "\(world.folder)/\(name.dropFirst(2))" }
    if name.hasPrefix("ago ") { return ago(hours: Double(name.dropFirst(4)) ?? 0) }
    return String(try await side.newest(name).statement.prefix(12))
  }

  /// What differs from run to run, by something as wide.
  private static func masked(_ text: String, _ world: World) -> String {
    var shown = text.replacing("\u{2068}", with: "‹").replacing("\u{2069}", with: "›")
    shown = shown.replacing(world.folder, with: "<folder>")
    shown = shown.replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/#, with: "YYYY-MM-DDThh:mm:ss+zz:zz")
    // Lines stand in an order that is new each time.
    shown = shown.replacing(#/HSK-\d{4}/#, with: "HSK-NNNN")
    shown = shown.replacing(#/\b20\d\d-\d\d-\d\d\b/#, with: "YYYY-MM-DD")
    shown = shown.replacing(#/\b[0-9a-f]{8}(?:[0-9a-f-]*[0-9a-f])?\b/#) { match in
      String(match.output.map { $0 == "-" ? "-" : "x" })
    }
    // How long a certificate made a moment ago is valid: 730 days less that moment.
    shown = shown.replacing(#/\b(?:729|730)\b/#, with: "NNN")
    return shown.replacing(#/\(\d+ bytes\)/#, with: "(N bytes)").replacing(#/‹\d+› بايت/#, with: "‹N› بايت")
  }
}
