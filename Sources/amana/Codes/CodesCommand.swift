import ArgumentParser
import Custody

/// The closed lists of codes and what they mean.
struct CodesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codes", abstract: "Print the code lists, check the file of one, or write them as files.",
    discussion: "Without a subcommand it prints: amana codes reason is amana codes list reason.",
    subcommands: [CodesList.self, CodesCheck.self, CodesExport.self], defaultSubcommand: CodesList.self)
}

/// The languages in which every code list has texts, and Kurmanji.
enum CodeLanguage: String, CaseIterable, ExpressibleByArgument {
  case en, ar, ckb, kmr

  /// The language of what stands around the texts.
  var speech: Language { self == .ar ? .ar : .en }

  static var preferred: CodeLanguage { Language.preferred == .ar ? .ar : .en }
}

/// Prints the lists, or the codes of one.
struct CodesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Print the names of the code lists, or the codes of one with what they mean.",
    discussion: """
      These are the lists that are part of this program. Which version counts the roster says (docs/codes.md); where it names \
      none, version 1.
      """)
  @Argument(help: "The list, e.g. reason. Default: the names of all.") var list: String?
  @Option(name: .long, help: "Its version. Default: the newest here.") var version: UInt64?
  @Option(name: .long, help: "Print the list of this file.") var file: String?
  @Option(
    name: .long,
    help: "Language: en, ar, ckb (Sorani) or kmr (Kurmanji). Default: $AMANA_LANG, else $LC_ALL, $LC_MESSAGES, $LANG.")
  var lang: CodeLanguage?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.codes of docs/json.md.") var json = false

  func validate() throws {
    guard file == nil || list == nil && version == nil else {
      throw usage(.usageNotBoth, "--file", "LIST, --version")
    }
    guard version == nil || list != nil else { throw usage(.usageGoesWith, "--version", "LIST") }
  }

  func run() throws {
    let language = lang ?? .preferred
    let chosen = try lists(language.speech)
    if json { return try printJSON(.codes, ["lists": chosen.map(CodeListView.init)]) }
    guard list != nil || file != nil else { return printNames(chosen, language) }
    for list in chosen { printCodes(list, language) }
  }

  private func lists(_ language: Language) throws -> [CodeList] {
    if let file { return [try CodesCheck.read(file, language)] }
    let all = CodeList.embedded
    guard let list else { return all }
    let named = all.filter { $0.name == list }
    guard let newest = named.last else {
      let names = all.map(\.name).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
      throw CommandFailure(
        Exit.usage,
        say(.codesUnknown, in: language, visible(list), names.joined(separator: separator(in: language))))
    }
    guard let version else { return [newest] }
    guard let found = named.first(where: { $0.version == version }) else {
      let versions = named.map { String($0.version) }.joined(separator: separator(in: language))
      throw CommandFailure(Exit.usage, say(.codesUnknownVersion, in: language, list, versions, String(version)))
    }
    return [found]
  }

  private func printNames(_ lists: [CodeList], _ language: CodeLanguage) {
    var table = Table([.headList, .headVersion, .headCodes, .headMeaning].map { say($0, in: language.speech) })
    for list in lists {
      table.add([
        list.name, String(list.version), String(list.codes.count), list.title(in: language.rawValue),
      ])
    }
    printTable(table, in: language.speech)
  }

  private func printCodes(_ list: CodeList, _ language: CodeLanguage) {
    print(
      say(.codesNamed, in: language.speech, list.title(in: language.rawValue), list.reference.description))
    var table = Table([.headCode, .headSinceVersion, .headMeaning, .headStanding].map { say($0, in: language.speech) })
    for code in list.codes {
      table.add([
        code.id, String(code.since), list.text(code.id, in: language.rawValue) ?? "", standing(code, language.speech),
      ])
    }
    printTable(table, in: language.speech)
  }

  private func standing(_ code: CodeList.Code, _ language: Language) -> String {
    guard code.isDeprecated else { return "" }
    return code.replacedBy.map { say(.codesReplaced, in: language, $0) } ?? say(.codesDeprecated, in: language)
  }
}
