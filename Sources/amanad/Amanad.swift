import ArgumentParser
import ControlAPI
import Foundation
import Logging

/// The daemon of one authority: keys, log, store; no network.
@main
struct Amanad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amanad",
    abstract: "Keeps one authority's keys, log and store, and answers on two Unix sockets: people's and the courier's.",
    discussion: """
      It reads the directory that `amana init` wrote: authority.json, roster.cose and keys/. Under systemd the socket \
      is handed over and keys come as credentials (systemd/amana.service).

      Settings: a flag comes before the environment, the environment before the file, the file before the default. The \
      file is DIRECTORY/amanad.json, each part of a key an object of its own; it may be absent. The variable of a key is \
      AMANAD_ and the key in capitals with _ for . and -. Check it with `amana config check`. SIGHUP reads it again.

      \(SettingKey.help)

      Exit codes: 0 stopped in good order, 1 could not start or go on (a sentence says why), 64 wrong usage.
      """,
    version: amanaVersion)

  @Option(name: .long, help: "The directory that `amana init` wrote.")
  var directory = "/etc/amana"

  @Option(name: .long, help: "The configuration file. Default: DIRECTORY/amanad.json, which may be absent.")
  var config: String?

  @Option(name: .long, help: "Same as --set state.directory=…")
  var state: String?

  @Option(name: .long, help: "Same as --set socket.path=…")
  var socket: String?

  @Option(name: .long, help: "Same as --set log.level=…")
  var logLevel: String?

  @Option(name: .long, help: "KEY=VALUE: any setting; a list with commas. May be repeated.")
  var set: [String] = []

  @Flag(name: .long, help: "Goes on where content-keys.sqlite is lost for good: what it opened is forgotten here.")
  var acceptLostContent = false

  @Flag(
    name: .long,
    help: "Follows a log that was restored from a backup or copied by a new epoch; does nothing to one that is sound.")
  var beginEpoch = false

  @Option(name: .long, help: "A file with a checkpoint of this log, our own copy or a partner's. May be repeated.")
  var checkpoint: [String] = []

  func validate() throws {
    guard set.allSatisfy({ $0.contains("=") }) else { throw ValidationError("--set is KEY=VALUE") }
  }

  private var flags: [(flag: String, key: String, value: String)] {
    let short = [
      ("--state", "state.directory", state), ("--socket", "socket.path", socket),
      ("--log-level", "log.level", logLevel),
    ]
    return set.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return ("--set", String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    } + short.compactMap { flag, key, value in value.map { (flag, key, $0) } }
  }

  func run() async throws {
    let journal = Journal()
    LoggingSystem.bootstrap { _ in JournalHandler(journal: journal) }
    await journal.connect()
    let sources = SettingsSources(
      directory: directory, file: config, environment: ProcessInfo.processInfo.environment, flags: flags)
    do {
      try await Daemon(
        directory: directory, sources: sources, journal: journal, acceptsLostContent: acceptLostContent,
        beginsEpoch: beginEpoch, notes: checkpoint
      ).run()
      await journal.drain()
    } catch {
      // Sentences, and never "ready": without anchors or a sound store nothing is answered.
      if let error = error as? SettingsError {
        for mistake in error.mistakes { Logger.amanad.error("\(mistake)") }
      }
      let why = (error as? SettingsError).map { "mistakes in the configuration: \($0.mistakes.count)" } ?? "\(error)"
      Logger.amanad.record(.cannotGoOn, "amanad cannot go on: \(why)")
      await journal.drain()
      throw ExitCode(1)
    }
  }
}
