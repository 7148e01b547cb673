import ControlAPI
import Foundation
import Logging
import OpenSSL
import ReceiptStore
import Roster
import ServiceLifecycle
import UnixSignals

/// Puts the daemon's parts together and runs them until it is told to stop.
struct Daemon {
  let directory: String
  let sources: SettingsSources
  let journal: Journal
  /// Whether it goes on without the content keys.
  var acceptsLostContent = false
  /// Whether a restored or copied log is followed by a new epoch.
  var beginsEpoch = false
  /// Files with checkpoints of our log that partners have kept.
  var notes: [String] = []

  func run() async throws {
    // From here on a hang-up asks for a reload and ends nothing.
    let hangUps = await UnixSignalsSequence(trapping: .sighup)
    let settings = LiveSettings(try sources.read())
    journal.level = Logger.Level(rawValue: settings.current.logLevel) ?? .notice
    let opened = try Office.open(directory: directory)
    let folder = try stateFolder(settings.current)
    let lock = try FolderLock.state(folder)
    defer { withExtendedLifetime(lock) {} }
    let store = try openStore(folder, keysDirectory: settings.current.keysDirectory)
    let way = RosterWay(directory: directory, store: store)
    let newest = try await way.newest()
    let origin = try await store.read { try $0.ownEpoch()?.origin } ?? opened.origin
    let offices = OfficeInForce((newest.flatMap(opened.under) ?? opened).with(origin: origin))
    let head = LogHead(folder: folder)
    let sequencer = Sequencer(
      offices: offices, store: store,
      cadence: { settings.current.publishSeconds > 0 ? .periods : .atOnce }, head: head,
      witnessHead: WitnessHead(folder: folder))
    try await adoptLists(settings.current, offices, store)
    try await Genesis.prepare(
      office: offices.completed(opened), adopting: try await way.offices(after: newest, to: opened),
      sequencer: sequencer,
      epochs: Epochs(store: store, offices: offices, head: head, notes: try notes.map { try opened.ownNote(in: $0) }),
      beginsEpoch: beginsEpoch)
    try await sequencer.keepWitnessHead()
    let office = offices.completed(opened)
    // Lists may have come into crls/ while it was down.
    try await sequencer.adoptLists()
    try await sequencer.submit { try $0.announceEpoch() }
    try await store.forgetOrphans()
    try await Receiving(office: office, store: store, sequencer: sequencer).resume()
    let rights = RightsInForce(try rights(settings.current))
    let traffic = Traffic()
    let peerTests = PeerTests { sequencer.changes.tell(.grown) }
    let uploads = try Uploads(folder: "\(folder)/uploads")
    let publishing = KeyViewSending(
      offices: offices, store: store, sequencer: sequencer, uploads: uploads, settings: settings)
    await publishing.send()
    let status = StatusLine(office: office, store: store, traffic: traffic, settings: settings)
    let fetches = Fetches()
    let exchange = exchange(offices, store, sequencer, settings, peerTests, fetches)
    Logger.amanad.notice("\(exchange.user.sentence)")
    try await exchange.countParts()
    let control = routes(offices, store, sequencer, rights, settings, uploads, peerTests)
    let server = SocketServer(
      doors: try doors(settings.current, control, exchange),
      settings: settings, traffic: traffic,
      onReady: {
        Logger.amanad.record(.ready, "ready: \(office.authority.name), log \(office.origin), \(openSSLVersion())")
        await Systemd.notify("READY=1")
        await status.tell()
      },
      onStopping: {
        Logger.amanad.record(.stopping, "stopping: \(traffic.requests) requests are finished first")
        await Systemd.notify("STOPPING=1\nSTATUS=\(office.authority.name): finishing what was taken")
      })
    let reloading = Reloading(
      signals: hangUps, sources: sources, settings: settings, directory: directory, offices: offices,
      sequencer: sequencer, store: store, journal: journal,
      status: status, adopt: { rights.replace(try self.rights($0)) }, adopted: { await publishing.send() })
    var services: [any Service] = [
      status, reloading,
      Timers(store: store, settings: settings, offices: offices, fetches: fetches, sequencer: sequencer),
      PublishingTimer(sequencer: sequencer, settings: settings),
      TileExporting(offices: offices, store: store, settings: settings),
      PartExpiry(store: store, transfers: exchange.transfers),
      ContentExpiry(store: store, offices: offices),
    ]
    if let interval = Systemd.watchdogInterval() {
      services.append(Watchdog(store: store, sequencer: sequencer, interval: interval))
    }
    // The last one is told to stop first.
    let group = ServiceGroup(
      configuration: .init(services: services + [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
    try await group.run()
    try store.close()
    Logger.amanad.record(.stopped, "stopped: everything answered is on disk")
  }

  private func routes(
    _ offices: OfficeInForce, _ store: ReceiptStore, _ sequencer: Sequencer, _ rights: RightsInForce,
    _ settings: LiveSettings, _ uploads: Uploads, _ peerTests: PeerTests
  ) -> Routes {
    var routes = Routes(
      offices: offices, store: store, sequencer: sequencer, rights: rights, uploads: uploads, peerTests: peerTests,
      limits: { settings.current.limits }, logger: .amanad)
    routes.observe = { operation, status, time in
      let name = operation?.rawValue ?? "none"
      Metrics.shared.count(.requests, "operation", name, "class", "\(status / 100)xx")
      Metrics.shared.observe(.requestSeconds, time.inSeconds, "operation", name)
    }
    return routes
  }

  private func rights(_ settings: Settings) throws -> Rights {
    let rights = try Rights(settings)
    for name in rights.unknown {
      Logger.amanad.notice("rights: this machine has no \(name), so nobody has a right by it")
    }
    return rights
  }

  /// The group tells of each step it takes; ours says it once.
  private var quiet: Logger { Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() } }

  /// An older store is encrypted first, which may take its time.
  private func openStore(_ folder: String, keysDirectory: String?) throws -> ReceiptStore {
    try ReceiptStore(
      path: "\(folder)/amana.sqlite", keysDirectory: keysDirectory, acceptsLostContent: acceptsLostContent
    ) { done, total in
      Logger.amanad.notice("\(done) of \(total) rows that an earlier version kept in clear are encrypted")
    }
  }

  private func stateFolder(_ settings: Settings) throws -> String {
    let folder =
      settings.stateDirectory ?? ProcessInfo.processInfo.environment["STATE_DIRECTORY"] ?? "\(directory)/state"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return folder
  }

  private func exchange(
    _ offices: OfficeInForce, _ store: ReceiptStore, _ sequencer: Sequencer, _ settings: LiveSettings,
    _ peerTests: PeerTests, _ fetches: Fetches
  ) -> ExchangeRoutes {
    ExchangeRoutes(
      offices: offices, store: store, sequencer: sequencer, user: ExchangeUser(settings.current.exchangeUser),
      settings: settings, peerTests: peerTests, fetches: fetches)
  }

  /// Brings what the courier fetched earlier into force, but what no operator wants any more.
  private func adoptLists(_ settings: Settings, _ offices: OfficeInForce, _ store: ReceiptStore) async throws {
    let lists = try await store.write { transaction in
      try transaction.forgetLists(except: settings.wantedLists)
      return try transaction.reader.revocationLists()
    }
    offices.replace(fetched: lists)
    offices.current.tellProblemOfChain()
    offices.current.tellProblemsOfCodes()
  }

  /// The control socket and the exchange socket. Where systemd hands over the first alone, there is no second unless the
  /// settings name a place for it.
  private func doors(_ settings: Settings, _ control: Routes, _ exchange: ExchangeRoutes) throws -> [Door] {
    let inherited = try Systemd.inheritedSockets()
    func listening(_ name: String, _ path: String?) -> Door.Listening? {
      if let descriptor = inherited[name] { return .descriptor(descriptor) }
      if let path { return .path(path) }
      return inherited.isEmpty || name == "control" ? .path("\(directory)/\(name).sock") : nil
    }
    var doors: [Door] = []
    if let place = listening("control", settings.socketPath) {
      doors.append(Door(listening: place, setting: "--socket", responder: control))
    }
    if let place = listening("exchange", settings.exchangeSocket) {
      doors.append(Door(listening: place, setting: "exchange.socket", responder: exchange))
    } else {
      Logger.amanad.notice(
        "exchange: systemd handed over no socket for it (amana-exchange.socket): no courier is served")
    }
    return doors
  }
}
