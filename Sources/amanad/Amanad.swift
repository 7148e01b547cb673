import ArgumentParser
import Foundation
import Logging
import NIOCore
import NIOPosix
import OpenSSL
import ReceiptStore
import Roster
import ServiceLifecycle
import UnixSignals

/// The daemon of one authority: keys, log, store; no network.
@main
struct Amanad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amanad",
    abstract: "Keeps one authority's keys, log and store, and answers on a Unix socket.",
    discussion: """
      It reads the directory that `amana init` wrote: authority.json, roster.cose and keys/. Under systemd the socket \
      is handed over and keys come as credentials (systemd/amana.service).

      Exit codes: 0 stopped in good order, 1 could not start or go on (a sentence says why), 64 wrong usage.
      """)

  @Option(name: .long, help: "The directory that `amana init` wrote.")
  var directory = "/etc/amana"

  @Option(name: .long, help: "Where the store is kept. Default: $STATE_DIRECTORY, else DIRECTORY/state.")
  var state: String?

  @Option(
    name: .long, help: "The Unix socket to listen on when systemd hands none over. Default: DIRECTORY/control.sock.")
  var socket: String?

  @Option(name: .long, help: "Log level: debug, info, notice, warning or error.")
  var logLevel = "notice"

  func validate() throws {
    guard Logger.Level(rawValue: logLevel) != nil else {
      throw ValidationError("--log-level must be debug, info, notice, warning or error")
    }
  }

  func run() async throws {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "amanad")
    logger.logLevel = Logger.Level(rawValue: logLevel) ?? .notice
    do {
      try await serve(logger)
    } catch {
      // One sentence, and never "ready": without anchors or a sound store nothing is answered.
      logger.critical("amanad cannot go on: \(error)")
      throw ExitCode(1)
    }
  }

  private func serve(_ logger: Logger) async throws {
    let office = try Office.open(directory: directory)
    let folder = state ?? ProcessInfo.processInfo.environment["STATE_DIRECTORY"] ?? "\(directory)/state"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let lock = try StateLock(folder: folder)
    defer { withExtendedLifetime(lock) {} }
    let store = try ReceiptStore(path: "\(folder)/amana.sqlite")
    let sequencer = Sequencer(office: office, store: store)
    try await Genesis.prepare(office: office, store: store, sequencer: sequencer)
    let server = ControlServer(
      routes: Routes(office: office, store: store, sequencer: sequencer), listening: try await listening(),
      logger: logger,
      onReady: {
        logger.notice("ready: \(office.authority.name), log \(office.origin), \(openSSLVersion())")
        await Systemd.notify("READY=1\nSTATUS=\(office.authority.name): answering")
      },
      onStopping: { await Systemd.notify("STOPPING=1") })
    let group = ServiceGroup(
      configuration: .init(
        services: [server, Timers(store: store, logger: logger, interval: .seconds(60))],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
    try store.close()
  }

  private func listening() async throws -> ControlServer.Listening {
    if let descriptor = try Systemd.inheritedSocket() { return .descriptor(descriptor) }
    let path = socket ?? "\(directory)/control.sock"
    if FileManager.default.fileExists(atPath: path) {
      // A stale socket is replaced, a live one is never stolen.
      let probe = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connect(unixDomainSocketPath: path).get()
      if let probe {
        try? await probe.close().get()
        throw StartError("another amanad answers on \(path): stop it first, or choose another --socket")
      }
    }
    return .path(path)
  }
}
