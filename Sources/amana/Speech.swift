import ArgumentParser

/// The language of a command.
struct Speech: ParsableArguments {
  @Option(
    name: .long, help: "Language of what is printed: en or ar. Default: $AMANA_LANG, else $LC_ALL, $LC_MESSAGES, $LANG."
  )
  var lang: Language?

  var language: Language { lang ?? .preferred }
}

extension Language {
  /// What --lang says, wherever it stands, for those who are not told the language.
  static var chosen: Language {
    let arguments = CommandLine.arguments
    let separate = arguments.firstIndex(of: "--lang").map { arguments.index(after: $0) }
    let joined = arguments.first { $0.hasPrefix("--lang=") }.map { String($0.dropFirst("--lang=".count)) }
    let named = separate.flatMap { $0 < arguments.endIndex ? arguments[$0] : nil } ?? joined
    return named.flatMap { Language(rawValue: $0) } ?? .preferred
  }
}
