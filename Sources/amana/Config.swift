import ArgumentParser
import ControlAPI
import Foundation

/// The daemon's configuration, without the daemon.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check or show the daemon's configuration, without the daemon.",
    discussion: """
      A flag of amanad comes before the environment (AMANAD_…), the environment before the file, the file before the \
      default. The file is DIRECTORY/amanad.json unless --config names another; it may be absent.
      """,
    subcommands: [ConfigCheck.self, ConfigShow.self])
}

/// Where the configuration lies.
struct ConfigPlace: ParsableArguments {
  @Option(name: .long, help: "The directory that `amana init` wrote.") var directory = "/etc/amana"
  @Option(name: .long, help: "The configuration file. Default: DIRECTORY/amanad.json.") var config: String?
  @OptionGroup var speech: Speech

  var language: Language { speech.language }

  var sources: SettingsSources {
    SettingsSources(directory: directory, file: config, environment: ProcessInfo.processInfo.environment)
  }

  /// Every mistake in sentences.
  func failure(_ error: SettingsError) -> CommandFailure {
    var lines = error.mistakes.map(sentence)
    lines.append(say(.configFails, in: language, sources.file, String(error.mistakes.count)))
    return CommandFailure(Exit.doesNotHold, lines: lines)
  }

  private func sentence(_ mistake: SettingMistake) -> String {
    let detail = mistake.key.map { "\($0): \(mistake.detail)" } ?? mistake.detail
    guard let allowed = mistake.allowed else {
      return say(.configMistake, in: language, "\(mistake.source)", detail)
    }
    return say(.configMistakeAllowed, in: language, "\(mistake.source)", detail, allowed)
  }
}

/// Reports everything that is wrong at once.
struct ConfigCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Name every mistake: key, line and allowed values.",
    discussion: "Exit code 0: amanad takes it; 1: it does not, and each mistake is named.")
  @Flag(name: .long, help: "Print JSON: amana.config.check of docs/json.md.") var json = false
  @OptionGroup var place: ConfigPlace

  func run() throws {
    do {
      let settings = try place.sources.read()
      let set = settings.effective.values.filter { $0.source != .standard }.count
      if json { return try printJSON(.configCheck, ConfigReport(file: place.sources.file, mistakes: [])) }
      print(say(.configHolds, in: place.language, place.sources.file, String(set)))
    } catch let error as SettingsError {
      guard json else { throw place.failure(error) }
      try printJSON(
        .configCheck, ConfigReport(file: place.sources.file, mistakes: error.mistakes.map(MistakeView.init)))
      throw ExitCode(Exit.doesNotHold)
    }
  }
}

/// Prints what is in force and where it comes from.
struct ConfigShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print every setting's value and where it comes from.",
    discussion: "Flags of a running amanad are not known here. With --keys: the table of all keys, as Markdown.")
  @Flag(name: .long, help: "Print the table of keys, allowed values and defaults instead.") var keys = false
  @Flag(name: .long, help: "Print JSON: amana.config.show of docs/json.md.") var json = false
  @OptionGroup var place: ConfigPlace

  func validate() throws {
    guard !(keys && json) else { throw usage(.usageNotBoth, "--keys", "--json") }
  }

  func run() throws {
    if keys { return print(SettingKey.markdown) }
    let settings: Settings
    do { settings = try place.sources.read() } catch { throw place.failure(error) }
    let views = SettingKey.all.map { SettingView($0, settings.effective[$0.name]) }
    if json { return try printJSON(.configShow, ["settings": views]) }
    for key in SettingKey.all {
      let value = settings.effective[key.name]
      print("\(key.name) = \(value.map { "\($0.value)" } ?? key.standardText)  (\(value?.source ?? .standard))")
    }
  }
}
