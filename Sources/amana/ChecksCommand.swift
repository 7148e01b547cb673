import ArgumentParser
import Custody

/// Prints the rules that are checked.
struct ChecksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checks", abstract: "Print the invariants that this version checks, as one table.")
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.checks of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  private struct Row: Encodable {
    let code: String
    let effect: String
    let sentence: [String: String]
  }

  func run() throws {
    let language = speech.language
    if json {
      let rows = CheckTable.rows.map {
        Row(code: $0.code.rawValue, effect: $0.effect.rawValue, sentence: $0.sentence)
      }
      return try printJSON(.checks, ["checks": rows])
    }
    var table = Table([.headCode, .headEffect, .headSentence].map { say($0, in: language) })
    for row in CheckTable.rows {
      table.add([row.code.rawValue, row.effect.rawValue, row.sentence[language.rawValue] ?? ""])
    }
    printTable(table, in: language)
  }
}
