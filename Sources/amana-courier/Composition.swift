import ControlAPI
import Exchange
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Puts the courier together from its settings and runs it until it is told to stop.
struct Composition {
  private let settings: Settings
  private let sources: SettingsSources
  private let directory: String
  private let courier: CourierSettings
  private let logger: Logger

  init(settings: Settings, sources: SettingsSources, directory: String, logger: Logger) throws {
    self.settings = settings
    self.sources = sources
    self.directory = directory
    self.logger = logger
    courier = try CourierSettings(settings, directory: directory)
  }

  func run() async throws {
    // From here on a hang-up asks for a reload and ends nothing.
    let hangUps = await UnixSignalsSequence(trapping: .sighup)
    let status = StatusText()
    let courier = try Courier(courier, logger: logger) { [logger] event in await status.take(event, logger) }
    let reloading = Reloading(
      signals: hangUps, sources: sources, directory: directory, settings: settings, courier: courier, status: status,
      logger: logger)
    var services: [any Service] = [reloading]
    if let interval = Systemd.watchdogInterval() { services.append(Watchdog(courier: courier, interval: interval)) }
    let group = ServiceGroup(
      configuration: .init(
        services: services.map { .init(service: $0) } + [.init(service: courier, successTerminationBehavior: .ignore)],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
      ))
    try await group.run()
    logger.notice("stopped: nothing was kept here")
  }
}

extension CourierSettings {
  /// What the settings say, with the key and the certificate that their files hold now.
  init(_ settings: Settings, directory: String) throws {
    let identity = try TransportIdentity(
      certificatePEM: try Self.file("transport.crt", settings.text(of: "tls.certificate"), directory),
      keyPEM: try Self.file("transport.pem", settings.text(of: "tls.key"), directory))
    self.init(
      exchangeSocket: settings.text(of: "exchange.socket") ?? "", host: settings.text(of: "listen.address") ?? "::",
      port: settings.number(of: "listen.port") ?? 8443, identity: identity)
    limits = PeerLimits(settings)
    legacyRedirects = settings.text(of: "scrapi.legacy-redirects") == "yes"
    witnessPort = settings.number(of: "witness.port") ?? 0
    tilesDirectory = settings.text(of: "tiles.directory")
    refresh = .seconds(settings.number(of: "peers.refresh-seconds") ?? 10)
  }

  /// A file that was named, else systemd's credential of that name, else the one that `amana init` wrote. What it holds
  /// stands in no message.
  private static func file(_ name: String, _ named: String?, _ directory: String) throws -> [UInt8] {
    let credentials = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
    let path = named ?? credentials.map { "\($0)/\(name)" } ?? "\(directory)/keys/\(name)"
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw StartError(
        "\(path) is missing or not readable by this user: see docs/peer-service.md, \"Key and certificate\"")
    }
    defer { try? handle.close() }
    guard let bytes = try? handle.read(upToCount: 1 << 16), !bytes.isEmpty else {
      throw StartError("\(path) is empty or cannot be read")
    }
    return [UInt8](bytes)
  }
}

/// The process cannot start: a sentence for its operator.
struct StartError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension PeerLimits {
  /// The defaults of the settings are those of the type.
  init(_ settings: Settings) {
    self.init()
    func number(_ name: String, _ standard: Int) -> Int { settings.number(of: "limits.\(name)") ?? standard }
    func seconds(_ name: String, _ standard: Duration) -> Duration {
      settings.number(of: "limits.\(name)").map { .seconds($0) } ?? standard
    }
    connections = number("connections", connections)
    connectionsPerPeer = number("connections-per-peer", connectionsPerPeer)
    handshakes = number("handshakes", handshakes)
    handshakeTime = seconds("handshake-seconds", handshakeTime)
    headTime = seconds("head-seconds", headTime)
    bodyTime = seconds("body-seconds", bodyTime)
    slowestRate = number("slowest-bytes-per-second", slowestRate)
    requestsPerSecond = number("requests-per-second", requestsPerSecond)
    bodyMemory = number("body-mebibytes", bodyMemory >> 20) << 20
    peersAtOnce = number("peers-at-once", peersAtOnce)
  }
}
