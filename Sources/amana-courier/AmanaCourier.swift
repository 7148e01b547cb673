import ArgumentParser
import ControlAPI
import Exchange
import Foundation
import Logging

/// The process that has the network and no signing keys.
@main
struct AmanaCourier: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amana-courier",
    abstract: "Carries statements between this authority's amanad and its peers, over mutual TLS 1.3.",
    discussion: """
      It asks amanad on its exchange socket what is due and to whom, brings it there, and serves peers that bring theirs \
      (docs/peer-service.md). It keeps nothing: it may be stopped and killed at any moment.

      Settings: a flag comes before the environment, the environment before the file, the file before the default. The \
      file is DIRECTORY/amana-courier.json, each part of a key an object of its own; it may be absent. The variable of a \
      key is AMANA_COURIER_ and the key in capitals with _ for . and -. SIGHUP reads it again, and the key and the \
      certificate.

      \(SettingKey.help(SettingKey.courier))

      Exit codes: 0 stopped in good order, 1 could not start or go on (a sentence says why), 64 wrong usage. `monitor` is for \
      observers and has its own.
      """,
    version: amanaVersion, subcommands: [MonitorCommand.self])

  @Option(name: .long, help: "The directory that `amana init` wrote.")
  var directory = "/etc/amana"

  @Option(name: .long, help: "The configuration file. Default: DIRECTORY/amana-courier.json, which may be absent.")
  var config: String?

  @Option(name: .long, help: "KEY=VALUE: any setting. May be repeated.")
  var set: [String] = []

  @Flag(name: .long, help: "Read the settings, the key and the certificate, say what is wrong with them, and stop.")
  var check = false

  func validate() throws {
    guard set.allSatisfy({ $0.contains("=") }) else { throw ValidationError("--set is KEY=VALUE") }
  }

  private var flags: [(flag: String, key: String, value: String)] {
    self.set.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return ("--set", String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
  }

  /// As by itself, but wrong usage of a subcommand is 2, as everywhere else in Amana; of the courier it stays 64.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error) == .validationFailure, CommandLine.arguments.dropFirst().first == "monitor" else {
        exit(withError: error)
      }
      try? FileHandle.standardError.write(contentsOf: Data("\(fullMessage(for: error))\n".utf8))
      exit(withError: ExitCode(2))
    }
  }

  func run() async throws {
    LoggingSystem.bootstrap { _ in LineLog() }
    let logger = Logger(label: "amana-courier")
    let sources = SettingsSources(
      directory: directory, file: config, environment: ProcessInfo.processInfo.environment, flags: flags,
      keys: SettingKey.courier)
    do {
      let settings = try sources.read()
      LineLog.level = settings.level
      let courier = try Composition(settings: settings, sources: sources, directory: directory, logger: logger)
      if check { return logger.notice("the settings, the key and the certificate can be used") }
      try await courier.run()
    } catch {
      if let error = error as? SettingsError { for mistake in error.mistakes { logger.error("\(mistake)") } }
      let why = (error as? SettingsError).map { "mistakes in the configuration: \($0.mistakes.count)" } ?? "\(error)"
      logger.critical("amana-courier cannot go on: \(why)")
      throw ExitCode(1)
    }
  }
}
